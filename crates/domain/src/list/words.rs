//! The fixed words of a field, by their word on the wire or by what stands on screen.

use std::{collections::HashMap, sync::LazyLock};

use deskwarden_types::{DeliveryKind, SessionField, Status};

use super::{Operand, definition, fold};
use crate::{labels, rules};

/// As words are compared: case, `_` and `-` do not count.
fn plain(text: &str) -> String {
    fold(text.trim()).replace(['_', '-'], " ")
}

/// A way to say a word.
struct Way {
    text: &'static str,
    /// The text as it is compared.
    plain: String,
    /// What it finds.
    operand: Operand,
}

/// The ways to say the words of each field. Each filter looks through them, so they are made once.
static WAYS: LazyLock<HashMap<SessionField, Vec<Way>>> = LazyLock::new(|| {
    let way = |(text, operand)| Way { text, plain: plain(text), operand };
    let of = |field: SessionField| (field, pairs(field).into_iter().map(way).collect());
    SessionField::ALL.iter().copied().map(of).collect()
});

/// A way to say a status: what is written, and what it finds. A label that one kind alone gives a status finds it there.
fn statuses() -> Vec<(&'static str, Operand)> {
    let mut all = Vec::new();
    for status in Status::ALL.iter().copied() {
        all.push((status.as_str(), Operand::Status(None, status)));
        let label = labels::any_status_label(status);
        if plain(label) != plain(status.as_str()) {
            all.push((label, Operand::Status(None, status)));
        }
    }
    for kind in DeliveryKind::ALL.iter().copied() {
        for row in rules(kind).table {
            if plain(row.label) != plain(row.status.as_str()) && row.label != labels::any_status_label(row.status) {
                all.push((row.label, Operand::Status(Some(kind), row.status)));
            }
        }
    }
    all
}

/// What can be written for the words of a field, and what it finds.
fn pairs(field: SessionField) -> Vec<(&'static str, Operand)> {
    if field == SessionField::Status {
        return statuses();
    }
    let words = definition(field).coded_words().into_iter();
    words.flat_map(|(code, word, label)| [(word, Operand::Word(code)), (label, Operand::Word(code))]).collect()
}

/// The ways to say the words of a field.
fn ways(field: SessionField) -> &'static [Way] {
    WAYS.get(&field).map(Vec::as_slice).unwrap_or_default()
}

/// What a word finds; nothing where the field has no such word.
pub(super) fn named(field: SessionField, text: &str) -> Vec<Operand> {
    let asked = plain(text);
    let mut found = Vec::new();
    for way in ways(field).iter().filter(|way| way.plain == asked) {
        if !found.contains(&way.operand) {
            found.push(way.operand.clone());
        }
    }
    found
}

/// What the words find that contain a text, in the words or on screen.
pub(super) fn containing(field: SessionField, text: &str) -> Vec<Operand> {
    let asked = plain(text);
    let mut found: Vec<Operand> = Vec::new();
    for way in ways(field) {
        if way.plain.contains(&asked) && !found.contains(&way.operand) {
            found.extend(named(field, written(field, &way.operand).unwrap_or(way.text)));
        }
    }
    found
}

/// How a word is written: by its word on the wire, else by its label.
pub(super) fn written(field: SessionField, operand: &Operand) -> Option<&'static str> {
    ways(field).iter().find(|way| way.operand == *operand).map(|way| way.text)
}

/// The words of a field that are most like a text, the likest first; all of them where none is like it.
pub(super) fn like(field: SessionField, text: &str) -> Vec<String> {
    let words: Vec<&str> = definition(field).words().into_iter().map(|(word, _)| word).collect();
    let near = nearest(text, &words);
    if near.is_empty() { words.into_iter().map(str::to_owned).collect() } else { near }
}

/// Those of some words that were probably meant, the likest first, at most three.
pub(super) fn nearest(text: &str, words: &[&str]) -> Vec<String> {
    let asked = plain(text);
    let length = asked.chars().count();
    let far = |word: &str| {
        let word = plain(word);
        let begins = length >= 2 && (word.starts_with(&asked) || asked.starts_with(&word));
        let distance = if begins { 1 } else { distance(&asked, &word) };
        (distance <= 1 + length / 4 && (distance < length || length == 0)).then_some(distance)
    };
    let mut near: Vec<(usize, &str)> = words.iter().filter_map(|word| far(word).map(|far| (far, *word))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().take(3).map(|(_, word)| word.to_owned()).collect()
}

/// How many letters must be added, left out or changed to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (other, above) in b.chars().zip(row.iter().skip(1)) {
            let changed = corner + usize::from(letter != other);
            left = changed.min(left + 1).min(above + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_found_by_its_word_and_by_what_its_kind_calls_it() {
        let connected = vec![
            Operand::Status(None, Status::Connected),
            Operand::Status(Some(DeliveryKind::AppStream), Status::Active),
        ];
        assert_eq!(named(SessionField::Status, "Connected"), connected);
        let poor = vec![Operand::Status(None, Status::PoorNetwork)];
        for text in ["poor_network", "Poor Network", "poor-network", "Disconnected with a poor network detected"] {
            assert_eq!(named(SessionField::Status, text), poor, "{text}");
        }
        assert_eq!(named(SessionField::Status, "nothing"), []);
        assert_eq!(containing(SessionField::Status, "onnected w"), poor);
        assert_eq!(containing(SessionField::Kind, "app").len(), 2);
        assert!(containing(SessionField::Status, "conn").ends_with(&connected));
    }

    #[test]
    fn every_word_is_written_as_it_is_read() {
        for field in SessionField::ALL.iter().copied() {
            for Way { text, operand, .. } in ways(field) {
                assert!(named(field, text).contains(operand), "{field} {text}");
                let written = written(field, operand).unwrap();
                assert!(named(field, written).contains(operand), "{field} {text}");
            }
        }
    }

    #[test]
    fn distances() {
        for (a, b, far) in [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("status", "staus", 1)]
        {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
        assert_eq!(nearest("statu", &["start", "user", "status"]), ["status", "start"]);
        assert_eq!(nearest("started-at", &["started_at", "started_ago"]).first().unwrap(), "started_at");
        assert!(nearest("xyzzy", &["user", "app"]).is_empty());
    }
}
