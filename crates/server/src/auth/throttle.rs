//! Tries to sign in, counted by email and by address over all servers.

use std::net::IpAddr;

use deskwarden_store::identity::{self, Limit, SecretHash, Verdict};
use deskwarden_types::{ErrorCode, Timestamp};

use super::hash;
use crate::{http::ApiError, state::State};

/// One account: few people mistype five times.
const BY_EMAIL: Limit = Limit { free: 5, window_seconds: 900, first_wait_seconds: 15, longest_wait_seconds: 900 };
/// One address: a whole institution may share one.
const BY_ADDRESS: Limit = Limit { free: 100, window_seconds: 900, first_wait_seconds: 15, longest_wait_seconds: 900 };

/// After so many seconds nothing of a throttle counts any more.
pub const FORGOTTEN_SECONDS: i64 = 86_400;

/// A try that was counted.
pub struct Try {
    email: SecretHash,
    address: Option<SecretHash>,
}

/// Counts a try before the password is looked at; refuses it where there were too many.
pub async fn take_try(state: &State, email: &str, from: Option<IpAddr>, now: Timestamp) -> Result<Try, ApiError> {
    let counted = Try {
        email: hash(&format!("email {email}")),
        address: from.map(|address| hash(&format!("address {}", network(address)))),
    };
    let (email, address) = (counted.email, counted.address);
    let take = move |conn: &mut deskwarden_store::Conn| {
        if let Some(address) = &address
            && let Verdict::Wait(seconds) = identity::take_try(conn, address, BY_ADDRESS, now)?
        {
            return Ok(Verdict::Wait(seconds));
        }
        identity::take_try(conn, &email, BY_EMAIL, now)
    };
    match state.store.write_all(take).await? {
        Verdict::Go => Ok(counted),
        Verdict::Wait(seconds) => {
            let detail = format!("Too many tries. Wait {seconds} seconds.");
            Err(ApiError::new(ErrorCode::TooManyRequests, detail).with_retry_after(seconds))
        }
    }
}

/// The try succeeded: it and those before it count no more.
pub async fn forgive(state: &State, tried: &Try) -> Result<(), ApiError> {
    let (email, address) = (tried.email, tried.address);
    let forgive = move |conn: &mut deskwarden_store::Conn| {
        identity::forgive(conn, &email, true)?;
        match &address {
            Some(address) => identity::forgive(conn, address, false),
            None => Ok(()),
        }
    };
    Ok(state.store.write_all(forgive).await?)
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_are_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:2"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
