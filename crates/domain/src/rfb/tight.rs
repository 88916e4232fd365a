//! How long a rectangle in Tight encoding is, as it comes.

use super::{Refused, flow::Step};

/// Bytes of a pixel in Tight, where 24 of 32 bits count.
const PIXEL: u64 = 3;
/// Data shorter than this is not compressed.
const SHORT: u64 = 12;

/// What to do with the head of a rectangle of this width and height, whose first byte of Tight is at `at`.
pub(super) fn tight(head: &[u8], at: usize, width: u64, height: u64) -> Result<Step, Refused> {
    let Some(control) = head.get(at) else { return Ok(Step::Need(at + 1)) };
    match control >> 4 {
        // One colour.
        8 => Ok(Step::Pass(PIXEL)),
        // JPEG.
        9 => Ok(compact(head, at + 1)),
        0..=7 => basic(head, at, *control, width, height),
        _ => Err(Refused::Malformed(0)),
    }
}

fn basic(head: &[u8], at: usize, control: u8, width: u64, height: u64) -> Result<Step, Refused> {
    let has_filter = control & 0x40 != 0;
    if !has_filter {
        return Ok(data(head, at + 1, width * PIXEL * height));
    }
    let Some(filter) = head.get(at + 1) else { return Ok(Step::Need(at + 2)) };
    match filter {
        // As it is; or as differences from neighbours, as long.
        0 | 2 => Ok(data(head, at + 2, width * PIXEL * height)),
        // A palette.
        1 => {
            let Some(last) = head.get(at + 2) else { return Ok(Step::Need(at + 3)) };
            let colours = u64::from(*last) + 1;
            let from = at + 3 + usize::try_from(colours * PIXEL).unwrap_or(0);
            if head.len() < from {
                return Ok(Step::Need(from));
            }
            let bytes = if colours <= 2 { width.div_ceil(8) * height } else { width * height };
            Ok(data(head, from, bytes))
        }
        _ => Err(Refused::Malformed(0)),
    }
}

/// Data that is so long before it is compressed.
fn data(head: &[u8], at: usize, bytes: u64) -> Step {
    if bytes < SHORT { pass_from(head, at, bytes) } else { compact(head, at) }
}

/// Data behind its length of one to three bytes.
fn compact(head: &[u8], at: usize) -> Step {
    let mut length = 0u64;
    for place in 0..3usize {
        let Some(byte) = head.get(at + place) else { return Step::Need(at + place + 1) };
        // The third byte has eight bits of it.
        let bits = if place == 2 { *byte } else { byte & 0x7F };
        length |= u64::from(bits) << (7 * place);
        if place == 2 || byte & 0x80 == 0 {
            return pass_from(head, at + place + 1, length);
        }
    }
    Step::Need(at + 4)
}

/// What is there already is part of the head; the rest is to come.
fn pass_from(head: &[u8], at: usize, bytes: u64) -> Step {
    Step::Pass(bytes.saturating_sub((head.len() - at.min(head.len())) as u64))
}
