//! What a value means for its field.

use deskwarden_types::SessionField;

use super::{
    Definition, Network, Operand, TimeValue, ValueKind,
    address::ADDRESSES,
    check::{examples, takes_me},
    scan::RawValue,
    time, words,
};

/// Why a value is refused.
pub(super) struct Wrong {
    /// In a sentence.
    pub(super) message: String,
    /// What could stand there.
    pub(super) expected: Vec<String>,
}

fn wrong(message: impl Into<String>, expected: Vec<String>) -> Wrong {
    Wrong { message: message.into(), expected }
}

/// What `field:value` finds. A word can find more than one thing.
pub(super) fn operands(definition: &Definition, value: &RawValue) -> Result<Vec<Operand>, Wrong> {
    let (field, text) = (definition.field, value.text.as_str());
    let bare = |word: &str| !value.quoted && text.eq_ignore_ascii_case(word);
    if bare("none") {
        return if definition.optional {
            Ok(vec![Operand::None])
        } else {
            let message = match definition.kind {
                ValueKind::Text => format!("Every session has a {field}; put \"none\" in quotes to find it as a text."),
                _ => format!("Every session has a value for {field}; none finds nothing."),
            };
            Err(wrong(message, examples(definition)))
        };
    }
    if takes_me(field) && bare("me") {
        return Ok(vec![Operand::Me]);
    }
    let one = match definition.kind {
        ValueKind::Text => text_or_id(field, value),
        ValueKind::Word => return word(definition, text),
        ValueKind::Id => id(text).ok_or_else(|| {
            wrong(format!("{text} is no id; {field} takes whole numbers, such as {field}:1042."), examples(definition))
        })?,
        ValueKind::YesNo => match super::fold(text).as_str() {
            "yes" | "true" => Operand::YesNo(true),
            "no" | "false" => Operand::YesNo(false),
            _ => return Err(wrong(format!("{field} is yes or no, not {text}."), examples(definition))),
        },
        ValueKind::Address => Operand::Network(Network::parse(text).ok_or_else(|| address_wrong(field, text))?),
        ValueKind::Duration => {
            Operand::Seconds(time::parse_seconds(text).map_err(|message| wrong(message, examples(definition)))?)
        }
        ValueKind::Time => {
            Operand::Time(TimeValue::parse(text).map_err(|message| wrong(message, examples(definition)))?)
        }
    };
    Ok(vec![one])
}

/// `host:#5` is the host with the id 5; any other text is a name.
fn text_or_id(field: SessionField, value: &RawValue) -> Operand {
    let number = value.text.strip_prefix('#').filter(|_| field == SessionField::Host && !value.quoted);
    number.and_then(id).unwrap_or_else(|| Operand::Text(value.text.clone()))
}

/// An id: digits alone.
fn id(text: &str) -> Option<Operand> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok().map(Operand::Id) } else { None }
}

fn word(definition: &Definition, text: &str) -> Result<Vec<Operand>, Wrong> {
    let found = words::named(definition.field, text);
    if found.is_empty() { Err(no_word(definition, text)) } else { Ok(found) }
}

/// What `field:value` finds; a moment of the clock is refused, which no time equals.
pub(super) fn equal(definition: &Definition, value: &RawValue) -> Result<Vec<Operand>, Wrong> {
    let found = operands(definition, value)?;
    if let [Operand::Time(TimeValue::FromNow(_))] = found.as_slice() {
        let (field, text) = (definition.field, value.text.as_str());
        let message =
            format!("{text} is a moment, which hardly any time equals; write {field}>{text} for what came after it.");
        return Err(wrong(message, vec![format!("{field}>{text}"), format!("{field}<{text}")]));
    }
    Ok(found)
}

/// What `field~value` finds where the field has fixed words.
pub(super) fn contained(definition: &Definition, value: &RawValue) -> Result<Vec<Operand>, Wrong> {
    let found = words::containing(definition.field, &value.text);
    if found.is_empty() { Err(no_word(definition, &value.text)) } else { Ok(found) }
}

fn no_word(definition: &Definition, text: &str) -> Wrong {
    let mut expected = words::like(definition.field, text);
    let all = definition.words().len();
    let meant = if expected.len() < all { expected.first().map(|near| format!(" Did you mean {near}?")) } else { None };
    let message = format!("{} has no value {text}.{}", definition.field, meant.unwrap_or_default());
    if expected.len() == all && definition.optional {
        expected.push("none".to_owned());
    }
    wrong(message, expected)
}

fn address_wrong(field: SessionField, text: &str) -> Wrong {
    let part = text.chars().all(|c| c.is_ascii_hexdigit() || c == '.' || c == ':');
    let mut expected: Vec<String> = ADDRESSES.iter().map(|text| (*text).to_owned()).collect();
    let message = if part {
        expected.insert(0, format!("{field}~{text}"));
        format!(
            "{text} is a part of an address; write {field}~{text} to find it, or a network such as 198.51.100.0/24."
        )
    } else {
        format!("{text} is no address; write one (198.51.100.7, 2001:db8::7) or a network (198.51.100.0/24).")
    };
    wrong(message, expected)
}
