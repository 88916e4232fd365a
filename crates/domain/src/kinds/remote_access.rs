//! Connections to computers, counted in seats (004).

use deskwarden_types::{DeliveryKind, Phase, Status::*, Verb};

use super::{KindRules, Need, StatusRule};

/// A session can be ended where its server can be told to (004).
pub(super) static RULES: KindRules = KindRules {
    kind: DeliveryKind::RemoteAccess,
    initial: Active,
    verbs: &[Verb::View, Verb::Message, Verb::End, Verb::CloseRecord],
    table: &[
        StatusRule {
            status: Active,
            phase: Phase::Live,
            label: "Active",
            verbs: &[(Verb::View, Need::Nothing), (Verb::Message, Need::Nothing), (Verb::End, Need::Obedience)],
            next: &[Ended],
        },
        StatusRule { status: Ended, phase: Phase::Over, label: "Ended", verbs: &[], next: &[] },
    ],
};
