//! The gate's certificate, for viewers that speak TLS.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring},
};

/// A certificate and its key, as they are on the disk.
pub(crate) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    last: Mutex<TlsAcceptor>,
}

impl Certificate {
    /// Reads them. The error says which file is wrong.
    pub(crate) fn open(chain: PathBuf, key: PathBuf) -> io::Result<Self> {
        let last = Mutex::new(read(&chain, &key)?);
        Ok(Self { chain, key, last })
    }

    /// As they are now, since they are renewed every few weeks; while they cannot be read, as they were.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match read(&self.chain, &self.key) {
            Ok(now) => *last = now,
            Err(error) => tracing::error!(%error, "the gate goes on with the certificate that it had"),
        }
        last.clone()
    }
}

fn read(chain: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let wrong = |path: &Path, error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidData, format!("the gate's certificate: {}: {error}", path.display()))
    };
    let certificates = CertificateDer::pem_file_iter(chain).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = certificates.map_err(|error| wrong(chain, &error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(chain, &error))?
        .with_no_client_auth()
        .with_single_cert(certificates, secret)
        .map_err(|error| wrong(chain, &error))?;
    // Nobody resumes here, and TigerVNC 1.12 waits for ever behind a ticket.
    config.send_tls13_tickets = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_at_first_and_passed_over_later() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, key) = (folder.path().join("gate.pem"), folder.path().join("gate.key"));
        let opened = |chain: &Path, key: &Path| Certificate::open(chain.to_owned(), key.to_owned());
        let error = opened(&chain, &key).err().unwrap().to_string();
        assert!(error.contains("gate.pem"), "{error}");
        let made = rcgen::generate_simple_self_signed(["desk.example.org".to_owned()]).unwrap();
        fs::write(&chain, made.cert.pem()).unwrap();
        fs::write(&key, "").unwrap();
        let error = opened(&chain, &key).err().unwrap().to_string();
        assert!(error.contains("gate.key"), "{error}");
        fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
        assert!(opened(&chain, &key).is_err(), "another certificate's key");
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let certificate = opened(&chain, &key).unwrap();
        let first = certificate.acceptor();
        fs::write(&chain, "half of a certif").unwrap();
        assert!(Arc::ptr_eq(certificate.acceptor().config(), first.config()), "it goes on as it was");
    }
}
