//! Cursors: opaque, and signed, so that nobody can ask for a place that no list has.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use deskwarden_types::ErrorCode;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use super::ApiError;

/// The name of the key among the installation's secrets.
pub const CURSOR_KEY: &str = "cursors";

/// Bytes of the signature that go along.
const TAG: usize = 16;
/// The longest cursor that is looked at, in characters. A list has up to four keys of up to 1,000 characters (what an agent
/// calls a version), and of a character JSON makes at most 6 bytes.
const LONGEST: usize = 32 * 1024;

/// Signs places in lists, and reads them back.
pub struct Cursors {
    key: [u8; 32],
}

impl Cursors {
    /// With this key.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// A place in a list, as text. `list` names the list: a cursor is good for no other.
    pub fn write<T: Serialize>(&self, list: &str, place: &T) -> Result<String, ApiError> {
        let mut bytes = serde_json::to_vec(place).map_err(ApiError::internal)?;
        let tag = self.mac(list, &bytes)?.finalize().into_bytes();
        bytes.extend(tag.iter().take(TAG));
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The place that a cursor of this list means.
    pub fn read<T: DeserializeOwned>(&self, list: &str, text: &str) -> Result<T, ApiError> {
        let wrong = || {
            let detail = "Take it from next or prev of a page of this list, or start again without it.";
            ApiError::new(ErrorCode::InvalidCursor, detail).with_field("cursor")
        };
        if text.len() > LONGEST {
            return Err(wrong());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let split = bytes.len().checked_sub(TAG).ok_or_else(wrong)?;
        let (place, tag) = bytes.split_at_checked(split).ok_or_else(wrong)?;
        self.mac(list, place)?.verify_truncated_left(tag).map_err(|_| wrong())?;
        serde_json::from_slice(place).map_err(|_| wrong())
    }

    fn mac(&self, list: &str, place: &[u8]) -> Result<Hmac<Sha256>, ApiError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(ApiError::internal)?;
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(list.as_bytes());
        mac.update(place);
        Ok(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_however_long_the_names_are() {
        let cursors = Cursors::new([1; 32]);
        for letter in ["a", "ü", "漢", "𐐀", "\"", "\u{1}"] {
            let place = (
                vec![letter.repeat(1_000); 4],
                "-ad_username,-delivery_method,-last_activity_at,id",
                i64::MIN,
                i64::MIN,
            );
            let text = cursors.write("sessions", &place).unwrap();
            assert!(text.len() <= LONGEST, "{letter:?}: {}", text.len());
            let read: (Vec<String>, String, i64, i64) = cursors.read("sessions", &text).unwrap();
            assert_eq!(read.0, place.0);
        }
    }

    #[test]
    fn a_cursor_is_good_for_its_list_alone() {
        let cursors = Cursors::new([1; 32]);
        let text = cursors.write("users", &("ann", 7)).unwrap();
        assert_eq!(cursors.read::<(String, i64)>("users", &text).unwrap(), ("ann".to_owned(), 7));
        let code = |cursors: &Cursors, list, text: &str| cursors.read::<(String, i64)>(list, text).unwrap_err().code;
        assert_eq!(code(&cursors, "hosts", &text), ErrorCode::InvalidCursor);
        assert_eq!(code(&Cursors::new([2; 32]), "users", &text), ErrorCode::InvalidCursor);
        for bad in ["", "AAAA", "%", "ä", &format!("{text}A"), &"A".repeat(40_000)] {
            assert_eq!(code(&cursors, "users", bad), ErrorCode::InvalidCursor, "{bad}");
        }
    }
}
