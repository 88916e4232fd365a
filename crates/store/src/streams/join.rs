//! An agent comes with the screen.

use std::net::IpAddr;

use deskwarden_domain::terminal_access;
use deskwarden_types::{ConsentId, SessionId, StreamId, StreamReach, Terminal};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::JOIN_SECONDS;
use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    consents,
    launches::dictionary,
    names::word,
    schema::{sessions, streams},
    sessions::state,
    tenants,
};

/// Where a viewer sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Browser {
    /// Its address.
    pub ip: Option<IpAddr>,
    /// What it sits on.
    pub terminal: Terminal,
}

/// A stream that runs from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// What the viewer may do.
    pub reach: StreamReach,
}

/// The agent joins a stream that waits for it, once. From then on the session's user is where the viewer of a stream of
/// their own sits.
pub fn join(scope: &mut WriteScope<'_>, who: &AgentIdentity, id: StreamId, browser: Browser) -> Result<Joined> {
    let (tenant, now) = (scope.tenant.0, scope.now);
    let waiting = streams::table
        .filter(streams::tenant_id.eq(tenant))
        .filter(streams::id.eq(id.0))
        .filter(streams::agent_id.eq(who.agent.0))
        .filter(streams::opened_at.gt(now.plus_seconds(-JOIN_SECONDS - 5).millis()))
        .filter(streams::joined_at.is_null())
        .filter(streams::closed_at.is_null());
    let row: Option<(i64, i16, Option<i64>)> =
        waiting.select((streams::session_id, streams::reach, streams::consent_id)).first(scope.conn).optional()?;
    let (session, reach, consent) = row.ok_or_else(|| StoreError::not_found("stream that waits for this agent"))?;
    let (session, reach) = (SessionId(session), word::<StreamReach>(reach)?);
    state::lock(scope, session)?;
    let joined = diesel::update(waiting)
        .set((streams::joined_at.eq(now.millis()), streams::heard_at.eq(now.millis())))
        .execute(scope.conn)?;
    if joined != 1 {
        return Err(StoreError::not_found("stream that waits for this agent"));
    }
    match consent {
        Some(consent) => consents::began(scope, ConsentId(consent))?,
        None => sits_at(scope, session, browser)?,
    }
    Ok(Joined { reach })
}

/// Writes where the session's user sits (002).
fn sits_at(scope: &mut WriteScope<'_>, session: SessionId, browser: Browser) -> Result<()> {
    let row = sessions::table.filter(sessions::tenant_id.eq(scope.tenant.0)).filter(sessions::id.eq(session.0));
    diesel::update(row).set(sessions::terminal.eq(browser.terminal.code())).execute(scope.conn)?;
    if let Some(ip) = browser.ip {
        let address = dictionary::address(scope, ip)?;
        let access = terminal_access(ip, &tenants::own_networks(scope)?);
        diesel::update(row)
            .set((sessions::address_id.eq(address), sessions::access.eq(access.code())))
            .execute(scope.conn)?;
    }
    scope.touch(session);
    Ok(())
}
