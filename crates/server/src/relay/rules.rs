//! What may pass between a viewer that looks on and the screen.

use deskwarden_domain::rfb::{
    ClientFilter, Reach, Refused, ServerFilter,
    handshake::{LET_IN, NONE, SERVER_INIT, VERSION, has_common_pixels, name_length},
};

/// Bytes of a screen's name that are taken.
const LONGEST_NAME: u32 = 4096;

/// Something came that does not belong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    /// The first words are not those of the one handshake there is.
    #[error("a handshake that is not the one spoken here")]
    Handshake,
    /// A message.
    #[error(transparent)]
    Message(#[from] Refused),
}

/// From a viewer: version, security type, whether it shares; then messages that change nothing.
#[derive(Debug)]
pub(super) struct FromViewer {
    said: Vec<u8>,
    filter: ClientFilter,
}

impl FromViewer {
    const WORDS: usize = VERSION.len() + 2;

    pub(super) fn new() -> Self {
        Self { said: Vec::with_capacity(Self::WORDS), filter: ClientFilter::new(Reach::View) }
    }

    /// Gives what passes.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut out = Vec::with_capacity(bytes.len());
        let missing = Self::WORDS.saturating_sub(self.said.len()).min(bytes.len());
        let (words, messages) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
        for byte in words {
            let place = self.said.len();
            self.said.push(*byte);
            let expected = VERSION.get(place).copied().or((place == VERSION.len()).then_some(NONE));
            match expected {
                Some(expected) if expected != *byte => return Err(Broken::Handshake),
                Some(_) => out.push(*byte),
                // Who watches never takes the screen for itself.
                None => out.push(1),
            }
        }
        self.filter.take(messages, &mut out)?;
        Ok(out)
    }
}

/// From a screen: its side of the handshake; then everything but texts of the clipboard.
#[derive(Debug)]
pub(super) struct FromScreen {
    head: Vec<u8>,
    stage: Stage,
    filter: ServerFilter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Name(usize),
    Messages,
}

impl FromScreen {
    /// Version, one security type, the result, the first message.
    const FIRST: usize = VERSION.len() + 2 + LET_IN.len();
    const HEAD: usize = Self::FIRST + SERVER_INIT;

    pub(super) fn new() -> Self {
        Self { head: Vec::with_capacity(Self::HEAD), stage: Stage::Head, filter: ServerFilter::default() }
    }

    /// Gives what passes.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut out = Vec::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let most = match self.stage {
                Stage::Head => Self::HEAD.saturating_sub(self.head.len()),
                Stage::Name(left) => left,
                Stage::Messages => {
                    self.filter.take(bytes, &mut out)?;
                    break;
                }
            };
            let (now, rest) = bytes.split_at_checked(most.min(bytes.len())).unwrap_or((bytes, &[]));
            bytes = rest;
            match self.stage {
                Stage::Head => {
                    self.head.extend_from_slice(now);
                    self.check_head()?;
                }
                Stage::Name(left) => self.stage = named(left.saturating_sub(now.len())),
                Stage::Messages => {}
            }
            out.extend_from_slice(now);
        }
        Ok(out)
    }

    fn check_head(&mut self) -> Result<(), Broken> {
        let expected = VERSION.iter().chain(&[1, NONE]).chain(&LET_IN);
        if self.head.iter().zip(expected).any(|(is, expected)| is != expected) {
            return Err(Broken::Handshake);
        }
        let init = self.head.get(Self::FIRST..).and_then(|init| <[u8; SERVER_INIT]>::try_from(init).ok());
        if let Some(init) = init {
            let length = name_length(&init);
            if !has_common_pixels(&init) || length > LONGEST_NAME {
                return Err(Broken::Handshake);
            }
            self.stage = named(usize::try_from(length).unwrap_or(usize::MAX));
        }
        Ok(())
    }
}

fn named(left: usize) -> Stage {
    if left == 0 { Stage::Messages } else { Stage::Name(left) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen_head() -> Vec<u8> {
        let mut head = [&VERSION[..], &[1, NONE], &LET_IN, &[0, 64, 0, 48, 32, 24, 0, 1], &[0; 12]].concat();
        head.extend_from_slice(&4u32.to_be_bytes());
        head.extend_from_slice(b"Desk");
        head
    }

    #[test]
    fn a_viewers_words_pass_and_its_keys_do_not_however_they_are_cut() {
        let mut bytes = [&VERSION[..], &[NONE, 0]].concat();
        let key = [4, 1, 0, 0, 0, 0, 0, 0x61];
        let ask = [3, 0, 0, 0, 0, 0, 0, 64, 0, 48];
        bytes.extend_from_slice(&key);
        bytes.extend_from_slice(&ask);
        let expected = [&VERSION[..], &[NONE, 1], &ask].concat();
        for size in [1, 2, 5, 13, 14, 15, 100] {
            let mut from = FromViewer::new();
            let out: Vec<u8> = bytes.chunks(size).flat_map(|part| from.take(part).unwrap()).collect();
            assert_eq!(out, expected, "{size}");
        }
    }

    #[test]
    fn other_handshakes_are_refused() {
        for said in [&b"RFB 003.003\n\x01"[..], b"GET / HTTP/1.1\r\n", b"RFB 003.008\n\x02"] {
            assert_eq!(FromViewer::new().take(said), Err(Broken::Handshake), "{said:?}");
        }
        for (at, byte) in [(0, b'X'), (12, 2), (13, 2), (17, 1), (22, 16), (38, 255)] {
            let mut head = screen_head();
            head[at] = byte;
            assert_eq!(FromScreen::new().take(&head), Err(Broken::Handshake), "{at}");
        }
    }

    #[test]
    fn a_screens_words_pass_and_its_clipboard_does_not_however_they_are_cut() {
        let bell = [2];
        let text = [&[3, 0, 0, 0, 0, 0, 0, 6][..], b"SECRET"].concat();
        let bytes = [&screen_head()[..], &bell, &text, &bell].concat();
        let expected = [&screen_head()[..], &bell, &bell].concat();
        for size in [1, 3, 18, 41, 42, 46, 100] {
            let mut from = FromScreen::new();
            let out: Vec<u8> = bytes.chunks(size).flat_map(|part| from.take(part).unwrap()).collect();
            assert_eq!(out, expected, "{size}");
        }
    }
}
