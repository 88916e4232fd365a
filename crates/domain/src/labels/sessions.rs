//! Words for sessions.

use deskwarden_types::{
    Access, DeliveryKind, EndReason, EndedHow, EventKind, LicenceKind, ListState, Phase, Source, Status, Terminal,
    Trust,
};

use crate::rules;

/// A delivery kind's name.
pub fn kind_label(kind: DeliveryKind) -> &'static str {
    match kind {
        DeliveryKind::AppStream => "App streaming",
        DeliveryKind::CloudDelivery => "Cloud delivery",
        DeliveryKind::CloudDesktop => "Cloud desktops",
        DeliveryKind::ManagedApp => "Managed apps",
        DeliveryKind::RemoteAccess => "Remote access",
    }
}

/// A status in the words of its kind's seed.
pub fn status_label(kind: DeliveryKind, status: Status) -> &'static str {
    rules(kind).row(status).map_or_else(|| any_status_label(status), |row| row.label)
}

/// A status where no kind is at hand, such as in a filter over all kinds.
pub fn any_status_label(status: Status) -> &'static str {
    match status {
        Status::Pending => "Pending",
        Status::Active => "Active",
        Status::Disconnected => "Disconnected",
        Status::PoorNetwork => "Disconnected with a poor network detected",
        Status::Unknown => "Unknown",
        Status::Ended => "Ended",
        Status::Killed => "Killed",
        Status::Error => "Error",
        Status::Expired => "Expired",
        Status::Connected => "Connected",
        Status::Closed => "Closed",
        Status::Launched => "Launched",
        Status::Added => "Added",
        Status::Running => "Running",
        Status::Stopped => "Stopped",
        Status::RenewalRequested => "Renewal Requested",
        Status::UpgradeRequested => "Upgrade Requested",
        Status::Evicted => "Evicted",
        Status::AwaitingExpiry => "Awaiting Expiry",
        Status::Removed => "Removed",
    }
}

/// A phase.
pub fn phase_label(phase: Phase) -> &'static str {
    match phase {
        Phase::Pending => "Starting",
        Phase::Live => "In use",
        Phase::Idle => "Not in use",
        Phase::Ending => "Ending",
        Phase::Over => "Over",
    }
}

/// How far a row may be believed.
pub fn trust_label(trust: Trust) -> &'static str {
    match trust {
        Trust::Fresh => "Up to date",
        Trust::Stale => "Not heard of",
        Trust::OfflineUntil => "Offline, as its licence allows",
    }
}

/// A part of the list.
pub fn list_state_label(state: ListState) -> &'static str {
    match state {
        ListState::Current => "Current",
        ListState::Historical => "Historical",
        ListState::All => "All",
    }
}

/// What the user sits at.
pub fn terminal_label(terminal: Terminal) -> &'static str {
    match terminal {
        Terminal::ThinClient => "Thin client",
        Terminal::SoftClient => "Soft client",
        Terminal::Mobile => "Mobile device",
        Terminal::Browser => "Browser",
        Terminal::OwnComputer => "Own computer",
    }
}

/// Where the user comes from.
pub fn access_label(access: Access) -> &'static str {
    match access {
        Access::Internal => "Internal network",
        Access::Public => "Public network",
    }
}

/// Who found the session.
pub fn source_label(source: Source) -> &'static str {
    match source {
        Source::Agent => "Agent",
        Source::Gate => "Gate",
        Source::Logind => "Login on the host",
    }
}

/// A licence.
pub fn licence_label(licence: LicenceKind) -> &'static str {
    match licence {
        LicenceKind::Floating => "Floating",
        LicenceKind::Fixed => "Fixed",
    }
}

/// Why a session ended.
pub fn end_reason_label(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Logout => "Logged out",
        EndReason::IdleTimeout => "Idle for too long",
        EndReason::NetworkLost => "Network lost",
        EndReason::HostShutdown => "Host shut down",
        EndReason::AdminKill => "Killed",
        EndReason::AdminExpire => "Expired by request",
        EndReason::AdminEnd => "Ended by request",
        EndReason::Expired => "Its time was over",
        EndReason::Evicted => "Evicted",
        EndReason::Removed => "Removed from the player",
        EndReason::LaunchFailed => "Launch failed",
        EndReason::ClientError => "Client error",
        EndReason::Lost => "Lost: not heard of any more",
        EndReason::RecordClosed => "Recorded as ended, not confirmed",
        EndReason::CleanUp => "Cleaned up",
    }
}

/// Whether it ended in good order (002).
pub fn ended_how_label(how: EndedHow) -> &'static str {
    match how {
        EndedHow::Normal => "Normal",
        EndedHow::Abnormal => "Abnormal",
    }
}

/// A line of the timeline.
pub fn event_label(event: EventKind) -> &'static str {
    match event {
        EventKind::Created => "Session created",
        EventKind::StatusChanged => "Status changed",
        EventKind::CommandQueued => "Asked for",
        EventKind::CommandDelivered => "Delivered to the agent",
        EventKind::CommandAcknowledged => "Taken on by the agent",
        EventKind::Warned => "User warned",
        EventKind::CommandDone => "Done",
        EventKind::CommandFailed => "Failed",
        EventKind::CommandTimedOut => "Timed out",
        EventKind::WentStale => "Not heard of any more",
        EventKind::HeardAgain => "Heard of again",
        EventKind::RecordClosed => "Recorded as ended, not confirmed",
        EventKind::Reopened => "Reopened: the session lives",
        EventKind::Adopted => "Taken over by the restarted agent",
        EventKind::Unlisted => "Left the current list",
        EventKind::Connected => "Connected",
        EventKind::ConnectionClosed => "Connection closed",
    }
}
