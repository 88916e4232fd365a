//! A host without a server: an hour of it in a moment.

use std::{collections::BTreeMap, sync::Arc};

use deskwarden_domain::rules;
use deskwarden_types::{
    CommandId, CommandOutcome, DeliveryKind, EndReason, SessionId, Status, Verb,
    agent::{CommandOrder, CommandSeen, CommandStep, Observation, StatusSeen},
};

use super::{
    fleet::{Fleet, FleetProgram},
    host::Host,
    memory::Memory,
    notes::Notes,
    options::Rates,
};

const RATES: Rates =
    Rates { target: 30, ramp_ms: 10_000, run_ms: 1_200_000, rest_ms: 240_000, silence_every_ms: 0, silence_ms: 60_000 };

fn host(seed: u64) -> Host {
    let fleet = Fleet {
        accounts: ["alee", "bwong"].map(|name| name.parse().unwrap()).to_vec(),
        programs: vec![FleetProgram { program: "/opt/x/bin/x".parse().unwrap(), version: "1.0".to_owned() }],
    };
    Host::new(seed, 0, RATES, Arc::new(fleet), 0)
}

/// Lets a host live from one moment to another; launches are granted. What it told, with the moments.
fn live(host: &mut Host, from: u64, to: u64, next_session: &mut i64) -> Vec<(u64, Observation)> {
    let mut now = from;
    let mut told = Vec::new();
    while now < to {
        host.step(now);
        if let Some(wish) = host.wish(now) {
            assert_eq!(
                host.wish(now).unwrap().launch.launch_key,
                wish.launch.launch_key,
                "the same one until answered"
            );
            *next_session += 1;
            host.launched(SessionId(*next_session), now);
        }
        let last = host.notes.last_seq();
        while host.notes.len() > 0 {
            let batch = host.notes.batch(now);
            host.notes.taken(batch.last().unwrap().seq);
            told.extend(batch.into_iter().map(|report| (now - report.age_ms, report.what)));
        }
        host.notes.taken(last);
        now = host.due().min(host.next_wish(now)).max(now + 1);
    }
    told
}

/// The time that is left to a session's app, as it was told last.
fn left(host: &Host, id: SessionId) -> Option<u64> {
    let told = |what| match what {
        Observation::Status(seen) => vec![seen],
        Observation::Inventory { sessions } => sessions,
        Observation::Command(_) => vec![],
    };
    let told: Vec<_> = host.notes.batch(0).into_iter().flat_map(|report| told(report.what)).collect();
    told.iter().rev().find(|seen| seen.session_id == id).unwrap().closes_in_ms
}

fn order(id: i64, session: SessionId, verb: Verb) -> CommandOrder {
    CommandOrder {
        id: CommandId(id),
        session_id: session,
        verb: verb.to_string(),
        requested_by: None,
        reason: None,
        message: None,
        consent_id: None,
        first_warning_seconds: 120,
        second_warning_seconds: 60,
    }
}

fn steps(told: &[(u64, Observation)], command: i64) -> Vec<(u64, CommandStep)> {
    let step = |(at, what): &(u64, Observation)| match what {
        Observation::Command(CommandSeen { command_id, step }) if command_id.0 == command => Some((*at, step.clone())),
        _ => None,
    };
    told.iter().filter_map(step).collect()
}

#[test]
fn the_same_seed_gives_the_same_hour_and_every_change_is_allowed() {
    let told = live(&mut host(5), 0, 3_600_000, &mut 0);
    assert_eq!(told, live(&mut host(5), 0, 3_600_000, &mut 0));
    assert_ne!(told, live(&mut host(6), 0, 3_600_000, &mut 0));
    let mut statuses: BTreeMap<SessionId, Status> = BTreeMap::new();
    for (_, what) in &told {
        let Observation::Status(seen) = what else { panic!("{what:?}") };
        let before = statuses.insert(seen.session_id, seen.status).unwrap_or(Status::Launched);
        assert_ne!(before, seen.status);
        assert!(rules(DeliveryKind::ManagedApp).can_follow(before, seen.status), "{before} to {}", seen.status);
        assert_eq!(seen.end_reason.is_some(), seen.status == Status::Removed);
    }
    assert!(statuses.values().any(|status| *status == Status::Removed));
}

#[test]
fn about_as_many_apps_run_as_were_asked_for() {
    let (mut host, mut sessions) = (host(7), 0);
    for minute in 0..240 {
        live(&mut host, minute * 60_000, (minute + 1) * 60_000, &mut sessions);
        assert!((25..=45).contains(&host.running()), "{} after minute {minute}", host.running());
        assert!(host.apps.len() < 100);
    }
    assert!(sessions > 150, "{sessions}");
}

#[test]
fn an_evicted_app_is_warned_twice_and_gone_by_the_moment_told() {
    let mut outcomes = BTreeMap::new();
    for seed in 0..60 {
        let (mut host, mut sessions) = (host(seed), 0);
        live(&mut host, 0, 60_000, &mut sessions);
        let id = *host.apps.iter().find(|(_, app)| app.status == Status::Running).unwrap().0;
        host.carry_out(&order(9, id, Verb::Evict), 60_000);
        let told = live(&mut host, 60_000, 60_000 + 130_000, &mut sessions);
        let steps = steps(&told, 9);
        let Some((gone, CommandStep::Done { outcome })) = steps.last().cloned() else { panic!("{steps:?}") };
        let early = outcome == CommandOutcome::AlreadyGone;
        let warned: Vec<u64> = steps
            .iter()
            .filter_map(|(at, step)| match step {
                CommandStep::Warned { closes_in_ms, shown: true } => Some(at + closes_in_ms),
                _ => None,
            })
            .collect();
        assert!(warned.len() == 2 || early && warned.len() == 1, "{steps:?}");
        let close = warned[0];
        assert!(warned.iter().all(|told| *told == close), "{steps:?}");
        assert!((60_000 + 120_000..60_000 + 121_000).contains(&close));
        assert!(if early { gone <= close } else { (close..=close + 5_000).contains(&gone) }, "{steps:?}");
        let evicted = |(at, what): &&(u64, Observation)| {
            *at == gone
                && matches!(what, Observation::Status(StatusSeen { session_id, status: Status::Evicted, end_reason: Some(EndReason::Evicted), .. }) if *session_id == id)
        };
        assert_eq!(told.iter().filter(evicted).count(), 1);
        assert_eq!(host.take_ended().len(), 1);
        *outcomes.entry(outcome.to_string()).or_insert(0) += 1;
    }
    // Some save and close, some are closed, some have to be killed.
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
}

#[test]
fn an_expired_app_that_is_started_again_is_closed_again() {
    let (mut host, mut sessions) = (host(3), 0);
    live(&mut host, 0, 30_000, &mut sessions);
    let id = *host.apps.iter().find(|(_, app)| app.status == Status::Running).unwrap().0;
    host.becomes(id, Status::Stopped, 30_000, None);
    host.carry_out(&order(4, id, Verb::Expire), 30_000);
    assert_eq!(host.apps[&id].status, Status::Expired);
    host.becomes(id, Status::Running, 31_000, None);
    assert_eq!(left(&host, id), Some(120_000));
    host.tell_everything(51_000);
    assert_eq!(left(&host, id), Some(100_000), "the whole truth has the time that is left");
    live(&mut host, 31_000, 31_000 + 121_000, &mut sessions);
    assert!(host.apps.get(&id).is_none_or(|app| app.status == Status::Expired), "{:?}", host.apps.get(&id));
}

#[test]
fn what_cannot_be_done_is_said() {
    let (mut host, mut sessions) = (host(2), 0);
    live(&mut host, 0, 20_000, &mut sessions);
    host.carry_out(&order(1, SessionId(999), Verb::Evict), 20_000);
    let id = *host.apps.keys().next().unwrap();
    host.carry_out(&order(2, id, Verb::View), 20_000);
    host.carry_out(&CommandOrder { verb: "dance".to_owned(), ..order(3, id, Verb::Evict) }, 20_000);
    let told = live(&mut host, 20_000, 20_001, &mut sessions);
    for (command, wanted) in
        [(1, CommandOutcome::UnknownSession), (2, CommandOutcome::Unsupported), (3, CommandOutcome::Unsupported)]
    {
        let steps = steps(&told, command);
        assert!(matches!(steps[..], [(_, CommandStep::Failed { outcome, .. })] if outcome == wanted), "{steps:?}");
    }
}

#[test]
fn numbers_follow_the_server() {
    let mut notes = Notes::default();
    let tell = |notes: &mut Notes| notes.tell(5, Observation::Inventory { sessions: Vec::new() });
    (0..3).for_each(|_| tell(&mut notes));
    notes.taken(1);
    // An answer was lost: the server has one more than was known.
    notes.align(2);
    assert_eq!(notes.batch(9).iter().map(|report| (report.seq, report.age_ms)).collect::<Vec<_>>(), [(3, 4)]);
    // A server that was set back gets what waits as its next.
    notes.align(0);
    assert_eq!(notes.batch(9)[0].seq, 1);
    // A fleet that was started anew goes on where the server is.
    let mut fresh = Notes::default();
    fresh.align(41);
    tell(&mut fresh);
    assert_eq!(fresh.batch(9)[0].seq, 42);
}

#[test]
fn a_command_is_taken_once_and_remembered_after_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut memory = Memory::open(dir.path()).unwrap();
    assert!(memory.take(&order(1, SessionId(1), Verb::Evict)).unwrap());
    assert!(memory.take(&order(2, SessionId(1), Verb::Expire)).unwrap());
    assert!(!memory.take(&order(1, SessionId(1), Verb::Evict)).unwrap());
    let done = CommandStep::Done { outcome: CommandOutcome::Killed };
    memory.end(&[(CommandId(1), done.clone())]).unwrap();
    let mut again = Memory::open(dir.path()).unwrap();
    let (open, ended) = again.after_a_start();
    assert_eq!(open.iter().map(|order| order.id.0).collect::<Vec<_>>(), [2]);
    assert_eq!(ended, [(CommandId(1), done)]);
    assert!(!again.take(&order(1, SessionId(1), Verb::Evict)).unwrap());
}
