//! From a viewer to the screen.

use super::{
    Reach, Refused,
    encodings::may_ask,
    flow::{Flow, Heads, Step, i32_at, u16_at},
};

/// Encodings that a viewer may name; they name some thirty.
const MOST_ENCODINGS: usize = 1024;
/// Bytes of a text that may be put on the clipboard.
const MOST_TEXT: u64 = 16 << 20;

/// Lets the messages of a viewer pass that its reach allows. Begins behind the handshake.
#[derive(Debug)]
pub struct ClientFilter {
    flow: Flow,
    rules: Rules,
}

/// What a viewer did, or would have done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Input {
    /// Keys, pointer moves and clicks that passed: the user is there.
    pub passed: u64,
    /// Messages that would have changed the session.
    pub dropped: u64,
}

#[derive(Debug)]
struct Rules {
    reach: Reach,
    input: Input,
}

impl ClientFilter {
    /// For a viewer of this reach.
    pub fn new(reach: Reach) -> Self {
        Self { flow: Flow::default(), rules: Rules { reach, input: Input::default() } }
    }

    /// Takes bytes as they come, cut anywhere, and adds those that pass to `out`. After an error the stream must be
    /// closed.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
        self.flow.take(bytes, out, &mut self.rules)
    }

    /// What was done so far.
    pub fn input(&self) -> Input {
        self.rules.input
    }
}

impl Rules {
    /// For what changes the session: it passes, or is dropped and counted.
    fn change(&mut self, more: u64, is_input: bool) -> Step {
        match self.reach {
            Reach::Control => {
                self.input.passed += u64::from(is_input);
                Step::Pass(more)
            }
            Reach::View => {
                self.input.dropped += 1;
                Step::Drop(more)
            }
        }
    }
}

impl Heads for Rules {
    fn head(&mut self, head: &[u8], instead: &mut Vec<u8>) -> Result<Step, Refused> {
        let kind = head.first().copied().unwrap_or_default();
        let need = |bytes: usize| if head.len() < bytes { Some(Step::Need(bytes)) } else { None };
        Ok(match kind {
            // SetPixelFormat. Who watches gets one form only, so that pictures can be told from texts.
            0 => match need(20) {
                Some(step) => step,
                None if self.reach == Reach::View && !is_common(head) => return Err(Refused::PixelFormat),
                None => Step::Pass(0),
            },
            // SetEncodings.
            2 => {
                if let Some(step) = need(4) {
                    return Ok(step);
                }
                let count = usize::from(u16_at(head, 2));
                if count > MOST_ENCODINGS {
                    return Err(Refused::TooLong(kind));
                }
                if let Some(step) = need(4 + 4 * count) {
                    return Ok(step);
                }
                let asked = (0..count).map(|n| i32_at(head, 4 + 4 * n));
                let kept: Vec<i32> = asked.filter(|encoding| may_ask(*encoding, self.reach)).collect();
                instead.extend_from_slice(&[2, 0]);
                instead.extend_from_slice(&u16::try_from(kept.len()).unwrap_or(0).to_be_bytes());
                kept.iter().for_each(|encoding| instead.extend_from_slice(&encoding.to_be_bytes()));
                Step::Replace
            }
            // FramebufferUpdateRequest, EnableContinuousUpdates.
            3 | 150 => need(10).unwrap_or(Step::Pass(0)),
            // KeyEvent.
            4 => need(8).unwrap_or_else(|| self.change(0, true)),
            // PointerEvent.
            5 => need(6).unwrap_or_else(|| self.change(0, true)),
            // ClientCutText; a negative length says that it is the extended one.
            6 => match need(8) {
                Some(step) => step,
                None => {
                    let length = u64::from(i32_at(head, 4).unsigned_abs());
                    if length > MOST_TEXT {
                        return Err(Refused::TooLong(kind));
                    }
                    self.change(length, false)
                }
            },
            // ClientFence, of at most 64 bytes.
            248 => match need(9) {
                Some(step) => step,
                None => match u64::from(head.get(8).copied().unwrap_or_default()) {
                    length @ 0..=64 => Step::Pass(length),
                    _ => return Err(Refused::TooLong(kind)),
                },
            },
            // xvp: shutting down, restarting. Nobody may.
            250 => match need(4) {
                Some(step) => step,
                None => {
                    self.input.dropped += 1;
                    Step::Drop(0)
                }
            },
            // SetDesktopSize.
            251 => match need(8) {
                Some(step) => step,
                None => self.change(16 * u64::from(head.get(6).copied().unwrap_or_default()), false),
            },
            // QEMU: only the extended key event is known.
            255 => match need(2) {
                Some(step) => step,
                None if head.get(1) != Some(&0) => return Err(Refused::UnknownMessage(kind)),
                None => need(12).unwrap_or_else(|| self.change(0, true)),
            },
            _ => return Err(Refused::UnknownMessage(kind)),
        })
    }
}

/// 32 bits a pixel, of which 24 count, one byte a colour: what viewers ask for.
fn is_common(message: &[u8]) -> bool {
    let [_, _, _, _, bits, depth, _, colours, red_max @ ..] = message else { return false };
    let maxima = [u16_at(red_max, 0), u16_at(red_max, 2), u16_at(red_max, 4)];
    (*bits, *depth) == (32, 24) && *colours != 0 && maxima == [255; 3]
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
