//! Passwords: Argon2id, off the async workers, and never many at once (each takes 19 MiB).

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use deskwarden_types::ErrorCode;
use tokio::sync::Semaphore;

use crate::http::ApiError;

/// Hashes at once.
const AT_ONCE: usize = 2;
/// Hashes that may wait for their turn; beyond it the server is busy.
const WAITING: usize = 64;

/// Makes and checks password hashes. Parameters are those that OWASP names first for Argon2id: 19 MiB,
/// two passes, one lane.
pub struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// Checked where there is no account, so that its absence takes as long as a wrong password.
    nobody: String,
}

impl Passwords {
    /// Ready to work.
    pub fn new() -> Result<Self, ApiError> {
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(WAITING)),
            nobody: make_hash("nobody has this password")?,
        })
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let password = password.to_owned();
        self.run(move || make_hash(&password)).await?
    }

    /// Whether the password is the one of this hash. Takes as long without one, and is then false.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, ApiError> {
        let (exists, hash) = (hash.is_some(), hash.unwrap_or(&self.nobody).to_owned());
        let password = password.to_owned();
        let matches = self.run(move || check_hash(&password, &hash)).await??;
        Ok(exists && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let busy = || ApiError::new(ErrorCode::Busy, "Too many people sign in just now.").with_retry_after(2);
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let turn = self.turns.clone().acquire_owned().await.map_err(ApiError::internal)?;
        let work = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
    }
}

fn make_hash(password: &str) -> Result<String, ApiError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| ApiError::internal(format!("hashing a password: {error}")))?.to_string())
}

fn check_hash(password: &str, hash: &str) -> Result<bool, ApiError> {
    let unreadable = |error| ApiError::internal(format!("a password's hash cannot be read: {error}"));
    let hash = PasswordHash::new(hash).map_err(unreadable)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
        assert!(passwords.verify("x", Some("no hash")).await.is_err());
        assert_ne!(hash, passwords.hash("correct horse").await.unwrap(), "each with a salt of its own");
    }
}
