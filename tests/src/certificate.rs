//! A certificate for this machine's loopback, and the authority that has signed it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

/// A certificate and its key, in files; gone when dropped.
pub struct Certificate {
    folder: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Default for Certificate {
    fn default() -> Self {
        let folder = tempfile::Builder::new().prefix("deskwarden-certificate-").tempdir().expect("a folder");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = params.self_signed(&key).expect("an authority");
        let certificate = Self { folder, issuer: Issuer::new(params, key) };
        fs::write(certificate.authority(), authority.pem()).expect("an authority");
        certificate.renew();
        certificate
    }
}

impl Certificate {
    /// The name of the file of who has signed it, beside the others.
    pub(crate) const AUTHORITY: &str = "authority.pem";

    /// The certificate's file (PEM).
    pub fn chain(&self) -> PathBuf {
        self.folder.path().join("chain.pem")
    }

    /// The key's file (PEM).
    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The file of who has signed it (PEM).
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join(Self::AUTHORITY)
    }

    /// Puts another one in its place, of the same authority.
    pub fn renew(&self) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("this machine's address");
        let made = params.signed_by(&key, &self.issuer).expect("a certificate");
        fs::write(self.key(), key.serialize_pem()).expect("a key");
        fs::write(self.chain(), made.pem()).expect("a certificate");
    }
}

/// The certificate in a file, for a client to trust.
pub(crate) fn trusted(file: &Path) -> reqwest::Certificate {
    let text = fs::read(file).expect("a certificate");
    reqwest::Certificate::from_pem(&text).expect("a certificate in PEM")
}
