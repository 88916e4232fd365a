//! Messages out of a stream of bytes that is cut anywhere.

use super::Refused;

/// What a message's head decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is not whole: so many bytes are needed in all.
    Need(usize),
    /// It passes, and so many bytes after it.
    Pass(u64),
    /// It is dropped, and so many bytes after it.
    Drop(u64),
    /// The bytes of the head are replaced by what was put into the flow's `instead`.
    Replace,
}

/// A message that is cut is kept in `head` until what decides on it has come; long payloads are never kept.
#[derive(Debug, Default)]
pub(super) struct Flow {
    head: Vec<u8>,
    passing: u64,
    dropping: u64,
}

/// Reads heads.
pub(super) trait Heads {
    /// What to do with the message that begins so. `instead` takes what replaces it.
    fn head(&mut self, head: &[u8], instead: &mut Vec<u8>) -> Result<Step, Refused>;
}

impl Flow {
    /// Takes bytes as they come and adds those that pass to `out`.
    pub(super) fn take(&mut self, mut bytes: &[u8], out: &mut Vec<u8>, heads: &mut impl Heads) -> Result<(), Refused> {
        while !bytes.is_empty() {
            if self.passing > 0 {
                let (now, rest) = split(bytes, self.passing);
                out.extend_from_slice(now);
                self.passing -= now.len() as u64;
                bytes = rest;
                continue;
            }
            if self.dropping > 0 {
                let (now, rest) = split(bytes, self.dropping);
                self.dropping -= now.len() as u64;
                bytes = rest;
                continue;
            }
            bytes = self.decide(bytes, out, heads)?;
        }
        Ok(())
    }

    /// Adds to the head as much as it needs, and decides when it is whole.
    fn decide<'b>(&mut self, bytes: &'b [u8], out: &mut Vec<u8>, heads: &mut impl Heads) -> Result<&'b [u8], Refused> {
        let mut rest = bytes;
        if self.head.is_empty() {
            let (first, after) = split(rest, 1);
            self.head.extend_from_slice(first);
            rest = after;
        }
        let before = out.len();
        loop {
            match heads.head(&self.head, out)? {
                Step::Need(all) => {
                    out.truncate(before);
                    let missing = all.saturating_sub(self.head.len()).max(1);
                    let (now, after) = split(rest, missing as u64);
                    if now.is_empty() {
                        return Ok(rest);
                    }
                    self.head.extend_from_slice(now);
                    rest = after;
                }
                Step::Pass(more) => {
                    out.extend_from_slice(&self.head);
                    self.passing = more;
                    break;
                }
                Step::Drop(more) => {
                    self.dropping = more;
                    break;
                }
                Step::Replace => break,
            }
        }
        self.head.clear();
        Ok(rest)
    }
}

fn split(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// A number of two bytes, big end first; 0 where they are not there.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_be_bytes)
}

/// A number of four bytes, big end first; 0 where they are not there.
pub(super) fn i32_at(bytes: &[u8], at: usize) -> i32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, i32::from_be_bytes)
}
