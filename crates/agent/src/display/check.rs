//! `deskwarden-agent display-check`: whether a display takes windows from this account.
//!
//! Runs as the session's account with its environment, and exits with 0 if it does. The dialog programs cannot tell:
//! one that cannot open the display ends like one that was closed.

use std::{os::unix::net::UnixStream, path::Path};

/// The word on the command line.
pub(crate) const WORD: &str = "display-check";

/// 0 if a window could be shown, else 1.
pub(crate) fn main() -> i32 {
    i32::from(x11rb::connect(None).is_err() && !wayland())
}

fn wayland() -> bool {
    let (Some(name), Some(directory)) = (std::env::var_os("WAYLAND_DISPLAY"), std::env::var_os("XDG_RUNTIME_DIR"))
    else {
        return false;
    };
    UnixStream::connect(Path::new(&directory).join(name)).is_ok()
}
