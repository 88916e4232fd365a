//! What filters find.

use deskwarden_domain::list::Filter;
use deskwarden_types::{DeliveryKind, Status, Trust};

use super::sessions::{finds, finds_in, session, today};

#[test]
fn a_session_is_found_by_what_it_holds() {
    let session = session();
    let finding = [
        "",
        "ANNA",
        "müll",
        "\"anna müller\"",
        "example.org",
        "\"word 100%\"",
        "100%",
        "every",
        "lab-",
        "run",
        "1042",
        "198.51.100",
        "198.51.0.0/16",
        "198.51.100.7/32",
        "::ffff:198.51.100.7",
        "-198.51.101.0/24",
        "-::/0",
        "198.5",
        "user:ANNA@example.org",
        "user:\"anna MÜLLER\"",
        "user~mül,xyz",
        "user:me",
        "username:me",
        "user_id:me,9",
        "user_id:7",
        "name~müller",
        "ad:corp\\ANNA",
        "ad~rp\\a",
        "app:\"WORD 100%\"",
        "app~%",
        "device:lab-12,other",
        "host:#6",
        "host:h1",
        "environment:none",
        "delivery_method:none,x",
        "last_activity_at:none",
        "ended_at:none",
        "status:running",
        "status:\"RUNNING\"",
        "kind:managed_app",
        "phase:live",
        "connected:yes",
        "trust:fresh",
        "terminal:own_computer",
        "ip:198.51.100.7",
        "ip:198.51.0.0/16",
        "ip:::ffff:198.51.100.7",
        "ip~51.100",
        "id:1042",
        "id:1,1042",
        "id>1041",
        "id<=1042",
        "started_at:today",
        "started_at:2026-11-21",
        "started_at>yesterday",
        "started_at>=today",
        "started_at<=today",
        "started_at<tomorrow",
        "started_at>-2h",
        "started_at<-1h",
        "started_at:2026-11-21T13:00:00Z",
        "started_at>=2026-11-21T13:00:00Z",
        "started_at<2026-11-21T13:00:00.001Z",
        "duration>=90",
        "duration<=1h30m",
        "duration>1h",
        "started_ago<2h",
        "seen_at>-1m",
        "group:STAFF",
        "group~phys",
        "group:x,physik",
        "-group:none",
        "-app:excel",
        "-status:stopped",
        "-ended_at>today",
        "-ended_at<=today",
        "-end_reason:lost",
        "anna -kevin app~word",
        "source:agent",
    ];
    for text in finding {
        assert!(finds(text, &session), "{text}");
        assert!(
            text.is_empty() || text.contains(' ') || !finds(&format!("-{text}").replace("--", ""), &session),
            "-{text}"
        );
    }
    let missing = [
        "kevin",
        "corp",
        "h1",
        "104",
        "01042",
        "+1042",
        "8.51",
        "user:anna",
        "user_id:8",
        "username:anna",
        "app:word",
        "app~excel",
        "device:none",
        "host:#5",
        "environment:x",
        "environment~x",
        "status:connected",
        "kind:app_stream",
        "connected:no",
        "trust:stale",
        "ip:198.51.100.8",
        "ip:198.51.101.0/24",
        "ip:::/0",
        "ip~7.7",
        "id:1",
        "id>1042",
        "started_at>today",
        "started_at<today",
        "started_at:yesterday",
        "started_at>2026-11-21T13:00:00Z",
        "started_at>-1h",
        "duration>90",
        "duration<90m",
        "started_ago>=2h",
        "ended_at>today",
        "ended_at<=today",
        "valid_until>now",
        "end_reason:killed",
        "group:none",
        "group:phys",
        "version~1",
        "command:evict",
    ];
    for text in missing {
        assert!(!finds(text, &session), "{text}");
        assert!(finds(&format!("-{text}"), &session), "-{text}");
    }
}

#[test]
fn a_status_is_found_by_what_its_kind_calls_it() {
    let mut session = session();
    (session.kind, session.status) = (DeliveryKind::AppStream, Status::Active);
    for text in ["status:connected", "status:active", "status~conn", "connec", "activ", "-status:disconnected"] {
        assert!(finds(text, &session), "{text}");
    }
    session.kind = DeliveryKind::RemoteAccess;
    assert!(!finds("status:connected", &session) && finds("status:active", &session) && !finds("connec", &session));
    session.status = Status::PoorNetwork;
    for text in
        ["status:\"poor network\"", "poor_net", "\"poor net\"", "status:\"disconnected with a poor network detected\""]
    {
        assert!(finds(text, &session), "{text}");
    }
}

#[test]
fn addresses_of_ipv6_are_found_by_their_beginning() {
    let mut session = session();
    session.ip = Some("2001:db8:7::1".to_owned());
    for text in [
        "2001:db8",
        "2001:DB8:7::1",
        "2001:db8::/32",
        "2001:DB8:7:0::1",
        "-2001:db8::/48",
        "ip:2001:db8::/32",
        "ip:2001:DB8:7:0::1",
        "ip~db8:7",
        "-ip:0.0.0.0/0",
    ] {
        assert!(finds(text, &session), "{text}");
    }
    session.ip = None;
    for text in ["ip:none", "-ip:::/0", "-ip~1"] {
        assert!(finds(text, &session), "{text}");
    }
}

#[test]
fn what_is_over_has_an_end_and_a_fixed_length() {
    let mut session = session();
    session.ended_at = Some(today("13:10:00"));
    for text in ["ended_at:today", "duration>=10", "duration<=10", "started_ago>1h", "-ended_at:none", "ended_at>-2h"] {
        assert!(finds(text, &session), "{text}");
    }
}

#[test]
fn who_has_no_groups_is_in_none() {
    let session = session();
    assert!(finds_in("group:none", &session, &[]) && finds_in("-group~a", &session, &[]));
    assert!(!finds_in("group~a", &session, &[]) && finds_in("-group:none", &session, &["A"]));
}

#[test]
fn what_depends_on_time_says_so() {
    let depends = |text: &str| Filter::parse(text).unwrap().depends_on_time();
    for text in
        ["trust:stale", "duration>1h", "ago>1d", "start>-7d", "start:today", "-ended_at<yesterday", "a trust:fresh"]
    {
        assert!(depends(text), "{text}");
    }
    for text in ["", "anna", "start>2026-11-21", "ended_at:none", "status:running", "start:2026-11-21T14:05:00Z"] {
        assert!(!depends(text), "{text}");
    }
    let mut session = session();
    session.trust = Trust::Stale;
    assert!(finds("trust:stale", &session));
}
