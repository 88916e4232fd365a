//! Why a verb is not allowed, in a sentence that says what would be needed.

use deskwarden_types::{DeliveryKind, Role, Status, Verb, WhyNot};

use crate::{
    Facts, Need, is_ending, labels, role_may, rules,
    sentence::{self, Sentence, Text, Value},
};

/// What a refusal names.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The session's kind.
    pub kind: DeliveryKind,
    /// Its status, as shown.
    pub status: Status,
    /// What was asked for.
    pub verb: Verb,
    /// Why it is refused.
    pub why: WhyNot,
    /// The command that is on its way, where known.
    pub open_command: Option<Verb>,
    /// The version of the program that serves the session, where known.
    pub server_version: Option<&'a str>,
}

/// A full sentence in English: what the verb would need, and what is so instead.
pub fn explain(facts: &Facts, verb: Verb, why: WhyNot) -> String {
    let refused = Refused {
        kind: facts.kind,
        status: facts.status,
        verb,
        why,
        open_command: facts.open_command,
        server_version: facts.server_version.as_deref(),
    };
    explanation(&refused).to_string()
}

/// The same for any language.
pub fn explanation(refused: &Refused<'_>) -> Sentence {
    let kind = refused.kind;
    let name = |verb| Value::Verb(labels::verb_label(kind, verb));
    let say = |text: Text| text.with("verb", name(refused.verb));
    let status = Value::Label(labels::status_label(kind, refused.status));
    match refused.why {
        WhyNot::KindHasNoSuchVerb => say(sentence::NO_SUCH_VERB).with("kind", Value::Label(labels::kind_label(kind))),
        WhyNot::WrongStatus => match statuses(kind, refused.verb) {
            works if works.is_empty() => say(sentence::FITS_NO_STATUS).with("status", status),
            works => say(sentence::NEEDS_STATUS).with("statuses", Value::OneOf(works)).with("status", status),
        },
        WhyNot::SessionIsOver => say(sentence::NEEDS_NOT_OVER).with("status", status),
        WhyNot::AppIsRunning => say(sentence::NEEDS_NOT_RUNNING),
        WhyNot::AppIsNotRunning => say(sentence::NEEDS_RUNNING).with("status", status),
        WhyNot::NobodyConnected => say(sentence::NEEDS_SOMEBODY),
        WhyNot::RoleNotAllowed => {
            let own = is_ending(refused.verb);
            say(if own { sentence::NEEDS_ROLE_OR_OWN } else { sentence::NEEDS_ROLE })
                .with("roles", Value::OneOf(roles(refused.verb)))
        }
        WhyNot::CommandOnItsWay => match refused.open_command {
            Some(open) => say(sentence::ON_ITS_WAY).with("open", name(open)),
            None => say(sentence::ANOTHER_ON_ITS_WAY),
        },
        WhyNot::RecordIsTrusted => say(sentence::NEEDS_DOUBT),
        WhyNot::ServerTooOld => match refused.server_version {
            Some(version) => say(sentence::NEEDS_SERVER).with("version", version),
            None => say(sentence::NEEDS_NEWER_SERVER),
        },
        WhyNot::ServerUnknown => say(sentence::NEEDS_KNOWN_SERVER),
        WhyNot::HostCannotShow => say(sentence::NEEDS_SHOWING_HOST),
        WhyNot::AgentTooOld => say(sentence::NEEDS_AGENT),
        WhyNot::OwnSession => say(sentence::NEEDS_OTHERS),
    }
}

/// The statuses in which the verb works.
fn statuses(kind: DeliveryKind, verb: Verb) -> Vec<&'static str> {
    rules(kind)
        .table
        .iter()
        .filter(|row| row.verbs.iter().any(|(named, need)| *named == verb && !matches!(need, Need::Never(_))))
        .map(|row| row.label)
        .collect()
}

/// The roles that may use the verb.
fn roles(verb: Verb) -> Vec<&'static str> {
    Role::ALL.iter().filter(|role| role_may(**role, verb)).map(|role| labels::role_label(*role)).collect()
}
