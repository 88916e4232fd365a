//! What a term means, or what is wrong with it.

use deskwarden_types::SessionField;

use super::{
    DEFINITIONS, Definition, FilterError, Operand, Test, ValueKind, definition, field_named,
    operand::{Wrong, contained, equal, operands},
    scan::{Fault, Operator, RawBody, RawField, RawTerm, RawValue},
    words,
};

/// What a term asks, checked against its field.
pub(super) fn check(text: &str, raw: &RawTerm) -> Result<Test, FilterError> {
    match &raw.body {
        RawBody::Text(value) => check_text(text, raw, value),
        RawBody::Field(field) => check_field(text, field),
    }
}

fn check_form(text: &str, value: &RawValue) -> Result<(), FilterError> {
    let message = match value.fault {
        None if value.quoted && value.text.is_empty() => {
            "There is nothing between these quotes; write a text there, or none (without quotes) for what is empty."
        }
        None => return Ok(()),
        Some(Fault::Unclosed) => "This quote has no end; write another \" behind the text.",
        Some(Fault::Joined) => {
            "A quote stands right beside a word; put quotes around the whole text, and \\\" for a quote in it."
        }
    };
    let end = if value.fault == Some(Fault::Unclosed) { value.span.start + 1 } else { value.span.end };
    Err(FilterError::at(text, value.span.start..end, message))
}

fn check_text(text: &str, raw: &RawTerm, value: &RawValue) -> Result<Test, FilterError> {
    check_form(text, value)?;
    if value.text.is_empty() {
        let message = "A - takes away what stands right behind it; write a term there, or put the - in quotes.";
        return Err(FilterError::at(text, raw.span.clone(), message));
    }
    if !value.quoted && value.text.starts_with('-') {
        let message = "One - is enough; a text that begins with - stands in quotes.";
        return Err(FilterError::at(text, value.span.start..value.span.start + 1, message));
    }
    if let Some((field, instead)) = equals_sign(value) {
        let minus = if raw.negated != instead.starts_with('-') { "-" } else { "" };
        let instead = format!("{minus}{}", instead.trim_start_matches('-'));
        let message = format!("There is no = in filters; write {instead}, or put a text with = in quotes.");
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
            let message = format!("Write a value for {field} right here, without a space in front of it.");
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
                let message = "A comparison has one value; a comma makes sense behind : and ~ only.";
                let comma = second.span.start.saturating_sub(1);
                return Err(FilterError::at(text, comma..second.span.end, message));
            }
            let found = raw.values.first().map(|value| (value, operands(definition, value)));
            match found {
                Some((_, Ok(found))) => match found.into_iter().next() {
                    Some(operand) if operand != Operand::None => Ok(Test::Compare(field, comparison, operand)),
                    _ => Err(FilterError::at(
                        text,
                        raw.values.first().map_or(raw.at.clone(), |value| value.span.clone()),
                        format!("What is empty compares with nothing; write {field}:none for it."),
                    )
                    .expecting(examples(definition))),
                },
                Some((value, Err(error))) => Err(wrong(value, error)),
                None => Err(FilterError::at(text, raw.at.clone(), "Write a value here.")),
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
    if fitting.contains(&raw.operator) {
        return Ok(());
    }
    let (field, signs) = (definition.field, fitting.iter().map(|operator| operator.as_str()));
    let signs: Vec<&str> = signs.collect();
    let message = format!("{field} does not go with {}; write {field}{}.", raw.operator.as_str(), definition.takes());
    Err(FilterError::at(text, raw.at.clone(), message).expecting(signs))
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
        let message = format!("Write the name of a field in front of {sign}, or put a text with {sign} in quotes.");
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
    let meant = near.first().map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
    let message = format!("There is no field named {name}.{meant} To find a text with {sign} in it, put it in quotes.");
    let error = FilterError::at(text, raw.name.clone(), message);
    if near.is_empty() { error.expecting(names) } else { error.expecting(near) }
}
