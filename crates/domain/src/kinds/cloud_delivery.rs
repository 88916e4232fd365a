//! Apps delivered from an environment into a browser tab (001).

use deskwarden_types::{DeliveryKind, Phase, Status::*, Verb};

use super::{KindRules, Need, StatusRule};

/// Everything that is not over can be expired (001).
pub(super) static RULES: KindRules = KindRules {
    kind: DeliveryKind::CloudDelivery,
    initial: Pending,
    verbs: &[Verb::View, Verb::Message, Verb::Expire, Verb::CloseRecord],
    table: &[
        StatusRule {
            status: Pending,
            phase: Phase::Pending,
            label: "Pending",
            verbs: &[(Verb::Expire, Need::Nothing)],
            next: &[Active, Error, Expired],
        },
        StatusRule {
            status: Active,
            phase: Phase::Live,
            label: "Active",
            verbs: &[(Verb::View, Need::Connected), (Verb::Message, Need::Nothing), (Verb::Expire, Need::Nothing)],
            next: &[Error, Expired],
        },
        StatusRule {
            status: Error,
            phase: Phase::Idle,
            label: "Error",
            verbs: &[(Verb::Expire, Need::Nothing)],
            next: &[Active, Expired],
        },
        StatusRule { status: Expired, phase: Phase::Over, label: "Expired", verbs: &[], next: &[] },
    ],
};
