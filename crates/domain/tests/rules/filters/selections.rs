//! `q` beside the plain parameters.

use deskwarden_domain::list::{DEFINITIONS, Definition, LONGEST_CONTAINS, Selection, Subject, ValueKind};
use deskwarden_types::{DeliveryKind, HostId, ListState, Phase, SessionField, Status, api::SessionSelection};

use super::sessions::{context, session, today};

fn asked() -> SessionSelection {
    SessionSelection::default()
}

fn finds(asked: &SessionSelection, session: &deskwarden_types::api::Session) -> bool {
    let selection = Selection::read(asked).unwrap_or_else(|error| panic!("{asked:?}: {error}"));
    selection.matches(&Subject { session, groups: &[] }, &context())
}

fn search(contains: &str, field: Option<SessionField>) -> SessionSelection {
    SessionSelection { contains: Some(contains.to_owned()), field, ..asked() }
}

#[test]
fn everything_is_joined_by_and() {
    let session = session();
    let all = SessionSelection {
        state: Some(ListState::Current),
        q: Some("anna".to_owned()),
        kind: Some(DeliveryKind::ManagedApp),
        status: Some(Status::Running),
        host: Some(HostId(6)),
        contains: Some(" WORD ".to_owned()),
        field: Some(SessionField::App),
        from: Some("-7d".to_owned()),
        to: Some("tomorrow".to_owned()),
    };
    assert!(finds(&all, &session));
    for other in [
        SessionSelection { state: Some(ListState::Historical), ..all.clone() },
        SessionSelection { q: Some("kevin".to_owned()), ..all.clone() },
        SessionSelection { kind: Some(DeliveryKind::AppStream), ..all.clone() },
        SessionSelection { status: Some(Status::Stopped), ..all.clone() },
        SessionSelection { host: Some(HostId(7)), ..all.clone() },
        SessionSelection { contains: Some("excel".to_owned()), ..all.clone() },
        SessionSelection { field: Some(SessionField::User), ..all.clone() },
        SessionSelection { to: Some("today".to_owned()), ..all.clone() },
    ] {
        assert!(!finds(&other, &session), "{other:?}");
    }
    let mut connected = session.clone();
    (connected.kind, connected.status) = (DeliveryKind::AppStream, Status::Active);
    assert!(finds(&SessionSelection { status: Some(Status::Connected), ..asked() }, &connected));
}

#[test]
fn states_split_the_list() {
    let mut session = session();
    let states = |session: &_| {
        ListState::ALL
            .iter()
            .copied()
            .filter(|s| finds(&SessionSelection { state: Some(*s), ..asked() }, session))
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&session), [ListState::Current, ListState::All]);
    session.phase = Phase::Over;
    assert_eq!(states(&session), [ListState::Historical, ListState::All]);
    session.listed_until = Some(today("14:30:00"));
    assert_eq!(states(&session), [ListState::Historical, ListState::All], "until now is not now");
    session.listed_until = Some(today("14:30:01"));
    assert_eq!(states(&session), ListState::ALL);
}

#[test]
fn a_session_is_in_a_range_when_it_overlaps_it() {
    let mut session = session();
    let in_range = |session: &_, from: &str, to: &str| {
        let some = |text: &str| {
            (!text.is_empty()).then(|| if text.contains(':') { today(text).to_string() } else { text.to_owned() })
        };
        finds(&SessionSelection { from: some(from), to: some(to), ..asked() }, session)
    };
    // From 13:00 on.
    assert!(
        in_range(&session, "14:00:00", "") && in_range(&session, "", "13:00:01") && in_range(&session, "tomorrow", "")
    );
    assert!(
        !in_range(&session, "", "13:00:00")
            && !in_range(&session, "", "today")
            && in_range(&session, "today", "tomorrow")
    );
    session.ended_at = Some(today("13:10:00"));
    assert!(in_range(&session, "13:09:59", "") && !in_range(&session, "13:10:00", ""));
    assert!(in_range(&session, "13:05:00", "13:06:00") && in_range(&session, "13:00:00", "13:00:01"));
    // Without length, it is where it began.
    session.ended_at = Some(today("13:00:00"));
    assert!(
        in_range(&session, "13:00:00", "13:00:01")
            && !in_range(&session, "13:00:01", "")
            && !in_range(&session, "", "13:00:00")
    );
}

#[test]
fn a_search_looks_in_one_field_or_in_many() {
    let session = session();
    for (text, field) in [
        ("müll", None),
        ("   ", Some(SessionField::Duration)),
        ("none", None),
        ("RUNN", Some(SessionField::Status)),
        ("apps", Some(SessionField::Kind)),
        ("1042", Some(SessionField::Id)),
        ("51.100", Some(SessionField::Ip)),
    ] {
        assert_eq!(finds(&search(text, field), &session), text != "none", "{text}");
    }
    assert!(!finds(&search("status:running", None), &session), "a search is text, whatever it looks like");
}

#[test]
fn errors_name_their_parameter() {
    let long = "x".repeat(LONGEST_CONTAINS + 1);
    for (asked, parameter, part) in [
        (SessionSelection { q: Some("nope:1".to_owned()), ..asked() }, "q", "no field"),
        (search(&long, None), "contains", "200 characters"),
        (search("a\0", None), "contains", "U+0000"),
        (search("x", Some(SessionField::Duration)), "field", "no text to look in"),
        (search("x", Some(SessionField::Id)), "contains", "no id"),
        (search("xyzzy", Some(SessionField::Status)), "contains", "no value xyzzy"),
        (SessionSelection { from: Some("soon".to_owned()), ..asked() }, "from", "no time"),
        (SessionSelection { to: Some("2026-11-21T14:05".to_owned()), ..asked() }, "to", "zone"),
        (SessionSelection { to: Some("".to_owned()), ..asked() }, "to", "no time"),
    ] {
        let error = Selection::read(&asked).unwrap_err();
        assert_eq!(error.parameter, parameter);
        assert!(error.message.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    let read = |from: &str, to: &str| {
        let asked = SessionSelection { from: Some(from.to_owned()), to: Some(to.to_owned()), ..asked() };
        Selection::read(&asked).map(|_| ())
    };
    for (from, to) in [
        ("2026-11-22", "2026-11-21"),
        ("2026-11-21T14:05:01Z", "2026-11-21T15:05:00+01:00"),
        ("2026-11-23T12:00:00Z", "2026-11-21"),
        ("2026-11-23", "2026-11-21T12:00:00Z"),
        ("today", "yesterday"),
        ("now", "-2h"),
    ] {
        let error = read(from, to).unwrap_err();
        assert_eq!(error.parameter, "to");
        assert!(error.message.to_string().contains("is after to="), "{error}");
    }
    for (from, to) in [
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21", "2026-11-22"),
        ("now", "now"),
        ("-2h", "today"),
        // It is that day, or not, by the zone.
        ("2026-11-21T10:00:00Z", "2026-11-21"),
    ] {
        assert_eq!(read(from, to), Ok(()), "{from} {to}");
    }
}

#[test]
fn every_field_that_is_never_empty_says_so() {
    // A duration is compared only.
    let never_empty = |definition: &&Definition| !definition.optional && definition.kind != ValueKind::Duration;
    for definition in DEFINITIONS.iter().filter(never_empty) {
        let asked = SessionSelection { q: Some(format!("{}:none", definition.field)), ..asked() };
        let message = Selection::read(&asked).unwrap_err().message.to_string();
        assert!(message.starts_with(&format!("{} is empty in no session;", definition.field)), "{message}");
    }
}

#[test]
fn what_never_changes_is_known_apart() {
    let read = |q: &str| Selection::read(&SessionSelection { q: Some(q.to_owned()), ..asked() }).unwrap();
    for q in ["", "kind:app_stream", "-user:me app~x", "id>5", "start:2026-11-21"] {
        assert!(read(q).is_fixed(), "{q}");
    }
    for q in ["anna", "status:running", "start>-7d", "kind:app_stream connected:yes", "group:x", "device:none"] {
        assert!(!read(q).is_fixed(), "{q}");
    }
    assert!(!Selection { state: ListState::Current, ..read("") }.is_fixed());
    assert!(!Selection { to: deskwarden_domain::list::TimeValue::parse("today").ok(), ..read("") }.is_fixed());
    assert_eq!(read("anna kind:app_stream status:running app~x").fixed().to_string(), "kind:app_stream app~x");
    assert!(read("a -user:me").asks_who() && !read("user:anna").asks_who());
}
