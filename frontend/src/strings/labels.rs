//! The rule book's words in the page's language, under the names that `deskwarden_domain::labels` has for them.

use deskwarden_domain::{
    labels,
    list::{Column, Definition, ValueKind, definition},
};
use deskwarden_types::{
    Access, ActorKind, AuditAction, BulkOutcome, BulkState, CommandOutcome, ConsentState, DeliveryKind, EndReason,
    EndedHow, EventKind, LicenceKind, ListState, Permission, Phase, PlanOutcome, Role, Scope, SeatLevel, Source,
    Status, Terminal, Trust, Verb, WhyNot,
};

use super::{
    language::{t_as, t_as_or},
    t,
    texts::fill,
};
use crate::format;

/// Verbs are told apart from things of the same name.
pub(super) const VERB: &str = "verb";

/// Headers are told apart from statuses, and may be shorter than the same word elsewhere.
const COLUMN: &str = "column";

macro_rules! same {
    ($($name:ident $kind:ident;)+) => {
        $(
            #[doc = concat!("`labels::", stringify!($name), "` in the page's language.")]
            pub fn $name(word: $kind) -> &'static str {
                t(labels::$name(word))
            }
        )+
    };
}

same! {
    access_label Access;
    actor_kind_label ActorKind;
    any_status_label Status;
    audit_action_label AuditAction;
    bulk_outcome_label BulkOutcome;
    bulk_state_label BulkState;
    command_outcome_label CommandOutcome;
    consent_state_label ConsentState;
    end_reason_label EndReason;
    ended_how_label EndedHow;
    event_label EventKind;
    kind_label DeliveryKind;
    licence_label LicenceKind;
    list_state_label ListState;
    permission_label Permission;
    phase_label Phase;
    plan_outcome_label PlanOutcome;
    role_label Role;
    scope_label Scope;
    seat_level_label SeatLevel;
    source_label Source;
    terminal_label Terminal;
    trust_label Trust;
    why_not_label WhyNot;
}

/// A status in the words of its kind.
pub fn status_label(kind: DeliveryKind, status: Status) -> &'static str {
    t(labels::status_label(kind, status))
}

/// A verb in the words of its kind.
pub fn verb_label(kind: DeliveryKind, verb: Verb) -> &'static str {
    t_as(VERB, labels::verb_label(kind, verb))
}

/// A verb where no kind is at hand.
pub fn any_verb_label(verb: Verb) -> &'static str {
    t_as(VERB, labels::any_verb_label(verb))
}

/// A column's header.
pub fn column_label(column: &Column) -> &'static str {
    t_as_or(COLUMN, column.label)
}

/// What a column means; for times with the zone they are in.
pub fn column_tip(column: &Column) -> String {
    let tip = t(column.tip);
    match definition(column.field).kind {
        ValueKind::Time => super::in_zone(tip, format::zone_name()),
        _ => tip.to_owned(),
    }
}

/// What a field is called where a page has no words of its own, and what it means.
pub fn field(definition: &Definition) -> (&'static str, &'static str) {
    (t(definition.label), t(definition.tip))
}

/// What will happen, as the confirm dialog says it.
pub fn confirmation(kind: DeliveryKind, verb: Verb, first_warning_seconds: u32) -> String {
    let time = super::in_words(first_warning_seconds);
    match labels::confirmation_text(kind, verb) {
        Some(text) => fill(t(text), &[("time", &time)]),
        None => super::kind_has_no(kind_label(kind), verb_label(kind, verb)),
    }
}
