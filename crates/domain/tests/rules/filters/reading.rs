//! What texts mean, and their canonical form.

use deskwarden_domain::list::{Comparison, Filter, Operand, Test, TimeValue};
use deskwarden_types::{DeliveryKind, SessionField as F, Status};

/// What the terms of a text ask, and whether each is negated.
fn read(text: &str) -> Vec<(bool, Test)> {
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    filter.terms.into_iter().map(|term| (term.negated, term.test)).collect()
}

fn one(text: &str) -> Test {
    let mut terms = read(text);
    assert_eq!(terms.len(), 1, "{text}");
    terms.remove(0).1
}

fn is(field: F, operand: Operand) -> Test {
    Test::Is(field, vec![operand])
}

fn text(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

#[test]
fn texts_alone() {
    for (written, means) in [
        ("anna", "anna"),
        ("\"anna bee\"", "anna bee"),
        ("“anna bee”", "anna bee"),
        ("„anna bee“", "anna bee"),
        ("„anna bee\"", "anna bee"),
        ("\"“\"", "“"),
        ("\"a \\\"b\\\" \\\\ \\n\"", "a \"b\" \\ \\n"),
        ("CORP\\anna", "CORP\\anna"),
        ("O'Brien", "O'Brien"),
        ("Smith,John", "Smith,John"),
        ("10:30", "10:30"),
        ("2001:db8::1", "2001:db8::1"),
        ("http://x/y?a=b", "http://x/y?a=b"),
        ("a=b", "a=b"),
        ("\"status:running\"", "status:running"),
        ("\"-x\"", "-x"),
        ("a-b", "a-b"),
        ("😀", "😀"),
        ("%_", "%_"),
    ] {
        assert_eq!(one(written), Test::Anywhere(means.to_owned()), "{written}");
    }
    assert_eq!(read("\t　\u{a0}\r\n"), []);
    assert_eq!(read("a　-b").len(), 2);
    assert!(read("a　-b")[1].0);
}

#[test]
fn terms_on_fields() {
    let day = |text: &str| Operand::Time(TimeValue::parse(text).unwrap());
    let connected =
        vec![Operand::Status(None, Status::Connected), Operand::Status(Some(DeliveryKind::AppStream), Status::Active)];
    for (written, means) in [
        ("APP:Word", is(F::App, text("Word"))),
        ("resource:word", is(F::App, text("word"))),
        ("app:a,\"b, c\",d:e", Test::Is(F::App, vec![text("a"), text("b, c"), text("d:e")])),
        ("app:CORP\\x", is(F::App, text("CORP\\x"))),
        ("device:none", is(F::Device, Operand::None)),
        ("device:\"none\"", is(F::Device, text("none"))),
        ("device:NONE,x", Test::Is(F::Device, vec![Operand::None, text("x")])),
        ("user:me", is(F::User, Operand::Me)),
        ("user:“me”", is(F::User, text("me"))),
        ("user_id:me", is(F::UserId, Operand::Me)),
        ("app:me", is(F::App, text("me"))),
        ("status:connected", Test::Is(F::Status, connected)),
        ("status:\"poor network\"", is(F::Status, Operand::Status(None, Status::PoorNetwork))),
        ("status:active", is(F::Status, Operand::Status(None, Status::Active))),
        ("kind:\"managed apps\"", is(F::Kind, Operand::Word(DeliveryKind::ManagedApp.code()))),
        ("id:42", is(F::Id, Operand::Id(42))),
        ("id>42", Test::Compare(F::Id, Comparison::Greater, Operand::Id(42))),
        ("connected:YES", is(F::Connected, Operand::YesNo(true))),
        ("duration>=90", Test::Compare(F::Duration, Comparison::GreaterOrEqual, Operand::Seconds(5400))),
        ("idle>30", Test::Compare(F::Idle, Comparison::Greater, Operand::Seconds(1800))),
        ("ago<2h", Test::Compare(F::StartedAgo, Comparison::Less, Operand::Seconds(7200))),
        ("start>-7d", Test::Compare(F::StartedAt, Comparison::Greater, day("-7d"))),
        ("ended:none", is(F::EndedAt, Operand::None)),
        ("ended:today", is(F::EndedAt, day("today"))),
        ("started_at:2026-11-21T14:05:00Z", is(F::StartedAt, day("2026-11-21T14:05:00Z"))),
        ("host:#7", is(F::Host, Operand::Id(7))),
        ("host:\"#7\"", is(F::Host, text("#7"))),
        ("host:#seven", is(F::Host, text("#seven"))),
        ("app~\"a b\",c", Test::Contains(F::App, vec!["a b".to_owned(), "c".to_owned()])),
        ("app~none", Test::Contains(F::App, vec!["none".to_owned()])),
        ("ip~198.51", Test::Contains(F::Ip, vec!["198.51".to_owned()])),
        ("phase~liv", is(F::Phase, Operand::Word(2))),
    ] {
        assert_eq!(one(written), means, "{written}");
        assert_eq!(read(&format!("x -{written}"))[1], (true, means), "{written}");
    }
}

#[test]
fn the_canonical_form() {
    for (written, canonical) in [
        ("  Anna   -APP:\"x\" ", "Anna -app:x"),
        ("„two  words“", "\"two  words\""),
        ("status:Connected,STOPPED", "status:connected,stopped"),
        ("status~conn", "status:disconnected,poor_network,connected"),
        ("command:\"End session\"", "command:end"),
        ("device:None,\"none\"", "device:none,\"none\""),
        ("ip:198.51.100.9/24,::FFFF:1.2.3.4,2001:DB8::/32", "ip:198.51.100.0/24,1.2.3.4,2001:db8::/32"),
        ("duration>90 started>=-1w", "duration>1h30m started_at>=-7d"),
        ("host:#07", "host:#7"),
        ("\"a\\b\" \"10:30\" \"a:b\"", "a\\b 10:30 \"a:b\""),
        ("connected:true", "connected:yes"),
    ] {
        let read = Filter::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(read.to_string(), canonical, "{written}");
        assert_eq!(Filter::parse(canonical).unwrap().to_string(), canonical);
    }
}

#[test]
fn terms_know_where_they_stood() {
    let filter = Filter::parse(" ä  -app:\"x y\" z").unwrap();
    let text = " ä  -app:\"x y\" z";
    let places: Vec<_> = filter.terms.iter().map(|term| &text[term.span.clone()]).collect();
    assert_eq!(places, ["ä", "-app:\"x y\"", "z"]);
}
