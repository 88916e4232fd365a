//! What the wire's words look like: icons and colours beside the labels of `deskwarden_domain`.

use deskwarden_types::{CommandState, DeliveryKind, Phase, Status, Timestamp, Trust, Verb, api::*};

use crate::{
    parts::icons,
    strings::{self, labels},
};

/// Yes or no, in the page's language.
pub fn yes_or_no(yes: bool) -> &'static str {
    if yes { strings::yes() } else { strings::no() }
}

/// A kind's icon.
pub fn kind_icon(kind: DeliveryKind) -> icondata_core::Icon {
    match kind {
        DeliveryKind::AppStream => icons::APP_STREAM,
        DeliveryKind::CloudDelivery => icons::CLOUD_DELIVERY,
        DeliveryKind::CloudDesktop => icons::CLOUD_DESKTOP,
        DeliveryKind::ManagedApp => icons::MANAGED_APP,
        DeliveryKind::RemoteAccess => icons::REMOTE_ACCESS,
    }
}

/// A status as shape and colour: the icon, whether it is filled, and the class of its colour.
pub fn status_look(phase: Phase, status: Status, trust: Trust) -> (icondata_core::Icon, bool, &'static str) {
    if trust == Trust::Stale || status == Status::Unknown {
        return (icons::UNKNOWN, false, "status stale");
    }
    if status == Status::Error {
        return (icons::ALERT, false, "status bad");
    }
    match phase {
        Phase::Pending => (icons::PENDING, false, "status pending"),
        Phase::Live => (icons::IDLE, true, "status live"),
        Phase::Idle => (icons::IDLE, false, "status idle"),
        Phase::Ending => (icons::ENDING, false, "status ending"),
        Phase::Over => (icons::OVER, false, "status over"),
    }
}

/// The stations of a command's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Station {
    /// Written.
    Queued,
    /// With the agent.
    Delivered,
    /// The user is being warned.
    Warning,
    /// Carried out.
    Done,
}

/// A command's stations with the time at which each was reached, if it was.
pub fn stations(command: &Command, runs: bool) -> Vec<(Station, Option<Timestamp>)> {
    let warns = command.warned_at.is_some()
        || (matches!(command.verb, Verb::Evict | Verb::Expire) && runs && command.finished_at.is_none());
    let delivered = command.delivered_at.or(command.acknowledged_at).or(command.warned_at);
    let done = command.finished_at.filter(|_| command.state == CommandState::Done);
    let mut way = vec![(Station::Queued, Some(command.created_at)), (Station::Delivered, delivered)];
    if warns {
        way.push((Station::Warning, command.warned_at));
    }
    way.push((Station::Done, done));
    way
}

/// The latest moment at which the command takes effect, as far as is known by now.
pub fn latest(command: &Command) -> Timestamp {
    command.closes_at.unwrap_or(command.effective_by)
}

/// Whether the command came to a bad end.
pub fn went_wrong(command: &Command) -> bool {
    matches!(command.state, CommandState::Failed | CommandState::TimedOut)
}

/// Whether the command is still on its way.
pub fn on_its_way(command: &Command) -> bool {
    matches!(command.state, CommandState::Queued | CommandState::Delivered | CommandState::Acknowledged)
}

/// Whether the session's app was last seen running.
pub fn runs(session: &Session) -> bool {
    let observed = session.observed_status;
    matches!(observed, Status::Running | Status::RenewalRequested | Status::UpgradeRequested)
}

/// When the agent closes an app that runs though its session has expired (003); none where it may run.
pub fn unauthorised_until(session: &Session) -> Option<Timestamp> {
    let runs = session.kind == DeliveryKind::ManagedApp && session.status == Status::Running;
    session.valid_until.filter(|_| runs)
}

/// The session in a few words: `xterm of Ada Lovelace`.
pub fn name_of(session: &Session) -> String {
    strings::app_of(&session.resource.name, person(&session.user))
}

/// A person's name, or the account's where there is none.
pub fn person(user: &UserRef) -> String {
    if user.display_name.trim().is_empty() { user.username.clone() } else { user.display_name.clone() }
}

/// The observed status, where it differs from the one shown: `still running`. What its agent says no more of was so when
/// it was last seen.
pub fn still(session: &Session) -> Option<String> {
    let differs = session.status != session.observed_status;
    let is_silent = session.trust == Trust::Stale || session.status == Status::Unknown;
    differs.then(|| {
        let status = strings::lower(labels::status_label(session.kind, session.observed_status));
        if is_silent { strings::last_seen(status) } else { strings::still(status) }
    })
}

/// Verbs as they stand: of what ends something the milder first, what is rarely used last.
const ORDER: [Verb; 8] =
    [Verb::Disconnect, Verb::Evict, Verb::Expire, Verb::Kill, Verb::End, Verb::View, Verb::Message, Verb::CloseRecord];

/// Where a verb stands among others.
pub fn rank(verb: Verb) -> usize {
    ORDER.iter().position(|known| *known == verb).unwrap_or(ORDER.len())
}

/// The verbs in the order in which they stand.
pub fn in_order(actions: &[ActionState]) -> Vec<ActionState> {
    ORDER.iter().flat_map(|verb| actions.iter().filter(move |a| a.verb == *verb).copied()).collect()
}
