//! How sessions end, and how often each way.

use deskwarden_types::{DeliveryKind, EndReason, EndReason::*};

use super::dice::{Dice, Table};

/// The ways of each kind.
#[derive(Debug, Clone)]
pub(super) struct Ends(Vec<(DeliveryKind, Table<EndReason>)>);

impl Ends {
    pub(super) fn new() -> Self {
        let table = |kind: &DeliveryKind| (*kind, Table::new(ways(*kind).iter().copied(), 2_000, Logout));
        Self(DeliveryKind::ALL.iter().map(table).collect())
    }

    pub(super) fn pick(&self, kind: DeliveryKind, dice: &mut Dice) -> EndReason {
        let table = self.0.iter().find(|(known, _)| *known == kind);
        table.map_or(Logout, |(_, table)| table.pick(dice))
    }
}

/// Weights.
fn ways(kind: DeliveryKind) -> &'static [(EndReason, f64)] {
    match kind {
        DeliveryKind::AppStream => &[
            (Logout, 57.4),
            (IdleTimeout, 28.6),
            (NetworkLost, 8.0),
            (AdminKill, 2.0),
            (ClientError, 1.4),
            (LaunchFailed, 0.6),
            (HostShutdown, 1.0),
            (Lost, 0.8),
            (RecordClosed, 0.2),
        ],
        DeliveryKind::CloudDelivery => &[(Expired, 60.0), (Logout, 33.0), (LaunchFailed, 4.0), (AdminExpire, 3.0)],
        DeliveryKind::CloudDesktop => &[
            (Logout, 65.6),
            (IdleTimeout, 20.0),
            (NetworkLost, 8.7),
            (HostShutdown, 2.0),
            (AdminKill, 3.0),
            (Lost, 0.5),
            (RecordClosed, 0.2),
        ],
        DeliveryKind::ManagedApp => &[(Removed, 70.0), (Expired, 27.0), (AdminExpire, 2.0), (Evicted, 1.0)],
        DeliveryKind::RemoteAccess => &[(Logout, 80.0), (NetworkLost, 12.0), (AdminEnd, 3.0), (IdleTimeout, 5.0)],
    }
}
