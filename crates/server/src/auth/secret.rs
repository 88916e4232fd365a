//! Secrets that are given out once: tokens, keys, links, codes. The store keeps their hashes alone.

use deskwarden_store::identity::SecretHash;
use sha2::{Digest, Sha256};

use crate::http::ApiError;

/// For how long an enrolment code is good, in seconds.
pub const CODE_SECONDS: i64 = 3600;
/// For how long a one-time link is good, in seconds.
pub const LINK_SECONDS: i64 = 86_400;

/// Starts an API token.
pub const TOKEN_PREFIX: &str = "dw_";
/// Starts an agent's key.
pub const AGENT_PREFIX: &str = "dwa_";

/// The alphabet of codes that people type: no letter that looks like a digit.
const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code; 5 bits each.
const CODE_LENGTH: usize = 16;

/// A secret with its hash.
pub struct Fresh {
    /// What is given out, once.
    pub text: String,
    /// What is kept.
    pub hash: SecretHash,
}

fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(format!("no random bytes: {error}")))?;
    Ok(bytes)
}

/// 256 random bits behind a prefix.
pub fn fresh(prefix: &str) -> Result<Fresh, ApiError> {
    let text = format!("{prefix}{}", hex(&random::<32>()?));
    let hash = hash(&text);
    Ok(Fresh { text, hash })
}

/// A code of 80 random bits that people can type: `XXXX-XXXX-XXXX-XXXX`.
pub fn fresh_code() -> Result<Fresh, ApiError> {
    let bytes = random::<CODE_LENGTH>()?;
    let characters = bytes.iter().filter_map(|byte| CODE_ALPHABET.get(usize::from(byte % 32)));
    let plain: String = characters.map(|byte| char::from(*byte)).collect();
    let groups: Vec<&str> = (0..CODE_LENGTH).step_by(4).filter_map(|at| plain.get(at..at + 4)).collect();
    Ok(Fresh { text: groups.join("-"), hash: hash(&plain) })
}

/// A password that people type into a native viewer: eight characters, all that such viewers count.
pub fn viewer_password() -> Result<String, ApiError> {
    let characters = random::<8>()?;
    let characters = characters.iter().filter_map(|byte| CODE_ALPHABET.get(usize::from(byte % 32)));
    Ok(characters.map(|byte| char::from(*byte)).collect())
}

/// The hash of a code as somebody typed it: dashes, spaces and small letters do not matter.
pub fn code_hash(typed: &str) -> SecretHash {
    let plain: String = typed.chars().filter(|c| !matches!(c, '-' | ' ')).take(64).collect();
    hash(&plain.to_ascii_uppercase().replace('O', "0").replace(['I', 'L'], "1"))
}

/// SHA-256. Enough for secrets with randomness of their own; never for passwords.
pub fn hash(text: &str) -> SecretHash {
    Sha256::digest(text.as_bytes()).into()
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_hash_to_what_is_kept() {
        let (a, b) = (fresh(TOKEN_PREFIX).unwrap(), fresh(TOKEN_PREFIX).unwrap());
        assert_ne!(a.text, b.text);
        assert!(a.text.starts_with("dw_") && a.text.len() == 67);
        assert_eq!(hash(&a.text), a.hash);
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }

    #[test]
    fn a_code_survives_being_typed() {
        let code = fresh_code().unwrap();
        assert_eq!(code.text.len(), 19);
        assert_eq!(code_hash(&code.text), code.hash);
        assert_eq!(code_hash(&format!(" {} ", code.text.to_lowercase().replace('-', " "))), code.hash);
        assert_eq!(code_hash("O0-Il-11"), code_hash("00111 1"));
        assert_ne!(code_hash(""), code.hash);
    }
}
