//! Apps on the user's own device, run by the agent (003).

use deskwarden_types::{DeliveryKind, Phase, Status::*, Verb, WhyNot};

use super::{KindRules, Need, StatusRule};

/// A running app can be evicted; one that is in the player and not running can be expired (003).
pub(super) static RULES: KindRules = KindRules {
    kind: DeliveryKind::ManagedApp,
    initial: Launched,
    verbs: &[Verb::Message, Verb::Evict, Verb::Expire, Verb::CloseRecord],
    table: &[
        // Reports may skip what happened while nobody listened, so later statuses may follow early ones.
        StatusRule {
            status: Launched,
            phase: Phase::Pending,
            label: "Launched",
            verbs: NOT_RUNNING,
            next: &[Added, Running, Stopped, Evicted, AwaitingExpiry, Expired, Removed],
        },
        StatusRule {
            status: Added,
            phase: Phase::Idle,
            label: "Added",
            verbs: IN_PLAYER,
            next: &[Running, Stopped, Evicted, RenewalRequested, UpgradeRequested, Expired, Removed],
        },
        StatusRule {
            status: Running,
            phase: Phase::Live,
            label: "Running",
            verbs: &[
                (Verb::Message, Need::Nothing),
                (Verb::Evict, Need::Nothing),
                (Verb::Expire, Need::Never(WhyNot::AppIsRunning)),
            ],
            next: &[Stopped, Evicted, RenewalRequested, UpgradeRequested, Expired, Removed],
        },
        // Undecided within 60 s, a request falls back to the status before it.
        StatusRule {
            status: RenewalRequested,
            phase: Phase::Live,
            label: "Renewal Requested",
            verbs: REQUESTED,
            next: &[Added, Running, Stopped, Evicted, UpgradeRequested, Expired, Removed],
        },
        StatusRule {
            status: UpgradeRequested,
            phase: Phase::Live,
            label: "Upgrade Requested",
            verbs: REQUESTED,
            next: &[Added, Running, Stopped, Evicted, RenewalRequested, Expired, Removed],
        },
        StatusRule {
            status: Stopped,
            phase: Phase::Idle,
            label: "Stopped",
            verbs: IN_PLAYER,
            next: &[Running, Evicted, RenewalRequested, UpgradeRequested, AwaitingExpiry, Expired, Removed],
        },
        // An evicted app may be launched again.
        StatusRule {
            status: Evicted,
            phase: Phase::Idle,
            label: "Evicted",
            verbs: IN_PLAYER,
            next: &[Running, Stopped, RenewalRequested, UpgradeRequested, Expired, Removed],
        },
        // Only use calls a clean-up off: a device that repeats `stopped` does not.
        StatusRule {
            status: AwaitingExpiry,
            phase: Phase::Ending,
            label: "Awaiting Expiry",
            verbs: NOT_RUNNING,
            next: &[Added, Running, Evicted, Expired, Removed],
        },
        // Started again, the app does run: for two minutes, warned. Nothing else brings the session back.
        StatusRule {
            status: Expired,
            phase: Phase::Ending,
            label: "Expired",
            verbs: NOT_RUNNING,
            next: &[Running, Removed],
        },
        StatusRule { status: Removed, phase: Phase::Over, label: "Removed", verbs: &[], next: &[] },
    ],
};

const NOT_RUNNING: &[(Verb, Need)] =
    &[(Verb::Message, Need::Never(WhyNot::AppIsNotRunning)), (Verb::Evict, Need::Never(WhyNot::AppIsNotRunning))];

const IN_PLAYER: &[(Verb, Need)] = &[
    (Verb::Message, Need::Never(WhyNot::AppIsNotRunning)),
    (Verb::Evict, Need::Never(WhyNot::AppIsNotRunning)),
    (Verb::Expire, Need::Nothing),
];

const REQUESTED: &[(Verb, Need)] = &[(Verb::Evict, Need::AppRunning)];
