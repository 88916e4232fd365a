//! Kind × status: phase and label.

use deskwarden_domain::{labels, rules};
use deskwarden_types::{DeliveryKind, Phase, Status};

/// Kind; status; phase; label; seed.
const TABLE: &str = "
app_stream; pending; pending; Pending; 000
app_stream; active; live; Connected; 000 'Connected'
app_stream; disconnected; idle; Disconnected; 000 'Disconnected'
app_stream; poor_network; idle; Disconnected with a poor network detected; 000, the same words
app_stream; unknown; idle; Unknown; 000 'Active or Unknown'
app_stream; ended; over; Ended; 000 'current and past'
app_stream; killed; over; Killed; 000 'kill a session'
app_stream; error; over; Error; 000
cloud_delivery; pending; pending; Pending; 001 'Pending, Active, Expired or Error'
cloud_delivery; active; live; Active; 001
cloud_delivery; error; idle; Error; 001
cloud_delivery; expired; over; Expired; 001
cloud_desktop; pending; pending; Pending; 002 'from establishment'
cloud_desktop; connected; live; Connected; 002 'real-time connected sessions'
cloud_desktop; disconnected; idle; Disconnected; 002 'forcibly disconnect'
cloud_desktop; closed; over; Closed; 002 'to destruction'
managed_app; launched; pending; Launched; 003 'launch in progress'
managed_app; added; idle; Added; 003 'but not yet run'
managed_app; running; live; Running; 003
managed_app; renewal_requested; live; Renewal Requested; 003
managed_app; upgrade_requested; live; Upgrade Requested; 003
managed_app; stopped; idle; Stopped; 003 'currently not running'
managed_app; evicted; idle; Evicted; 003 'still in the Cloudpaging Player'
managed_app; awaiting_expiry; ending; Awaiting Expiry; 003 'flagged for cleanup'
managed_app; expired; ending; Expired; 003 'pending removal'
managed_app; removed; over; Removed; 003
remote_access; active; live; Active; 004 'active sessions'
remote_access; ended; over; Ended; 004 'Ending sessions'
";

#[test]
fn each_kind_has_exactly_the_statuses_of_the_table_with_phase_and_label() {
    let mut expected = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split("; ").collect();
        let [kind, status, phase, label, _seed] = cells[..] else { panic!("{line}") };
        let (kind, status): (DeliveryKind, Status) = (kind.parse().unwrap(), status.parse().unwrap());
        let phase: Phase = phase.parse().unwrap();
        expected.push((kind, status));
        assert_eq!(rules(kind).phase(status), Some(phase), "{line}");
        assert_eq!(rules(kind).is_over(status), phase == Phase::Over, "{line}");
        assert_eq!(labels::status_label(kind, status), label, "{line}");
    }
    for kind in DeliveryKind::ALL.iter().copied() {
        assert_eq!(rules(kind).kind, kind);
        let mut found: Vec<_> = rules(kind).statuses().map(|status| (kind, status)).collect();
        let mut wanted: Vec<_> = expected.iter().copied().filter(|(of, _)| *of == kind).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
        for status in Status::ALL.iter().copied().filter(|status| !wanted.contains(&(kind, *status))) {
            assert_eq!(rules(kind).phase(status), None);
            assert!(!rules(kind).is_over(status));
        }
    }
}
