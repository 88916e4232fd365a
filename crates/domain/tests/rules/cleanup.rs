//! The daily job, day by day.

use deskwarden_domain::{CleanUp, clean_up, listed_until, rules};
use deskwarden_types::{DeliveryKind, Status, Timestamp};

use crate::facts::NOW;

fn ago(seconds: i64) -> Timestamp {
    NOW.plus_seconds(-seconds)
}

const DAY: i64 = 86_400;

/// The job's word on a managed app that was made a year ago.
fn managed(status: Status, active: Option<i64>, since: Option<i64>) -> CleanUp {
    let old = ago(365 * DAY);
    clean_up(DeliveryKind::ManagedApp, status, old, active.map(ago), since.map(ago), None, NOW)
}

#[test]
fn stopped_for_thirty_days_without_activity() {
    // 003: 'in the stopped state will expire after 30 days of no activity'.
    assert_eq!(managed(Status::Stopped, Some(30 * DAY - 1), None), CleanUp::Nothing);
    assert_eq!(managed(Status::Stopped, Some(30 * DAY), None), CleanUp::FlagForExpiry);
    assert_eq!(managed(Status::Stopped, None, None), CleanUp::FlagForExpiry, "never active since its launch");
    assert_eq!(managed(Status::Stopped, Some(-DAY), None), CleanUp::Nothing, "a clock that is ahead");
}

#[test]
fn launched_for_two_days() {
    // 003: 'in the launched state will expire after 2 days'. Activity does not count.
    for (age, wanted) in [(2 * DAY - 1, CleanUp::Nothing), (2 * DAY, CleanUp::FlagForExpiry)] {
        let found = clean_up(DeliveryKind::ManagedApp, Status::Launched, ago(age), Some(NOW), None, None, NOW);
        assert_eq!(found, wanted, "{age}");
    }
}

#[test]
fn flagged_then_expired_then_off_the_list_a_day_each() {
    // 003: 'to be deleted the following day'. A run may start a little early, not twice on a day.
    assert_eq!(managed(Status::AwaitingExpiry, None, Some(3600)), CleanUp::Nothing);
    assert_eq!(managed(Status::AwaitingExpiry, None, Some(DAY - 60)), CleanUp::ExpireUnconfirmed);
    assert_eq!(managed(Status::Expired, None, Some(3600)), CleanUp::Nothing);
    assert_eq!(managed(Status::Expired, None, Some(DAY - 60)), CleanUp::CloseUnconfirmed);
    assert_eq!(managed(Status::Expired, None, None), CleanUp::CloseUnconfirmed, "nobody knows since when");
}

#[test]
fn what_may_still_be_used_is_left_alone() {
    use Status::*;
    for status in [Added, Running, RenewalRequested, UpgradeRequested, Evicted] {
        assert_eq!(managed(status, None, None), CleanUp::Nothing, "{status}");
    }
    for kind in DeliveryKind::ALL.iter().copied().filter(|kind| *kind != DeliveryKind::ManagedApp) {
        for status in rules(kind).statuses().filter(|status| !rules(kind).is_over(*status)) {
            let found = clean_up(kind, status, Timestamp::MIN, None, None, None, NOW);
            assert_eq!(found, CleanUp::Nothing, "{kind} {status}");
        }
    }
}

#[test]
fn what_is_over_leaves_the_list_in_its_time() {
    // Kind, over status, days on the list. 001: 'up to 2 days past the date they were expired'; 003: 'deleted each day'.
    let table = [
        (DeliveryKind::AppStream, Status::Ended, 0),
        (DeliveryKind::AppStream, Status::Killed, 0),
        (DeliveryKind::AppStream, Status::Error, 0),
        (DeliveryKind::CloudDelivery, Status::Expired, 2),
        (DeliveryKind::CloudDesktop, Status::Closed, 0),
        (DeliveryKind::ManagedApp, Status::Removed, 1),
        (DeliveryKind::RemoteAccess, Status::Ended, 0),
    ];
    let over: usize =
        DeliveryKind::ALL.iter().map(|kind| rules(*kind).statuses().filter(|s| rules(*kind).is_over(*s)).count()).sum();
    assert_eq!(table.len(), over);
    for (kind, status, days) in table {
        let until = listed_until(kind, status, NOW).unwrap();
        assert_eq!(until, NOW.plus_seconds(days * DAY), "{kind} {status}");
        let at = |now| clean_up(kind, status, Timestamp::MIN, None, None, Some(until), now);
        assert_eq!(at(until), CleanUp::Unlist);
        assert_eq!(at(until.plus_millis(-1)), CleanUp::Nothing);
    }
    // Not over, or not listed any more.
    assert_eq!(listed_until(DeliveryKind::ManagedApp, Status::Expired, NOW), None);
    let again = clean_up(DeliveryKind::CloudDesktop, Status::Closed, Timestamp::MIN, None, None, None, NOW);
    assert_eq!(again, CleanUp::Nothing);
}
