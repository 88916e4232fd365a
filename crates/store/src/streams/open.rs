//! A viewer comes with a ticket.

use deskwarden_domain::role_may;
use deskwarden_types::{AgentId, ConsentId, ErrorCode, Role, SessionId, StreamId, StreamReach, TenantId, UserId, Verb};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use super::ticket::open_to_streams;
use crate::{
    Conn, Result, StoreError, WriteScope, consents,
    identity::SecretHash,
    names::word,
    schema::{streams, users},
    sessions::{self, SYSTEM, state},
    tenants,
};

/// A stream whose viewer is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The stream.
    pub id: StreamId,
    /// Its tenant.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The agent that is to join.
    pub agent: AgentId,
    /// What the viewer may do.
    pub reach: StreamReach,
    /// Seconds without a sign of the viewer after which its network counts as poor.
    pub poor_network_seconds: u32,
}

fn gone() -> StoreError {
    let detail = "The address of a stream works once, within 60 seconds. Ask for a new one.";
    StoreError::refused(ErrorCode::CodeNotValid, detail)
}

/// Whose ticket it is.
// no tenant: the ticket tells the tenant.
pub fn tenant_of(conn: &mut Conn, ticket: &SecretHash) -> Result<TenantId> {
    let tenant: Option<i64> = streams::table
        .filter(streams::ticket_hash.eq(&ticket[..]))
        .select(streams::tenant_id)
        .first(conn)
        .optional()?;
    tenant.map(TenantId).ok_or_else(gone)
}

type Row = (i64, i64, i64, Option<i64>, i16, i16, Option<i64>);

/// Takes a ticket, once. The session and, to look on, the consent are looked at again. `server`: where the agent finds the
/// viewer.
pub fn open(scope: &mut WriteScope<'_>, ticket: &SecretHash, server: Option<&str>) -> Result<Opened> {
    let (tenant, now) = (scope.tenant, scope.now);
    let row: Option<Row> = streams::table
        .inner_join(users::table.on(users::id.eq(streams::user_id)))
        .filter(streams::tenant_id.eq(tenant.0))
        .filter(streams::ticket_hash.eq(&ticket[..]))
        .filter(streams::expires_at.gt(now.millis()))
        .filter(streams::opened_at.is_null())
        .filter(streams::closed_at.is_null())
        .select((
            streams::id,
            streams::session_id,
            streams::user_id,
            streams::consent_id,
            streams::reach,
            users::role,
            users::disabled_at,
        ))
        .first(scope.conn)
        .optional()?;
    let (id, session, user, consent, reach, role, disabled_at) = row.ok_or_else(gone)?;
    let (session, reach, role) = (SessionId(session), word::<StreamReach>(reach)?, word::<Role>(role)?);
    if disabled_at.is_some() || (reach == StreamReach::View && !role_may(role, Verb::View)) {
        return Err(gone());
    }
    state::lock(scope, session)?;
    let loaded = sessions::find(scope, &SYSTEM, session)?;
    let agent = open_to_streams(&loaded, reach, now)?;
    if let Some(consent) = consent {
        consents::may_watch(scope, ConsentId(consent), UserId(user))?;
    }
    // Two at once: one of them changes the row.
    let mine = streams::table
        .filter(streams::tenant_id.eq(tenant.0))
        .filter(streams::id.eq(id))
        .filter(streams::opened_at.is_null());
    let opened = diesel::update(mine)
        .set((streams::opened_at.eq(now.millis()), streams::heard_at.eq(now.millis()), streams::server.eq(server)))
        .execute(scope.conn)?;
    if opened != 1 {
        return Err(gone());
    }
    scope.wake(agent);
    let poor_network_seconds = tenants::settings(scope)?.poor_network_seconds;
    Ok(Opened { id: StreamId(id), tenant, session, agent, reach, poor_network_seconds })
}
