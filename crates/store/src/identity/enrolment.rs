//! Enrolment: a one-time code for a host's agent.

use deskwarden_domain::list::fold;
use deskwarden_types::{AgentId, AuditAction, DeliveryKind, ErrorCode, HostId, LicenceKind, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::SecretHash;
use crate::{
    Actor, AuditDraft, Conn, Result, StoreError, WriteScope,
    schema::{agents, delivery_methods, enrolment_codes, hosts, provisions, tenants},
};

/// The name of the provision that lets every user launch any program of one host, and of its way.
const THIS_MACHINE: &str = "This machine";

/// An agent that asks to be enrolled.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// The host's name.
    pub host_name: String,
    /// The agent's version.
    pub version: String,
    /// Whether it simulates hosts.
    pub simulated: bool,
    /// The hash of the key that it will be given.
    pub key: SecretHash,
}

/// An agent that was enrolled.
#[derive(Debug, Clone)]
pub struct EnrolledAgent {
    /// The agent.
    pub id: AgentId,
    /// Its host.
    pub host: HostId,
    /// The tenant's name.
    pub tenant_name: String,
}

/// Makes a code. `this_machine`: the host that uses it may launch any program for every user.
pub fn create_code(
    scope: &mut WriteScope<'_>,
    actor: &Actor,
    secret: &SecretHash,
    this_machine: bool,
    expires_at: Timestamp,
) -> Result<()> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(enrolment_codes::table)
        .values((
            enrolment_codes::tenant_id.eq(tenant.0),
            enrolment_codes::secret_hash.eq(&secret[..]),
            enrolment_codes::this_machine.eq(this_machine),
            enrolment_codes::created_at.eq(now.millis()),
            enrolment_codes::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    scope.audit(draft(actor.clone(), AuditAction::EnrolmentCodeCreated, None));
    Ok(())
}

/// The tenant of a code that is good.
pub fn code_tenant(conn: &mut Conn, secret: &SecretHash, now: Timestamp) -> Result<Option<TenantId>> {
    // no tenant: the secret tells the tenant.
    let tenant: Option<i64> = enrolment_codes::table
        .filter(enrolment_codes::secret_hash.eq(&secret[..]))
        .filter(enrolment_codes::used_at.is_null())
        .filter(enrolment_codes::expires_at.gt(now.millis()))
        .select(enrolment_codes::tenant_id)
        .first(conn)
        .optional()?;
    Ok(tenant.map(TenantId))
}

/// Trades a code for an agent. Of two at once with one code, one succeeds.
pub fn enrol(scope: &mut WriteScope<'_>, code: &SecretHash, agent: &NewAgent) -> Result<EnrolledAgent> {
    let (tenant, now) = (scope.tenant, scope.now);
    let this_machine = use_code(scope, code)?;
    let host = new_host(scope, &agent.host_name)?;
    diesel::insert_into(agents::table)
        .values((
            agents::tenant_id.eq(tenant.0),
            agents::host_id.eq(host.0),
            agents::key_hash.eq(&agent.key[..]),
            agents::enrolled_at.eq(now.millis()),
            agents::simulated.eq(agent.simulated),
            agents::version.eq(&agent.version),
            agents::taken_through.eq(0),
            agents::connected_until.eq(0),
        ))
        .execute(scope.conn)?;
    let id = AgentId(scope.conn.last_id()?);
    if this_machine {
        provide_this_machine(scope, host, &agent.host_name)?;
    }
    let tenant_name: String =
        tenants::table.filter(tenants::id.eq(tenant.0)).select(tenants::name).first(scope.conn)?;
    let object = Some(agent.host_name.clone());
    scope.audit(draft(Actor::agent(&agent.host_name), AuditAction::AgentEnrolled, object));
    Ok(EnrolledAgent { id, host, tenant_name })
}

fn draft(actor: Actor, action: AuditAction, object: Option<String>) -> AuditDraft {
    AuditDraft { actor, action, session: None, object, reason: None }
}

/// Uses the code up; tells whether it is one for "this machine".
fn use_code(scope: &mut WriteScope<'_>, code: &SecretHash) -> Result<bool> {
    let (tenant, now) = (scope.tenant, scope.now);
    let used = diesel::update(
        enrolment_codes::table
            .filter(enrolment_codes::tenant_id.eq(tenant.0))
            .filter(enrolment_codes::secret_hash.eq(&code[..]))
            .filter(enrolment_codes::used_at.is_null())
            .filter(enrolment_codes::expires_at.gt(now.millis())),
    )
    .set(enrolment_codes::used_at.eq(now.millis()))
    .execute(scope.conn)?;
    if used == 0 {
        return Err(StoreError::refused(ErrorCode::CodeNotValid, "Make a new code on the Hosts page."));
    }
    Ok(enrolment_codes::table
        .filter(enrolment_codes::tenant_id.eq(tenant.0))
        .filter(enrolment_codes::secret_hash.eq(&code[..]))
        .select(enrolment_codes::this_machine)
        .first(scope.conn)?)
}

/// A row of its own for each agent, also where another (revoked, or of the same name) is known.
fn new_host(scope: &mut WriteScope<'_>, name: &str) -> Result<HostId> {
    let (tenant, now) = (scope.tenant, scope.now);
    diesel::insert_into(hosts::table)
        .values((
            hosts::tenant_id.eq(tenant.0),
            hosts::name.eq(name),
            hosts::name_folded.eq(fold(name)),
            hosts::created_at.eq(now.millis()),
        ))
        .execute(scope.conn)?;
    Ok(HostId(scope.conn.last_id()?))
}

/// Lets every user of the tenant launch any program on this host. Other machines keep theirs.
fn provide_this_machine(scope: &mut WriteScope<'_>, host: HostId, host_name: &str) -> Result<()> {
    let tenant = scope.tenant;
    let known: i64 = provisions::table
        .filter(provisions::tenant_id.eq(tenant.0))
        .filter(provisions::name.eq(THIS_MACHINE))
        .count()
        .get_result(scope.conn)?;
    let name = if known == 0 { THIS_MACHINE.to_owned() } else { format!("{THIS_MACHINE}: {host_name} ({host})") };
    let method: Option<i64> = delivery_methods::table
        .filter(delivery_methods::tenant_id.eq(tenant.0))
        .filter(delivery_methods::name.eq(THIS_MACHINE))
        .select(delivery_methods::id)
        .first(scope.conn)
        .optional()?;
    let method = match method {
        Some(method) => method,
        None => {
            diesel::insert_into(delivery_methods::table)
                .values((
                    delivery_methods::tenant_id.eq(tenant.0),
                    delivery_methods::name.eq(THIS_MACHINE),
                    delivery_methods::name_folded.eq(fold(THIS_MACHINE)),
                    delivery_methods::kind.eq(DeliveryKind::ManagedApp.code()),
                    delivery_methods::licence_kind.eq(LicenceKind::Floating.code()),
                    delivery_methods::offline_days.eq(0),
                ))
                .execute(scope.conn)?;
            scope.conn.last_id()?
        }
    };
    diesel::insert_into(provisions::table)
        .values((
            provisions::tenant_id.eq(tenant.0),
            provisions::name.eq(&name),
            provisions::name_folded.eq(fold(&name)),
            provisions::any_program.eq(true),
            provisions::delivery_method_id.eq(method),
            provisions::host_id.eq(host.0),
            provisions::everyone.eq(true),
        ))
        .execute(scope.conn)?;
    Ok(())
}
