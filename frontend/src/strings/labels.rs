//! The rule book's words in the page's language, under the names that `deskwarden_domain::labels` has for them.

use deskwarden_domain::{
    labels,
    list::{Column, ValueKind, columns, definition},
};
use deskwarden_types::{
    Access, ActorKind, AuditAction, BulkOutcome, BulkState, CommandOutcome, ConsentState, DeliveryKind, EndReason,
    EndedHow, EventKind, LicenceKind, ListPage, ListState, Permission, PlanOutcome, Role, Scope, SeatLevel,
    SessionField, Source, Status, Terminal, Trust, Verb, WhyNot,
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

/// A verb in the words of the one kind that it is used on; of several, in words that fit all.
pub fn verb_of(kind: Option<DeliveryKind>, verb: Verb) -> &'static str {
    kind.map_or_else(|| any_verb_label(verb), |kind| verb_label(kind, verb))
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

/// What a page calls a field: as its header does, where it has a word of its own.
pub fn field(field: SessionField, page: ListPage, state: ListState) -> &'static str {
    let general = definition(field).label;
    let own = columns(page, state, true).into_iter().find(|column| column.field == field && column.label != general);
    own.map_or_else(|| t(general), |column| column_label(&column))
}

/// A status on a page: in the words of its kind, where it has one.
pub fn status_on(kind: Option<DeliveryKind>, status: Status) -> &'static str {
    kind.map_or_else(|| any_status_label(status), |kind| status_label(kind, status))
}

/// What will happen, as the confirm dialog says it.
pub fn confirmation(kind: DeliveryKind, verb: Verb, first_warning_seconds: u32) -> String {
    let time = super::in_words(first_warning_seconds);
    match labels::confirmation_text(kind, verb) {
        Some(text) => fill(t(text), &[("time", &time)]),
        None => super::kind_has_no(kind_label(kind), verb_label(kind, verb)),
    }
}
