//! The one table of fields: the grammar, the sort keys, the columns, the export and the API's pages come from it.

use deskwarden_types::{
    Access, DeliveryKind, EndReason, EndedHow, LicenceKind, Phase, SessionField, Source, Status, Terminal, Timestamp,
    Trust, Verb, api::Session,
};

use super::{Dictionary, Sorting, Stored, Value, ValueKind};
use crate::labels;

/// The most matches that a list sorts by a key without an index, or by several.
pub const SMALL_SORT: i64 = 100_000;

/// What there is to know of a field.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// The field; its word is its name in `q`, `sort` and `columns`.
    pub field: SessionField,
    /// Other names that `q` takes for it.
    pub aliases: &'static [&'static str],
    /// What kind of values it has.
    pub kind: ValueKind,
    /// Where its value is kept.
    pub stored: Stored,
    /// Whether a list can be sorted by it.
    pub sorting: Sorting,
    /// Whether it can be shown and exported.
    pub column: bool,
    /// Whether a session may have none.
    pub optional: bool,
    /// What it is called, where a page has no words of its own.
    pub label: &'static str,
    /// What it means.
    pub tip: &'static str,
    /// Its value in a session. Groups are not in a session: empty.
    pub value: for<'a> fn(&'a Session, Timestamp) -> Value<'a>,
}

/// The definition of a field.
pub fn definition(field: SessionField) -> &'static Definition {
    // The order of the table is the order of the words; a test holds both together.
    let found = DEFINITIONS.iter().find(|definition| definition.field == field);
    found.unwrap_or(&ID)
}

/// The field with this name or alias; case does not matter.
pub fn field_named(name: &str) -> Option<SessionField> {
    let name = name.to_ascii_lowercase();
    let fits = |definition: &&Definition| definition.field.as_str() == name || definition.aliases.contains(&&*name);
    DEFINITIONS.iter().find(fits).map(|definition| definition.field)
}

impl Definition {
    /// The words that the field takes, with what they mean on screen; empty unless it is [`ValueKind::Word`].
    pub fn words(&self) -> Vec<(&'static str, &'static str)> {
        self.coded_words().into_iter().map(|(_, word, label)| (word, label)).collect()
    }

    /// What the word with this number in the database means on screen.
    pub fn label_of(&self, code: i16) -> Option<&'static str> {
        self.coded_words().into_iter().find(|(of, ..)| *of == code).map(|(.., label)| label)
    }

    /// The words that the field takes: number in the database, word, and what it means on screen.
    pub fn coded_words(&self) -> Vec<(i16, &'static str, &'static str)> {
        macro_rules! all {
            ($type:ident, $label:path) => {
                $type::ALL.iter().map(|word| (word.code(), word.as_str(), $label(*word))).collect()
            };
        }
        match self.field {
            SessionField::Kind => all!(DeliveryKind, labels::kind_label),
            SessionField::Status => all!(Status, labels::any_status_label),
            SessionField::Phase => all!(Phase, labels::phase_label),
            SessionField::Trust => all!(Trust, labels::trust_label),
            SessionField::Licence => all!(LicenceKind, labels::licence_label),
            SessionField::Terminal => all!(Terminal, labels::terminal_label),
            SessionField::Access => all!(Access, labels::access_label),
            SessionField::EndReason => all!(EndReason, labels::end_reason_label),
            SessionField::EndedHow => all!(EndedHow, labels::ended_how_label),
            SessionField::Source => all!(Source, labels::source_label),
            SessionField::Command => all!(Verb, labels::any_verb_label),
            _ => Vec::new(),
        }
    }
}

macro_rules! word {
    ($word:expr, $label:ident) => {
        Value::Word(labels::$label($word), $word.code())
    };
}

fn named(name: Option<&str>) -> Value<'_> {
    name.map_or(Value::Empty, Value::Text)
}

fn instant(time: Option<Timestamp>) -> Value<'static> {
    time.map_or(Value::Empty, Value::Time)
}

fn command(session: &Session) -> Value<'_> {
    let verb = session.command.as_ref().map(|command| command.verb);
    verb.map_or(Value::Empty, |verb| Value::Word(labels::verb_label(session.kind, verb), verb.code()))
}

/// Nobody is waited for once it is over.
fn idle(session: &Session, now: Timestamp) -> Value<'static> {
    let since = session.last_activity_at.filter(|_| session.ended_at.is_none());
    since.map_or(Value::Empty, |since| Value::Seconds(now.seconds_since(since)))
}

/// `field aliases kind stored sorting [column] [optional] label tip value`, one line of the table.
macro_rules! define {
    ($field:ident $aliases:expr, $kind:ident, $stored:expr, $sorting:expr, column $column:literal, optional $optional:literal,
     $label:literal, $tip:literal, $value:expr) => {
        Definition {
            field: SessionField::$field,
            aliases: &$aliases,
            kind: ValueKind::$kind,
            stored: $stored,
            sorting: $sorting,
            column: $column,
            optional: $optional,
            label: $label,
            tip: $tip,
            value: $value,
        }
    };
}

use Dictionary as D;
use Sorting::{As, Indexed, No, Small};
use Stored::{Beat, Dictionary as Dict, Expression, Extra, Session as Own};

const ID: Definition = define!(Id ["session", "session_id"], Id, Own("id"), Indexed, column true, optional false,
    "Session ID", "The number of the session; it rises with each launch and is never used again",
    |s, _| Value::Id(s.id.0));

/// All fields, in the order of their words. A new one needs its word, its line here, and its value: a field of the wire's
/// `Session` and the column that the store reads for it. Cells, files, orders and the API's pages follow.
pub const DEFINITIONS: &[Definition] = &[
    ID,
    define!(Kind [], Word, Own("kind"), Small, column true, optional false,
        "Kind", "How the app or desktop reaches the user", |s, _| word!(s.kind, kind_label)),
    define!(User [], Text, Expression, As(SessionField::Name, false), column true, optional false,
        "User", "Who uses the session", |s, _| Value::Names([&s.user.username, &s.user.display_name, &s.user.email])),
    define!(Username ["account"], Text, Dict(D::User, "username"), Indexed, column true, optional false,
        "Username", "The name of the account of the user who launched the session", |s, _| Value::Text(&s.user.username)),
    define!(Name ["display_name"], Text, Dict(D::User, "display_name"), Indexed, column true, optional false,
        "Name", "The name of the person who launched the session", |s, _| Value::Text(&s.user.display_name)),
    define!(Email ["mail"], Text, Dict(D::User, "email"), Indexed, column true, optional false,
        "Email", "The email address of the user who created the session", |s, _| Value::Text(&s.user.email)),
    define!(AdUsername ["ad"], Text, Dict(D::User, "ad_username"), Small, column true, optional true,
        "AD username", "The user's name in Active Directory", |s, _| named(s.user.ad_username.as_deref())),
    define!(UserId [], Id, Own("user_id"), Small, column true, optional false,
        "User ID", "Id of the user that launched the session (useful for support if there is a problem)",
        |s, _| Value::Id(s.user.id.0)),
    define!(Group ["groups"], Text, Expression, No, column false, optional true,
        "Group", "A group that the user belongs to", |_, _| Value::Empty),
    define!(App ["resource", "desktop"], Text, Dict(D::Resource, "name"), Indexed, column true, optional false,
        "App or desktop", "The name of the app or desktop for which the session was created",
        |s, _| Value::Text(&s.resource.name)),
    define!(Status [], Word, Own("status"), Indexed, column true, optional false,
        "Status", "The current status of the session, and what is on its way",
        |s, _| Value::Word(labels::status_label(s.kind, s.status), s.status.code())),
    define!(Phase [], Word, Own("phase"), Small, column true, optional false,
        "Phase", "Where the session is in its life; the same words for all kinds", |s, _| word!(s.phase, phase_label)),
    define!(Connected [], YesNo, Own("connected"), Small, column true, optional false,
        "Connected", "If this session is currently open in a browser tab or viewer", |s, _| Value::YesNo(s.connected)),
    define!(Trust [], Word, Expression, No, column true, optional false,
        "Trust", "How far the row may be believed: when its agent was last heard of", |s, _| word!(s.trust, trust_label)),
    define!(Environment ["env"], Text, Dict(D::Environment, "name"), Small, column true, optional true,
        "Environment", "The environment used to launch the session from",
        |s, _| named(s.environment.as_ref().map(|e| e.name.as_str()))),
    define!(EnvironmentId ["env_id"], Id, Own("environment_id"), Small, column true, optional true,
        "Environment ID",
        "Id of the environment used to launch the session from (useful for support if there is a problem)",
        |s, _| s.environment.as_ref().map_or(Value::Empty, |e| Value::Id(e.id.0))),
    define!(Provision [], Text, Dict(D::Provision, "name"), Small, column true, optional true,
        "Provision", "What allowed the user to launch it", |s, _| named(s.provision.as_ref().map(|p| p.name.as_str()))),
    define!(DeliveryMethod ["method"], Text, Dict(D::DeliveryMethod, "name"), Small, column true, optional true,
        "Delivery method", "How the app was brought to the user",
        |s, _| named(s.delivery_method.as_ref().map(|m| m.name.as_str()))),
    define!(Licence ["license"], Word, Dict(D::DeliveryMethod, "licence_kind"), Small, column true, optional true,
        "Licence", "Floating needs contact; fixed runs without contact for a time",
        |s, _| s.licence.map_or(Value::Empty, |l| word!(l, licence_label))),
    define!(Device [], Text, Dict(D::Device, "name"), Small, column true, optional true,
        "Device", "The device that the user sits at", |s, _| named(s.device.as_ref().map(|d| d.name.as_str()))),
    define!(Host ["server_host"], Text, Dict(D::Host, "name"), Small, column true, optional true,
        "Host", "The machine that the session runs on", |s, _| named(s.host.as_ref().map(|h| h.name.as_str()))),
    define!(Terminal [], Word, Own("terminal"), Small, column true, optional false,
        "Terminal", "Which kind of device the user initiated the connection from",
        |s, _| word!(s.terminal, terminal_label)),
    define!(Access [], Word, Own("access"), Small, column true, optional false,
        "Access", "Whether the client is in one of the institution's networks or in a public one",
        |s, _| word!(s.access, access_label)),
    define!(Ip ["address", "ip_address"], Address, Dict(D::Address, "address"), Small, column true, optional true,
        "IP address", "The IP address of the user who created the session",
        |s, _| s.ip.as_deref().map_or(Value::Empty, Value::Address)),
    define!(StartedAt ["start", "started"], Time, Own("started_at"), Indexed, column true, optional false,
        "Start time", "The date and time when the session was started", |s, _| Value::Time(s.started_at)),
    define!(EndedAt ["end", "ended"], Time, Own("ended_at"), Indexed, column true, optional true,
        "End time", "The date and time when the session was over", |s, _| instant(s.ended_at)),
    define!(Duration [], Duration, Expression, Small, column true, optional false,
        "Duration", "The length of time for which the session is or was active, in minutes",
        |s, now| Value::Seconds(s.ended_at.unwrap_or(now).seconds_since(s.started_at))),
    define!(LastActivityAt ["activity", "active"], Time, Own("last_activity_at"), Small, column true, optional true,
        "Last activity", "When the user last used it", |s, _| instant(s.last_activity_at)),
    define!(SeenAt ["seen"], Time, Beat("seen_at"), Small, column true, optional true,
        "Last heard of", "When its agent last spoke of it", |s, _| instant(s.seen_at)),
    define!(ValidUntil ["valid"], Time, Own("valid_until"), Indexed, column true, optional true,
        "Valid until", "The date and time until which the session will be available", |s, _| instant(s.valid_until)),
    define!(OfflineUntil ["offline"], Time, Own("offline_until"), Small, column true, optional true,
        "Offline until", "Until when a fixed licence lets it run without contact", |s, _| instant(s.offline_until)),
    define!(EndReason ["reason"], Word, Own("end_reason"), Small, column true, optional true,
        "End reason", "Why the session ended",
        |s, _| s.end_reason.map_or(Value::Empty, |r| word!(r, end_reason_label))),
    define!(EndedHow ["how"], Word, Own("ended_how"), Small, column true, optional true,
        "Ended", "Whether the session was closed normally or disconnected abnormally",
        |s, _| s.ended_how.map_or(Value::Empty, |h| word!(h, ended_how_label))),
    define!(Version [], Text, Extra("version"), Small, column true, optional true,
        "Version", "The version of the program", |s, _| named(s.version.as_deref())),
    define!(Server [], Text, Expression, Small, column true, optional true,
        "Server", "The product and version that serve the connection", |s, _| named(s.server.as_deref())),
    define!(Source [], Word, Own("source"), Small, column true, optional false,
        "Source", "Who found the session", |s, _| word!(s.source, source_label)),
    define!(Command [], Word, Expression, Small, column true, optional true,
        "Command", "What is on its way to it or went wrong, or the last message",
        |s, _| command(s)),
    define!(
        StartedAgo ["ago"],
        Duration,
        Expression,
        As(SessionField::StartedAt, true),
        column true,
        optional false,
        "Started ago",
        "How long ago the session was started",
        |s, now| Value::Seconds(now.seconds_since(s.started_at))
    ),
    define!(Idle [], Duration, Expression, Small, column true, optional true,
        "Idle", "How long the user has not used it", |s, now| idle(s, now)),
    define!(Seat [], YesNo, Expression, Small, column true, optional false,
        "Seat", "Whether it takes a seat: each connection through the gate does, while it lives", |s, _| Value::YesNo(s.seat)),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_field_is_defined_once_in_the_order_of_the_words() {
        let fields: Vec<_> = DEFINITIONS.iter().map(|definition| definition.field).collect();
        assert_eq!(fields, SessionField::ALL);
    }

    #[test]
    fn every_name_and_alias_means_one_field() {
        let mut seen = HashSet::new();
        for definition in DEFINITIONS {
            for name in definition.aliases.iter().copied().filter(|n| *n != definition.field.as_str()) {
                assert!(seen.insert(name), "{name}");
                assert_eq!(field_named(&name.to_uppercase()), Some(definition.field));
            }
            assert!(seen.insert(definition.field.as_str()), "{}", definition.field);
        }
    }

    #[test]
    fn fixed_words_and_no_others_have_words() {
        for definition in DEFINITIONS {
            assert_eq!(definition.words().is_empty(), definition.kind != ValueKind::Word, "{}", definition.field);
        }
    }
}
