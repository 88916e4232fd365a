//! Commands on their way, and what their success makes of a session.

use deskwarden_types::{CommandState, DeliveryKind, EndReason, EndedHow, Status, Verb};

use crate::rules;

/// Whether a command may step from one state to another. A repeat is no step. Word may overtake the record of its
/// delivery, and may come after the deadline: what was observed wins.
pub fn can_follow(from: CommandState, to: CommandState) -> bool {
    use CommandState::*;
    match from {
        Queued => matches!(to, Delivered | Acknowledged | Done | Failed | TimedOut),
        Delivered => matches!(to, Acknowledged | Done | Failed | TimedOut),
        Acknowledged => matches!(to, Done | Failed | TimedOut),
        TimedOut => matches!(to, Done | Failed),
        Done | Failed => false,
    }
}

/// Whether a command is on its way.
pub fn is_open(state: CommandState) -> bool {
    matches!(state, CommandState::Queued | CommandState::Delivered | CommandState::Acknowledged)
}

/// Whether a command failed or timed out.
pub fn went_wrong(state: CommandState) -> bool {
    matches!(state, CommandState::Failed | CommandState::TimedOut)
}

/// Whether a session's latest command stays beside it once it is finished: what went wrong, and a message with whether
/// it was shown and read.
pub fn stays_shown(verb: Verb, state: CommandState) -> bool {
    went_wrong(state) || (verb == Verb::Message && state == CommandState::Done)
}

/// Why a session ended, where a verb ended it or its right to run.
pub fn end_reason(verb: Verb) -> Option<EndReason> {
    match verb {
        Verb::View | Verb::Message | Verb::Disconnect => None,
        Verb::Evict => Some(EndReason::Evicted),
        Verb::Expire => Some(EndReason::AdminExpire),
        Verb::Kill => Some(EndReason::AdminKill),
        Verb::End => Some(EndReason::AdminEnd),
        Verb::CloseRecord => Some(EndReason::RecordClosed),
    }
}

/// Whether an end was in good order (002): by the user, a policy or an admin; not by a fault or silence.
pub fn ended_how(reason: EndReason) -> EndedHow {
    match reason {
        EndReason::Logout
        | EndReason::IdleTimeout
        | EndReason::AdminKill
        | EndReason::AdminExpire
        | EndReason::AdminEnd
        | EndReason::Expired
        | EndReason::Evicted
        | EndReason::Removed
        | EndReason::CleanUp => EndedHow::Normal,
        EndReason::NetworkLost
        | EndReason::HostShutdown
        | EndReason::LaunchFailed
        | EndReason::ClientError
        | EndReason::Lost
        | EndReason::RecordClosed => EndedHow::Abnormal,
    }
}

/// The status in which a session of this kind is over, for this reason.
pub fn over_status(kind: DeliveryKind, reason: EndReason) -> Status {
    match kind {
        DeliveryKind::AppStream => match reason {
            EndReason::AdminKill => Status::Killed,
            EndReason::LaunchFailed | EndReason::ClientError => Status::Error,
            _ => Status::Ended,
        },
        DeliveryKind::CloudDelivery => Status::Expired,
        DeliveryKind::CloudDesktop => Status::Closed,
        DeliveryKind::ManagedApp => Status::Removed,
        DeliveryKind::RemoteAccess => Status::Ended,
    }
}

/// What an end is, where the server itself asked for it by a verb: the policy that ends streamed apps which nobody is
/// connected to (000), and the end of what is valid until then (001).
pub fn end_by_server(kind: DeliveryKind, status: Status, reason: Option<EndReason>) -> (Status, Option<EndReason>) {
    match (kind, reason) {
        (DeliveryKind::AppStream, Some(EndReason::AdminKill | EndReason::AdminEnd) | None)
            if matches!(status, Status::Killed | Status::Ended) =>
        {
            (Status::Ended, Some(EndReason::IdleTimeout))
        }
        (DeliveryKind::CloudDelivery, Some(EndReason::AdminExpire) | None) if status == Status::Expired => {
            (status, Some(EndReason::Expired))
        }
        _ => (status, reason),
    }
}

/// What is to be observed once a verb has succeeded; none, where it changes no status or the kind does not have it.
pub fn status_after(kind: DeliveryKind, verb: Verb) -> Option<Status> {
    if !rules(kind).verbs().contains(&verb) {
        return None;
    }
    match verb {
        Verb::View | Verb::Message => None,
        Verb::Disconnect => Some(Status::Disconnected),
        Verb::Evict => Some(Status::Evicted),
        Verb::Expire => Some(Status::Expired),
        Verb::Kill | Verb::End | Verb::CloseRecord => end_reason(verb).map(|reason| over_status(kind, reason)),
    }
}

/// Whether a session that was recorded as over is open again, because it is heard of in this status. Only ends
/// that nobody confirmed are taken back. What the clean-up took off the list stays off while it is merely expired.
pub fn reopens(kind: DeliveryKind, reason: EndReason, observed: Status) -> bool {
    let alive = rules(kind).phase(observed).is_some() && !rules(kind).is_over(observed);
    match reason {
        EndReason::Lost | EndReason::RecordClosed => alive,
        // Recorded by the server at a time: the start that nobody spoke of, the end of what is valid until then.
        EndReason::LaunchFailed => alive,
        EndReason::Expired => alive && kind == DeliveryKind::CloudDelivery,
        EndReason::CleanUp => alive && !matches!(observed, Status::Expired | Status::AwaitingExpiry),
        _ => false,
    }
}
