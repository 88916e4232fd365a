//! What could stand at the cursor.

use std::ops::Range;

use deskwarden_types::SessionField;

use super::{
    DEFINITIONS, Definition, ValueKind,
    check::{examples, operators, takes_me},
    definition, field_named, fold,
    parse::{chars_before, is_too_long},
    scan::{Operator, RawBody, RawField, RawTerm, RawValue, is_quote, scan},
};
use crate::sentence;

/// What could stand at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// What a choice replaces, in characters.
    pub replace: Range<usize>,
    /// The choices, the likeliest first.
    pub options: Vec<Choice>,
    /// A field whose values the server knows, and what they contain; each goes in by
    /// [`written_value`](super::written_value).
    pub values_of: Option<(SessionField, String)>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What to put in.
    pub insert: String,
    /// What it is called.
    pub label: String,
    /// What it means; may be empty.
    pub hint: String,
}

/// What a label is called in the language of whoever types.
pub type Said<'a> = &'a dyn Fn(&str) -> String;

/// What could stand at the cursor, which is given in characters; beyond the text, its end is meant. Labels are found in
/// English and as they are `said` to whoever types.
pub fn complete(text: &str, cursor: usize, said: Said<'_>) -> Completion {
    if is_too_long(text) {
        return Completion::default();
    }
    let cursor = text.char_indices().nth(cursor).map_or(text.len(), |(at, _)| at);
    let chars = |range: &Range<usize>| chars_before(text, range.start)..chars_before(text, range.end);
    let touches = |raw: &RawTerm| raw.span.start <= cursor && cursor <= raw.span.end;
    let here = cursor..cursor;
    let Some(raw) = scan(text).into_iter().find(touches) else {
        return Completion { replace: chars(&here), options: fields("", true, said), values_of: None };
    };
    let before = |range: &Range<usize>| text.get(range.start..cursor.min(range.end)).unwrap_or_default();
    match &raw.body {
        RawBody::Text(value) if value.quoted => Completion { replace: chars(&here), ..Completion::default() },
        // In front of the `-`.
        RawBody::Text(value) if cursor < value.span.start => {
            Completion { replace: chars(&here), options: Vec::new(), values_of: None }
        }
        RawBody::Text(value) => {
            let asked = before(&value.span);
            let mut options = fields(asked, true, said);
            options.extend(words_anywhere(asked, said));
            Completion { replace: chars(&value.span), options, values_of: None }
        }
        RawBody::Field(field) if cursor <= field.name.end => {
            let options = fields(before(&field.name), false, said);
            Completion { replace: chars(&field.name), options, values_of: None }
        }
        RawBody::Field(field) => {
            let known = text.get(field.name.clone()).and_then(field_named).map(definition);
            let value = field.values.iter().find(|value| value.span.start <= cursor && cursor <= value.span.end);
            match (known, value) {
                (Some(known), Some(value)) => {
                    let asked = before(&value.span).trim_start_matches(is_quote);
                    let values = values(known, field, value, asked, said);
                    Completion { replace: chars(&value.span), ..values }
                }
                (Some(known), None) => Completion { replace: chars(&field.at), options: signs(known), values_of: None },
                (None, _) => Completion { replace: chars(&here), ..Completion::default() },
            }
        }
    }
}

/// How well a name fits what was typed: 0 begins with it, 1 contains it.
fn fits(name: &str, asked: &str) -> Option<usize> {
    let name = fold(name);
    if name.starts_with(asked) { Some(0) } else { name.contains(asked).then_some(1) }
}

/// The fields that go with what was typed; `whole`: with the operator that most often follows.
fn fields(asked: &str, whole: bool, said: Said<'_>) -> Vec<Choice> {
    let asked = fold(asked).replace('-', "_");
    let rank = |definition: &Definition| {
        let names = std::iter::once(definition.field.as_str()).chain(definition.aliases.iter().copied());
        let by_name = names.filter_map(|name| fits(name, &asked)).min();
        let spaced = asked.replace('_', " ");
        let labels = [fits(definition.label, &spaced), fits(&said(definition.label), &spaced)];
        by_name.into_iter().chain(labels.into_iter().flatten()).min()
    };
    let mut found: Vec<(usize, &Definition)> =
        DEFINITIONS.iter().filter_map(|definition| rank(definition).map(|rank| (rank, definition))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    let choice = |(_, definition): (usize, &Definition)| Choice {
        insert: if whole { format!("{}{}", definition.field, usual(definition)) } else { definition.field.to_string() },
        label: definition.label.to_owned(),
        hint: definition.tip.to_owned(),
    };
    found.into_iter().map(choice).collect()
}

/// The operator that most often follows a field.
fn usual(definition: &Definition) -> &'static str {
    match definition.kind {
        ValueKind::Duration => ">",
        // From that day on: after `today` nothing has begun.
        ValueKind::Time => ">=",
        _ => ":",
    }
}

/// Terms whose word begins with what was typed: `run` offers `status:running`.
fn words_anywhere(asked: &str, said: Said<'_>) -> Vec<Choice> {
    let asked = fold(asked);
    if asked.chars().count() < 2 {
        return Vec::new();
    }
    let of = |definition: &'static Definition| {
        let asked = asked.clone();
        let begins = move |(word, label): &(&str, &str)| {
            word.starts_with(&asked) || fold(label).starts_with(&asked) || fold(&said(label)).starts_with(&asked)
        };
        definition.words().into_iter().filter(begins).map(move |(word, label)| Choice {
            insert: format!("{}:{word}", definition.field),
            label: label.to_owned(),
            hint: definition.label.to_owned(),
        })
    };
    DEFINITIONS.iter().flat_map(of).collect()
}

/// The operators that go with a field.
fn signs(definition: &Definition) -> Vec<Choice> {
    let meaning = |operator: &Operator| match operator {
        Operator::Is => sentence::IS,
        Operator::Contains => sentence::CONTAINS,
        Operator::Compare(super::Comparison::Less) => sentence::LESS,
        Operator::Compare(super::Comparison::LessOrEqual) => sentence::AT_MOST,
        Operator::Compare(super::Comparison::Greater) => sentence::MORE,
        Operator::Compare(super::Comparison::GreaterOrEqual) => sentence::AT_LEAST,
    };
    let choice = |operator: &Operator| Choice {
        insert: operator.as_str().to_owned(),
        label: meaning(operator).english().to_owned(),
        hint: definition.takes(),
    };
    operators(definition.kind).iter().map(choice).collect()
}

/// The values that go with what was typed.
fn values(definition: &Definition, field: &RawField, value: &RawValue, asked: &str, said: Said<'_>) -> Completion {
    let folded = fold(asked);
    let mut options: Vec<(usize, Choice)> = Vec::new();
    let mut offer = |insert: &str, label: &str, hint: &str| {
        let names = [fits(insert, &folded), fits(label, &folded), fits(&said(label), &folded)];
        let rank = names.into_iter().flatten().min();
        let choice = Choice { insert: insert.to_owned(), label: label.to_owned(), hint: hint.to_owned() };
        options.extend(rank.map(|rank| (rank, choice)));
    };
    match definition.kind {
        ValueKind::Word => definition.words().into_iter().for_each(|(word, label)| offer(word, label, "")),
        ValueKind::Text | ValueKind::Id => {}
        _ => {
            let fixed = |example: &String| example != "none" && example != "me";
            for example in examples(definition).iter().filter(|example| fixed(example)) {
                offer(example, example, "");
            }
        }
    }
    if field.operator == Operator::Is && !value.quoted {
        if takes_me(definition.field) {
            offer("me", "me", sentence::WHOEVER_ASKS.english());
        }
        if definition.optional {
            offer("none", "none", sentence::WHERE_NONE.english());
        }
    }
    options.sort_by_key(|(rank, _)| *rank);
    let names = definition.kind == ValueKind::Text;
    Completion {
        replace: 0..0,
        options: options.into_iter().map(|(_, choice)| choice).collect(),
        values_of: names.then(|| (definition.field, asked.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserts(text: &str, cursor: usize) -> (Range<usize>, Vec<String>, Option<(SessionField, String)>) {
        let german = |label: &str| if label == "Connected" { "Verbunden".to_owned() } else { label.to_owned() };
        let completion = complete(text, cursor, &german);
        (completion.replace, completion.options.into_iter().map(|o| o.insert).collect(), completion.values_of)
    }

    #[test]
    fn fields_are_offered_where_a_term_begins() {
        let (replace, all, _) = inserts("", 0);
        assert_eq!((replace, all.len()), (0..0, DEFINITIONS.len()));
        let (replace, found, values) = inserts("ä sta x", 5);
        assert_eq!((replace, values), (2..5, None));
        assert_eq!(found[..3], ["status:", "started_at>=", "started_ago>"]);
        assert_eq!(inserts("-dur", 4).1, ["duration>"]);
        assert_eq!(inserts("use:anna", 3).0, 0..3);
        assert_eq!(inserts("username:anna", 13).2, Some((SessionField::Username, "anna".to_owned())));
        assert!(inserts("runn", 4).1.contains(&"status:running".to_owned()));
        assert!(inserts("verbu", 5).1.contains(&"status:connected".to_owned()));
        assert_eq!(inserts("status:Verb", 11).1, ["connected"]);
        assert!(inserts("\"sta", 4).1.is_empty());
        assert_eq!(inserts("a ", 99).0, 2..2);
    }

    #[test]
    fn words_operators_and_times_are_offered_behind_a_field() {
        assert_eq!(inserts("status:runn", 11), (7..11, vec!["running".to_owned()], None));
        assert_eq!(inserts("status:running,stop", 19), (15..19, vec!["stopped".to_owned()], None));
        assert!(inserts("status:poor", 11).1.contains(&"poor_network".to_owned()));
        assert_eq!(inserts("connected:", 10).1, ["yes", "no"]);
        assert_eq!(inserts("ended_at:n", 10).1, ["none"]);
        assert_eq!(inserts("duration>=", 9).1, [">", ">=", "<", "<="]);
        assert_eq!(inserts("user:\"anna b", 12).2, Some((SessionField::User, "anna b".to_owned())));
        assert_eq!(inserts("user:m", 6).1, ["me"]);
        assert_eq!(inserts("nope:x", 6).1, Vec::<String>::new());
    }
}
