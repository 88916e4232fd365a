//! What an agent tells, in batches, each with its sequence number.

use crate::{CommandId, CommandOutcome, EndReason, NoArgs, SessionId, Status};

/// Reports in order. Delivery is at least once; the server takes each number once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reports {
    /// 1 to 1,000 reports, numbers rising by one.
    pub reports: Vec<Report>,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// Rises by one with each report of this agent, from 1, for ever.
    pub seq: i64,
    /// Milliseconds since it was observed, by the monotonic clock, when the batch is sent.
    pub age_ms: u64,
    /// What was observed.
    #[serde(flatten)]
    pub what: Observation,
}

/// What an agent observes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Observation {
    /// A session's status.
    Status(StatusSeen),
    /// A command's way.
    Command(CommandSeen),
    /// The whole truth: every session that the agent knows. One that it does not name is gone.
    Inventory {
        /// Every session in the player.
        sessions: Vec<StatusSeen>,
    },
}

/// A session's status as the agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusSeen {
    /// The session.
    pub session_id: SessionId,
    /// Its status.
    pub status: Status,
    /// Why it changed to an end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end_reason: Option<EndReason>,
    /// Whether the agent took it over alive after a restart.
    #[serde(default)]
    pub adopted: bool,
    /// Whether its user has its screen open right now; absent where there is no screen to open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub connected: Option<bool>,
    /// Milliseconds until the agent closes it, where it runs without being authorised (003).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closes_in_ms: Option<u64>,
    /// The program's exit, or what went wrong; at most 1,000 characters are kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

/// How far a command is, as the agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandSeen {
    /// The command.
    pub command_id: CommandId,
    /// How far.
    pub step: CommandStep,
}

/// A step of a command.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum CommandStep {
    /// Written down; will be carried out once.
    Acknowledged {},
    /// The user was warned.
    Warned {
        /// Milliseconds from then to the end.
        closes_in_ms: u64,
        /// Whether the warning could be shown.
        shown: bool,
    },
    /// Carried out.
    Done {
        /// How it went.
        outcome: CommandOutcome,
    },
    /// Not carried out.
    Failed {
        /// Why.
        outcome: CommandOutcome,
        /// What went wrong, in words.
        detail: String,
    },
}

/// What the server has taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Taken {
    /// The highest number taken; reports up to it may be forgotten.
    pub taken_through: i64,
    /// Sessions named in the reports that the server does not know as this agent's. Nothing was done with those reports.
    pub unknown_sessions: Vec<SessionId>,
}

/// Signs of life; they change nothing else.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beats {
    /// Sessions that live, at most 1,000.
    pub sessions: Vec<Beat>,
}

/// One session lives.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[derive(Copy)]
pub struct Beat {
    /// The session.
    pub session_id: SessionId,
    /// Seconds since the user last typed or moved anything, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idle_seconds: Option<u32>,
}

/// The beats were taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeatsTaken {
    /// Sessions that the server does not know as this agent's.
    pub unknown_sessions: Vec<SessionId>,
}

endpoint! {
    /// Report
    ///
    /// A batch. Numbers taken before are passed over; a gap is refused with `sequence_gap` and the number expected.
    SendReports: Post "/agent/v1/reports" in "Agents" for Agent
        (path NoArgs, query NoArgs, body Reports) -> 200 Json Taken;

    /// Beat
    ///
    /// At each heartbeat. Not numbered: a lost beat is made good by the next.
    SendBeats: Post "/agent/v1/beats" in "Agents" for Agent
        (path NoArgs, query NoArgs, body Beats) -> 200 Json BeatsTaken;
}
