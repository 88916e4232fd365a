//! Which of logind's sessions are logins that the product did not start.

use std::net::IpAddr;

use deskwarden_types::agent::FoundLogin;

use super::bus::Seen;

/// This one tells the same address of everybody, compiled into it.
const TELLS_NO_ADDRESS: &str = "tigervnc";

/// What the process is that leads a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leader {
    Lives,
    Gone,
    /// It is in a session of the product's own.
    Ours,
}

/// A session as it is told; none where it is no login from elsewhere, or over.
pub(super) fn login(seen: &Seen, now_ms: i64, leader: impl Fn(u32) -> Leader) -> Option<FoundLogin> {
    // A greeter, a job, the user's own manager; who sits at the machine itself; who is just coming in.
    if seen.class != "user" || !seen.seat.is_empty() || is_opening(seen) {
        return None;
    }
    match leader(seen.leader) {
        Leader::Ours => return None,
        // Left behind by who has logged out.
        Leader::Gone if seen.state == "closing" => return None,
        _ => {}
    }
    let ip = seen.remote_host.parse::<IpAddr>().ok().filter(|_| seen.service != TELLS_NO_ADDRESS);
    let began_ms = i64::try_from(seen.began / 1_000).unwrap_or(now_ms);
    Some(FoundLogin {
        key: seen.id.clone(),
        account: seen.account.parse().ok()?,
        service: seen.service.clone(),
        version: None,
        ip: ip.map(|ip| ip.to_canonical().to_string()),
        age_ms: u64::try_from(now_ms.saturating_sub(began_ms)).unwrap_or(0),
    })
}

/// Whether logind is still making it: ended now, its connection would go on without it.
pub(super) fn is_opening(seen: &Seen) -> bool {
    seen.state == "opening"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen {
            id: "c1".to_owned(),
            account: "maria".to_owned(),
            service: "sshd".to_owned(),
            class: "user".to_owned(),
            state: "active".to_owned(),
            seat: String::new(),
            remote_host: "::ffff:192.0.2.7".to_owned(),
            leader: 7,
            began: 5_000_000,
        }
    }

    #[test]
    fn logins_from_elsewhere_are_told() {
        let lives = |_| Leader::Lives;
        let told = login(&seen(), 8_000, lives).unwrap();
        assert_eq!((told.key.as_str(), told.account.as_str(), told.age_ms), ("c1", "maria", 3_000));
        assert_eq!(told.ip.as_deref(), Some("192.0.2.7"));
        let vnc = Seen { service: "tigervnc".to_owned(), remote_host: "203.0.113.20".to_owned(), ..seen() };
        assert_eq!(login(&vnc, 0, lives).unwrap().ip, None);
        let named = Seen { remote_host: "desk.example.org".to_owned(), ..seen() };
        assert_eq!(login(&named, 0, lives).unwrap().ip, None);
        let closing = Seen { state: "closing".to_owned(), ..seen() };
        assert!(login(&closing, 0, lives).is_some(), "the connection is still there");
        assert_eq!(login(&closing, 0, |_| Leader::Gone), None);
    }

    #[test]
    fn what_is_no_login_from_elsewhere_is_not() {
        for other in [
            Seen { class: "greeter".to_owned(), ..seen() },
            Seen { class: "background".to_owned(), ..seen() },
            Seen { state: "opening".to_owned(), ..seen() },
            Seen { seat: "seat0".to_owned(), ..seen() },
            Seen { account: String::new(), ..seen() },
        ] {
            assert_eq!(login(&other, 0, |_| Leader::Lives), None, "{other:?}");
        }
        assert_eq!(login(&seen(), 0, |_| Leader::Ours), None, "our own");
    }
}
