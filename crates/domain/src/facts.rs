//! What the rules need to know of a session.

use deskwarden_types::{DeliveryKind, Source, Status, Timestamp, Trust, Verb};

/// All that decides which verbs a session allows, and by when they take effect.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Decides everything else.
    pub kind: DeliveryKind,
    /// What is shown, see [`crate::shown_status`].
    pub status: Status,
    /// What was last observed.
    pub observed_status: Status,
    /// Whether somebody is connected right now. Of a managed app: whether the app runs, which the statuses of
    /// renewal and upgrade alone do not tell.
    pub connected: bool,
    /// How far the observed status may be believed.
    pub trust: Trust,
    /// The strongest command still on its way.
    pub open_command: Option<Verb>,
    /// Whether the latest command failed or timed out.
    pub last_command_went_wrong: bool,
    /// Who found the session.
    pub source: Source,
    /// The program that serves the connection, such as `RealVNC Server`, where known.
    pub server_product: Option<String>,
    /// That program's version, where known.
    pub server_version: Option<String>,
    /// Whether the host can show the session to a viewer.
    pub can_show: bool,
    /// The verbs that the agent says it can carry out; absent before its first hello.
    pub agent_verbs: Option<Vec<Verb>>,
    /// A fixed licence's end.
    pub offline_until: Option<Timestamp>,
    /// Whether the agent is connected: its command channel is open and it has spoken within its lease.
    pub agent_connected: bool,
    /// Whether the session belongs to the caller.
    pub own: bool,
}

impl Facts {
    /// Whether a managed app runs on the device, as far as was observed.
    pub(crate) fn app_runs(&self) -> bool {
        let over = crate::rules(self.kind).is_over(self.observed_status);
        self.kind == DeliveryKind::ManagedApp && !over && (self.observed_status == Status::Running || self.connected)
    }
}
