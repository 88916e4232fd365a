//! What a value means for its field.

use deskwarden_types::SessionField;

use super::{
    Definition, Network, Operand, TimeValue, ValueKind,
    address::ADDRESSES,
    check::{examples, takes_me},
    scan::RawValue,
    time, words,
};
use crate::sentence::{self, Sentence};

/// Why a value is refused.
pub(super) struct Wrong {
    /// In a sentence.
    pub(super) message: Sentence,
    /// What could stand there.
    pub(super) expected: Vec<String>,
}

fn wrong(message: Sentence, expected: Vec<String>) -> Wrong {
    Wrong { message, expected }
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
                ValueKind::Text => sentence::NEVER_EMPTY_TEXT.with("field", field.as_str()).with("none", "\"none\""),
                _ => sentence::NEVER_EMPTY.with("field", field.as_str()),
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
            wrong(sentence::NO_ID.with("text", text).with("field", field.as_str()), examples(definition))
        })?,
        ValueKind::YesNo => match super::fold(text).as_str() {
            "yes" | "true" => Operand::YesNo(true),
            "no" | "false" => Operand::YesNo(false),
            _ => {
                return Err(wrong(
                    sentence::YES_OR_NO.with("field", field.as_str()).with("text", text),
                    examples(definition),
                ));
            }
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
        let message = sentence::MOMENT.with("text", text).with("field", field.as_str());
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
    let message = match expected.first().filter(|_| expected.len() < all) {
        Some(near) => sentence::NO_WORD_BUT.with("near", near.as_str()),
        None => sentence::NO_WORD.say(),
    };
    let message = message.with("field", definition.field.as_str()).with("text", text);
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
        sentence::PART_OF_ADDRESS.with("text", text).with("field", field.as_str())
    } else {
        sentence::NO_ADDRESS.with("text", text)
    };
    wrong(message, expected)
}
