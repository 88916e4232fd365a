//! A launch asked for in a browser or by a script.

use std::net::IpAddr;

use deskwarden_domain::{
    LaunchRefusal, decide_launch, labels::not_from_a_browser, most_sessions, rules, terminal_access,
};
use deskwarden_types::{Ability, DeliveryKind, ErrorCode, ResourceId, SessionId, Source, Status, Terminal, UserId};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{
    dictionary,
    entitlement::{self, Provision},
    hold::held_until,
    insert::{Beside, NewSession, insert},
    launch::refusal,
    machines::{Machine, machines},
};
use crate::{
    Conn, Result, Scope, StoreError, WriteScope,
    names::word,
    parts,
    schema::{resources, sessions},
    tenants,
};

/// An app or desktop, as far as launching it goes.
pub(crate) struct Launchable {
    pub(crate) id: ResourceId,
    pub(crate) name: String,
    pub(crate) kind: DeliveryKind,
    pub(crate) program: Option<String>,
    pub(crate) valid_hours: Option<i32>,
    pub(crate) most: Option<u32>,
}

/// The tenant's app or desktop of this id.
pub(crate) fn launchable(scope: &mut Scope<'_>, id: ResourceId) -> Result<Launchable> {
    type Row = (String, i16, Option<String>, Option<i32>, Option<i32>);
    let row: Option<Row> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::id.eq(id.0))
        .select((
            resources::name,
            resources::kind,
            resources::program,
            resources::valid_hours,
            resources::max_sessions_per_user,
        ))
        .first(scope.conn)
        .optional()?;
    let (name, kind, program, valid_hours, most) = row.ok_or_else(|| StoreError::not_found("app or desktop"))?;
    let kind = word(kind)?;
    let most = most_sessions(kind, most.and_then(|most| u32::try_from(most).ok()));
    Ok(Launchable { id, name, kind, program, valid_hours, most })
}

/// Makes a session of the user's, `pending`, on a machine that a provision allows.
pub fn start(scope: &mut WriteScope<'_>, user: UserId, id: ResourceId, from: IpAddr) -> Result<SessionId> {
    let resource = launchable(scope, id)?;
    // Two at once: the second waits here, and then finds what the first has made.
    one_at_a_time(scope, user)?;
    let sessions = live_sessions(scope, user, id)?;
    let provision = decide(scope, user, &resource, &sessions)?;
    if let Some(why) = not_from_a_browser(resource.kind) {
        return Err(StoreError::refused(ErrorCode::Conflict, format!("{}: {why}", resource.name)));
    }
    let (provision, machine) = place(scope, user, &resource, provision, Ability::Screens)?;
    let own = tenants::own_networks(scope)?;
    let new = NewSession {
        kind: resource.kind,
        status: rules(resource.kind).initial(),
        user,
        resource: id,
        provision: Some(&provision),
        environment: provision.environment.or(machine.environment),
        device: None,
        host: machine.host,
        agent: machine.agent,
        address: Some(dictionary::address(scope, from)?),
        terminal: Terminal::Browser,
        access: terminal_access(from, &own),
        source: Source::Agent,
        connected: false,
        at: scope.now,
        valid_until: resource.valid_hours.map(|hours| scope.now.plus_seconds(i64::from(hours) * 3600)),
        offline_until: None,
        beside: Beside::default(),
    };
    let session = insert(scope, &new)?;
    scope.wake(machine.agent);
    Ok(session)
}

/// Keeps the user's other launches waiting until the transaction ends.
fn one_at_a_time(scope: &mut WriteScope<'_>, user: UserId) -> Result<()> {
    // SQLite has one writer.
    if matches!(scope.conn, Conn::Postgres(_)) {
        let (tenant, user) = (scope.tenant.0, user.0);
        let sql = format!("SELECT 1 FROM users WHERE tenant_id = {tenant} AND id = {user} FOR NO KEY UPDATE");
        diesel::sql_query(sql).execute(scope.conn)?;
    }
    Ok(())
}

/// The user's sessions of the resource that are there to be connected to, the newest first.
fn live_sessions(scope: &mut Scope<'_>, user: UserId, resource: ResourceId) -> Result<Vec<SessionId>> {
    let ids: Vec<i64> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::resource_id.eq(resource.0))
        .filter(parts::is_open())
        // What went wrong is no session that anybody could go on with.
        .filter(sessions::observed_status.ne(Status::Error.code()))
        .order(sessions::id.desc())
        .select(sessions::id)
        .load(scope.conn)?;
    Ok(ids.into_iter().map(SessionId).collect())
}

/// The provision under which the launch is allowed, wherever it may run.
pub(crate) fn decide(
    scope: &mut Scope<'_>,
    user: UserId,
    resource: &Launchable,
    live: &[SessionId],
) -> Result<Provision> {
    let held = held_until(scope, user, resource.id)?;
    let count = u32::try_from(live.len()).unwrap_or(u32::MAX);
    let all = of_resource(scope, user, resource.id)?;
    let facts: Vec<_> = all.iter().map(|provision| provision.facts.clone()).collect();
    let chosen = decide_launch(&facts, held, count, resource.most, scope.now).map_err(|why| {
        let refused = refusal(&resource.name, &why);
        match (why, live.first(), refused) {
            (LaunchRefusal::TooMany(_), Some(session), StoreError::Refused(mut refusal)) => {
                refusal.session_id = Some(*session);
                StoreError::Refused(refusal)
            }
            (_, _, refused) => refused,
        }
    })?;
    all.into_iter()
        .find(|provision| provision.facts.id == chosen)
        .ok_or_else(|| StoreError::Corrupt(format!("provision {chosen}")))
}

/// Provisions that name the resource. One for every program is one for managed apps.
fn of_resource(scope: &mut Scope<'_>, user: UserId, resource: ResourceId) -> Result<Vec<Provision>> {
    let mut all = entitlement::provisions(scope, user, Some(resource), None)?;
    all.retain(|provision| provision.facts.resource_matches);
    Ok(all)
}

/// Where it runs: under `first` if a machine of it is connected, else under another provision that allows it as well.
pub(crate) fn place(
    scope: &mut Scope<'_>,
    user: UserId,
    resource: &Launchable,
    first: Provision,
    ability: Ability,
) -> Result<(Provision, Machine)> {
    let machines = machines(scope, ability)?;
    let mut all = of_resource(scope, user, resource.id)?;
    all.retain(|provision| provision.facts.user_allowed && provision.facts.id != first.facts.id);
    for provision in std::iter::once(first).chain(all) {
        let fits = machines
            .iter()
            .find(|machine| machine.fits(&provision) && (ability != Ability::Gate || machine.gate.is_some()));
        if let Some(machine) = fits {
            return Ok((provision, machine.clone()));
        }
    }
    let detail = format!(
        "{}: no machine that could run it is connected. Try again in a minute, or ask an admin.",
        resource.name
    );
    Err(StoreError::refused(ErrorCode::NoHost, detail))
}
