//! What is said before the messages begin.

/// The version that is spoken, on either side.
pub const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// The security type without a secret.
pub const NONE: u8 = 1;
/// The security type with a challenge and a password of eight characters.
pub const VNC_AUTH: u8 = 2;
/// The security type that leads into TLS (VeNCrypt).
pub const VENCRYPT: u8 = 19;
/// Of VeNCrypt: TLS with a certificate, and inside it [`VNC_AUTH`].
pub const X509_VNC: u32 = 261;
/// Bytes of a screen's first message up to the length of its name.
pub const SERVER_INIT: usize = 24;
/// The result of security that lets a viewer in.
pub const LET_IN: [u8; 4] = [0; 4];

/// A version that a viewer says it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 3.3, in which the server decides alone.
    Old,
    /// 3.7, in which a result tells no reason.
    Middle,
    /// 3.8 or later.
    Current,
}

/// Reads what a viewer says; none where it is no viewer.
pub fn version(said: &[u8; 12]) -> Option<Version> {
    let [b'R', b'F', b'B', b' ', rest @ .., b'\n'] = said else { return None };
    let text = std::str::from_utf8(rest).ok()?;
    let (major, minor) = text.split_once('.')?;
    match (major.parse::<u16>().ok()?, minor.parse::<u16>().ok()?) {
        (3, 7) => Some(Version::Middle),
        (3, 8..) | (4.., _) => Some(Version::Current),
        // Some viewers say 3.5 and mean 3.3.
        (3, 3..) => Some(Version::Old),
        _ => None,
    }
}

/// Instead of security types: why a viewer is not let in, which it shows.
pub fn refusal(version: Version, reason: &str) -> Vec<u8> {
    let mut bytes = if version == Version::Old { vec![0; 4] } else { vec![0] };
    put_text(reason, &mut bytes);
    bytes
}

/// As the result of security: why a viewer is not let in.
pub fn failure(version: Version, reason: &str) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 1];
    if version == Version::Current {
        put_text(reason, &mut bytes);
    }
    bytes
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(0).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// Whether a screen's first message says 32 bits a pixel of which 24 count: what those who watch are shown.
pub fn has_common_pixels(init: &[u8; SERVER_INIT]) -> bool {
    let [_, _, _, _, bits, depth, ..] = init;
    (*bits, *depth) == (32, 24)
}

/// Bytes of the name behind a screen's first message.
pub fn name_length(init: &[u8; SERVER_INIT]) -> u32 {
    let [.., a, b, c, d] = *init;
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_apart() {
        for (said, version_said) in [
            (b"RFB 003.003\n", Some(Version::Old)),
            (b"RFB 003.005\n", Some(Version::Old)),
            (b"RFB 003.007\n", Some(Version::Middle)),
            (b"RFB 003.008\n", Some(Version::Current)),
            (b"RFB 003.889\n", Some(Version::Current)),
            (b"RFB 005.000\n", Some(Version::Current)),
            (b"RFB 000.000\n", None),
            (b"GET / HTTP/1", None),
            (b"RFB 00a.008\n", None),
        ] {
            assert_eq!(version(said), version_said, "{}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn a_reason_is_told_in_the_form_of_the_version() {
        assert_eq!(refusal(Version::Current, "full"), b"\0\0\0\0\x04full");
        assert_eq!(refusal(Version::Old, "full"), b"\0\0\0\0\0\0\0\x04full");
        assert_eq!(failure(Version::Current, "no"), b"\0\0\0\x01\0\0\0\x02no");
        assert_eq!(failure(Version::Middle, "no"), b"\0\0\0\x01");
    }
}
