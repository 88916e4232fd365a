//! Commands: their steps, and what they make of sessions.

use deskwarden_domain::{
    can_follow, end_reason, ended_how, is_open, over_status, reopens, rules, status_after, went_wrong,
};
use deskwarden_types::{CommandState, DeliveryKind, EndReason, EndedHow, Status, Verb};

use crate::facts::rows;

/// From, and all that may follow.
const STEPS: &str = "
queued       delivered acknowledged done failed timed_out
delivered    acknowledged done failed timed_out
acknowledged done failed timed_out
done
failed
timed_out    done failed      # late word: what was observed wins
";

#[test]
fn commands_step_forward_only() {
    let mut seen = 0;
    for row in rows(STEPS) {
        let from: CommandState = row[0].parse().unwrap();
        for to in CommandState::ALL.iter().copied() {
            assert_eq!(can_follow(from, to), row[1..].contains(&to.as_str()), "{from} → {to}");
        }
        assert_eq!(is_open(from), can_follow(from, CommandState::TimedOut), "{from}");
        seen += 1;
    }
    assert_eq!(seen, CommandState::ALL.len());
    let wrong: Vec<_> = CommandState::ALL.iter().copied().filter(|state| went_wrong(*state)).collect();
    assert_eq!(wrong, [CommandState::Failed, CommandState::TimedOut]);
}

#[test]
fn success_is_a_status_that_the_kind_has() {
    // Kind, verb, what is to be observed.
    let table = [
        (DeliveryKind::AppStream, Verb::Kill, Status::Killed),
        (DeliveryKind::CloudDelivery, Verb::Expire, Status::Expired),
        (DeliveryKind::CloudDesktop, Verb::Disconnect, Status::Disconnected),
        (DeliveryKind::CloudDesktop, Verb::Kill, Status::Closed),
        (DeliveryKind::ManagedApp, Verb::Evict, Status::Evicted),
        (DeliveryKind::ManagedApp, Verb::Expire, Status::Expired),
        (DeliveryKind::RemoteAccess, Verb::End, Status::Ended),
        (DeliveryKind::AppStream, Verb::CloseRecord, Status::Ended),
        (DeliveryKind::CloudDelivery, Verb::CloseRecord, Status::Expired),
        (DeliveryKind::CloudDesktop, Verb::CloseRecord, Status::Closed),
        (DeliveryKind::ManagedApp, Verb::CloseRecord, Status::Removed),
        (DeliveryKind::RemoteAccess, Verb::CloseRecord, Status::Ended),
    ];
    for kind in DeliveryKind::ALL.iter().copied() {
        for verb in Verb::ALL.iter().copied() {
            let wanted = table.iter().find(|(k, v, _)| (*k, *v) == (kind, verb)).map(|(_, _, status)| *status);
            assert_eq!(status_after(kind, verb), wanted, "{kind} {verb}");
        }
    }
}

#[test]
fn ends_have_a_reason_and_an_order() {
    let reasons: Vec<_> = Verb::ALL.iter().map(|verb| end_reason(*verb)).collect();
    use EndReason::*;
    let wanted =
        [None, None, None, Some(Evicted), Some(AdminExpire), Some(AdminKill), Some(AdminEnd), Some(RecordClosed)];
    assert_eq!(reasons, wanted);
    // 002: 'closed normally or disconnected abnormally'.
    let abnormal = [NetworkLost, HostShutdown, LaunchFailed, ClientError, Lost, RecordClosed];
    for reason in EndReason::ALL.iter().copied() {
        assert_eq!(ended_how(reason) == EndedHow::Abnormal, abnormal.contains(&reason), "{reason}");
        for kind in DeliveryKind::ALL.iter().copied() {
            assert!(rules(kind).is_over(over_status(kind, reason)), "{kind} {reason}");
        }
    }
}

#[test]
fn only_ends_that_nobody_confirmed_are_taken_back() {
    use EndReason::*;
    for reason in EndReason::ALL.iter().copied() {
        for kind in DeliveryKind::ALL.iter().copied() {
            for status in Status::ALL.iter().copied() {
                let alive = rules(kind).statuses().any(|s| s == status) && !rules(kind).is_over(status);
                let wanted = match reason {
                    Lost | RecordClosed | LaunchFailed => alive,
                    Expired => alive && kind == DeliveryKind::CloudDelivery,
                    CleanUp => alive && !matches!(status, Status::Expired | Status::AwaitingExpiry),
                    _ => false,
                };
                assert_eq!(reopens(kind, reason, status), wanted, "{kind} {reason} {status}");
            }
        }
    }
    assert!(reopens(DeliveryKind::ManagedApp, Lost, Status::Running));
    assert!(!reopens(DeliveryKind::AppStream, AdminKill, Status::Active));
}
