//! Words for commands, plans and bulk actions.

use deskwarden_types::{BulkOutcome, BulkState, CommandOutcome, CommandState, PlanOutcome};

/// How far a command is.
pub fn command_state_label(state: CommandState) -> &'static str {
    match state {
        CommandState::Queued => "Queued",
        CommandState::Delivered => "Delivered",
        CommandState::Acknowledged => "Acknowledged",
        CommandState::Done => "Done",
        CommandState::Failed => "Failed",
        CommandState::TimedOut => "Timed out",
    }
}

/// How a command went.
pub fn command_outcome_label(outcome: CommandOutcome) -> &'static str {
    match outcome {
        CommandOutcome::ClosedOnRequest => "Closed on request",
        CommandOutcome::Killed => "Ignored the request and was killed",
        CommandOutcome::AlreadyGone => "Was already gone",
        CommandOutcome::NoDisplay => "No display to show it on",
        CommandOutcome::Unsupported => "The agent cannot do this",
        CommandOutcome::UnknownSession => "The agent does not know the session",
        CommandOutcome::HostError => "The host refused",
        CommandOutcome::Shown => "Shown",
        CommandOutcome::Read => "Read by the user",
        CommandOutcome::NoWord => "Nothing was heard of it",
        CommandOutcome::RecordedOnly => "Recorded, not confirmed",
        CommandOutcome::Recorded => "Recorded; nothing had to be ended",
        CommandOutcome::Granted => "The user agreed",
        CommandOutcome::Denied => "The user said no",
        CommandOutcome::NotAnswered => "Nobody answered in time",
        CommandOutcome::QuestionClosed => "The question was closed without an answer",
        CommandOutcome::NobodyThere => "Nobody is connected who could be asked",
    }
}

/// What a verb would do to a session.
pub fn plan_outcome_label(outcome: PlanOutcome) -> &'static str {
    match outcome {
        PlanOutcome::WillAct => "Will be done",
        PlanOutcome::NoOp => "Is so already",
        PlanOutcome::NotApplicable => "Does not apply",
        PlanOutcome::Forbidden => "Not allowed",
        PlanOutcome::NotFound => "Not found",
    }
}

/// What a bulk action did to a session.
pub fn bulk_outcome_label(outcome: BulkOutcome) -> &'static str {
    match outcome {
        BulkOutcome::Accepted => "On its way",
        BulkOutcome::NoOp => "Was so already",
        BulkOutcome::NotApplicable => "Did not apply",
        BulkOutcome::Forbidden => "Not allowed",
        BulkOutcome::NotFound => "Not found",
        BulkOutcome::Conflict => "Changed in the meantime; left alone",
    }
}

/// How far a bulk action is.
pub fn bulk_state_label(state: BulkState) -> &'static str {
    match state {
        BulkState::Running => "Running",
        BulkState::Finished => "Finished",
    }
}
