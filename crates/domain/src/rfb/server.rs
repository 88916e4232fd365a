//! From the screen to who watches it.

use super::{
    Refused,
    encodings::{COPY_RECT, CURSOR, DESKTOP_NAME, DESKTOP_SIZE, EXTENDED_DESKTOP_SIZE, LAST_RECT, RAW, TIGHT, ZRLE},
    flow::{Flow, Heads, Step, i32_at, u16_at},
    tight::tight,
};

/// Bytes of a pixel.
const PIXEL: u64 = 4;
/// Bytes of a rectangle's head.
const RECT: usize = 12;
/// Pieces of an update that has no number of rectangles and ends with a mark.
const UNTIL_MARK: u16 = u16::MAX;

/// Lets everything pass to who watches but texts of the clipboard. Begins behind the handshake. Holds for what a
/// [`super::ClientFilter`] of reach `View` let the viewer ask for: 32 bits a pixel, and encodings of which it knows the
/// length.
#[derive(Debug, Default)]
pub struct ServerFilter {
    flow: Flow,
    rules: Rules,
}

#[derive(Debug, Default)]
struct Rules {
    /// Rectangles of the present update that are still to come.
    rects: u16,
    texts: u64,
}

impl ServerFilter {
    /// Takes bytes as they come, cut anywhere, and adds those that pass to `out`. After an error the stream must be
    /// closed.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        self.flow.take(bytes, out, &mut self.rules)
    }

    /// How many texts of the clipboard were held back.
    pub fn texts(&self) -> u64 {
        self.rules.texts
    }
}

impl Heads for Rules {
    fn head(&mut self, head: &[u8], _: &mut Vec<u8>) -> Result<Step, Refused> {
        if self.rects > 0 {
            return self.rect(head);
        }
        let kind = head.first().copied().unwrap_or_default();
        let need = |bytes: usize| if head.len() < bytes { Some(Step::Need(bytes)) } else { None };
        Ok(match kind {
            // FramebufferUpdate.
            0 => need(4).unwrap_or_else(|| {
                self.rects = u16_at(head, 2);
                Step::Pass(0)
            }),
            // SetColourMapEntries.
            1 => need(6).unwrap_or_else(|| Step::Pass(6 * u64::from(u16_at(head, 4)))),
            // Bell; the end of updates that come unasked.
            2 | 150 => Step::Pass(0),
            // ServerCutText.
            3 => need(8).unwrap_or_else(|| {
                self.texts += 1;
                Step::Drop(u64::from(i32_at(head, 4).unsigned_abs()))
            }),
            // ServerFence.
            248 => need(9).unwrap_or_else(|| Step::Pass(u64::from(head.get(8).copied().unwrap_or_default()))),
            _ => return Err(Refused::UnknownMessage(kind)),
        })
    }
}

impl Rules {
    fn rect(&mut self, head: &[u8]) -> Result<Step, Refused> {
        if head.len() < RECT {
            return Ok(Step::Need(RECT));
        }
        let (width, height) = (u64::from(u16_at(head, 4)), u64::from(u16_at(head, 6)));
        let encoding = i32_at(head, 8);
        let step = match encoding {
            RAW => Step::Pass(PIXEL * width * height),
            COPY_RECT => Step::Pass(4),
            ZRLE | DESKTOP_NAME if head.len() < RECT + 4 => Step::Need(RECT + 4),
            ZRLE | DESKTOP_NAME => match u64::try_from(i32_at(head, RECT)) {
                Ok(length) => Step::Pass(length),
                Err(_) => return Err(Refused::Malformed(0)),
            },
            TIGHT => tight(head, RECT, width, height)?,
            CURSOR => Step::Pass((PIXEL * width + width.div_ceil(8)) * height),
            DESKTOP_SIZE | LAST_RECT => Step::Pass(0),
            EXTENDED_DESKTOP_SIZE if head.len() < RECT + 4 => Step::Need(RECT + 4),
            EXTENDED_DESKTOP_SIZE => Step::Pass(16 * u64::from(head.get(RECT).copied().unwrap_or_default())),
            _ => return Err(Refused::Encoding(encoding)),
        };
        if !matches!(step, Step::Need(_)) {
            self.rects = match (encoding, self.rects) {
                (LAST_RECT, _) => 0,
                (_, UNTIL_MARK) => UNTIL_MARK,
                (_, rects) => rects - 1,
            };
        }
        Ok(step)
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
