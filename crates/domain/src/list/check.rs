//! What a term means, or what is wrong with it.

use deskwarden_types::SessionField;

use super::{
    DEFINITIONS, Definition, FilterError, Operand, Test, ValueKind, definition, field_named,
    operand::{Wrong, contained, equal, operands},
    scan::{Fault, Operator, RawBody, RawField, RawTerm, RawValue},
    words,
};
use crate::sentence;

/// What other grammars join terms with. Here they would be looked for as texts, and nobody would hear of it.
const JOINING: [&str; 5] = ["OR", "AND", "NOT", "||", "&&"];

/// What a term asks, checked against its field.
pub(super) fn check(text: &str, raw: &RawTerm) -> Result<Test, FilterError> {
    match &raw.body {
        RawBody::Text(value) => check_text(text, raw, value),
        RawBody::Field(field) => check_field(text, field),
    }
}

fn check_form(text: &str, value: &RawValue) -> Result<(), FilterError> {
    let message = match value.fault {
        None if value.quoted && value.text.is_empty() => sentence::EMPTY_QUOTES.say(),
        None => return Ok(()),
        Some(Fault::Unclosed) => sentence::OPEN_QUOTE.with("quote", "\""),
        Some(Fault::Joined) => sentence::JOINED_QUOTE.with("escaped", "\\\""),
    };
    let end = if value.fault == Some(Fault::Unclosed) { value.span.start + 1 } else { value.span.end };
    Err(FilterError::at(text, value.span.start..end, message))
}

fn check_text(text: &str, raw: &RawTerm, value: &RawValue) -> Result<Test, FilterError> {
    check_form(text, value)?;
    if value.text.is_empty() {
        return Err(FilterError::at(text, raw.span.clone(), sentence::LONE_MINUS.say()));
    }
    if !value.quoted && value.text.starts_with('-') {
        return Err(FilterError::at(text, value.span.start..value.span.start + 1, sentence::TWO_MINUS.say()));
    }
    if !value.quoted && JOINING.contains(&value.text.as_str()) {
        let message = sentence::JOINING_WORD.with("text", value.text.as_str());
        return Err(FilterError::at(text, value.span.clone(), message));
    }
    if let Some((field, instead)) = equals_sign(value) {
        let minus = if raw.negated != instead.starts_with('-') { "-" } else { "" };
        let instead = format!("{minus}{}", instead.trim_start_matches('-'));
        let message = sentence::EQUALS_SIGN.with("instead", instead.as_str());
        let sign = value.span.start + value.text.find(['=', '!']).unwrap_or(field);
        return Err(FilterError::at(text, sign..sign + 1, message).expecting([instead]));
    }
    Ok(Test::Anywhere(value.text.clone()))
}

/// `field=value` and `field!=value`: what was probably meant.
pub(super) fn equals_sign(value: &RawValue) -> Option<(usize, String)> {
    let (name, rest) = value.text.split_once('=').filter(|_| !value.quoted)?;
    let (name, minus) = name.strip_suffix('!').map_or((name, ""), |name| (name, "-"));
    let field = field_named(name)?;
    let first = rest.trim_start_matches('=');
    Some((name.len(), format!("{minus}{field}:{}", if first.is_empty() { "…" } else { first })))
}

fn check_field(text: &str, raw: &RawField) -> Result<Test, FilterError> {
    let name = text.get(raw.name.clone()).unwrap_or_default();
    let Some(field) = field_named(name) else {
        return Err(unknown_field(text, name, raw));
    };
    let definition = definition(field);
    check_operator(text, definition, raw)?;
    for value in &raw.values {
        check_form(text, value)?;
        if value.text.is_empty() {
            // A space after the last comma has cut off what was meant.
            let cut =
                raw.values.last() == Some(value) && text.get(value.span.end..).is_some_and(|rest| !rest.is_empty());
            let message = match raw.values.len() {
                2.. if !cut => sentence::NO_VALUE_AT_COMMA.say(),
                _ => sentence::NO_VALUE.with("field", field.as_str()),
            };
            return Err(FilterError::at(text, value.span.clone(), message).expecting(examples(definition)));
        }
    }
    let wrong = |value: &RawValue, wrong: Wrong| {
        FilterError::at(text, value.span.clone(), wrong.message).expecting(wrong.expected)
    };
    let is = |each: fn(&Definition, &RawValue) -> Result<Vec<Operand>, Wrong>| {
        let mut all = Vec::new();
        for value in &raw.values {
            all.extend(each(definition, value).map_err(|error| wrong(value, error))?);
        }
        Ok(Test::Is(field, all))
    };
    match raw.operator {
        Operator::Is => is(equal),
        Operator::Contains if definition.kind == ValueKind::Word => is(contained),
        Operator::Contains => Ok(Test::Contains(field, raw.values.iter().map(|value| value.text.clone()).collect())),
        Operator::Compare(comparison) => {
            if let Some(second) = raw.values.get(1) {
                let comma = second.span.start.saturating_sub(1);
                return Err(FilterError::at(text, comma..second.span.end, sentence::TWO_VALUES.say()));
            }
            let found = raw.values.first().map(|value| (value, operands(definition, value)));
            match found {
                Some((_, Ok(found))) => match found.into_iter().next() {
                    Some(operand) if operand != Operand::None => Ok(Test::Compare(field, comparison, operand)),
                    _ => Err(FilterError::at(
                        text,
                        raw.values.first().map_or(raw.at.clone(), |value| value.span.clone()),
                        sentence::COMPARES_EMPTY.with("field", field.as_str()),
                    )
                    .expecting(examples(definition))),
                },
                Some((value, Err(error))) => Err(wrong(value, error)),
                None => Err(FilterError::at(text, raw.at.clone(), sentence::NO_VALUE_HERE.say())),
            }
        }
    }
}

/// The operators that go with a kind of values.
pub(super) const fn operators(kind: ValueKind) -> &'static [Operator] {
    use super::Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    use Operator::{Compare, Contains, Is};
    match kind {
        ValueKind::Text | ValueKind::Word | ValueKind::Address => &[Is, Contains],
        ValueKind::Id | ValueKind::Time => {
            &[Is, Compare(Greater), Compare(GreaterOrEqual), Compare(Less), Compare(LessOrEqual)]
        }
        ValueKind::Duration => &[Compare(Greater), Compare(GreaterOrEqual), Compare(Less), Compare(LessOrEqual)],
        ValueKind::YesNo => &[Is],
    }
}

fn check_operator(text: &str, definition: &Definition, raw: &RawField) -> Result<(), FilterError> {
    let fitting = operators(definition.kind);
    if fitting.contains(&raw.operator) || is_none(definition, raw) {
        return Ok(());
    }
    let (field, signs) = (definition.field, fitting.iter().map(|operator| operator.as_str()));
    let signs: Vec<&str> = signs.collect();
    let message = sentence::OTHER_OPERATOR
        .with("field", field.as_str())
        .with("sign", raw.operator.as_str())
        .with("forms", definition.takes());
    Err(FilterError::at(text, raw.at.clone(), message).expecting(signs))
}

/// `field:none`, which goes with every field that can be empty.
fn is_none(definition: &Definition, raw: &RawField) -> bool {
    let none = |value: &RawValue| !value.quoted && value.text.eq_ignore_ascii_case("none");
    definition.optional && raw.operator == Operator::Is && !raw.values.is_empty() && raw.values.iter().all(none)
}

/// What can stand behind a field.
pub(super) fn examples(definition: &Definition) -> Vec<String> {
    let fixed = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut all = match definition.kind {
        ValueKind::Word => definition.words().into_iter().map(|(word, _)| word.to_owned()).collect(),
        ValueKind::Time => fixed(&super::time::TIMES),
        ValueKind::Duration => fixed(&super::time::SPANS),
        ValueKind::YesNo => fixed(&["yes", "no"]),
        ValueKind::Address => fixed(&super::address::ADDRESSES),
        ValueKind::Text | ValueKind::Id => Vec::new(),
    };
    if takes_me(definition.field) {
        all.push("me".to_owned());
    }
    if definition.optional {
        all.push("none".to_owned());
    }
    all
}

/// Whether `me` stands for the user who asks.
pub(super) const fn takes_me(field: SessionField) -> bool {
    matches!(field, SessionField::User | SessionField::Username | SessionField::UserId)
}

fn unknown_field(text: &str, name: &str, raw: &RawField) -> FilterError {
    let names: Vec<&str> = DEFINITIONS.iter().map(|definition| definition.field.as_str()).collect();
    let sign = raw.operator.as_str();
    if name.is_empty() {
        let message = sentence::NO_NAME.with("sign", sign);
        return FilterError::at(text, raw.at.clone(), message).expecting(names);
    }
    let aliases = DEFINITIONS.iter().flat_map(|definition| definition.aliases.iter().copied());
    let known: Vec<&str> = names.iter().copied().chain(aliases).collect();
    let mut near: Vec<String> = Vec::new();
    for name in words::nearest(name, &known) {
        let field = field_named(&name).map_or(name, |field| field.as_str().to_owned());
        if !near.contains(&field) {
            near.push(field);
        }
    }
    let message = match near.first() {
        Some(near) => sentence::NO_FIELD_BUT.with("near", near.as_str()),
        None => sentence::NO_FIELD.say(),
    };
    let message = message.with("name", name).with("sign", sign);
    let error = FilterError::at(text, raw.name.clone(), message);
    if near.is_empty() { error.expecting(names) } else { error.expecting(near) }
}
