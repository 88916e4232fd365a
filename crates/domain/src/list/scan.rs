//! Splits a filter's text into terms without judging what they mean: reading, editing, completion and highlighting all
//! go by it. It takes any text; what is wrong with the form stays with the piece.

use std::ops::Range;

use winnow::{
    LocatingSlice, Parser,
    combinator::{alt, opt, peek, preceded, repeat, separated},
    error::EmptyError,
    token::{any, none_of, one_of, take, take_while},
};

use super::{Comparison, Network, field_named};

type Input<'a> = LocatingSlice<&'a str>;
type Scanned<T> = Result<T, EmptyError>;

/// A term as it was written. All ranges are in bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawTerm {
    /// All of it, with the `-`.
    pub(super) span: Range<usize>,
    /// `-` in front.
    pub(super) negated: bool,
    /// What follows.
    pub(super) body: RawBody,
}

/// What a term consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RawBody {
    /// Text alone.
    Text(RawValue),
    /// `field op value,value`; there is always a value, maybe an empty one.
    Field(RawField),
}

/// A term on a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawField {
    /// Where the field's name is; it may be empty or unknown.
    pub(super) name: Range<usize>,
    /// The operator.
    pub(super) operator: Operator,
    /// Where the operator is.
    pub(super) at: Range<usize>,
    /// The values; never none.
    pub(super) values: Vec<RawValue>,
}

/// A value or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawValue {
    /// All of it, with its quotes.
    pub(super) span: Range<usize>,
    /// What it says, without quotes and escapes.
    pub(super) text: String,
    /// Whether it is in quotes.
    pub(super) quoted: bool,
    /// What is wrong with its form.
    pub(super) fault: Option<Fault>,
}

/// What is wrong with the form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A quote without an end.
    Unclosed,
    /// A quote in the middle of a word, or a word right behind a quote.
    Joined,
}

/// What stands between a field and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `:`
    Is,
    /// `~`
    Contains,
    /// `<` and its like.
    Compare(Comparison),
}

impl Operator {
    /// Every operator; those that begin like another come after it.
    pub(super) const ALL: [Self; 6] = [
        Self::Is,
        Self::Contains,
        Self::Compare(Comparison::Greater),
        Self::Compare(Comparison::GreaterOrEqual),
        Self::Compare(Comparison::Less),
        Self::Compare(Comparison::LessOrEqual),
    ];

    /// As it is written.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Contains => "~",
            Self::Compare(Comparison::Less) => "<",
            Self::Compare(Comparison::LessOrEqual) => "<=",
            Self::Compare(Comparison::Greater) => ">",
            Self::Compare(Comparison::GreaterOrEqual) => ">=",
        }
    }
}

/// Straight quotes, and those that phones and word processors make of them.
pub(super) const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '＂')
}

/// The terms of a text, in order.
pub(super) fn scan(text: &str) -> Vec<RawTerm> {
    let mut input = LocatingSlice::new(text);
    repeat(0.., preceded(space, term)).parse_next(&mut input).unwrap_or_default()
}

fn space(input: &mut Input<'_>) -> Scanned<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn term(input: &mut Input<'_>) -> Scanned<RawTerm> {
    peek(any).parse_next(input)?;
    let term = (opt('-'), body).with_span();
    let raw = |((minus, body), span): ((Option<char>, RawBody), _)| RawTerm { span, negated: minus.is_some(), body };
    term.map(raw).parse_next(input)
}

fn body(input: &mut Input<'_>) -> Scanned<RawBody> {
    let head = peek(take_while(0.., |c: char| !c.is_whitespace() && !is_quote(c))).parse_next(input)?;
    match field_in(head) {
        Some((name, operator)) => {
            let name = take(name).span().parse_next(input)?;
            let at = operator.as_str().span().parse_next(input)?;
            let values = separated(1.., value(true), ',').parse_next(input)?;
            Ok(RawBody::Field(RawField { name, operator, at, values }))
        }
        None => value(false).map(RawBody::Text).parse_next(input),
    }
}

/// The length of the name, in characters, and the operator, if a word is a term on a field. It is none where its left
/// side cannot be the name of a field: a time of day, an address or a network of IPv6, a web address.
pub(super) fn field_in(word: &str) -> Option<(usize, Operator)> {
    let at = word.find([':', '~', '<', '>'])?;
    let (name, rest) = word.split_at_checked(at)?;
    let operator = Operator::ALL.into_iter().rev().find(|operator| rest.starts_with(operator.as_str()))?;
    let found = Some((name.chars().count(), operator));
    if Network::parse(word).is_some() {
        return None;
    }
    if name.is_empty() || field_named(name).is_some() {
        return found;
    }
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let like_name = name.starts_with(char::is_alphabetic) && name.chars().all(part_of_name);
    let hex = word.chars().all(|c| c.is_ascii_hexdigit() || c == ':');
    let like_address = hex && (name.contains(|c: char| c.is_ascii_digit()) || word.matches(':').count() > 1);
    if !like_name || like_address || rest.starts_with("://") { None } else { found }
}

/// A value; commas end it where there may be several.
fn value<'a>(several: bool) -> impl Parser<Input<'a>, RawValue, EmptyError> {
    let ends = move |c: char| c.is_whitespace() || (several && c == ',');
    move |input: &mut Input<'a>| {
        let ((mut text, quoted, closed), span) = alt((quoted, bare(ends))).with_span().parse_next(input)?;
        let (rest, behind) = take_while(0.., move |c| !ends(c)).with_span().parse_next(input)?;
        let fault = if !closed {
            Some(Fault::Unclosed)
        } else if !rest.is_empty() || (!quoted && text.contains(is_quote)) {
            Some(Fault::Joined)
        } else {
            None
        };
        text.push_str(rest);
        Ok(RawValue { span: span.start..behind.end.max(span.end), text, quoted, fault })
    }
}

/// A text without quotes; `\` is a character like others.
fn bare<'a>(ends: impl Fn(char) -> bool + Copy) -> impl Parser<Input<'a>, (String, bool, bool), EmptyError> {
    take_while(0.., move |c: char| !ends(c)).map(|text: &str| (text.to_owned(), false, true))
}

/// A text in quotes, where `\` takes its meaning from a quote and from another `\`.
fn quoted(input: &mut Input<'_>) -> Scanned<(String, bool, bool)> {
    let open = one_of(is_quote).parse_next(input)?;
    let closes = move |c: char| if open == '"' { c == '"' } else { is_quote(c) };
    let escaped = preceded('\\', one_of(|c: char| c == '\\' || is_quote(c)));
    let letters = repeat(0.., alt((escaped, none_of(closes)))).fold(String::new, |mut text, letter| {
        text.push(letter);
        text
    });
    (letters, opt(one_of(closes))).map(|(text, close)| (text, true, close.is_some())).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_field_is_text() {
        for text in [
            "10:30",
            "2001:db8::1",
            "2001:db8:",
            "fe80:",
            "::1",
            "http://x.example/a?b",
            "anna@x:8080",
            "ad::1",
            "fe80::/10",
            "ad::/16",
        ] {
            assert_eq!(field_in(text), None, "{text}");
        }
        for (text, name) in [("user:x", 4), ("ad:x", 2), ("größe:5", 5), (":x", 0), ("C:\\x", 1), ("ad:1234", 2)] {
            assert_eq!(field_in(text), Some((name, Operator::Is)), "{text}");
        }
        assert_eq!(field_in("duration>=5").unwrap().1, Operator::Compare(Comparison::GreaterOrEqual));
        assert_eq!(field_in("duration>5").unwrap().1, Operator::Compare(Comparison::Greater));
    }

    #[test]
    fn terms_keep_their_place_and_form() {
        let terms = scan(" -app:\"a \\\"b\",c　“x y”  d\"e \"f");
        let places: Vec<_> = terms.iter().map(|term| term.span.clone()).collect();
        assert_eq!(places, [1..15, 18..27, 29..32, 33..35]);
        let RawBody::Field(field) = &terms[0].body else { panic!() };
        let values: Vec<_> = field.values.iter().map(|value| (value.text.as_str(), value.quoted)).collect();
        assert_eq!((terms[0].negated, values), (true, vec![("a \"b", true), ("c", false)]));
        let faults = terms.iter().map(|term| match &term.body {
            RawBody::Text(text) => text.fault,
            RawBody::Field(_) => None,
        });
        assert_eq!(faults.collect::<Vec<_>>(), [None, None, Some(Fault::Joined), Some(Fault::Unclosed)]);
    }
}
