//! What holds for any text and any filter.

use deskwarden_domain::list::{
    DEFINITIONS, Filter, Selection, ValueKind, add_term, complete, highlight, negate_term, remove_term, written_terms,
    written_value,
};
use deskwarden_types::api::SessionSelection;
use proptest::{prelude::*, sample::select};

use super::sessions::{finds, session};

/// Texts with the characters that mean something.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        select(vec![
            "-",
            ":",
            "~",
            ">=",
            "<",
            ",",
            "\"",
            "“",
            "”",
            "\\",
            " ",
            "　",
            "\t",
            "status",
            "user",
            "none",
            "me",
            "#5",
            "running",
            "app",
            "duration",
            "90m",
            "started_at",
            "today",
            "ip",
            "::1",
            "10.0.0.0/8",
            "=",
            "ä",
            "😀",
            "\0",
            "İ",
            "ﬁ",
            "id",
            "7",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

/// A term that can be read.
fn term() -> impl Strategy<Value = String> {
    let text = "[a-zA-Z0-9 äÖ%_.\"\\\\,:@-]{1,8}";
    let definition = select(DEFINITIONS.iter().collect::<Vec<_>>());
    let value = (definition, text, any::<prop::sample::Index>(), any::<bool>());
    let term = value.prop_map(|(definition, text, pick, which)| {
        let field = definition.field;
        let one = |all: &[&str]| all[pick.index(all.len())].to_owned();
        let compared = |value: String| format!("{field}{}{value}", one(&["<", "<=", ">", ">="]));
        let spans = one(&["90", "1h30m", "0", "45s", "2d"]);
        let times = one(&["today", "yesterday", "-7d", "2026-11-21", "2026-11-21T13:00:00Z", "now", "today-6d", "+2h"]);
        match definition.kind {
            _ if which && definition.optional => format!("{field}:none"),
            ValueKind::Text => format!("{field}{}{}", if which { "~" } else { ":" }, written_value(field, &text)),
            ValueKind::Word => {
                let words = definition.words();
                let (word, label) = words[pick.index(words.len())];
                format!("{field}:{word},\"{label}\"")
            }
            ValueKind::Id if which => compared(one(&["1", "1042", "7"])),
            ValueKind::Id => format!("{field}:{}", one(&["1042", "7,8"])),
            ValueKind::Duration => compared(spans),
            ValueKind::Time => compared(times),
            ValueKind::YesNo => format!("{field}:{}", one(&["yes", "no"])),
            ValueKind::Address => format!("{field}:{}", one(&["198.51.0.0/16", "::1", "198.51.100.7,10.0.0.0/8"])),
        }
    });
    prop_oneof![4 => term, 1 => "[a-z0-9ü]{1,5}"]
}

proptest! {
    #[test]
    fn no_text_breaks_anything_and_errors_lie_inside(text in hostile(), cursor in 0_usize..40) {
        let length = text.chars().count();
        let terms = written_terms(&text);
        match Filter::parse(&text) {
            Ok(filter) => {
                let plain: Vec<_> = filter.terms.iter().map(|term| (term.negated, Ok(term.test.clone()))).collect();
                let written: Vec<_> = terms.iter().map(|term| (term.negated, term.test.clone())).collect();
                prop_assert_eq!(plain, written);
                let canonical = filter.to_string();
                let again = Filter::parse(&canonical).map_err(|error| TestCaseError::fail(format!("{canonical}: {error}")))?;
                prop_assert_eq!(tests_of(&again), tests_of(&filter), "{}", canonical);
                prop_assert_eq!(again.to_string(), canonical);
            }
            Err(error) => {
                prop_assert!(error.position <= length && error.length >= 1, "{:?}", error);
                prop_assert!(error.position + error.length <= length.max(error.position + 1), "{:?}", error);
                let braces = |text: &str| text.contains(['{', '}']);
                prop_assert!(braces(&text) || !braces(&error.to_string()), "{}", error);
            }
        }
        let parts = highlight(&text);
        let mut at = 0;
        for part in &parts {
            prop_assert_eq!(part.range.start, at);
            prop_assert!(part.range.end > at);
            at = part.range.end;
        }
        prop_assert_eq!(at, length);
        let completion = complete(&text, cursor, &str::to_owned);
        prop_assert!(completion.replace.start <= completion.replace.end && completion.replace.end <= length);
        for index in 0..=terms.len() {
            prop_assert!(index == terms.len() || written_terms(&remove_term(&text, index)).len() == terms.len() - 1);
            if index < terms.len() && !terms[index].text.trim_start_matches('-').is_empty() {
                prop_assert_ne!(written_terms(&negate_term(&text, index))[index].negated, terms[index].negated);
            }
        }
        let asked = SessionSelection { contains: Some(text.clone()), from: Some(text.clone()), ..Default::default() };
        let _ = Selection::read(&asked);
    }

    #[test]
    fn what_is_read_is_written_as_it_was_meant(terms in proptest::collection::vec((any::<bool>(), term()), 0..6)) {
        let text: Vec<String> = terms.iter().map(|(not, term)| format!("{}{term}", if *not { "-" } else { "" })).collect();
        let text = text.join(" ");
        let filter = Filter::parse(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(filter.terms.len(), terms.len());
        let again = Filter::parse(&filter.to_string()).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(tests_of(&again), tests_of(&filter));
        let more = Filter::parse("app:x").unwrap().terms.remove(0);
        prop_assert_eq!(Filter::parse(&add_term(&text, &more)).unwrap().terms.len(), terms.len() + 1);
    }

    #[test]
    fn not_turns_each_term_and_and_joins_them(one in term(), other in term()) {
        let session = session();
        let (first, second) = (finds(&one, &session), finds(&other, &session));
        prop_assert_eq!(finds(&format!("-{one}"), &session), !first, "{}", one);
        prop_assert_eq!(finds(&format!("{one} {other}"), &session), first && second);
        prop_assert_eq!(finds(&format!("{other} {one}"), &session), first && second);
        prop_assert_eq!(finds(&format!("{one} -{one}"), &session), false);
    }

    #[test]
    fn commas_are_or(field in select(vec!["app", "device", "host", "group", "name"]), a in "[a-z0-9]{1,6}", b in "[a-z0-9]{1,6}") {
        let session = session();
        for operator in [":", "~"] {
            let both = finds(&format!("{field}{operator}{a},{b}"), &session);
            let each = [&a, &b].map(|value| finds(&format!("{field}{operator}{value}"), &session));
            prop_assert_eq!(both, each[0] || each[1]);
        }
    }

    #[test]
    fn comparisons_complete_each_other(value in select(vec!["1h29m", "90", "91m", "0", "3d"])) {
        let session = session();
        let [less, most, more, least] = ["<", "<=", ">", ">="].map(|sign| finds(&format!("duration{sign}{value}"), &session));
        prop_assert_eq!((less, most), (!least, !more));
        prop_assert!(!less || most);
    }
}

fn tests_of(filter: &Filter) -> Vec<(bool, deskwarden_domain::list::Test)> {
    filter.terms.iter().map(|term| (term.negated, term.test.clone())).collect()
}
