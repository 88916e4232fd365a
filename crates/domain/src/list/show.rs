//! A filter as text again, in its one canonical form: reading it gives the same filter.

use std::fmt::{self, Write};

use deskwarden_types::SessionField;

use super::{
    Filter, Operand, Term, Test,
    check::{equals_sign, takes_me},
    definition,
    scan::{Operator, RawBody, is_quote, scan},
    time::Seconds,
    words,
};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            if at > 0 {
                f.write_char(' ')?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_char('-')?;
        }
        self.test.fmt(f)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anywhere(text) => f.write_str(&text_alone(text)),
            Self::Is(field, operands) => {
                write!(f, "{field}{}", Operator::Is.as_str())?;
                f.write_str(&values(*field, operands).join(","))
            }
            Self::Contains(field, texts) => {
                write!(f, "{field}{}", Operator::Contains.as_str())?;
                f.write_str(&texts.iter().map(|text| bare_or_quoted(text)).collect::<Vec<_>>().join(","))
            }
            Self::Compare(field, comparison, operand) => {
                let operator = Operator::Compare(*comparison);
                write!(f, "{field}{}{}", operator.as_str(), value(*field, operand))
            }
        }
    }
}

/// The values, each word once for all that it finds.
fn values(field: SessionField, operands: &[Operand]) -> Vec<String> {
    let (mut all, mut left) = (Vec::new(), operands);
    while let Some((first, rest)) = left.split_first() {
        all.push(value(field, first));
        let found = words::written(field, first).map(|word| words::named(field, word)).unwrap_or_default();
        left = left.strip_prefix(found.as_slice()).filter(|_| !found.is_empty()).unwrap_or(rest);
    }
    all
}

pub(super) fn value(field: SessionField, operand: &Operand) -> String {
    match operand {
        Operand::None => "none".to_owned(),
        Operand::Me => "me".to_owned(),
        Operand::Text(text) => {
            let special = text.eq_ignore_ascii_case("none")
                || (text.eq_ignore_ascii_case("me") && takes_me(field))
                || (text.starts_with('#') && field == SessionField::Host);
            if special { quote(text) } else { bare_or_quoted(text) }
        }
        Operand::Id(id) if definition(field).kind == super::ValueKind::Text => format!("#{id}"),
        Operand::Id(id) => id.to_string(),
        Operand::Word(_) | Operand::Status(..) => {
            words::written(field, operand).map(bare_or_quoted).unwrap_or_default()
        }
        Operand::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Operand::Time(time) => time.to_string(),
        Operand::Seconds(seconds) => Seconds(*seconds).to_string(),
        Operand::Network(network) => network.to_string(),
    }
}

/// A value as it stands behind an operator: in quotes where it must.
pub(super) fn bare_or_quoted(text: &str) -> String {
    let must = text.is_empty() || text.chars().any(|c| c.is_whitespace() || c == ',' || is_quote(c));
    if must { quote(text) } else { text.to_owned() }
}

/// A text as it stands alone: in quotes where it must.
pub(super) fn text_alone(text: &str) -> String {
    let read_back = |value: &super::scan::RawValue| {
        value.text == text
            && !value.quoted
            && value.fault.is_none()
            && !text.starts_with('-')
            && equals_sign(value).is_none()
    };
    match scan(text).as_slice() {
        [raw] if matches!(&raw.body, RawBody::Text(value) if !raw.negated && read_back(value)) => text.to_owned(),
        _ => quote(text),
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
