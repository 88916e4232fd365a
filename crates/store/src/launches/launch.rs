//! A launch asked for on a host.

use std::net::IpAddr;

use deskwarden_domain::{LaunchRefusal, decide_launch, list::fold, offline_until, rules, terminal_access};
use deskwarden_types::{
    DeliveryKind, ErrorCode, EventKind, ResourceId, SessionId, Source, Status, Terminal, Timestamp, UserId,
    agent::{Launch, NewLaunch},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{
    dictionary,
    entitlement::{self, Provision},
};
use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    events::{self, NewEvent, bounded},
    schema::{resources, session_beats, session_extras, sessions},
    tenants,
};

/// Makes a session, `launched`, if a provision allows it. The same key gives the same session.
pub fn launch(scope: &mut WriteScope<'_>, who: &AgentIdentity, asked: &NewLaunch, from: IpAddr) -> Result<Launch> {
    if asked.launch_key.is_empty() || asked.launch_key.len() > 100 || asked.launch_key.contains('\0') {
        return Err(StoreError::bad_field("launch_key", "1 to 100 characters."));
    }
    if let Some(id) = dictionary::launched(scope, who.agent, &asked.launch_key)? {
        return again(scope, SessionId(id));
    }
    let account = asked.account.as_str();
    let user = dictionary::user(scope, account)?.ok_or_else(|| {
        let detail = format!("No user of this tenant is called {account}. An admin can add one under People.");
        StoreError::refused(ErrorCode::UnknownAccount, detail)
    })?;
    let known = dictionary::app(scope, asked.program.as_str())?;
    let provision = decide(scope, who, user, known.as_ref().map(|(id, _)| *id), asked)?;
    let (resource, name) = match known {
        Some(known) => known,
        None => dictionary::make_app(scope, asked.program.as_str())?,
    };
    let at = scope.now.plus_millis(-i64::try_from(asked.age_ms).unwrap_or(0).min(300_000));
    let offline = offline_until(provision.facts.licence, provision.facts.offline_days, scope.now);
    let id = insert(scope, who, user, resource, &provision, at, offline, from)?;
    let key = dictionary::stored_key(who.agent, &asked.launch_key);
    beside(scope, id, &key, asked.version.as_deref())?;
    events::append(scope, id, NewEvent::new(EventKind::Created, at));
    scope.touch(id);
    Ok(Launch { session_id: id, name, kind: DeliveryKind::ManagedApp, offline_until: offline })
}

fn again(scope: &mut WriteScope<'_>, id: SessionId) -> Result<Launch> {
    let (resource, offline): (i64, Option<i64>) = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::id.eq(id.0))
        .select((sessions::resource_id, sessions::offline_until))
        .first(scope.conn)?;
    let name = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq(resource))
        .select(resources::name)
        .first(scope.conn)?;
    Ok(Launch {
        session_id: id,
        name,
        kind: DeliveryKind::ManagedApp,
        offline_until: offline.map(Timestamp::from_millis),
    })
}

fn decide(
    scope: &mut WriteScope<'_>,
    who: &AgentIdentity,
    user: UserId,
    resource: Option<ResourceId>,
    asked: &NewLaunch,
) -> Result<Provision> {
    let all = entitlement::provisions(scope, user, resource, Some(who.host))?;
    let (held, (live, most)) = match resource {
        Some(resource) => {
            (entitlement::held_until(scope, user, resource)?, entitlement::live_and_most(scope, user, resource)?)
        }
        None => (None, (0, None)),
    };
    let facts: Vec<_> = all.iter().map(|provision| provision.facts.clone()).collect();
    let chosen = decide_launch(&facts, held, live, most, scope.now).map_err(|refusal| {
        let what = asked.program.as_str().rsplit('/').next().unwrap_or_default();
        let (code, next) = match refusal {
            LaunchRefusal::NotProvisioned => (ErrorCode::NotProvisioned, "An admin can make a provision for it."),
            LaunchRefusal::Suspended => (ErrorCode::NotProvisioned, "An admin can lift the suspension."),
            LaunchRefusal::Held(_) => (ErrorCode::LaunchHeld, "Try again then, or ask an admin."),
            LaunchRefusal::TooMany(_) => (ErrorCode::SessionConflict, "End one of them first."),
        };
        StoreError::refused(code, format!("{what}: {refusal}. {next}"))
    })?;
    all.into_iter()
        .find(|provision| provision.facts.id == chosen)
        .ok_or_else(|| StoreError::Corrupt(format!("provision {chosen}")))
}

#[expect(clippy::too_many_arguments, reason = "a row has that many sources, and there is one caller")]
fn insert(
    scope: &mut WriteScope<'_>,
    who: &AgentIdentity,
    user: UserId,
    resource: ResourceId,
    provision: &Provision,
    at: Timestamp,
    offline: Option<Timestamp>,
    from: IpAddr,
) -> Result<SessionId> {
    let device = dictionary::device(scope, &who.host_name, Terminal::OwnComputer)?;
    let address = dictionary::address(scope, from)?;
    let own = tenants::own_networks(scope)?;
    let status = Status::Launched;
    let phase = rules(DeliveryKind::ManagedApp)
        .phase(status)
        .ok_or_else(|| StoreError::Corrupt("managed_app launched".to_owned()))?;
    diesel::insert_into(sessions::table)
        .values((
            sessions::tenant_id.eq(scope.tenant.0),
            sessions::kind.eq(DeliveryKind::ManagedApp.code()),
            sessions::status.eq(status.code()),
            sessions::observed_status.eq(status.code()),
            sessions::phase.eq(phase.code()),
            sessions::user_id.eq(user.0),
            sessions::resource_id.eq(resource.0),
            sessions::provision_id.eq(provision.facts.id.0),
            sessions::delivery_method_id.eq(provision.delivery_method),
            sessions::environment_id.eq(provision.environment),
            sessions::device_id.eq(device.0),
            sessions::host_id.eq(who.host.0),
            sessions::agent_id.eq(who.agent.0),
            sessions::address_id.eq(address),
            sessions::terminal.eq(Terminal::OwnComputer.code()),
            sessions::access.eq(terminal_access(from, &own).code()),
            sessions::source.eq(Source::Agent.code()),
            sessions::connected.eq(false),
            sessions::stale.eq(false),
            sessions::started_at.eq(at.millis()),
            sessions::offline_until.eq(offline.map(Timestamp::millis)),
            sessions::listed_until.eq(Timestamp::MAX.millis()),
            sessions::revision.eq(0i64),
        ))
        .execute(scope.conn)?;
    Ok(SessionId(scope.conn.last_id()?))
}

fn beside(scope: &mut WriteScope<'_>, id: SessionId, key: &str, version: Option<&str>) -> Result<()> {
    let tenant = scope.tenant.0;
    diesel::insert_into(session_extras::table)
        .values((
            session_extras::session_id.eq(id.0),
            session_extras::tenant_id.eq(tenant),
            session_extras::launch_key.eq(key),
            session_extras::version.eq(version.map(bounded)),
            session_extras::version_folded.eq(version.map(|version| fold(&bounded(version)))),
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
