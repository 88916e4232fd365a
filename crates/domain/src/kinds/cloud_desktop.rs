//! Desktops that live on when the user leaves (002).

use deskwarden_types::{DeliveryKind, Phase, Status::*, Verb, WhyNot};

use super::{KindRules, Need, StatusRule};

/// Disconnecting leaves the desktop; killing it reclaims the resources (002).
pub(super) static RULES: KindRules = KindRules {
    kind: DeliveryKind::CloudDesktop,
    initial: Pending,
    verbs: &[Verb::View, Verb::Message, Verb::Disconnect, Verb::Kill, Verb::CloseRecord],
    table: &[
        StatusRule {
            status: Pending,
            phase: Phase::Pending,
            label: "Pending",
            verbs: &[],
            next: &[Connected, Disconnected, Closed],
        },
        StatusRule {
            status: Connected,
            phase: Phase::Live,
            label: "Connected",
            verbs: &[
                (Verb::View, Need::Nothing),
                (Verb::Message, Need::Nothing),
                (Verb::Disconnect, Need::Nothing),
                (Verb::Kill, Need::Nothing),
            ],
            next: &[Disconnected, Closed],
        },
        StatusRule {
            status: Disconnected,
            phase: Phase::Idle,
            label: "Disconnected",
            verbs: &[
                (Verb::View, Need::Never(WhyNot::NobodyConnected)),
                (Verb::Message, Need::Never(WhyNot::NobodyConnected)),
                (Verb::Disconnect, Need::Never(WhyNot::NobodyConnected)),
                (Verb::Kill, Need::Nothing),
            ],
            next: &[Connected, Closed],
        },
        StatusRule { status: Closed, phase: Phase::Over, label: "Closed", verbs: &[], next: &[] },
    ],
};
