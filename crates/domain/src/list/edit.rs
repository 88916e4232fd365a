//! Edits of a filter's text by term: what is not touched stays as it was typed.

use std::ops::Range;

use deskwarden_types::SessionField;

use super::{
    Filter, FilterError, Term, Test,
    check::check,
    field_named,
    parse::{chars_before, is_too_long},
    scan::{Fault, RawBody, RawTerm, scan},
    show,
};

/// A term as it stands in a text; the console shows each as a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenTerm {
    /// Where it stands, in characters.
    pub range: Range<usize>,
    /// As it was typed.
    pub text: String,
    /// `-` in front.
    pub negated: bool,
    /// What it asks, or what is wrong with it.
    pub test: Result<Test, FilterError>,
}

/// The terms of a text, in order; their places in this list are what edits go by. One that is wrong does not hide the
/// others, and where all are right they are those of [`Filter::parse`]. A text that is too long is one wrong term.
pub fn written_terms(text: &str) -> Vec<WrittenTerm> {
    if let Some(error) = Filter::parse(text).err().filter(|_| is_too_long(text)) {
        let range = 0..text.chars().count();
        return vec![WrittenTerm { range, text: text.to_owned(), negated: false, test: Err(error) }];
    }
    let written = |raw: RawTerm| WrittenTerm {
        range: chars_before(text, raw.span.start)..chars_before(text, raw.span.end),
        text: text.get(raw.span.clone()).unwrap_or_default().to_owned(),
        negated: raw.negated,
        test: check(text, &raw),
    };
    scan(text).into_iter().map(written).collect()
}

/// The text without a term.
pub fn remove_term(text: &str, index: usize) -> String {
    match scan(text).get(index) {
        Some(term) => cut(text, &term.span),
        None => text.to_owned(),
    }
}

/// The text with *not* put in front of a term, or taken away.
pub fn negate_term(text: &str, index: usize) -> String {
    let Some(term) = scan(text).into_iter().nth(index) else {
        return text.to_owned();
    };
    let (before, rest) = text.split_at_checked(term.span.start).unwrap_or((text, ""));
    if !term.negated {
        return format!("{before}-{rest}");
    }
    let (own, after) = rest.split_at_checked(term.span.len()).unwrap_or((rest, ""));
    let bare = own.strip_prefix('-').unwrap_or(own);
    // What begins with a dash of its own would be negated again.
    match bare.strip_prefix('-') {
        None => format!("{before}{bare}{after}"),
        Some(_) if !bare.contains(['"', ':']) => format!("{before}\"{bare}\"{after}"),
        Some(_) => format!("{before}{}{after}", bare.trim_start_matches('-')),
    }
}

/// The text with one more term.
pub fn add_term(text: &str, term: &Term) -> String {
    let open = scan(text).iter().any(|raw| values(raw).any(|fault| fault == Some(Fault::Unclosed)));
    match (text.trim().is_empty(), open) {
        (true, _) => term.to_string(),
        // Behind a quote without an end it would be a part of that.
        (false, true) => format!("{term} {text}"),
        (false, false) => format!("{} {term}", text.trim_end()),
    }
}

/// The text with another term in the place of one.
pub fn replace_term(text: &str, index: usize, term: &Term) -> String {
    match scan(text).get(index) {
        Some(raw) => put(text, &raw.span, term),
        None => add_term(text, term),
    }
}

/// The text with this as the only term on a field, in the place of the first one; without a term, with none on it.
pub fn set_field(text: &str, field: SessionField, term: Option<&Term>) -> String {
    let on_field = |raw: &RawTerm| match &raw.body {
        RawBody::Field(own) => text.get(own.name.clone()).and_then(field_named) == Some(field),
        RawBody::Text(_) => false,
    };
    let spans: Vec<Range<usize>> = scan(text).iter().filter(|raw| on_field(raw)).map(|raw| raw.span.clone()).collect();
    let mut edited = text.to_owned();
    // From the last to the first, so that the others stay where they are.
    for (at, span) in spans.iter().enumerate().rev() {
        edited = match term {
            Some(term) if at == 0 => put(&edited, span, term),
            _ => cut(&edited, span),
        };
    }
    match term {
        Some(term) if spans.is_empty() => add_term(&edited, term),
        _ => edited,
    }
}

/// A value as it is written behind `field:`; in quotes where it must.
pub fn written_value(field: SessionField, text: &str) -> String {
    show::value(field, &super::Operand::Text(text.to_owned()))
}

fn values(raw: &RawTerm) -> impl Iterator<Item = Option<Fault>> + '_ {
    let values = match &raw.body {
        RawBody::Text(value) => std::slice::from_ref(value),
        RawBody::Field(field) => field.values.as_slice(),
    };
    values.iter().map(|value| value.fault)
}

fn parts<'a>(text: &'a str, span: &Range<usize>) -> (&'a str, &'a str) {
    (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default())
}

fn put(text: &str, span: &Range<usize>, term: &Term) -> String {
    let (before, after) = parts(text, span);
    format!("{before}{term}{after}")
}

fn cut(text: &str, span: &Range<usize>) -> String {
    let (before, after) = parts(text, span);
    let kept = before.trim_end();
    let after = if kept.is_empty() || after.trim_start().is_empty() { after.trim_start() } else { after };
    format!("{kept}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Operand;

    fn status() -> Term {
        Filter::parse("status:running").unwrap().terms.remove(0)
    }

    #[test]
    fn terms_go_and_turn_while_the_rest_stays_as_typed() {
        let text = "  anna   App:\"two  words\"  -kind:app_stream ";
        assert_eq!(remove_term(text, 0), "App:\"two  words\"  -kind:app_stream ");
        assert_eq!(remove_term(text, 1), "  anna  -kind:app_stream ");
        assert_eq!(remove_term(text, 2), "  anna   App:\"two  words\"");
        assert_eq!(remove_term(text, 3), text);
        assert_eq!(remove_term("anna", 0), "");
        assert_eq!(negate_term(text, 1), "  anna   -App:\"two  words\"  -kind:app_stream ");
        assert_eq!(negate_term(text, 2), "  anna   App:\"two  words\"  kind:app_stream ");
        assert_eq!(negate_term(text, 9), text);
        assert_eq!(negate_term("a --b c", 1), "a \"-b\" c");
        assert_eq!(negate_term("--b:\"c d\"", 0), "b:\"c d\"");
    }

    #[test]
    fn terms_come_and_replace_others() {
        assert_eq!(add_term("", &status()), "status:running");
        assert_eq!(add_term(" anna ", &status()), " anna status:running");
        assert_eq!(add_term("app:\"two", &status()), "status:running app:\"two");
        assert_eq!(replace_term("a Status:stopped b", 1, &status()), "a status:running b");
        assert_eq!(replace_term("a", 7, &status()), "a status:running");
        let text = "-status:stopped  anna status:ended x";
        assert_eq!(set_field(text, SessionField::Status, Some(&status())), "status:running  anna x");
        assert_eq!(set_field(text, SessionField::Status, None), "anna x");
        assert_eq!(set_field("start>-7d", SessionField::StartedAt, None), "");
        assert_eq!(set_field("x", SessionField::Status, Some(&status())), "x status:running");
    }

    #[test]
    fn one_wrong_term_does_not_hide_the_others() {
        let terms = written_terms("ä status:nope -user:me");
        assert_eq!(terms.len(), 3);
        assert_eq!((terms[2].range.clone(), terms[2].negated), (14..22, true));
        assert_eq!(terms[2].test, Ok(Test::Is(SessionField::User, vec![Operand::Me])));
        assert_eq!(terms[1].test.clone().unwrap_err().position, 9);
    }

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let written = |field, text| written_value(field, text);
        assert_eq!(written(SessionField::App, "word"), "word");
        assert_eq!(written(SessionField::App, "none"), "\"none\"");
        assert_eq!(written(SessionField::App, "a \"b\", c\\"), "\"a \\\"b\\\", c\\\\\"");
        assert_eq!(written(SessionField::User, "me"), "\"me\"");
        assert_eq!(written(SessionField::App, "me"), "me");
    }
}
