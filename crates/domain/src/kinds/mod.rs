//! One table per delivery kind: its statuses, their phases, the verbs each allows, and what may follow.

mod app_stream;
mod cloud_delivery;
mod cloud_desktop;
mod managed_app;
mod remote_access;

use deskwarden_types::{DeliveryKind, Phase, Status, Verb, WhyNot};

/// What a verb needs in a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing more.
    Nothing,
    /// Somebody connected right now (001).
    Connected,
    /// The app running (003).
    AppRunning,
    /// A server that can be told to end a connection (004).
    Obedience,
    /// Never in this status, for this reason.
    Never(WhyNot),
}

/// One row of a kind's table.
#[derive(Debug)]
pub struct StatusRule {
    /// The status.
    pub status: Status,
    /// Its phase.
    pub phase: Phase,
    /// What it is called on screen.
    pub label: &'static str,
    /// What verbs need here. A verb of the kind that is not named is refused as `wrong_status`.
    pub verbs: &'static [(Verb, Need)],
    /// What may be observed next.
    pub next: &'static [Status],
}

/// The rules of a delivery kind.
#[derive(Debug)]
pub struct KindRules {
    /// The kind.
    pub kind: DeliveryKind,
    /// The status of a new session.
    pub initial: Status,
    /// One row per status, in the order of a session's life.
    pub table: &'static [StatusRule],
    verbs: &'static [Verb],
}

impl KindRules {
    /// The kind's statuses, in the order of a session's life.
    pub fn statuses(&self) -> impl Iterator<Item = Status> + use<> {
        self.table.iter().map(|row| row.status)
    }

    /// The kind's verbs, in the order in which they are offered.
    pub fn verbs(&self) -> &'static [Verb] {
        self.verbs
    }

    /// The status of a new session.
    pub fn initial(&self) -> Status {
        self.initial
    }

    /// The row of a status, if the kind has it.
    pub fn row(&self, status: Status) -> Option<&'static StatusRule> {
        self.table.iter().find(|row| row.status == status)
    }

    /// The phase of a status, if the kind has it.
    pub fn phase(&self, status: Status) -> Option<Phase> {
        self.row(status).map(|row| row.phase)
    }

    /// Whether a session in this status is over. A status that the kind does not have is not.
    pub fn is_over(&self, status: Status) -> bool {
        self.phase(status) == Some(Phase::Over)
    }

    /// Whether `to` may be observed after `from`. The same status may always be observed again. What may not
    /// follow is late, out of order or a fault, and is not taken; after an end, [`crate::reopens`] decides.
    pub fn can_follow(&self, from: Status, to: Status) -> bool {
        self.row(from).is_some_and(|row| from == to || row.next.contains(&to))
    }

    /// What a verb needs in a status.
    pub fn need(&self, status: Status, verb: Verb) -> Need {
        self.row(status)
            .and_then(|row| row.verbs.iter().find(|(named, _)| *named == verb))
            .map_or(Need::Never(WhyNot::WrongStatus), |(_, need)| *need)
    }
}

/// The rules of a kind.
pub fn rules(kind: DeliveryKind) -> &'static KindRules {
    match kind {
        DeliveryKind::AppStream => &app_stream::RULES,
        DeliveryKind::CloudDelivery => &cloud_delivery::RULES,
        DeliveryKind::CloudDesktop => &cloud_desktop::RULES,
        DeliveryKind::ManagedApp => &managed_app::RULES,
        DeliveryKind::RemoteAccess => &remote_access::RULES,
    }
}
