//! For whatever watches the server.

use crate::{NoArgs, NoBody};

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// The program's version.
    pub version: String,
    /// Whether the database answers, as the last that was asked of it tells: at most 5 seconds ago.
    pub database: bool,
}

endpoint! {
    /// Is the server alive
    ///
    /// Answers as long as the process does; asks no database.
    Alive: Get "/health" in "Health" for Public
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json Health;

    /// Is the server ready
    ///
    /// 503 while the database cannot be reached or the server is stopping.
    Ready: Get "/ready" in "Health" for Public
        (path NoArgs, query NoArgs, body NoBody) -> 200 Json Health;
}
