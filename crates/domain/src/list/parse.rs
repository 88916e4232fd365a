//! Reads a filter.

use std::ops::Range;

use super::{
    Filter, FilterError, Term,
    check::check,
    scan::{RawBody, scan},
};
use crate::sentence::{self, Sentence};

/// The longest text of a filter, in characters.
pub const LONGEST_FILTER: usize = 2_000;

/// The most terms of a filter.
pub const MOST_TERMS: usize = 50;

/// The most values of a term.
pub const MOST_VALUES: usize = 200;

impl Filter {
    /// Reads a text of at most [`LONGEST_FILTER`] characters with at most [`MOST_TERMS`] terms of at most
    /// [`MOST_VALUES`] values each. Nothing, or space alone, lets everything through.
    ///
    /// - `term = ["-"] (field op value {"," value} | text)`, joined by *and*; `-` in front is *not*; commas are *or*.
    /// - `:` equals, `~` contains, `> >= < <=` compare times, lengths of time and ids. Case does not count.
    /// - `none` is empty, `me` whoever asks; in quotes they are texts like others.
    /// - Values and texts with spaces (values also: with commas) stand in quotes, where `\"` is a quote and `\\` is `\`.
    ///   The curved quotes of phones will do.
    /// - A word with a colon whose left side cannot be a field's name (`10:30`, `http://…`, an address) is a text.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if let Some((at, _)) = text.char_indices().nth(LONGEST_FILTER) {
            let message = sentence::LONG_FILTER.with("count", LONGEST_FILTER.to_string());
            return Err(FilterError::at(text, at..text.len(), message));
        }
        refuse_control(text)?;
        let raw = scan(text);
        if let Some(extra) = raw.get(MOST_TERMS) {
            let message = sentence::MANY_TERMS.with("count", MOST_TERMS.to_string());
            return Err(FilterError::at(text, extra.span.start..text.len(), message));
        }
        for field in raw.iter().filter_map(|raw| if let RawBody::Field(field) = &raw.body { Some(field) } else { None })
        {
            if let Some(extra) = field.values.get(MOST_VALUES) {
                let message = sentence::MANY_VALUES.with("count", MOST_VALUES.to_string());
                return Err(FilterError::at(text, extra.span.start..text.len(), message));
            }
        }
        let terms = raw.iter().map(|raw| {
            let test = check(text, raw)?;
            Ok(Term { negated: raw.negated, test, span: raw.span.clone() })
        });
        Ok(Self { terms: terms.collect::<Result<_, _>>()? })
    }
}

/// Refuses zero bytes and other characters that no keyboard types; space of every kind is fine.
pub(super) fn refuse_control(text: &str) -> Result<(), FilterError> {
    match text.char_indices().find(|(_, c)| c.is_control() && !c.is_whitespace()) {
        None => Ok(()),
        Some((at, c)) => {
            let message = sentence::CONTROL.with("code", format!("U+{:04X}", u32::from(c)));
            Err(FilterError::at(text, at..at + c.len_utf8(), message))
        }
    }
}

/// Whether a text is too long for a filter.
pub(super) fn is_too_long(text: &str) -> bool {
    text.char_indices().nth(LONGEST_FILTER).is_some()
}

/// How many characters there are before a byte.
pub(super) fn chars_before(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).count()
}

impl FilterError {
    /// An error at a range of bytes of `q`.
    pub(super) fn at(text: &str, bytes: Range<usize>, message: Sentence) -> Self {
        let position = chars_before(text, bytes.start);
        let length = chars_before(text, bytes.end).saturating_sub(position).max(1);
        Self { parameter: "q", position, length, message, expected: Vec::new() }
    }

    /// The same with what could stand there.
    pub(super) fn expecting<T: Into<String>>(self, expected: impl IntoIterator<Item = T>) -> Self {
        Self { expected: expected.into_iter().map(Into::into).collect(), ..self }
    }

    /// The same for another parameter.
    pub(super) fn of(self, parameter: &'static str) -> Self {
        Self { parameter, ..self }
    }
}
