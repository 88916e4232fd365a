//! What is shown while a command is on its way.

use deskwarden_domain::shown_status;
use deskwarden_types::{DeliveryKind::*, Status::*, Trust, Verb};

#[test]
fn managed_apps_show_at_once_what_was_asked_for() {
    // Observed; on its way; shown. 003: 'you should see the updated status immediately'.
    let table = [
        (Running, None, Running),
        (Running, Some(Verb::Evict), Evicted),
        (RenewalRequested, Some(Verb::Evict), Evicted),
        (UpgradeRequested, Some(Verb::Evict), Evicted),
        (Running, Some(Verb::Message), Running),
        (Running, Some(Verb::CloseRecord), Running),
        // The user closed it before the eviction arrived.
        (Stopped, Some(Verb::Evict), Evicted),
        (Added, Some(Verb::Expire), Expired),
        (Stopped, Some(Verb::Expire), Expired),
        (Evicted, Some(Verb::Expire), Expired),
        (Running, Some(Verb::Expire), Expired),
        // Flagged by the daily job, until the device confirms.
        (AwaitingExpiry, Some(Verb::Expire), AwaitingExpiry),
        (Expired, Some(Verb::Evict), Expired),
        (Removed, Some(Verb::Expire), Removed),
    ];
    for (observed, open, shown) in table {
        for trust in Trust::ALL.iter().copied() {
            assert_eq!(shown_status(ManagedApp, observed, open, trust), shown, "{observed} {open:?} {trust}");
        }
    }
}

#[test]
fn other_kinds_show_what_was_observed() {
    for open in [None, Some(Verb::Kill), Some(Verb::Expire), Some(Verb::Disconnect), Some(Verb::End)] {
        assert_eq!(shown_status(AppStream, Active, open, Trust::Fresh), Active);
        assert_eq!(shown_status(CloudDelivery, Active, open, Trust::Stale), Active);
        assert_eq!(shown_status(CloudDesktop, Connected, open, Trust::Stale), Connected);
        assert_eq!(shown_status(RemoteAccess, Active, open, Trust::Stale), Active);
    }
}

#[test]
fn a_stale_streamed_app_is_unknown_unless_it_is_over() {
    for observed in [Pending, Active, Disconnected, PoorNetwork, Unknown] {
        assert_eq!(shown_status(AppStream, observed, None, Trust::Stale), Unknown, "{observed}");
    }
    for observed in [Ended, Killed, Error] {
        assert_eq!(shown_status(AppStream, observed, None, Trust::Stale), observed);
    }
}
