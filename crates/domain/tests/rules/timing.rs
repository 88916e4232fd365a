//! Leases, warnings and latest moments.

use deskwarden_domain::{
    Timing, command_deadline, effective_by, is_connected, lease_seconds, lost_at, stale_at, trust, warning_seconds,
};
use deskwarden_types::{DeliveryKind::*, Status, Timestamp, Trust, Verb};

use crate::facts::{NOW, TIMING, facts};

/// Seconds from now until it has taken effect.
fn seconds(facts: &deskwarden_domain::Facts, verb: Verb) -> i64 {
    effective_by(facts, verb, &TIMING, NOW).seconds_since(NOW)
}

#[test]
fn the_effect_clock() {
    // Delivery 5 s, closing 5 s, a heartbeat of 60 s for silent agents, a warning of 120 s for apps that run (003), and
    // 120 s for which a message stands.
    let table = [
        (ManagedApp, Status::Running, Verb::Evict, true, 5 + 120 + 5),
        (ManagedApp, Status::Running, Verb::Evict, false, 5 + 60 + 120 + 5),
        (ManagedApp, Status::Stopped, Verb::Expire, true, 5 + 5),
        (ManagedApp, Status::Stopped, Verb::Expire, false, 5 + 60 + 5),
        (ManagedApp, Status::Running, Verb::Message, true, 5 + 120),
        (AppStream, Status::Active, Verb::Message, false, 5 + 60 + 120),
        (CloudDelivery, Status::Active, Verb::Expire, true, 5 + 5),
        (AppStream, Status::Active, Verb::Kill, true, 5 + 5),
        (AppStream, Status::Unknown, Verb::Kill, false, 5 + 60 + 5),
        (CloudDesktop, Status::Connected, Verb::Disconnect, true, 5 + 5),
        (RemoteAccess, Status::Active, Verb::End, true, 5 + 5),
        (RemoteAccess, Status::Active, Verb::CloseRecord, false, 0),
    ];
    for (kind, status, verb, agent_connected, wanted) in table {
        let mut facts = facts(kind, status);
        facts.connected = status != Status::Stopped;
        facts.agent_connected = agent_connected;
        assert_eq!(seconds(&facts, verb), wanted, "{verb} on {kind} {status}, connected {agent_connected}");
    }
}

#[test]
fn an_app_that_still_runs_is_warned_before_it_is_expired() {
    let mut facts = facts(ManagedApp, Status::Running);
    facts.status = Status::Evicted;
    facts.open_command = Some(Verb::Evict);
    assert_eq!(warning_seconds(&facts, Verb::Expire, &TIMING), 120);
    facts.observed_status = Status::Evicted;
    facts.connected = false;
    assert_eq!(warning_seconds(&facts, Verb::Expire, &TIMING), 0);
    // Nobody is warned of what is gone, even if a connection is still noted.
    facts.observed_status = Status::Removed;
    facts.connected = true;
    assert_eq!(warning_seconds(&facts, Verb::Expire, &TIMING), 0);
}

#[test]
fn an_offline_device_may_hear_of_it_when_its_licence_ends() {
    let day = NOW.plus_seconds(86_400);
    let mut facts = facts(ManagedApp, Status::Running);
    facts.offline_until = Some(day);
    assert_eq!(seconds(&facts, Verb::Evict), 130, "its agent is connected");
    facts.agent_connected = false;
    assert_eq!(effective_by(&facts, Verb::Evict, &TIMING, NOW), day);
    // A licence that has ended, or ends before the warning does, brings nothing forward.
    facts.offline_until = Some(NOW.plus_seconds(-5));
    assert_eq!(seconds(&facts, Verb::Evict), 190);
    // Licences are for managed apps.
    facts.kind = CloudDesktop;
    facts.offline_until = Some(day);
    assert_eq!(seconds(&facts, Verb::Disconnect), 70);
}

#[test]
fn a_sleeping_device_has_five_minutes_before_a_command_times_out() {
    assert!(command_deadline(NOW).seconds_since(NOW) >= 300);
    assert_eq!(command_deadline(Timestamp::MAX), Timestamp::MAX);
}

#[test]
fn stale_at_the_end_of_the_lease_and_lost_fifteen_minutes_later() {
    assert_eq!(lease_seconds(&TIMING), 180);
    let stale = stale_at(CloudDesktop, NOW, None, &TIMING);
    assert_eq!(stale, NOW.plus_seconds(180));
    let just_before = stale.plus_millis(-1);
    assert_eq!(trust(CloudDesktop, Status::Connected, NOW, None, &TIMING, just_before), Trust::Fresh);
    assert_eq!(trust(CloudDesktop, Status::Connected, NOW, None, &TIMING, stale), Trust::Stale);
    assert_eq!(trust(CloudDesktop, Status::Closed, NOW, None, &TIMING, Timestamp::MAX), Trust::Fresh);
    // A report from a clock that is ahead is no reason to doubt.
    assert_eq!(trust(CloudDesktop, Status::Connected, stale, None, &TIMING, NOW), Trust::Fresh);
    assert_eq!(lost_at(CloudDesktop, Status::Connected, NOW, None, &TIMING), Some(stale.plus_seconds(900)));
    assert_eq!(lost_at(CloudDesktop, Status::Closed, NOW, None, &TIMING), None);
    assert_eq!(lost_at(CloudDesktop, Status::Running, NOW, None, &TIMING), None, "not a status of this kind");
}

#[test]
fn a_fixed_licence_may_be_silent_until_it_ends() {
    let end = NOW.plus_seconds(7 * 86_400);
    let at = |now| trust(ManagedApp, Status::Running, NOW, Some(end), &TIMING, now);
    assert_eq!(at(NOW.plus_seconds(179)), Trust::Fresh);
    assert_eq!(at(NOW.plus_seconds(180)), Trust::OfflineUntil);
    assert_eq!(at(end.plus_millis(-1)), Trust::OfflineUntil);
    assert_eq!(at(end), Trust::Stale);
    assert_eq!(stale_at(ManagedApp, NOW, Some(end), &TIMING), end);
    assert_eq!(lost_at(ManagedApp, Status::Running, NOW, Some(end), &TIMING), Some(end.plus_seconds(900)));
    // Heard of again shortly before the end: the lease still holds beyond it.
    let seen = end.plus_seconds(-10);
    assert_eq!(stale_at(ManagedApp, seen, Some(end), &TIMING), seen.plus_seconds(180));
}

#[test]
fn managed_apps_that_do_not_run_are_never_lost_by_silence() {
    use Status::*;
    for status in [Launched, Added, Stopped, Evicted, AwaitingExpiry, Expired, Removed] {
        assert_eq!(lost_at(ManagedApp, status, NOW, None, &TIMING), None, "{status}");
    }
    for status in [Running, RenewalRequested, UpgradeRequested] {
        assert!(lost_at(ManagedApp, status, NOW, None, &TIMING).is_some(), "{status}");
    }
}

#[test]
fn an_agent_is_connected_that_listens_and_has_spoken_within_its_lease() {
    let spoke = |ago: i64| Some(NOW.plus_seconds(-ago));
    let listens = NOW.plus_millis(1);
    for (open_until, spoke_at, connected) in [
        (listens, spoke(0), true),
        (listens, spoke(179), true),
        (listens, spoke(180), false),
        (listens, None, false),
        (NOW, spoke(0), false),
        // Another server's clock is ahead.
        (listens, spoke(-2), true),
    ] {
        assert_eq!(is_connected(open_until, spoke_at, &TIMING, NOW), connected, "{open_until} {spoke_at:?}");
    }
    let timing = Timing { heartbeat_seconds: u32::MAX, ..TIMING };
    assert!(is_connected(Timestamp::MAX, Some(NOW), &timing, NOW));
}

#[test]
fn the_largest_settings_do_not_overflow() {
    let timing =
        Timing { heartbeat_seconds: u32::MAX, first_warning_seconds: u32::MAX, second_warning_seconds: u32::MAX };
    let mut facts = facts(ManagedApp, Status::Running);
    facts.agent_connected = false;
    let by = effective_by(&facts, Verb::Evict, &timing, NOW);
    assert_eq!(by.seconds_since(NOW), 2 * i64::from(u32::MAX) + 10);
    assert_eq!(effective_by(&facts, Verb::Evict, &timing, Timestamp::MAX), Timestamp::MAX);
}
