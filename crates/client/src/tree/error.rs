//! Why a document could not be read.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// In words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(Box<str>);

impl From<String> for Unreadable {
    fn from(words: String) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Unreadable {
    /// Something else was there.
    #[cold]
    #[inline(never)]
    pub(super) fn expected(what: &dyn Expected) -> Self {
        Self::from(format!("expected {what}"))
    }

    #[cold]
    #[inline(never)]
    fn about(trouble: &str, name: &str) -> Self {
        Self::from(format!("{trouble} `{name}`"))
    }
}

/// Each in one place for all types, without what was found: showing it would need code for every kind of value.
impl Error for Unreadable {
    #[cold]
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::from(words.to_string())
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_length: usize, expected: &dyn Expected) -> Self {
        Self::expected(expected)
    }

    fn unknown_variant(variant: &str, _known: &'static [&'static str]) -> Self {
        Self::about("unknown word", variant)
    }

    fn unknown_field(field: &str, _known: &'static [&'static str]) -> Self {
        Self::about("unknown field", field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::about("missing field", field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::about("twice the field", field)
    }
}
