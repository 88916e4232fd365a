//! Reading answers and refusals.

use std::time::Duration;

use deskwarden_types::{Content, Endpoint, Problem};

use crate::{ClientError, Refusal};

/// What a transport brings before the body.
pub(crate) struct Head {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, as it stands.
    pub retry_after: Option<String>,
}

/// The body of an answer that is no refusal.
pub(crate) fn accepted(head: Head, body: Vec<u8>) -> Result<Vec<u8>, ClientError> {
    if (200..300).contains(&head.status) { Ok(body) } else { Err(refusal(&head, &body)) }
}

/// Reads a whole answer.
pub(crate) fn read<E: Endpoint>(body: &[u8]) -> Result<E::Answer, ClientError> {
    // An answer without a body is an empty object, so that every answer is read the same way.
    let body = if E::CONTENT == Content::Nothing { b"{}" } else { body };
    item::<E>(body)
}

/// Reads one document of the answer's type.
pub(crate) fn item<E: Endpoint>(json: &[u8]) -> Result<E::Answer, ClientError> {
    from_json(json).map_err(|error| unreadable(E::ID, &error))
}

#[cfg(target_arch = "wasm32")]
use crate::tree::read as from_json;
#[cfg(not(target_arch = "wasm32"))]
use serde_json::from_slice as from_json;

#[cold]
fn unreadable(endpoint: &str, error: &dyn std::fmt::Display) -> ClientError {
    ClientError::Decode(format!("{endpoint}: {error}"))
}

/// Reads a refusal; one that is not in our form is not the server's own.
pub(crate) fn refusal(head: &Head, body: &[u8]) -> ClientError {
    match from_json::<Problem>(body) {
        Ok(problem) => {
            let retry_after = head.retry_after.as_deref().and_then(|s| s.trim().parse().ok()).map(Duration::from_secs);
            ClientError::Problem(Box::new(Refusal { problem, retry_after }))
        }
        Err(_) => {
            let start: String = String::from_utf8_lossy(body).chars().take(120).collect();
            ClientError::Decode(format!("HTTP status {} without a problem document: {:?}", head.status, start.trim()))
        }
    }
}

#[cfg(test)]
mod tests {
    use deskwarden_types::{ErrorCode, agent::SendBeats, api::SignOut};

    use super::*;

    fn head(status: u16) -> Head {
        Head { status, retry_after: Some("7".into()) }
    }

    #[test]
    fn refusals_keep_code_and_waiting_time() {
        let body = serde_json::to_vec(&Problem::new(ErrorCode::Busy, "full", "r1")).unwrap();
        let error = accepted(head(503), body).unwrap_err();
        assert_eq!((error.code(), error.retry_after()), (Some(ErrorCode::Busy), Some(Duration::from_secs(7))));
        assert_eq!(error.to_string(), "full");
    }

    #[test]
    fn what_is_not_of_the_contract_is_told_apart() {
        assert!(matches!(accepted(head(502), b"<html>Bad gateway".to_vec()), Err(ClientError::Decode(_))));
        assert!(matches!(read::<SendBeats>(b"{}"), Err(ClientError::Decode(_))));
        assert!(matches!(read::<SendBeats>(b"\xff"), Err(ClientError::Decode(_))));
        assert_eq!(accepted(head(204), Vec::new()).ok(), Some(Vec::new()));
        assert!(read::<SignOut>(b"").is_ok());
    }
}
