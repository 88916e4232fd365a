//! The audit log.

use super::{Page, PageQuery};
use crate::{ActorKind, AuditAction, AuditId, NoArgs, NoBody, SessionId, Timestamp};

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// Its number in the tenant's chain, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who, by kind.
    pub actor_kind: ActorKind,
    /// Who, by name; absent once erased.
    pub actor: Option<String>,
    /// What.
    pub action: AuditAction,
    /// To which session.
    pub session_id: Option<SessionId>,
    /// To what else, in words; absent once erased.
    pub object: Option<String>,
    /// Why; absent once erased.
    pub reason: Option<String>,
    /// This entry's hash in the chain, hexadecimal SHA-256.
    pub hash: String,
}

/// Whether the chain is whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditCheck {
    /// Whether every entry's hash follows from the one before.
    pub whole: bool,
    /// How many entries were read.
    pub entries: i64,
    /// The first entry that does not fit.
    pub broken_at: Option<i64>,
}

endpoint! {
    /// List the audit log
    ///
    /// Newest first.
    ListAudit: Get "/api/v1/audit" in "Audit" for ReadAudit
        (path NoArgs, query PageQuery, body NoBody) -> 200 Json Page<AuditEntry>;

    /// Verify the audit log
    ///
    /// Reads the tenant's whole chain.
    VerifyAudit: Get "/api/v1/audit/verification" in "Audit" for ReadAudit
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json AuditCheck;
}
