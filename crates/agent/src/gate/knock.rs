//! The first words between a viewer and the gate: version, security type, challenge, answer.

use std::{io, time::Duration};

use deskwarden_domain::rfb::handshake::{self, VERSION, VNC_AUTH, Version};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How long a program may take for what it says by itself.
const WORDS: Duration = Duration::from_secs(10);
/// How long a person may take to type a password, which is good for a minute.
const TYPING: Duration = Duration::from_secs(75);

/// How long it may take to hear that it is over.
const GOODBYE: Duration = Duration::from_secs(2);

/// A viewer that has answered.
#[derive(Debug)]
pub(super) struct Knock {
    pub version: Version,
    pub challenge: [u8; 16],
    pub response: [u8; 16],
}

/// Hears a viewer out.
pub(super) async fn knock(viewer: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<Knock> {
    let mut challenge = [0; 16];
    getrandom::fill(&mut challenge).map_err(io::Error::other)?;
    let version = within(async {
        let version = greet(viewer).await?;
        if version == Version::Old {
            // The server decides alone.
            viewer.write_u32(u32::from(VNC_AUTH)).await?;
        } else {
            viewer.write_all(&[1, VNC_AUTH]).await?;
            if viewer.read_u8().await? != VNC_AUTH {
                return Err(io::Error::other("a security type that was not offered"));
            }
        }
        viewer.write_all(&challenge).await?;
        Ok(version)
    })
    .await?;
    let mut response = [0; 16];
    tokio::time::timeout(TYPING, viewer.read_exact(&mut response)).await??;
    Ok(Knock { version, challenge, response })
}

/// Says why the viewer need not even answer.
pub(super) async fn refuse(viewer: &mut (impl AsyncRead + AsyncWrite + Unpin), why: &str) -> io::Result<()> {
    within(async {
        let version = greet(viewer).await?;
        viewer.write_all(&handshake::refusal(version, why)).await
    })
    .await
}

/// Closes in order: what was said is heard. A connection that is closed with bytes unread is reset instead, which takes
/// along what was on its way, and viewers ask their users what to do then.
pub(super) async fn goodbye(viewer: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let closing = async {
        viewer.shutdown().await?;
        let mut rest = [0; 4_096];
        while viewer.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(GOODBYE, closing).await;
}

async fn greet(viewer: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<Version> {
    viewer.write_all(VERSION).await?;
    let mut said = [0; VERSION.len()];
    viewer.read_exact(&mut said).await?;
    handshake::version(&said).ok_or_else(|| io::Error::other("it does not speak RFB"))
}

/// Gives up on who is slow.
pub(super) async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(WORDS, work).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn knocked(said: &[u8]) -> (io::Result<Knock>, Vec<u8>) {
        let (mut viewer, mut gate) = tokio::io::duplex(4_096);
        viewer.write_all(said).await.unwrap();
        viewer.shutdown().await.unwrap();
        let knocked = knock(&mut gate).await;
        drop(gate);
        let mut heard = Vec::new();
        viewer.read_to_end(&mut heard).await.unwrap();
        (knocked, heard)
    }

    #[tokio::test]
    async fn each_version_is_spoken_to_in_its_own_way() {
        let answer = [7; 16];
        for (version, said, offered) in [
            (Version::Old, [&b"RFB 003.003\n"[..], &answer].concat(), &[0, 0, 0, 2][..]),
            (Version::Middle, [b"RFB 003.007\n", &[2][..], &answer].concat(), &[1, 2]),
            (Version::Current, [b"RFB 003.008\n", &[2][..], &answer].concat(), &[1, 2]),
        ] {
            let (knocked, heard) = knocked(&said).await;
            let knocked = knocked.unwrap();
            assert_eq!((knocked.version, knocked.response), (version, answer));
            assert_eq!(heard, [&VERSION[..], offered, &knocked.challenge].concat());
        }
    }

    #[tokio::test]
    async fn nonsense_gets_no_answer_and_no_challenge_comes_twice() {
        for said in
            [&b""[..], b"GET / HTTP/1.1\r\n\r\n", b"RFB 003.008\n", b"RFB 003.008\n\x01", b"RFB 003.008\n\x02half"]
        {
            assert!(knocked(said).await.0.is_err(), "{said:?}");
        }
        let whole = [b"RFB 003.008\n", &[2][..], &[0; 16]].concat();
        let (one, other) = (knocked(&whole).await.0.unwrap(), knocked(&whole).await.0.unwrap());
        assert!(one.challenge != other.challenge && one.challenge != [0; 16]);
    }

    #[tokio::test]
    async fn a_refusal_is_told_before_any_password() {
        let (mut viewer, mut gate) = tokio::io::duplex(4_096);
        viewer.write_all(b"RFB 003.008\n").await.unwrap();
        refuse(&mut gate, "not now").await.unwrap();
        drop(gate);
        let mut heard = Vec::new();
        viewer.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, [&VERSION[..], b"\0\0\0\0\x07not now"].concat());
    }
}
