//! Agents after they have enrolled: hello, orders, the channel.

use deskwarden_domain::lease_seconds;
use deskwarden_types::{
    Ability, AgentId, CommandId, CommandState, ConsentId, HostId, SessionId, Status, TenantId, Timestamp, Verb,
    agent::{AgentSettings, CommandOrder, Hello, KnownSession, StartOrder, Welcome},
};
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, Scope, StoreError, WriteScope,
    names::word,
    parts,
    schema::{agents, commands, consents, hosts, resources, sessions, users},
    tenants,
};

/// An agent that has proved who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentIdentity {
    /// The agent.
    pub agent: AgentId,
    /// Its host.
    pub host: HostId,
    /// The host's name.
    pub host_name: String,
    /// Its tenant.
    pub tenant: TenantId,
}

/// How agents of the tenant behave.
pub fn settings(scope: &mut Scope<'_>) -> Result<AgentSettings> {
    let settings = tenants::settings(scope)?;
    Ok(AgentSettings {
        heartbeat_seconds: settings.heartbeat_seconds,
        first_warning_seconds: settings.first_warning_seconds,
        second_warning_seconds: settings.second_warning_seconds,
        consent_seconds: settings.consent_seconds,
        poor_network_seconds: settings.poor_network_seconds,
    })
}

fn bits(verbs: &[Verb]) -> i32 {
    verbs.iter().fold(0, |bits, verb| bits | (1 << verb.code()))
}

/// Abilities that this version knows; others are passed over.
fn ability_bits(abilities: &[String]) -> i32 {
    let known = abilities.iter().filter_map(|word| word.parse::<Ability>().ok());
    known.fold(0, |bits, ability| bits | (1 << ability.code()))
}

/// Takes an agent's first word.
pub fn hello(scope: &mut WriteScope<'_>, who: &AgentIdentity, hello: &Hello) -> Result<Welcome> {
    let now = scope.now;
    let skew = hello.clock.millis() - now.millis();
    let row = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(who.agent.0));
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    diesel::update(row)
        .set((
            agents::version.eq(short(&hello.version)),
            agents::verbs.eq(bits(&hello.verbs)),
            agents::boot_id.eq(short(&hello.boot_id)),
            agents::clock_skew_ms.eq(skew),
            agents::abilities.eq(ability_bits(&hello.abilities)),
            agents::gate.eq(hello.gate.as_deref().map(short)),
            agents::seen_at.eq(now.millis()),
        ))
        .execute(scope.conn)?;
    let taken_through: i64 = row.select(agents::taken_through).first(scope.conn)?;
    let known: Vec<(i64, i16, i16)> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::agent_id.eq(who.agent.0))
        .filter(parts::is_open())
        .order(sessions::id)
        .select((sessions::id, sessions::observed_status, sessions::status))
        .load(scope.conn)?;
    let sessions = known
        .into_iter()
        .map(|(id, observed, status)| {
            Ok(KnownSession { session_id: SessionId(id), observed_status: word(observed)?, status: word(status)? })
        })
        .collect::<Result<_>>()?;
    Ok(Welcome { server_time: now, clock_skew_ms: skew, taken_through, settings: settings(scope)?, sessions })
}

#[derive(diesel::Queryable)]
struct OrderRow {
    id: i64,
    session_id: i64,
    verb: i16,
    reason: Option<String>,
    message: Option<String>,
    first_warning_seconds: i32,
    second_warning_seconds: i32,
    requested_by: Option<String>,
    consent: Option<i64>,
}

/// Commands that the agent has not acknowledged, oldest first, after `after` where given.
pub fn orders(
    scope: &mut Scope<'_>,
    agent: AgentId,
    after: Option<CommandId>,
    limit: i64,
) -> Result<Vec<CommandOrder>> {
    let rows: Vec<OrderRow> = commands::table
        .left_join(users::table.on(users::id.nullable().eq(commands::requested_by)))
        .left_join(consents::table.on(consents::command_id.eq(commands::id)))
        .filter(commands::tenant_id.eq(scope.tenant.0))
        .filter(commands::agent_id.eq(agent.0))
        .filter(parts::is_unfinished())
        .filter(commands::state.le(CommandState::Delivered.code()))
        .filter(commands::id.gt(after.map_or(0, |id| id.0)))
        .order(commands::id)
        .limit(limit)
        .select((
            commands::id,
            commands::session_id,
            commands::verb,
            commands::reason,
            commands::message,
            commands::first_warning_seconds,
            commands::second_warning_seconds,
            users::display_name.nullable(),
            consents::id.nullable(),
        ))
        .load(scope.conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(CommandOrder {
                id: CommandId(row.id),
                session_id: SessionId(row.session_id),
                verb: word::<Verb>(row.verb)?.to_string(),
                requested_by: row.requested_by,
                reason: row.reason,
                message: row.message,
                consent_id: row.consent.map(ConsentId),
                first_warning_seconds: u32::try_from(row.first_warning_seconds).unwrap_or(0),
                second_warning_seconds: u32::try_from(row.second_warning_seconds).unwrap_or(0),
            })
        })
        .collect()
}

/// Sessions that the agent is still to start, oldest first.
pub fn starts(scope: &mut Scope<'_>, agent: AgentId) -> Result<Vec<StartOrder>> {
    type Row = (i64, i16, String, String, Option<String>, Option<i64>);
    let rows: Vec<Row> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .inner_join(resources::table.on(resources::id.eq(sessions::resource_id)))
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::agent_id.eq(agent.0))
        .filter(parts::is_open())
        .filter(sessions::observed_status.eq(Status::Pending.code()))
        .order(sessions::id)
        .select((
            sessions::id,
            sessions::kind,
            users::username,
            resources::name,
            resources::program,
            sessions::valid_until,
        ))
        .load(scope.conn)?;
    rows.into_iter()
        .map(|(id, kind, account, name, program, valid_until)| {
            let wrong = || StoreError::Corrupt(format!("session {id}: the account or the program"));
            Ok(StartOrder {
                session_id: SessionId(id),
                kind: word(kind)?,
                account: account.parse().map_err(|_| wrong())?,
                name,
                program: program.map(|program| program.parse()).transpose().map_err(|_| wrong())?,
                valid_until: valid_until.map(Timestamp::from_millis),
            })
        })
        .collect()
}

/// The agent's channel is open until then; a time that is past says that it was closed. That the server writes into it
/// says nothing of the agent.
pub fn mark_connected(scope: &mut WriteScope<'_>, agent: AgentId, until: Timestamp) -> Result<()> {
    let row = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(agent.0));
    diesel::update(row).set(agents::connected_until.eq(until.millis())).execute(scope.conn)?;
    Ok(())
}

/// The agent has said something.
pub fn heard(scope: &mut WriteScope<'_>, agent: AgentId) -> Result<()> {
    let row = agents::table.filter(agents::tenant_id.eq(scope.tenant.0)).filter(agents::id.eq(agent.0));
    diesel::update(row).set(agents::seen_at.eq(scope.now.millis())).execute(scope.conn)?;
    Ok(())
}

/// Which of `agents` are connected, as [`deskwarden_domain::is_connected`] decides it, in SQL.
pub(crate) fn connected(scope: &mut Scope<'_>) -> Result<String> {
    let lease = lease_seconds(&tenants::rules(scope)?.timing);
    let now = scope.now;
    Ok(format!(
        "agents.revoked_at IS NULL AND agents.connected_until > {} AND agents.seen_at > {}",
        now.millis(),
        now.plus_seconds(-lease).millis()
    ))
}

/// Whether the agent may still speak.
pub fn is_revoked(scope: &mut Scope<'_>, agent: AgentId) -> Result<bool> {
    let revoked: Option<i64> = agents::table
        .filter(agents::tenant_id.eq(scope.tenant.0))
        .filter(agents::id.eq(agent.0))
        .select(agents::revoked_at)
        .first(scope.conn)?;
    Ok(revoked.is_some())
}

/// The host's name, for the audit.
pub(crate) fn host_name(conn: &mut Conn, tenant: TenantId, host: HostId) -> Result<String> {
    Ok(hosts::table
        .filter(hosts::tenant_id.eq(tenant.0))
        .filter(hosts::id.eq(host.0))
        .select(hosts::name)
        .first(conn)?)
}
