//! What can go wrong in the store. Knows no HTTP; the server says which error is which answer.

use deskwarden_types::{ErrorCode, SessionId, WhyNot};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The request was understood and refused.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The writer's queue or the pool is full.
    #[error("the database takes no more work just now")]
    Busy,
    /// The disk under the database is full.
    #[error("the disk under the database is full")]
    Full,
    /// The database cannot be reached or opened.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database answered with an error that no caller can do anything about.
    #[error("database: {0}")]
    Database(DieselError),
    /// A row cannot be what it is: a code without a word, JSON without a form.
    #[error("the database holds what cannot be: {0}")]
    Corrupt(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// A refusal with its stable code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// What happened and what to do next.
    pub detail: String,
    /// The field that was refused.
    pub field: Option<&'static str>,
    /// The session that it is about.
    pub session_id: Option<SessionId>,
    /// Why a verb is not allowed.
    pub why_not: Option<WhyNot>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl StoreError {
    /// A refusal.
    pub fn refused(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Refusal { code, detail: detail.into(), field: None, session_id: None, why_not: None }))
    }

    /// A refusal of a parameter's value.
    pub fn bad_parameter(name: &'static str, detail: impl Into<String>) -> Self {
        let Self::Refused(refusal) = Self::bad_field(name, detail) else { return Self::Closed };
        Self::Refused(Box::new(Refusal { code: ErrorCode::InvalidQuery, ..*refusal }))
    }

    /// A refusal of a field's value.
    pub fn bad_field(field: &'static str, detail: impl Into<String>) -> Self {
        let code = ErrorCode::InvalidField;
        Self::Refused(Box::new(Refusal {
            code,
            detail: detail.into(),
            field: Some(field),
            session_id: None,
            why_not: None,
        }))
    }

    /// The refusal with the field that it is about.
    #[must_use]
    pub fn with_field(mut self, field: &'static str) -> Self {
        if let Self::Refused(refusal) = &mut self {
            refusal.field = Some(field);
        }
        self
    }

    /// There is no such thing in the tenant.
    pub fn not_found(what: &str) -> Self {
        Self::refused(ErrorCode::NotFound, format!("There is no such {what} here."))
    }

    /// Whether trying the same transaction again can help.
    pub(crate) fn is_transient(&self) -> bool {
        // Two at once made the same row: the second run finds it.
        if matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _))) {
            return true;
        }
        matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _)))
            || matches!(self, Self::Database(DieselError::DatabaseError(_, info)) if info.message().contains("deadlock detected"))
    }

    /// Whether the transaction around it is lost too, not only the statement.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Self::Full | Self::Unavailable(_))
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        if let DieselError::DatabaseError(kind, info) = &error {
            let message = info.message();
            if is_full(info.as_ref()) {
                return Self::Full;
            }
            if message == "interrupted"
                || message.starts_with("canceling statement due to statement timeout")
                || message.starts_with("canceling statement due to user request")
            {
                let detail =
                    "The database was stopped: it took too long. Filter more closely, by time, user or status.";
                return Self::refused(ErrorCode::QueryTooSlow, detail);
            }
            if message.contains("database is locked") || message.starts_with("canceling statement due to lock timeout")
            {
                return Self::Busy;
            }
            if matches!(kind, DatabaseErrorKind::ClosedConnection)
                || message.contains("disk I/O error")
                || message.contains("server closed the connection")
                || message.contains("terminating connection")
                || message.contains("no connection to the server")
            {
                return Self::Unavailable(message.to_owned());
            }
        }
        Self::Database(error)
    }
}

/// Diesel keeps PostgreSQL's code (53100) to itself, and this is not always said by the same words: of a page that fits
/// half, PostgreSQL says `wrote only 4096 of 8192 bytes`, with a hint.
fn is_full(info: &dyn DatabaseErrorInformation) -> bool {
    let said = ["database or disk is full", "No space left on device", "Disk quota exceeded"];
    said.iter().any(|words| info.message().contains(words))
        || info.hint().is_some_and(|hint| hint.contains("Check free disk space"))
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
