//! What is kept until when.

use deskwarden_domain::{Past, kept_since, kept_until, rules};
use deskwarden_types::{DeliveryKind, Status, Timestamp};

use crate::facts::NOW;

const DAY: i64 = 86_400;

fn ago(days: i64) -> Timestamp {
    NOW.plus_seconds(-days * DAY)
}

/// Kind, observed status, days since its end, whether a command is open, days of history, and for how many days from now on
/// it is kept; none: for as long as that is so.
type Row = (DeliveryKind, Status, Option<i64>, bool, u32, Option<i64>);

const TABLE: &[Row] = &[
    (DeliveryKind::AppStream, Status::Ended, Some(0), false, 800, Some(800)),
    (DeliveryKind::AppStream, Status::Killed, Some(800), false, 800, Some(0)),
    (DeliveryKind::AppStream, Status::Error, Some(801), false, 800, Some(-1)),
    (DeliveryKind::CloudDesktop, Status::Closed, Some(29), false, 30, Some(1)),
    (DeliveryKind::RemoteAccess, Status::Ended, Some(4000), false, 3650, Some(-350)),
    // An app whose device never came back: the clean-up gave it its end.
    (DeliveryKind::ManagedApp, Status::Removed, Some(900), false, 800, Some(-100)),
    // Listed for two days, whatever was set.
    (DeliveryKind::CloudDelivery, Status::Expired, Some(1), false, 0, Some(1)),
    (DeliveryKind::CloudDelivery, Status::Expired, Some(1), false, 1, Some(1)),
    (DeliveryKind::CloudDelivery, Status::Expired, Some(1), false, 30, Some(29)),
    // A command on its way keeps it.
    (DeliveryKind::CloudDesktop, Status::Closed, Some(4000), true, 30, None),
    // Over without an end: nobody knows how old it is.
    (DeliveryKind::CloudDesktop, Status::Closed, None, false, 30, None),
    // Not over, whatever else is said of it. Expired apps are not over before they are removed (003).
    (DeliveryKind::CloudDesktop, Status::Disconnected, Some(4000), false, 30, None),
    (DeliveryKind::ManagedApp, Status::Expired, Some(4000), false, 30, None),
    (DeliveryKind::ManagedApp, Status::Stopped, None, false, 30, None),
];

#[test]
fn sessions_are_kept_so_long_after_their_end() {
    for (kind, observed, ended, has_open_command, days, wanted) in TABLE.iter().copied() {
        let past = Past { kind, observed, ended_at: ended.map(ago), has_open_command };
        let wanted = wanted.map(|days| NOW.plus_seconds(days * DAY));
        assert_eq!(kept_until(&past, days), wanted, "{past:?} {days}");
    }
}

#[test]
fn nothing_is_deleted_that_is_not_over() {
    for kind in DeliveryKind::ALL.iter().copied() {
        for observed in rules(kind).statuses() {
            let past = Past { kind, observed, ended_at: Some(Timestamp::MIN), has_open_command: false };
            assert_eq!(kept_until(&past, 30).is_some(), rules(kind).is_over(observed), "{kind} {observed}");
        }
    }
}

#[test]
fn the_day_before_which_nothing_is_kept_is_the_same_rule() {
    for (days, offset) in [(30, -1), (30, 0), (800, 1)] {
        let ended_at = kept_since(days, NOW).plus_millis(offset);
        let past = Past {
            kind: DeliveryKind::AppStream,
            observed: Status::Ended,
            ended_at: Some(ended_at),
            has_open_command: false,
        };
        let until = kept_until(&past, days).unwrap();
        assert_eq!(until < NOW, ended_at < kept_since(days, NOW));
    }
    assert_eq!(kept_since(u32::MAX, NOW), Timestamp::MIN);
}
