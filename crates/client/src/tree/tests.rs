//! What both ways read must be the same.

use std::collections::BTreeMap;

use deskwarden_types::{NoArgs, Problem, api::*};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::read;

/// Reads both ways; they agree on whether it can be read, and on the value.
fn both<T: DeserializeOwned + PartialEq + std::fmt::Debug>(json: &[u8]) -> Option<T> {
    let direct = serde_json::from_slice::<T>(json).ok();
    assert_eq!(read::<T>(json).ok(), direct, "{}", String::from_utf8_lossy(json));
    direct
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    New(u8),
    Pair(u8, String),
    Named { a: Option<bool> },
}

#[derive(Debug, PartialEq, Deserialize)]
struct All {
    small: i8,
    big: u64,
    negative: i64,
    part: f64,
    #[serde(default)]
    text: String,
    letter: char,
    maybe: Option<Vec<Kind>>,
    pair: (u8, i32),
    named: BTreeMap<String, bool>,
    unit: (),
}

#[test]
fn every_form_of_value_is_read() {
    let all = json!({
        "small": -128, "big": u64::MAX, "negative": i64::MIN, "part": 1.5e-3, "text": "ä\u{1f980}\u{0}\"", "letter": "ß",
        "maybe": ["plain", {"new": 255}, {"pair": [1, "x"]}, {"named": {"a": null}}, {"named": {"a": true}}],
        "pair": [0, -1], "named": {"": true, "b": false}, "unit": null, "unknown": {"deep": [[[1.0]]]},
    });
    assert!(both::<All>(all.to_string().as_bytes()).is_some());
    // Each value in the place of each other one.
    let fields = all.as_object().unwrap();
    for name in fields.keys() {
        for value in fields.values() {
            let mut changed = all.clone();
            changed[name] = value.clone();
            both::<All>(changed.to_string().as_bytes());
        }
        let mut less = all.clone();
        less.as_object_mut().unwrap().remove(name);
        both::<All>(less.to_string().as_bytes());
    }
}

#[test]
fn numbers_are_read_to_their_ends_and_no_further() {
    let numbers = "0 -0 255 256 -1 2147483648 9223372036854775807 9223372036854775808 -9223372036854775808 \
        -9223372036854775809 18446744073709551615 18446744073709551616 1e3 0.5 1e400 01 +1";
    for number in numbers.split(' ') {
        both::<u8>(number.as_bytes());
        both::<i32>(number.as_bytes());
        both::<i64>(number.as_bytes());
        both::<u64>(number.as_bytes());
        both::<f64>(number.as_bytes());
    }
}

#[test]
fn what_is_no_document_is_refused() {
    let deep = "[".repeat(100_000);
    for bad in ["", "{", "{}x", "nul", "\"\\ud800\"", "[1,]", "{\"a\":1,}", deep.as_str(), "\u{0}", "{\"a\":1"] {
        assert!(both::<All>(bad.as_bytes()).is_none(), "{bad:.20}");
    }
    assert!(both::<All>(b"\"\xff\"").is_none());
    assert!(both::<Vec<Kind>>(b"[\"plain\", \"other\"]").is_none());
    assert!(both::<Vec<Kind>>(b"[{\"plain\": null}]").is_some());
}

#[test]
fn the_wire_is_read_the_same() {
    let user = json!({"id": 1, "username": "ada", "name": "Ada", "email": "ada@example.org"});
    both::<UserRef>(user.to_string().as_bytes());
    both::<NoArgs>(b"{}");
    for event in [r#"{"type":"ping"}"#, r#"{"revision":4,"type":"open"}"#, r#"{"type":"none"}"#, r#"{"revision":4}"#] {
        both::<LiveEvent>(event.as_bytes());
    }
    let problem = Problem::new(deskwarden_types::ErrorCode::Busy, "full", "r1");
    assert_eq!(both::<Problem>(&serde_json::to_vec(&problem).unwrap()), Some(problem));
}

#[test]
fn a_document_that_does_not_fit_is_told_in_words() {
    let said = |json: &[u8]| read::<LiveEvent>(json).unwrap_err().to_string();
    assert_eq!(said(br#"{"type":"open"}"#), "missing field `revision`");
    assert_eq!(said(br#"{"type":"shut"}"#), "unknown word `shut`");
    assert_eq!(read::<u8>(b"\"x\"").unwrap_err().to_string(), "expected a whole number, not negative");
    assert_eq!(read::<u8>(b"256").unwrap_err().to_string(), "expected u8");
}
