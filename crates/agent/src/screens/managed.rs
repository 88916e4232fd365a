//! `deskwarden-agent await-manager`: waits until a window manager looks after the display.
//!
//! Runs as the session's account. A window that appears while the manager takes the others over may be lost to both.

use std::time::{Duration, Instant};

use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ConnectionExt},
};

/// The word on the command line.
pub(crate) const WORD: &str = "await-manager";
/// How long it is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(20);

/// 0 if there is one, else 1.
pub(crate) fn main() -> i32 {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if is_managed().unwrap_or(false) {
            return 0;
        }
        #[expect(clippy::disallowed_methods, reason = "a process of its own, without a runtime")]
        std::thread::sleep(LOOK);
    }
    1
}

/// Whether a manager has said on the root window that it is there (EWMH).
fn is_managed() -> Result<bool, Box<dyn std::error::Error>> {
    let (connection, number) = x11rb::connect(None)?;
    let root = connection.setup().roots.get(number).ok_or("no such screen")?.root;
    let atom = connection.intern_atom(true, b"_NET_SUPPORTING_WM_CHECK")?.reply()?.atom;
    let check = connection.get_property(false, root, atom, AtomEnum::WINDOW, 0, 1)?.reply()?;
    Ok(check.value_len > 0)
}
