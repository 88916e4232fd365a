//! Tickets for streams.

use deskwarden_domain::strength;
use deskwarden_types::{
    AgentId, ConsentId, DeliveryKind, ErrorCode, Phase, SessionId, Status, StreamId, StreamReach, Timestamp, UserId,
    Verb,
};
use diesel::{ExpressionMethods, RunQueryDsl};

use super::TICKET_SECONDS;
use crate::{
    Result, StoreError, WriteScope,
    identity::SecretHash,
    schema::streams,
    sessions::{self, Loaded, Viewer},
};

/// A ticket that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The stream.
    pub id: StreamId,
    /// Until when the ticket is good.
    pub expires_at: Timestamp,
}

/// Makes a ticket for a session of the viewer's own.
pub fn ticket(scope: &mut WriteScope<'_>, viewer: &Viewer, session: SessionId, hash: &SecretHash) -> Result<Made> {
    let loaded = sessions::find(scope, viewer, session)?;
    if !loaded.facts.own {
        let detail = "A stream like this is for sessions of one's own. To watch another's, use the verb view.";
        return Err(StoreError::refused(ErrorCode::Forbidden, detail));
    }
    let agent = open_to_streams(&loaded, StreamReach::Control, scope.now)?;
    insert(scope, (session, agent), viewer.user, StreamReach::Control, None, hash)
}

/// Whether a stream of the session can be opened now: whose agent has it.
pub(crate) fn open_to_streams(loaded: &Loaded, reach: StreamReach, now: Timestamp) -> Result<AgentId> {
    let (session, facts) = (&loaded.session, &loaded.facts);
    let refused = |code, detail: &str| {
        let mut error = StoreError::refused(code, detail);
        if let StoreError::Refused(refusal) = &mut error {
            refusal.session_id = Some(session.id);
        }
        Err(error)
    };
    let has_screen = match facts.kind {
        DeliveryKind::AppStream | DeliveryKind::CloudDelivery | DeliveryKind::CloudDesktop => true,
        // Its user has a viewer of their own; to look on, the host decides whether it can show it.
        DeliveryKind::RemoteAccess => reach == StreamReach::View,
        DeliveryKind::ManagedApp => false,
    };
    let ending = facts.open_command.is_some_and(|verb| strength(verb) >= strength(Verb::Expire));
    match (session.phase, loaded.agent) {
        _ if !has_screen => refused(ErrorCode::Conflict, "This session has no screen to stream."),
        (Phase::Over | Phase::Ending, _) => refused(ErrorCode::Conflict, "The session is over. Launch it again."),
        (Phase::Pending, _) => refused(ErrorCode::Conflict, "The session is still starting. Try again in a moment."),
        _ if ending || session.valid_until.is_some_and(|until| until <= now) => {
            refused(ErrorCode::Conflict, "The session is being ended: it may not be connected to any more.")
        }
        _ if facts.observed_status == Status::Error => {
            refused(ErrorCode::Conflict, "The session went wrong: there is nothing to connect to.")
        }
        (_, Some(agent)) if facts.agent_connected => Ok(agent),
        _ => refused(ErrorCode::NoHost, "The session's machine is not connected. Try again in a minute."),
    }
}

/// Writes the row of a stream that nobody has opened yet.
pub(crate) fn insert(
    scope: &mut WriteScope<'_>,
    (session, agent): (SessionId, AgentId),
    user: UserId,
    reach: StreamReach,
    consent: Option<ConsentId>,
    hash: &SecretHash,
) -> Result<Made> {
    let expires_at = scope.now.plus_seconds(TICKET_SECONDS);
    diesel::insert_into(streams::table)
        .values((
            streams::tenant_id.eq(scope.tenant.0),
            streams::session_id.eq(session.0),
            streams::agent_id.eq(agent.0),
            streams::user_id.eq(user.0),
            streams::consent_id.eq(consent.map(|consent| consent.0)),
            streams::reach.eq(reach.code()),
            streams::ticket_hash.eq(&hash[..]),
            streams::created_at.eq(scope.now.millis()),
            streams::expires_at.eq(expires_at.millis()),
        ))
        .execute(scope.conn)?;
    Ok(Made { id: StreamId(scope.conn.last_id()?), expires_at })
}
