//! Sentences of the rule book, in the page's language.

use deskwarden_domain::{
    Refused, command, explanation,
    sentence::{Sentence, Value},
    strength,
};
use deskwarden_types::{
    Verb, WhyNot,
    api::{PlanItem, SessionDetail},
};

use super::{in_other_language, labels, t, t_as, texts::fill};

texts! {
    or(list, last): "{list} or {last}";
}

/// A sentence of the rule book.
pub fn in_this_language(said: &Sentence) -> String {
    let values: Vec<(&str, String)> = said.values().iter().map(|(place, value)| (*place, in_place(value))).collect();
    fill(t(said.text()), &values)
}

fn in_place(value: &Value) -> String {
    match value {
        Value::Plain(text) => text.clone(),
        Value::Label(label) => t(label).to_owned(),
        Value::Verb(label) => t_as(labels::VERB, label).to_owned(),
        Value::OneOf(labels) => {
            let labels: Vec<&str> = labels.iter().map(|label| t(label)).collect();
            match labels.split_last() {
                Some((last, others)) if !others.is_empty() => or(others.join(", "), *last),
                _ => labels.concat(),
            }
        }
    }
}

/// Why the verb is not allowed: in English the server's sentence, which knows more, else the console's own.
pub fn why_not(detail: &SessionDetail, verb: Verb, why: WhyNot, english: Option<&str>) -> String {
    match english {
        Some(english) if !in_other_language() => english.to_owned(),
        _ => {
            let session = &detail.session;
            let open = detail.commands.iter().filter(|c| command::is_open(c.state)).map(|c| c.verb);
            in_this_language(&explanation(&Refused {
                kind: session.kind,
                status: session.status,
                verb,
                why,
                open_command: open.max_by_key(|verb| strength(*verb)),
                server_version: None,
            }))
        }
    }
}

/// The same for a session of a plan; `short` where the plan has no sentence either.
pub fn planned_why_not(item: &PlanItem, verb: Verb, short: &str) -> String {
    match (item.kind, item.status, item.why_not, &item.explanation) {
        (Some(kind), Some(status), Some(why), Some(_)) if in_other_language() => {
            let (open_command, server_version) = (None, None);
            in_this_language(&explanation(&Refused { kind, status, verb, why, open_command, server_version }))
        }
        (_, _, _, Some(english)) if !in_other_language() => english.clone(),
        _ => short.to_owned(),
    }
}
