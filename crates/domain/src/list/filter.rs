//! The filter of a list: terms, all of which must hold. The grammar is in [`super::parse`].

use std::{net::IpAddr, ops::Range};

use chrono::NaiveDate;
use deskwarden_types::{DeliveryKind, ListState, SessionField, Status, Timestamp};

use crate::sentence::Sentence;

/// Terms joined by *and*; an empty one lets everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The terms, in the order written.
    pub terms: Vec<Term>,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// `-` in front: what does not fit is meant.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
    /// Where it stood in the text, in bytes; empty where it did not come from a text.
    pub span: Range<usize>,
}

/// What a term asks of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Text alone: contained in any of user (three names), email, app, provision, status, device; or an exact id; or the
    /// start of an address, an address or a network.
    Anywhere(String),
    /// `field:value,value`: equal to one of them.
    Is(SessionField, Vec<Operand>),
    /// `field~text,text`: contains one of them.
    Contains(SessionField, Vec<String>),
    /// `field>value` and its like. What is empty compares with nothing.
    Compare(SessionField, Comparison, Operand),
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value of a term, checked against its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// `none`: there is no value.
    None,
    /// `me`: the user who asks. Only with `user`, `username` and `user_id`.
    Me,
    /// A text; case does not matter.
    Text(String),
    /// An id.
    Id(i64),
    /// A fixed word, by its number in the database.
    Word(i16),
    /// A status; with a kind where the word is a label of that kind alone (`connected` finds an active app stream).
    Status(Option<DeliveryKind>, Status),
    /// Yes or no.
    YesNo(bool),
    /// A time.
    Time(TimeValue),
    /// A span in seconds.
    Seconds(i64),
    /// The addresses of a network; one address has all its bits.
    Network(Network),
}

/// A time as it was written. What it means depends on when and where it is asked ([`super::Context`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeValue {
    /// An instant.
    At(Timestamp),
    /// A day in the tenant's zone.
    Day(NaiveDate),
    /// The day of the asking, and so many days from it: `today` is 0, `yesterday` -1.
    Today(i32),
    /// So many seconds from the asking; `-7d` is negative.
    FromNow(i64),
}

/// A network: an address and how many of its first bits count. IPv4 is not mapped into IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Its first address; the bits that do not count are 0.
    pub address: IpAddr,
    /// How many bits count: 0 to 32, or to 128.
    pub bits: u8,
}

/// Which sessions a list has: the filter and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Which part of the list.
    pub state: ListState,
    /// `q` and the plain parameters.
    pub filter: Filter,
    /// Only what overlaps the time from here on (half-open).
    pub from: Option<TimeValue>,
    /// Only what overlaps the time before this.
    pub to: Option<TimeValue>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { state: ListState::All, filter: Filter::default(), from: None, to: None }
    }
}

/// Why a filter cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The parameter: `q`, `contains`, `field`, `from` or `to`.
    pub parameter: &'static str,
    /// Where in the text, in characters from 0.
    pub position: usize,
    /// How many characters are wrong; at least 1, even at the end of the text.
    pub length: usize,
    /// What is wrong, in a sentence.
    pub message: Sentence,
    /// What could stand there, where that can be said.
    pub expected: Vec<String>,
}
