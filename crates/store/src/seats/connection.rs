//! A native viewer at a host's gate.

use std::net::IpAddr;

use deskwarden_domain::{rules, terminal_access};
use deskwarden_types::{
    DeliveryKind, ErrorCode, ResourceId, SessionId, Source, Terminal, UserId,
    agent::{Connection, NewConnection},
    api::SeatCount,
};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use super::{
    count::{count, lock},
    holders::holders,
    vnc_auth::{answer, same, sixteen},
};
use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    launches::{Beside, Launchable, NewSession, decide, dictionary, insert, launchable},
    schema::{agents, seat_refusals, sessions, users, viewer_passwords},
    tenants,
};

/// What the gate is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Let it in.
    LetIn(Box<Connection>),
    /// All seats are taken: what the viewer shows. It is written down who was refused.
    NoSeat(String),
}

struct Known {
    id: i64,
    user: UserId,
    resource: ResourceId,
}

/// Checks the one-time password by the viewer's answer, then takes a seat. The same key gives the same session.
pub fn connect(scope: &mut WriteScope<'_>, who: &AgentIdentity, asked: &NewConnection) -> Result<Answer> {
    if asked.connection_key.is_empty() || asked.connection_key.len() > 100 || asked.connection_key.contains('\0') {
        return Err(StoreError::bad_field("connection_key", "1 to 100 characters."));
    }
    let digits =
        |field, text: &str| sixteen(text).ok_or_else(|| StoreError::bad_field(field, "32 hexadecimal digits."));
    let (challenge, response) = (digits("challenge", &asked.challenge)?, digits("response", &asked.response)?);
    let ip: IpAddr = asked.ip.parse().map_err(|_| StoreError::bad_field("ip", "An IP address."))?;
    let key = format!("gate:{}", asked.connection_key);
    if let Some(session) = dictionary::launched(scope, who.agent, &key)? {
        return again(scope, SessionId(session));
    }
    let wrong = || {
        let detail = "The password is wrong, was used, or its minute is over. Make a new one on your own page.";
        StoreError::refused(ErrorCode::WrongCredentials, detail)
    };
    let known = by_answer(scope, who, &challenge, &response)?.ok_or_else(wrong)?;
    // Used, whatever comes of it; two at once: one of them takes the row away.
    let own = viewer_passwords::table
        .filter(viewer_passwords::tenant_id.eq(scope.tenant.0))
        .filter(viewer_passwords::id.eq(known.id));
    if diesel::delete(own).execute(scope.conn)? != 1 {
        return Err(wrong());
    }
    let resource = launchable(scope, known.resource)?;
    let provision = decide(scope, known.user, &resource, &[])?;
    lock(scope)?;
    let seats = count(scope)?;
    if seats.in_use >= seats.capacity {
        return refuse(scope, known.user, ip, seats);
    }
    let access = terminal_access(ip, &tenants::own_networks(scope)?);
    let version = agent_version(scope, who)?;
    let new = NewSession {
        kind: DeliveryKind::RemoteAccess,
        status: rules(DeliveryKind::RemoteAccess).initial(),
        user: known.user,
        resource: resource.id,
        provision: Some(&provision),
        environment: None,
        // A viewer does not say what it sits on; its address is what tells one device from another.
        device: Some(dictionary::device(scope, &ip.to_canonical().to_string(), Terminal::SoftClient)?),
        host: who.host,
        agent: who.agent,
        address: Some(dictionary::address(scope, ip)?),
        terminal: Terminal::SoftClient,
        access,
        source: Source::Gate,
        connected: true,
        at: scope.now,
        valid_until: None,
        offline_until: None,
        beside: Beside {
            launch_key: Some(dictionary::stored_key(who.agent, &key)),
            server_product: Some("Deskwarden gate"),
            server_version: version.as_deref(),
            ..Beside::default()
        },
    };
    let session = insert(scope, &new)?;
    let seats = count(scope)?;
    connection(scope, session, known.user, resource, seats)
}

/// The password of this host whose answer it is.
fn by_answer(
    scope: &mut WriteScope<'_>,
    who: &AgentIdentity,
    challenge: &[u8; 16],
    response: &[u8; 16],
) -> Result<Option<Known>> {
    let rows: Vec<(i64, i64, i64, String)> = viewer_passwords::table
        .inner_join(users::table.on(users::id.eq(viewer_passwords::user_id)))
        .filter(viewer_passwords::tenant_id.eq(scope.tenant.0))
        .filter(viewer_passwords::host_id.eq(who.host.0))
        .filter(viewer_passwords::expires_at.gt(scope.now.millis()))
        .filter(users::disabled_at.is_null())
        .select((
            viewer_passwords::id,
            viewer_passwords::user_id,
            viewer_passwords::resource_id,
            viewer_passwords::password,
        ))
        .load(scope.conn)?;
    let found = rows.into_iter().find(|(_, _, _, password)| same(&answer(password, challenge), response));
    Ok(found.map(|(id, user, resource, _)| Known { id, user: UserId(user), resource: ResourceId(resource) }))
}

fn agent_version(scope: &mut WriteScope<'_>, who: &AgentIdentity) -> Result<Option<String>> {
    Ok(agents::table
        .filter(agents::tenant_id.eq(scope.tenant.0))
        .filter(agents::id.eq(who.agent.0))
        .select(agents::version)
        .first(scope.conn)?)
}

fn connection(
    scope: &mut WriteScope<'_>,
    session_id: SessionId,
    user: UserId,
    resource: Launchable,
    seats: SeatCount,
) -> Result<Answer> {
    let account: String = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::id.eq(user.0))
        .select(users::username)
        .first(scope.conn)?;
    let wrong = |what: &str| StoreError::Corrupt(format!("session {session_id}: {what}"));
    Ok(Answer::LetIn(Box::new(Connection {
        session_id,
        account: account.parse().map_err(|_| wrong("the account"))?,
        name: resource.name,
        program: resource.program.map(|program| program.parse()).transpose().map_err(|_| wrong("the program"))?,
        seats,
    })))
}

fn again(scope: &mut WriteScope<'_>, id: SessionId) -> Result<Answer> {
    let row: Option<(i64, i64)> = sessions::table
        .filter(sessions::tenant_id.eq(scope.tenant.0))
        .filter(sessions::id.eq(id.0))
        .select((sessions::user_id, sessions::resource_id))
        .first(scope.conn)
        .optional()?;
    let (user, resource) = row.ok_or_else(|| StoreError::not_found("session"))?;
    let (resource, seats) = (launchable(scope, ResourceId(resource))?, count(scope)?);
    connection(scope, id, UserId(user), resource, seats)
}

/// Writes down who was refused, and says why, and which seats are the user's own.
fn refuse(scope: &mut WriteScope<'_>, user: UserId, ip: IpAddr, seats: SeatCount) -> Result<Answer> {
    diesel::insert_into(seat_refusals::table)
        .values((
            seat_refusals::tenant_id.eq(scope.tenant.0),
            seat_refusals::user_id.eq(user.0),
            seat_refusals::ip.eq(ip.to_canonical().to_string()),
            seat_refusals::at.eq(scope.now.millis()),
            seat_refusals::capacity.eq(i32::try_from(seats.capacity).unwrap_or(i32::MAX)),
        ))
        .execute(scope.conn)?;
    let own = holders(scope, Some(user), 10)?;
    let mut text = format!("All seats are taken: {} of {} are in use.", seats.in_use, seats.capacity);
    if own.is_empty() {
        text.push_str(" None of them is yours. Try again later, or ask an admin.");
    } else {
        let places: Vec<String> = own
            .iter()
            .map(|holder| format!("{} since {}", holder.ip.as_deref().unwrap_or("an unknown address"), holder.since))
            .collect();
        text.push_str(&format!(" Yours: {}. Close one of them first.", places.join("; ")));
    }
    Ok(Answer::NoSeat(text))
}
