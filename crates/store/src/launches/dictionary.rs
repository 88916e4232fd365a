//! The small tables that sessions point into: found, or made when they are first needed.

use std::net::IpAddr;

use deskwarden_domain::list::fold;
use deskwarden_types::{AgentId, DeliveryKind, DeviceId, ResourceId, Terminal};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Result, WriteScope,
    schema::{addresses, devices, resources},
};

/// The device of this name and type.
pub(crate) fn device(scope: &mut WriteScope<'_>, name: &str, terminal: Terminal) -> Result<DeviceId> {
    let tenant = scope.tenant.0;
    let known: Option<i64> = devices::table
        .filter(devices::tenant_id.eq(tenant))
        .filter(devices::name.eq(name))
        .filter(devices::terminal.eq(terminal.code()))
        .select(devices::id)
        .first(scope.conn)
        .optional()?;
    if let Some(id) = known {
        return Ok(DeviceId(id));
    }
    diesel::insert_into(devices::table)
        .values((
            devices::tenant_id.eq(tenant),
            devices::name.eq(name),
            devices::name_folded.eq(fold(name)),
            devices::terminal.eq(terminal.code()),
        ))
        .execute(scope.conn)?;
    Ok(DeviceId(scope.conn.last_id()?))
}

/// The address's id. IPv4 in IPv6 counts as IPv4.
pub(crate) fn address(scope: &mut WriteScope<'_>, ip: IpAddr) -> Result<i64> {
    let ip = ip.to_canonical();
    let bytes = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let tenant = scope.tenant.0;
    let known: Option<i64> = addresses::table
        .filter(addresses::tenant_id.eq(tenant))
        .filter(addresses::address.eq(&bytes))
        .select(addresses::id)
        .first(scope.conn)
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    diesel::insert_into(addresses::table)
        .values((addresses::tenant_id.eq(tenant), addresses::address.eq(&bytes), addresses::text.eq(ip.to_string())))
        .execute(scope.conn)?;
    scope.conn.last_id()
}

/// The managed app that is this program, where it is known.
pub(crate) fn app(scope: &mut WriteScope<'_>, program: &str) -> Result<Option<(ResourceId, String)>> {
    let row: Option<(i64, String)> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::kind.eq(DeliveryKind::ManagedApp.code()))
        .filter(resources::program.eq(program))
        .order(resources::id)
        .select((resources::id, resources::name))
        .first(scope.conn)
        .optional()?;
    Ok(row.map(|(id, name)| (ResourceId(id), name)))
}

/// Makes a managed app of a program that nobody has launched before. It is called by the last part of
/// its path; where that name is taken by another program, by the whole path.
pub(crate) fn make_app(scope: &mut WriteScope<'_>, program: &str) -> Result<(ResourceId, String)> {
    let tenant = scope.tenant.0;
    let short = program.rsplit('/').find(|part| !part.is_empty()).unwrap_or(program);
    let taken: i64 = resources::table
        .filter(resources::tenant_id.eq(tenant))
        .filter(resources::kind.eq(DeliveryKind::ManagedApp.code()))
        .filter(resources::name.eq(short))
        .count()
        .get_result(scope.conn)?;
    let name = if taken == 0 { short } else { program };
    diesel::insert_into(resources::table)
        .values((
            resources::tenant_id.eq(tenant),
            resources::name.eq(name),
            resources::name_folded.eq(fold(name)),
            resources::kind.eq(DeliveryKind::ManagedApp.code()),
            resources::program.eq(program),
        ))
        .execute(scope.conn)?;
    Ok((ResourceId(scope.conn.last_id()?), name.to_owned()))
}

/// A user by the name of the account; `None` when there is none or it is disabled.
pub(crate) fn user(scope: &mut WriteScope<'_>, account: &str) -> Result<Option<deskwarden_types::UserId>> {
    use crate::schema::users;
    let id: Option<i64> = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::username.eq(account))
        .filter(users::disabled_at.is_null())
        .select(users::id)
        .first(scope.conn)
        .optional()?;
    Ok(id.map(deskwarden_types::UserId))
}

/// What has been launched under this key, by this agent.
pub(crate) fn launched(scope: &mut WriteScope<'_>, agent: AgentId, key: &str) -> Result<Option<i64>> {
    use crate::schema::session_extras;
    Ok(session_extras::table
        .filter(session_extras::tenant_id.eq(scope.tenant.0))
        .filter(session_extras::launch_key.eq(stored_key(agent, key)))
        .select(session_extras::session_id)
        .first(scope.conn)
        .optional()?)
}

/// Keys are the agent's own: two agents may choose the same.
pub(crate) fn stored_key(agent: AgentId, key: &str) -> String {
    format!("{agent}:{key}")
}
