//! Encodings that a viewer may ask for.

use super::Reach;

pub(super) const RAW: i32 = 0;
pub(super) const COPY_RECT: i32 = 1;
pub(super) const TIGHT: i32 = 7;
pub(super) const ZRLE: i32 = 16;
pub(super) const CURSOR: i32 = -239;
pub(super) const DESKTOP_SIZE: i32 = -223;
pub(super) const LAST_RECT: i32 = -224;
pub(super) const DESKTOP_NAME: i32 = -307;
pub(super) const EXTENDED_DESKTOP_SIZE: i32 = -308;

/// The server may send updates unasked.
const CONTINUOUS_UPDATES: i32 = -313;
/// Either side may ask where the other is in the stream.
const FENCE: i32 = -312;

const QEMU_KEYS: i32 = -258;
const XVP: i32 = -309;
const EXTENDED_MOUSE: i32 = -316;
/// 0xC0A1E5CE.
const EXTENDED_CLIPBOARD: i32 = i32::from_be_bytes([0xC0, 0xA1, 0xE5, 0xCE]);

/// Whether a viewer's wish for it passes on.
pub(super) fn may_ask(encoding: i32, reach: Reach) -> bool {
    match reach {
        // The mouse's extension changes the length of a message that is told apart by its length; nobody may shut a
        // machine down through its screen.
        Reach::Control => !matches!(encoding, XVP | EXTENDED_MOUSE),
        // Only what can be told apart on its way back: anything else could carry the clipboard.
        Reach::View => match encoding {
            QEMU_KEYS | XVP | EXTENDED_MOUSE | EXTENDED_CLIPBOARD => false,
            RAW | COPY_RECT | TIGHT | ZRLE => true,
            CURSOR | DESKTOP_SIZE | LAST_RECT | DESKTOP_NAME | EXTENDED_DESKTOP_SIZE | CONTINUOUS_UPDATES | FENCE => {
                true
            }
            // How well and how small pictures are made.
            -32..=-23 | -256..=-247 | -512..=-412 => true,
            _ => false,
        },
    }
}
