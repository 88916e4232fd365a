//! What a field holds, for one session.

#[cfg(not(target_family = "wasm"))]
use std::borrow::Cow;

use deskwarden_types::{SessionField, Timestamp};

/// The value of a field of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// There is none.
    Empty,
    /// A text.
    Text(&'a str),
    /// The names of the user: username, display name, email.
    Names([&'a str; 3]),
    /// An id.
    Id(i64),
    /// A word: what it means on screen, and its number in the database.
    Word(&'static str, i16),
    /// An instant.
    Time(Timestamp),
    /// A span in seconds.
    Seconds(i64),
    /// Yes or no.
    YesNo(bool),
    /// An address, as text.
    Address(&'a str),
}

/// What kind of values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text: equals and contains ignore case.
    Text,
    /// An id: exact, several with commas.
    Id,
    /// One of a few fixed words ([`Definition::words`](super::Definition::words)).
    Word,
    /// An instant: a day, or compared.
    Time,
    /// A span: compared, `90` (minutes), `90m`, `2h`, `1d`.
    Duration,
    /// Yes or no.
    YesNo,
    /// An address or a network in CIDR.
    Address,
}

/// Where a field's value is kept, by the names of the storage tables. `None` of it leaves domain's tables as they are:
/// the store turns it into a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// A column of the session itself.
    Session(&'static str),
    /// A column of the session's beat.
    Beat(&'static str),
    /// A column of what few sessions have.
    Extra(&'static str),
    /// A column of a dictionary.
    Dictionary(Dictionary, &'static str),
    /// More than a column: the store has an expression for it.
    Expression,
}

/// A small table whose rows many sessions share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dictionary {
    /// Users.
    User,
    /// Apps and desktops.
    Resource,
    /// Environments.
    Environment,
    /// Provisions.
    Provision,
    /// Delivery methods.
    DeliveryMethod,
    /// Devices.
    Device,
    /// Hosts.
    Host,
    /// Addresses.
    Address,
}

/// Whether a list can be sorted by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorting {
    /// It cannot.
    No,
    /// At any size.
    Indexed,
    /// Up to [`SMALL_SORT`](super::SMALL_SORT) matches.
    Small,
    /// As by this other field; with `true` the other way round.
    As(SessionField, bool),
}

/// Folds case and composes letters, so that texts compare as people expect; the same everywhere. `é` is one letter, whether
/// it was typed as one or, as macOS and some directories do, as `e` and an accent (Unicode's form NFC). Case is folded letter
/// by letter. (Greek writes a sigma that ends a word as ς; here it is a σ like every other.)
pub fn fold(text: &str) -> String {
    // Most texts are; none of the tables of letters says more of them.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    compose(text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect())
}

#[cfg(not(target_family = "wasm"))]
fn compose(text: String) -> String {
    match icu_normalizer::ComposingNormalizerBorrowed::new_nfc().normalize(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(composed) => composed,
    }
}

/// What the console folds are our own words; names it leaves to the server, and so has no tables of letters to load.
#[cfg(target_family = "wasm")]
fn compose(text: String) -> String {
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_letter_stands_changes_nothing() {
        for (text, folded) in [("ΟΔΟΣ", "οδοσ"), ("οδος", "οδοσ"), ("ΟΔΟΣΑ", "οδοσα"), ("Ünal İ ẞ", "ünal i\u{307} ß")]
        {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded, "{text}");
        }
        assert!(fold("ΟΔΟΣΑ").contains(&fold("ΟΔΟΣ")));
    }

    #[test]
    fn a_letter_is_one_however_it_was_typed() {
        for (typed, folded) in [
            ("Jo\u{308}rg", "j\u{f6}rg"),
            ("J\u{d6}RG", "j\u{f6}rg"),
            ("A\u{30a}ngstro\u{308}m", "\u{e5}ngstr\u{f6}m"),
            ("\u{212b}ngstr\u{f6}m", "\u{e5}ngstr\u{f6}m"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            // Marks in another order.
            ("a\u{323}\u{302}", "a\u{302}\u{323}"),
        ] {
            assert_eq!(fold(typed), fold(folded), "{typed}");
            assert_eq!(fold(&fold(typed)), fold(typed), "{typed}");
        }
        assert_eq!(fold("Jo\u{308}rg"), "j\u{f6}rg");
    }
}
