//! Which of logind's sessions are logins that the product did not start.

use std::net::IpAddr;

use deskwarden_types::agent::FoundLogin;

use super::bus::Seen;

/// This one tells the same address of everybody, compiled into it.
const TELLS_NO_ADDRESS: &str = "tigervnc";

/// A session as it is told; none where it is no login from elsewhere, or over. `ours` says whether a process is in a
/// session of the product's own.
pub(super) fn login(seen: &Seen, now_ms: i64, ours: impl Fn(u32) -> bool) -> Option<FoundLogin> {
    // A greeter, a job, the user's own manager; who sits at the machine itself; who has left.
    if seen.class != "user" || !seen.seat.is_empty() || seen.state == "closing" || ours(seen.leader) {
        return None;
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
        let told = login(&seen(), 8_000, |_| false).unwrap();
        assert_eq!((told.key.as_str(), told.account.as_str(), told.age_ms), ("c1", "maria", 3_000));
        assert_eq!(told.ip.as_deref(), Some("192.0.2.7"));
        let vnc = Seen { service: "tigervnc".to_owned(), remote_host: "203.0.113.20".to_owned(), ..seen() };
        assert_eq!(login(&vnc, 0, |_| false).unwrap().ip, None);
        let named = Seen { remote_host: "desk.example.org".to_owned(), ..seen() };
        assert_eq!(login(&named, 0, |_| false).unwrap().ip, None);
    }

    #[test]
    fn what_is_no_login_from_elsewhere_is_not() {
        for other in [
            Seen { class: "greeter".to_owned(), ..seen() },
            Seen { class: "background".to_owned(), ..seen() },
            Seen { seat: "seat0".to_owned(), ..seen() },
            Seen { state: "closing".to_owned(), ..seen() },
            Seen { account: String::new(), ..seen() },
        ] {
            assert_eq!(login(&other, 0, |_| false), None, "{other:?}");
        }
        assert_eq!(login(&seen(), 0, |leader| leader == 7), None, "our own");
    }
}
