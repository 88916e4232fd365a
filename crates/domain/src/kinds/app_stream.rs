//! Streamed apps and desktops (000).

use deskwarden_types::{DeliveryKind, Phase, Status::*, Verb, WhyNot};

use super::{KindRules, Need, StatusRule};

/// Kill for active and unknown, view for active: nothing else (000).
pub(super) static RULES: KindRules = KindRules {
    kind: DeliveryKind::AppStream,
    initial: Pending,
    verbs: &[Verb::View, Verb::Message, Verb::Kill, Verb::CloseRecord],
    table: &[
        StatusRule {
            status: Pending,
            phase: Phase::Pending,
            label: "Pending",
            verbs: &[],
            next: &[Active, Disconnected, PoorNetwork, Unknown, Ended, Killed, Error],
        },
        StatusRule {
            status: Active,
            phase: Phase::Live,
            label: "Connected",
            verbs: &[(Verb::View, Need::Nothing), (Verb::Message, Need::Nothing), (Verb::Kill, Need::Nothing)],
            next: &[Disconnected, PoorNetwork, Unknown, Ended, Killed, Error],
        },
        // Ends by itself: a policy of the host, 15 minutes unless set otherwise.
        StatusRule {
            status: Disconnected,
            phase: Phase::Idle,
            label: "Disconnected",
            verbs: NOBODY,
            next: &[Active, PoorNetwork, Unknown, Ended, Killed, Error],
        },
        StatusRule {
            status: PoorNetwork,
            phase: Phase::Idle,
            label: "Disconnected with a poor network detected",
            verbs: NOBODY,
            next: &[Active, Disconnected, Unknown, Ended, Killed, Error],
        },
        // The agent is silent: a stale session is unknown here.
        StatusRule {
            status: Unknown,
            phase: Phase::Idle,
            label: "Unknown",
            verbs: &[(Verb::Kill, Need::Nothing)],
            next: &[Pending, Active, Disconnected, PoorNetwork, Ended, Killed, Error],
        },
        StatusRule { status: Ended, phase: Phase::Over, label: "Ended", verbs: &[], next: &[] },
        StatusRule { status: Killed, phase: Phase::Over, label: "Killed", verbs: &[], next: &[] },
        StatusRule { status: Error, phase: Phase::Over, label: "Error", verbs: &[], next: &[] },
    ],
};

const NOBODY: &[(Verb, Need)] =
    &[(Verb::View, Need::Never(WhyNot::NobodyConnected)), (Verb::Message, Need::Never(WhyNot::NobodyConnected))];
