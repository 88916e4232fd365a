//! What each part of a filter's text is, to colour it and to mark what is wrong.

use std::ops::Range;

use super::{
    check::check,
    parse::{chars_before, is_too_long},
    scan::{RawBody, RawTerm, scan},
};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it is, in characters.
    pub range: Range<usize>,
    /// What it is.
    pub kind: PartKind,
    /// Whether it is what is wrong with its term.
    pub wrong: bool,
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// Between terms.
    Space,
    /// `-` in front of a term.
    Not,
    /// The name of a field.
    Field,
    /// What stands behind it.
    Operator,
    /// A value.
    Value,
    /// Between values.
    Comma,
    /// A text alone.
    Text,
}

/// The parts of a text, in order; together they are all of it. A text that is too long for a filter is one wrong part.
pub fn highlight(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    if is_too_long(text) {
        push(text, &mut parts, 0..text.len(), PartKind::Text);
        parts.iter_mut().for_each(|part| part.wrong = true);
        return parts;
    }
    let mut done = 0;
    for raw in scan(text) {
        let first = parts.len() + usize::from(raw.span.start > done);
        for (span, kind) in pieces(&raw) {
            // What lies between two pieces of a term is a comma, between two terms space.
            let inside = span.start > raw.span.start;
            let between = if inside { PartKind::Comma } else { PartKind::Space };
            push(text, &mut parts, done..span.start, between);
            push(text, &mut parts, span.clone(), kind);
            done = done.max(span.end);
        }
        mark(text, &raw, parts.get_mut(first..).unwrap_or_default());
    }
    push(text, &mut parts, done..text.len(), PartKind::Space);
    parts
}

fn push(text: &str, parts: &mut Vec<Part>, bytes: Range<usize>, kind: PartKind) {
    if bytes.start < bytes.end {
        let range = chars_before(text, bytes.start)..chars_before(text, bytes.end);
        parts.push(Part { range, kind, wrong: false });
    }
}

fn pieces(raw: &RawTerm) -> Vec<(Range<usize>, PartKind)> {
    let start = raw.span.start;
    let mut pieces = Vec::new();
    if raw.negated {
        pieces.push((start..start + 1, PartKind::Not));
    }
    match &raw.body {
        RawBody::Text(value) => pieces.push((value.span.clone(), PartKind::Text)),
        RawBody::Field(field) => {
            pieces.push((field.name.clone(), PartKind::Field));
            pieces.push((field.at.clone(), PartKind::Operator));
            pieces.extend(field.values.iter().map(|value| (value.span.clone(), PartKind::Value)));
        }
    }
    pieces
}

/// Marks what is wrong with a term; where that is something missing, what stands in front of it.
fn mark(text: &str, raw: &RawTerm, parts: &mut [Part]) {
    let Err(error) = check(text, raw) else {
        return;
    };
    let end = error.position + error.length;
    let mut found = false;
    for part in parts.iter_mut().filter(|part| part.range.start < end && part.range.end > error.position) {
        part.wrong = true;
        found = true;
    }
    if !found && let Some(last) = parts.iter_mut().rev().find(|part| part.range.end <= error.position) {
        last.wrong = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(String, PartKind, bool)> {
        let part = |part: Part| {
            let piece = text.chars().skip(part.range.start).take(part.range.len()).collect();
            (piece, part.kind, part.wrong)
        };
        highlight(text).into_iter().map(part).collect()
    }

    #[test]
    fn every_character_is_a_part() {
        use PartKind::{Comma, Field, Not, Operator, Space, Text, Value};
        let expected = [
            (" ", Space, false),
            ("Ä", Text, false),
            ("　", Space, false),
            ("-", Not, false),
            ("app", Field, false),
            (":", Operator, false),
            ("\"a b\"", Value, false),
            (",", Comma, false),
            ("c", Value, false),
            (" ", Space, false),
            ("stats", Field, true),
            (":", Operator, false),
            ("x", Value, false),
            (" ", Space, false),
            ("id", Field, false),
            (":", Operator, true),
            (" ", Space, false),
        ];
        let shown = shown(" Ä　-app:\"a b\",c stats:x id: ");
        assert_eq!(
            shown.iter().map(|(text, kind, wrong)| (text.as_str(), *kind, *wrong)).collect::<Vec<_>>(),
            expected
        );
        assert_eq!(highlight(""), []);
    }
}
