//! A launch asked for on a host.

use std::net::IpAddr;

use deskwarden_domain::{LaunchRefusal, decide_launch, offline_until, terminal_access};
use deskwarden_types::{
    DeliveryKind, ErrorCode, ResourceId, SessionId, Source, Status, Terminal, Timestamp, UserId,
    agent::{Launch, NewLaunch},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{
    dictionary,
    entitlement::{self, Provision},
    hold::held_until,
    insert::{Beside, NewSession, insert},
};
use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    schema::{resources, sessions},
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
    let own = tenants::own_networks(scope)?;
    let new = NewSession {
        kind: DeliveryKind::ManagedApp,
        status: Status::Launched,
        user,
        resource,
        provision: Some(&provision),
        environment: provision.environment,
        device: Some(dictionary::device(scope, &who.host_name, Terminal::OwnComputer)?),
        host: who.host,
        agent: who.agent,
        address: Some(dictionary::address(scope, from)?),
        terminal: Terminal::OwnComputer,
        access: terminal_access(from, &own),
        source: Source::Agent,
        connected: false,
        at,
        valid_until: None,
        offline_until: offline,
        beside: Beside {
            launch_key: Some(dictionary::stored_key(who.agent, &asked.launch_key)),
            version: asked.version.as_deref(),
            ..Beside::default()
        },
    };
    let id = insert(scope, &new)?;
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
        Some(resource) => (held_until(scope, user, resource)?, entitlement::live_and_most(scope, user, resource)?),
        None => (None, (0, None)),
    };
    let facts: Vec<_> = all.iter().map(|provision| provision.facts.clone()).collect();
    let chosen = decide_launch(&facts, held, live, most, scope.now)
        .map_err(|why| refusal(asked.program.as_str().rsplit('/').next().unwrap_or_default(), &why))?;
    all.into_iter()
        .find(|provision| provision.facts.id == chosen)
        .ok_or_else(|| StoreError::Corrupt(format!("provision {chosen}")))
}

/// Why `what` is not launched, with what to do next.
pub(super) fn refusal(what: &str, why: &LaunchRefusal) -> StoreError {
    let (code, next) = match why {
        LaunchRefusal::NotProvisioned => (ErrorCode::NotProvisioned, "An admin can make a provision for it."),
        LaunchRefusal::Suspended => (ErrorCode::NotProvisioned, "An admin can lift the suspension."),
        LaunchRefusal::Held(_) => (ErrorCode::LaunchHeld, "Try again then, or ask an admin."),
        LaunchRefusal::TooMany(_) => (ErrorCode::SessionConflict, "Open it again, or end it first."),
    };
    StoreError::refused(code, format!("{what}: {why}. {next}"))
}
