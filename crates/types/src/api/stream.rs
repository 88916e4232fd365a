//! Streams of screens to browsers.

use super::{Page, PageQuery, UserRef};
use crate::{
    CommandOutcome, ConsentId, ConsentPath, ConsentState, NoArgs, NoBody, SessionId, SessionPath, StreamId, TicketPath,
    Timestamp,
};

/// A ticket for one stream.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StreamTicket {
    /// The stream's id.
    pub id: StreamId,
    /// Where a WebSocket opens it, once, within 60 s: a path of this server. It speaks RFB 3.8 in binary messages, without
    /// a secret.
    pub address: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A wish to watch a session, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// The session.
    pub session_id: SessionId,
    /// Whose session it is.
    pub user: UserRef,
    /// Who asked.
    pub asked_by: UserRef,
    /// Why, as the user saw it.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when an answer counts.
    pub answer_by: Timestamp,
    /// How far it is.
    pub state: ConsentState,
    /// The answer, once there is one.
    pub answer: Option<CommandOutcome>,
    /// When it came.
    pub answered_at: Option<Timestamp>,
    /// Since when somebody watched.
    pub watched_from: Option<Timestamp>,
    /// Until when.
    pub watched_until: Option<Timestamp>,
    /// Who ended it; nobody where the connection or the session did.
    pub ended_by: Option<UserRef>,
}

endpoint! {
    /// Open a stream to my session
    ///
    /// Gives a ticket for the session's screen. Refused with `conflict` when the session is over or may not be
    /// reconnected to.
    OpenStream: Post "/api/v1/sessions/{id}/streams" in "Streams" for Own
        (path SessionPath, query NoArgs, body NoBody) -> 201 Json StreamTicket;

    /// Watch
    ///
    /// Gives a ticket for a session's screen, to look on. For who asked, once the user has agreed; good for a minute
    /// after that.
    OpenWatch: Post "/api/v1/consents/{id}/streams" in "Streams" for UseVerbs
        (path ConsentPath, query NoArgs, body NoBody) -> 201 Json StreamTicket;

    /// Follow a stream
    ///
    /// Switches to a WebSocket of binary messages: RFB 3.8. The ticket says who may.
    FollowStream: Get "/api/v1/streams/{ticket}" in "Streams" for Public
        (path TicketPath, query NoArgs, body NoBody) -> 101 Nothing NoBody;

    /// List consents
    ///
    /// Newest first: the caller's own, of who was asked and who asked; all for who reads the audit log.
    ListConsents: Get "/api/v1/consents" in "Streams" for Own
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<Consent>;

    /// Show a consent
    ///
    /// To whom the list shows it.
    ShowConsent: Get "/api/v1/consents/{id}" in "Streams" for Own
        (path ConsentPath, query NoArgs, body NoBody) -> 200 Json Consent;

    /// End watching
    ///
    /// By the user who is watched, or by who watches or asked. Ended already is success.
    EndWatch: Post "/api/v1/consents/{id}/end" in "Streams" for Own
        (path ConsentPath, query NoArgs, body NoBody) -> 200 Json Consent;

    /// Download my consents
    ///
    /// All that the caller was asked, as JSON Lines.
    DownloadConsents: Get "/api/v1/me/consents" in "Streams" for Own
        (path NoArgs, query NoArgs, body NoBody) -> 200 Lines Consent;
}
