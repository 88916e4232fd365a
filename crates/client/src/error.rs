//! What can go wrong with a call.

use std::{ops::Deref, time::Duration};

use deskwarden_types::{ErrorCode, Problem};

/// A call that brought no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The server refused and said why.
    #[error("{}", .0.problem.detail)]
    Problem(Box<Refusal>),
    /// The server was not reached, or the connection broke. Whether the request was carried out is not known.
    #[error("the server cannot be reached: {0}")]
    Transport(String),
    /// An answer came that is not in the form of the contract: another program, a proxy, or another version.
    #[error("the answer cannot be understood: {0}")]
    Decode(String),
}

/// The server's refusal. Reads like the [`Problem`] in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the server says.
    pub problem: Problem,
    /// When to try again, where the server says so (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl Deref for Refusal {
    type Target = Problem;
    fn deref(&self) -> &Problem {
        &self.problem
    }
}

impl ClientError {
    /// The server's words, if it refused.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(refusal) => Some(&refusal.problem),
            Self::Transport(_) | Self::Decode(_) => None,
        }
    }

    /// The stable code, if the server refused.
    pub fn code(&self) -> Option<ErrorCode> {
        self.problem().map(|problem| problem.code)
    }

    /// How long the server asks to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem(refusal) => refusal.retry_after,
            Self::Transport(_) | Self::Decode(_) => None,
        }
    }
}
