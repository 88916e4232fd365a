//! The bytes to a viewer: as they are, or inside TLS.
//!
//! Who may speak TLS says so by VeNCrypt (security type 19): its version, a type of its own, then TLS, and inside it the
//! challenge that all viewers get.

use std::io;

use deskwarden_domain::rfb::handshake::X509_VNC;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::tls::Certificate;

/// VeNCrypt's version, of which there is one.
const VERSION: [u8; 2] = [0, 2];

/// A viewer's connection. What is written must be flushed.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Whether and when viewers must speak TLS.
pub(super) enum Seal {
    /// None can.
    Never,
    /// Those that can.
    Offered(Certificate),
    /// Nobody else is let in.
    Needed(Certificate),
}

impl Seal {
    /// For people.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Never => "not encrypted",
            Self::Offered(_) => "encrypted where the viewer can",
            Self::Needed(_) => "encrypted only",
        }
    }
}

/// Continues inside TLS with a viewer that has chosen to.
pub(super) async fn sealed<V: Wire + 'static>(mut viewer: V, certificate: &Certificate) -> io::Result<Box<dyn Wire>> {
    viewer.write_all(&VERSION).await?;
    let mut version = [0; VERSION.len()];
    viewer.read_exact(&mut version).await?;
    if version != VERSION {
        viewer.write_u8(1).await?;
        return Err(io::Error::other("a version of VeNCrypt that is not spoken here"));
    }
    viewer.write_all(&[0, 1]).await?;
    viewer.write_u32(X509_VNC).await?;
    if viewer.read_u32().await? != X509_VNC {
        viewer.write_u8(0).await?;
        return Err(io::Error::other("a way to encrypt that was not offered"));
    }
    viewer.write_u8(1).await?;
    Ok(Box::new(certificate.acceptor().accept(viewer).await?))
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use deskwarden_domain::rfb::handshake::{VENCRYPT, VERSION as RFB, VNC_AUTH};
    use tokio_rustls::{
        TlsConnector,
        rustls::{ClientConfig, RootCertStore, crypto::ring},
    };

    use super::*;
    use crate::gate::knock::{Knock, knock};

    const HOST: &str = "desk.example.org";

    fn certificate() -> (Certificate, TlsConnector) {
        let folder = tempfile::tempdir().unwrap();
        let (chain, key) = (folder.path().join("gate.pem"), folder.path().join("gate.key"));
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        fs::write(&chain, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let client = client.with_safe_default_protocol_versions().unwrap();
        let client = client.with_root_certificates(roots).with_no_client_auth();
        (Certificate::open(chain, key).unwrap(), TlsConnector::from(Arc::new(client)))
    }

    /// What the gate makes of a viewer that says this and nothing else, and what the viewer hears.
    async fn met(said: &[u8], seal: Seal) -> (io::Result<Knock>, Vec<u8>) {
        let (mut viewer, gate) = tokio::io::duplex(4_096);
        viewer.write_all(said).await.unwrap();
        viewer.shutdown().await.unwrap();
        let knocked = knock(gate, &seal).await.map(|(_, knock)| knock);
        let mut heard = Vec::new();
        viewer.read_to_end(&mut heard).await.unwrap();
        (knocked, heard)
    }

    #[tokio::test]
    async fn who_speaks_tls_is_asked_inside_it() {
        for needed in [false, true] {
            let (certificate, connector) = certificate();
            let seal = if needed { Seal::Needed(certificate) } else { Seal::Offered(certificate) };
            let (mut viewer, gate) = tokio::io::duplex(4_096);
            let gate = tokio::spawn(async move {
                let (mut wire, knock) = knock(gate, &seal).await.unwrap();
                wire.write_all(b"welcome").await.unwrap();
                wire.flush().await.unwrap();
                knock
            });
            viewer.write_all(RFB).await.unwrap();
            let mut offered = vec![0; RFB.len() + if needed { 2 } else { 3 }];
            viewer.read_exact(&mut offered).await.unwrap();
            let types: &[u8] = if needed { &[1, VENCRYPT] } else { &[2, VENCRYPT, VNC_AUTH] };
            assert_eq!(offered, [&RFB[..], types].concat());
            viewer.write_all(&[VENCRYPT, 0, 2]).await.unwrap();
            let mut heard = [0; 8];
            viewer.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard, [0, 2, 0, 1, 0, 0, 1, 5]);
            viewer.write_u32(X509_VNC).await.unwrap();
            assert_eq!(viewer.read_u8().await.unwrap(), 1);
            let mut inside = connector.connect(HOST.try_into().unwrap(), viewer).await.unwrap();
            let mut challenge = [0; 16];
            inside.read_exact(&mut challenge).await.unwrap();
            inside.write_all(&[7; 16]).await.unwrap();
            inside.flush().await.unwrap();
            let mut word = [0; 7];
            inside.read_exact(&mut word).await.unwrap();
            assert_eq!(&word, b"welcome");
            let knock = gate.await.unwrap();
            assert_eq!((knock.challenge, knock.response), (challenge, [7; 16]));
        }
    }

    #[tokio::test]
    async fn others_come_in_as_they_are_or_hear_why_not() {
        let answer = [7; 16];
        let plain = [b"RFB 003.008\n", &[VNC_AUTH][..], &answer].concat();
        let old = [b"RFB 003.003\n", &answer[..]].concat();
        for said in [&plain, &old] {
            let (knocked, _) = met(said, Seal::Offered(certificate().0)).await;
            assert_eq!(knocked.unwrap().response, answer);
            let (knocked, heard) = met(said, Seal::Needed(certificate().0)).await;
            let error = knocked.unwrap_err().to_string();
            assert_eq!(heard.len() > 14, said == &old, "{error}");
        }
        let (_, heard) = met(&old, Seal::Needed(certificate().0)).await;
        assert!(String::from_utf8_lossy(&heard).contains("Only encrypted viewers"), "{heard:?}");
    }

    #[tokio::test]
    async fn nonsense_gets_no_challenge() {
        for said in [
            &[VENCRYPT][..],
            &[VENCRYPT, 0, 1],
            &[VENCRYPT, 9, 9],
            &[VENCRYPT, 0, 2, 0, 0, 1, 4],
            &[VENCRYPT, 0, 2, 0, 0, 1, 5],
            &[VENCRYPT, 0, 2, 0, 0, 1, 5, b'G', b'E', b'T', b' ', b'/', 0, 0, 0],
            &[VENCRYPT, 0, 2, 0, 0],
        ] {
            let (knocked, heard) = met(&[b"RFB 003.008\n", said].concat(), Seal::Offered(certificate().0)).await;
            assert!(knocked.is_err() && heard.len() < 40, "{said:?}: {heard:?}");
        }
        let none = [b"RFB 003.008\n", &[VENCRYPT][..]].concat();
        assert!(met(&none, Seal::Never).await.0.is_err(), "it was not offered");
    }
}
