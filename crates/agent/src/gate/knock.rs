//! The first words between a viewer and the gate: version, security type, challenge, answer.

use std::{io, time::Duration};

use deskwarden_domain::rfb::handshake::{self, VENCRYPT, VERSION, VNC_AUTH, Version};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::wire::{Seal, Wire, sealed};

/// How long a program may take for what it says by itself.
const WORDS: Duration = Duration::from_secs(10);
/// How long a person may take to type a password, which is good for a minute.
const TYPING: Duration = Duration::from_secs(75);

/// How long it may take to hear that it is over.
const GOODBYE: Duration = Duration::from_secs(2);

/// What a viewer hears that cannot be let in as it speaks.
const NEEDS_TLS: &str =
    "Only encrypted viewers are let in here: choose one that knows VeNCrypt with X.509, such as TigerVNC.";

/// A viewer that has answered.
#[derive(Debug)]
pub(super) struct Knock {
    pub version: Version,
    pub challenge: [u8; 16],
    pub response: [u8; 16],
}

/// Hears a viewer out. Gives what to go on with: its connection, or TLS inside it.
pub(super) async fn knock<V: Wire + 'static>(viewer: V, seal: &Seal) -> io::Result<(Box<dyn Wire>, Knock)> {
    let mut challenge = [0; 16];
    getrandom::fill(&mut challenge).map_err(io::Error::other)?;
    let (mut viewer, version) = within(async {
        let (mut viewer, version) = secure(viewer, seal).await?;
        viewer.write_all(&challenge).await?;
        viewer.flush().await?;
        Ok((viewer, version))
    })
    .await?;
    let mut response = [0; 16];
    tokio::time::timeout(TYPING, viewer.read_exact(&mut response)).await??;
    Ok((viewer, Knock { version, challenge, response }))
}

/// Agrees on a security type. Viewers take the first on the list that they know.
async fn secure<V: Wire + 'static>(mut viewer: V, seal: &Seal) -> io::Result<(Box<dyn Wire>, Version)> {
    let version = greet(&mut viewer).await?;
    let (types, certificate): (&[u8], _) = match seal {
        Seal::Never => (&[VNC_AUTH], None),
        Seal::Offered(certificate) => (&[VENCRYPT, VNC_AUTH], Some(certificate)),
        Seal::Needed(certificate) => (&[VENCRYPT], Some(certificate)),
    };
    if version == Version::Old {
        // The server decides alone.
        if !types.contains(&VNC_AUTH) {
            viewer.write_all(&handshake::refusal(version, NEEDS_TLS)).await?;
            goodbye(&mut viewer).await;
            return Err(io::Error::other("it cannot speak TLS"));
        }
        viewer.write_u32(u32::from(VNC_AUTH)).await?;
        return Ok((Box::new(viewer), version));
    }
    viewer.write_u8(u8::try_from(types.len()).unwrap_or(0)).await?;
    viewer.write_all(types).await?;
    match (viewer.read_u8().await?, certificate) {
        (VENCRYPT, Some(certificate)) => Ok((sealed(viewer, certificate).await?, version)),
        (VNC_AUTH, _) if types.contains(&VNC_AUTH) => Ok((Box::new(viewer), version)),
        _ => Err(io::Error::other("a security type that was not offered")),
    }
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
        let (mut viewer, gate) = tokio::io::duplex(4_096);
        viewer.write_all(said).await.unwrap();
        viewer.shutdown().await.unwrap();
        let knocked = knock(gate, &Seal::Never).await.map(|(_, knock)| knock);
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
