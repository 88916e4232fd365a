//! Writing a new session.

use deskwarden_domain::{list::fold, rules};
use deskwarden_types::{
    Access, AgentId, DeliveryKind, DeviceId, EventKind, HostId, ResourceId, SessionId, Source, Status, Terminal,
    Timestamp, UserId,
};
use diesel::{ExpressionMethods, RunQueryDsl};

use super::entitlement::Provision;
use crate::{
    Result, StoreError, WriteScope,
    events::{self, NewEvent, bounded},
    schema::{session_beats, session_extras, sessions},
};

/// A session before it is written.
pub(crate) struct NewSession<'a> {
    pub(crate) kind: DeliveryKind,
    pub(crate) status: Status,
    pub(crate) user: UserId,
    pub(crate) resource: ResourceId,
    pub(crate) provision: Option<&'a Provision>,
    pub(crate) environment: Option<i64>,
    pub(crate) device: Option<DeviceId>,
    pub(crate) host: HostId,
    pub(crate) agent: AgentId,
    pub(crate) address: Option<i64>,
    pub(crate) terminal: Terminal,
    pub(crate) access: Access,
    pub(crate) source: Source,
    pub(crate) connected: bool,
    pub(crate) at: Timestamp,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) offline_until: Option<Timestamp>,
    pub(crate) beside: Beside<'a>,
}

/// What few sessions have.
#[derive(Default)]
pub(crate) struct Beside<'a> {
    pub(crate) launch_key: Option<String>,
    pub(crate) version: Option<&'a str>,
    pub(crate) server_product: Option<&'a str>,
    pub(crate) server_version: Option<&'a str>,
}

/// Writes the session, what stands beside it, and the first line of its timeline.
pub(crate) fn insert(scope: &mut WriteScope<'_>, new: &NewSession<'_>) -> Result<SessionId> {
    let phase = rules(new.kind)
        .phase(new.status)
        .ok_or_else(|| StoreError::Corrupt(format!("a new {} that is {}", new.kind, new.status)))?;
    diesel::insert_into(sessions::table)
        .values((
            (
                sessions::tenant_id.eq(scope.tenant.0),
                sessions::kind.eq(new.kind.code()),
                sessions::status.eq(new.status.code()),
                sessions::observed_status.eq(new.status.code()),
                sessions::phase.eq(phase.code()),
                sessions::user_id.eq(new.user.0),
                sessions::resource_id.eq(new.resource.0),
                sessions::provision_id.eq(new.provision.map(|provision| provision.facts.id.0)),
                sessions::delivery_method_id.eq(new.provision.map(|provision| provision.delivery_method)),
                sessions::environment_id.eq(new.environment),
                sessions::device_id.eq(new.device.map(|device| device.0)),
                sessions::host_id.eq(new.host.0),
            ),
            (
                sessions::agent_id.eq(new.agent.0),
                sessions::address_id.eq(new.address),
                sessions::terminal.eq(new.terminal.code()),
                sessions::access.eq(new.access.code()),
                sessions::source.eq(new.source.code()),
                sessions::connected.eq(new.connected),
                sessions::stale.eq(false),
                sessions::started_at.eq(new.at.millis()),
                sessions::valid_until.eq(new.valid_until.map(Timestamp::millis)),
                sessions::offline_until.eq(new.offline_until.map(Timestamp::millis)),
                sessions::listed_until.eq(Timestamp::MAX.millis()),
                sessions::revision.eq(0i64),
            ),
        ))
        .execute(scope.conn)?;
    let id = SessionId(scope.conn.last_id()?);
    write_beside(scope, id, &new.beside)?;
    events::append(scope, id, NewEvent::new(EventKind::Created, new.at));
    scope.touch(id);
    Ok(id)
}

fn write_beside(scope: &mut WriteScope<'_>, id: SessionId, beside: &Beside<'_>) -> Result<()> {
    let tenant = scope.tenant.0;
    let server = beside.server_product.map(|product| match beside.server_version {
        Some(version) => fold(&bounded(&format!("{product} {version}"))),
        None => fold(&bounded(product)),
    });
    diesel::insert_into(session_extras::table)
        .values((
            session_extras::session_id.eq(id.0),
            session_extras::tenant_id.eq(tenant),
            session_extras::launch_key.eq(beside.launch_key.as_deref()),
            session_extras::version.eq(beside.version.map(bounded)),
            session_extras::version_folded.eq(beside.version.map(|version| fold(&bounded(version)))),
            session_extras::server_product.eq(beside.server_product.map(bounded)),
            session_extras::server_version.eq(beside.server_version.map(bounded)),
            session_extras::server_folded.eq(server),
        ))
        .execute(scope.conn)?;
    diesel::insert_into(session_beats::table)
        .values((
            session_beats::session_id.eq(id.0),
            session_beats::tenant_id.eq(tenant),
            session_beats::seen_at.eq(scope.now.millis()),
        ))
        .execute(scope.conn)?;
    Ok(())
}
