//! What may be observed after what.

use std::collections::BTreeSet;

use deskwarden_domain::rules;
use deskwarden_types::{DeliveryKind, Status};

use crate::facts::rows;

/// Kind, from, and all that may follow.
const TABLE: &str = "
app_stream pending active disconnected poor_network unknown ended killed error        # 000
app_stream active disconnected poor_network unknown ended killed error                # 000
app_stream disconnected active poor_network unknown ended killed error                # 000
app_stream poor_network active disconnected unknown ended killed error                # 000
app_stream unknown pending active disconnected poor_network ended killed error        # 000
app_stream ended
app_stream killed
app_stream error
cloud_delivery pending active error expired                                           # 001
cloud_delivery active error expired                                                   # 001
cloud_delivery error active expired                                                   # 001
cloud_delivery expired
cloud_desktop pending connected disconnected closed                                   # 002
cloud_desktop connected disconnected closed                                           # 002
cloud_desktop disconnected connected closed                                           # 002
cloud_desktop closed
managed_app launched added running stopped evicted awaiting_expiry expired removed    # 003 'launch in progress', 2 days
managed_app added running stopped evicted renewal_requested upgrade_requested expired removed
managed_app running stopped evicted renewal_requested upgrade_requested expired removed
managed_app renewal_requested added running stopped evicted upgrade_requested expired removed
managed_app upgrade_requested added running stopped evicted renewal_requested expired removed
managed_app stopped running evicted renewal_requested upgrade_requested awaiting_expiry expired removed # 003 30 days
managed_app evicted running stopped renewal_requested upgrade_requested expired removed # 003 'free to re-launch'
managed_app awaiting_expiry added running evicted expired removed                     # 003 'flagged for cleanup'
managed_app expired running removed                                                   # 003 'it will only run for two minutes'
managed_app removed
remote_access active ended                                                            # 004
remote_access ended
";

#[test]
fn transitions_are_those_of_the_table_and_no_others() {
    let mut seen = BTreeSet::new();
    for row in rows(TABLE) {
        let (kind, from): (DeliveryKind, Status) = (row[0].parse().unwrap(), row[1].parse().unwrap());
        assert!(seen.insert((kind, from)), "twice: {kind} {from}");
        let next: BTreeSet<Status> = row[2..].iter().map(|word| word.parse().unwrap()).collect();
        for to in Status::ALL.iter().copied() {
            assert_eq!(rules(kind).can_follow(from, to), to == from || next.contains(&to), "{kind}: {from} → {to}");
        }
    }
    let held: BTreeSet<_> =
        DeliveryKind::ALL.iter().flat_map(|kind| rules(*kind).statuses().map(|status| (*kind, status))).collect();
    assert_eq!(seen, held);
}

#[test]
fn every_status_can_be_reached_and_none_is_a_dead_end() {
    for kind in DeliveryKind::ALL.iter().copied() {
        let rules = rules(kind);
        let reach = |from: Status| {
            let mut found = BTreeSet::from([from]);
            while let Some(new) =
                rules.statuses().find(|to| !found.contains(to) && found.iter().any(|from| rules.can_follow(*from, *to)))
            {
                found.insert(new);
            }
            found
        };
        assert_eq!(reach(rules.initial()).len(), rules.statuses().count(), "{kind}");
        for status in rules.statuses() {
            let ends = reach(status);
            assert!(ends.iter().any(|to| rules.is_over(*to)), "{kind}: {status} never ends");
            assert!(!rules.is_over(status) || ends.len() == 1, "{kind}: {status} is over and goes on");
        }
    }
}

#[test]
fn statuses_of_other_kinds_follow_nothing() {
    let rules = rules(DeliveryKind::RemoteAccess);
    assert!(!rules.can_follow(Status::Running, Status::Running));
    assert!(!rules.can_follow(Status::Active, Status::Closed));
    assert!(!rules.can_follow(Status::Running, Status::Ended));
}
