//! Access tokens: JWT, signed with a key that all servers of the installation share, good for ten minutes.

use std::collections::HashSet;

use deskwarden_types::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::http::ApiError;

/// For how long one is good, in seconds.
pub const ACCESS_SECONDS: i64 = 600;

/// The name of the key among the installation's secrets.
pub const ACCESS_KEY: &str = "access_tokens";

/// What a token says. Role and rights are not in it: they are read when it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    /// The sign-in, as text.
    sub: String,
    /// When it ends, in seconds since 1970.
    exp: i64,
}

/// A token that was read, with a right signature; it may have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessToken {
    /// The sign-in that it belongs to.
    pub sign_in: i64,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Makes and reads tokens.
pub struct AccessTokens {
    sign: EncodingKey,
    verify: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// With this key.
    pub fn new(key: &[u8; 32]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // The end is compared with the server's own clock by whoever reads the token.
        validation.validate_exp = false;
        validation.required_spec_claims = HashSet::new();
        Self { sign: EncodingKey::from_secret(key), verify: DecodingKey::from_secret(key), validation }
    }

    /// A token for a sign-in, with its end.
    pub fn make(&self, sign_in: i64, now: Timestamp) -> Result<(String, Timestamp), ApiError> {
        let expires_at = now.plus_seconds(ACCESS_SECONDS);
        let exp = expires_at.millis() / 1000;
        let claims = Claims { sub: sign_in.to_string(), exp };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.sign).map_err(ApiError::internal)?;
        Ok((token, Timestamp::from_millis(exp * 1000)))
    }

    /// Reads a token; nothing, if we did not make it.
    pub fn read(&self, token: &str) -> Option<AccessToken> {
        let claims = decode::<Claims>(token, &self.verify, &self.validation).ok()?.claims;
        let expires_at = Timestamp::from_millis(claims.exp.saturating_mul(1000));
        Some(AccessToken { sign_in: claims.sub.parse().ok()?, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_500);

    #[test]
    fn a_token_tells_its_sign_in_and_its_end() {
        let tokens = AccessTokens::new(&[7; 32]);
        let (text, expires_at) = tokens.make(42, NOW).unwrap();
        assert_eq!(tokens.read(&text), Some(AccessToken { sign_in: 42, expires_at }));
        assert!(expires_at <= NOW.plus_seconds(ACCESS_SECONDS) && expires_at > NOW.plus_seconds(ACCESS_SECONDS - 2));
    }

    #[test]
    fn what_we_did_not_make_is_nothing() {
        let tokens = AccessTokens::new(&[7; 32]);
        let (foreign, _) = AccessTokens::new(&[8; 32]).make(42, NOW).unwrap();
        // {"alg":"none"}.{"sub":"42","exp":9999999999}.
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiIsImV4cCI6OTk5OTk5OTk5OX0.";
        for text in [foreign.as_str(), unsigned, "", "a.b.c", "ä"] {
            assert_eq!(tokens.read(text), None, "{text}");
        }
        let (mut own, _) = tokens.make(42, NOW).unwrap();
        own.replace_range(30..31, if own.get(30..31) == Some("A") { "B" } else { "A" });
        assert_eq!(tokens.read(&own), None);
    }
}
