//! The one place of the tests that reads a clock.

use deskwarden_types::Timestamp;

/// Now, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "tests compare the server's times with the real one")]
pub fn now() -> Timestamp {
    chrono::Utc::now().into()
}
