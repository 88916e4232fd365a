//! Every row against the rules, and the same rows each time.

use std::{collections::HashMap, sync::Arc};

use deskwarden_domain::{command_deadline, ended_how, listed_until, over_status, reopens, rules, terminal_access};
use deskwarden_types::{
    Access, DeliveryKind, EndReason, EventKind, LicenceKind, Phase, Status, Terminal, Timestamp, Verb,
};
use sha2::{Digest, Sha256};

use super::{Fleet, Plan, Row, Rows, Sizes, World, institution::role, names};

const NOW: Timestamp = Timestamp::from_millis(1_795_300_000_000);

fn plan(sessions: u64) -> Plan {
    Plan { sessions, seed: 7, now: NOW, timelines: true }
}

fn made(plan: Plan) -> (Arc<World>, Vec<Row>) {
    let world = Arc::new(World::new(plan.seed, Sizes::of(plan.sessions)));
    let rows = Rows::new(plan, world.clone()).collect();
    (world, rows)
}

fn digest(plan: Plan) -> Vec<u8> {
    let (world, rows) = made(plan);
    Sha256::digest(format!("{world:?}{rows:?}")).to_vec()
}

#[test]
fn the_same_plan_gives_the_same_rows() {
    let plan = plan(2_000);
    assert_eq!(digest(plan), digest(plan));
    assert_ne!(digest(plan), digest(Plan { seed: 8, ..plan }));
    assert_ne!(digest(plan), digest(Plan { now: NOW.plus_seconds(3_600), ..plan }));
}

#[test]
fn every_row_keeps_to_the_rules() {
    let (world, rows) = made(plan(20_000));
    assert_eq!(rows.len(), 20_000);
    for row in &rows {
        check_row(&world, row);
        check_lines(row);
        check_order(row);
    }
    for pair in rows.windows(2) {
        assert!(pair[0].started_at <= pair[1].started_at, "{:?}", pair[1]);
        assert_eq!(pair[0].number + 1, pair[1].number);
    }
}

fn check_row(world: &World, row: &Row) {
    let rules = rules(row.kind);
    assert_eq!(rules.phase(row.status), Some(row.phase), "{row:?}");
    assert_eq!(row.phase, Phase::Over, "{row:?}");
    assert_eq!(row.status, over_status(row.kind, row.end_reason), "{row:?}");
    assert_eq!(row.ended_how, ended_how(row.end_reason), "{row:?}");
    let ended = Timestamp::from_millis(row.ended_at);
    assert_eq!(Some(row.listed_until), listed_until(row.kind, row.status, ended).map(Timestamp::millis), "{row:?}");
    assert!(row.started_at < row.ended_at && row.ended_at < NOW.millis(), "{row:?}");
    if let Some(at) = row.last_activity_at {
        assert!((row.started_at..=row.ended_at).contains(&at), "{row:?}");
    }
    let app = &world.apps[row.app as usize];
    assert_eq!(app.kind, row.kind);
    assert_eq!(row.terminal == Terminal::OwnComputer, row.kind == DeliveryKind::ManagedApp, "{row:?}");
    assert_eq!(row.access, terminal_access(world.addresses[row.address as usize], &[]), "{row:?}");
    assert_eq!(world.devices[row.device as usize].1, row.terminal, "{row:?}");
    let provision = &world.provisions[row.provision as usize];
    assert_eq!((provision.app, provision.method), (row.app, row.method), "{row:?}");
    let group = world.users[row.user as usize].group;
    assert!(provision.groups.is_empty() || provision.groups.contains(&group), "{row:?}");
    let (_, method) = world.method_of(row.provision).unwrap();
    assert_eq!(method.kind, row.kind);
    assert_eq!(row.offline_until.is_some(), method.licence == LicenceKind::Fixed, "{row:?}");
    assert!(row.environment.is_none_or(|place| (place as usize) < world.environments.len()));
    assert!((row.host as usize) < world.hosts.len());
}

fn check_lines(row: &Row) {
    let rules = rules(row.kind);
    assert_eq!(row.lines[0].kind, EventKind::Created);
    assert_eq!(row.lines[0].at, row.started_at);
    let mut status = rules.initial();
    for pair in row.lines.windows(2) {
        assert!(pair[0].at <= pair[1].at, "{row:?}");
    }
    for line in &row.lines {
        assert!((row.started_at..=row.ended_at).contains(&line.at) && line.recorded_at > line.at, "{row:?}");
        assert_eq!(line.of_command, row.order.is_some() && line.of_command, "{row:?}");
        if let Some((from, to)) = line.statuses {
            assert_eq!(from, status, "{row:?}");
            assert!(rules.can_follow(from, to) && from != to, "{from} to {to}: {row:?}");
            assert_eq!(line.end_reason.is_some(), rules.is_over(to), "{row:?}");
            status = to;
        }
    }
    assert_eq!(status, row.status, "{row:?}");
    // What nobody confirmed may be heard of again: nothing else may.
    let alive = rules.statuses().find(|status| !rules.is_over(*status)).unwrap();
    let silent = row.lines.iter().any(|line| line.kind == EventKind::WentStale);
    // An end by time may be the server's own record.
    let by_time = matches!(row.end_reason, EndReason::Expired | EndReason::LaunchFailed);
    assert!(by_time || reopens(row.kind, row.end_reason, alive) == silent, "{row:?}");
}

fn check_order(row: &Row) {
    let Some(order) = &row.order else {
        assert!(!row.end_reason.to_string().starts_with("admin_"), "{row:?}");
        return;
    };
    assert!(rules(row.kind).verbs().contains(&order.verb), "{row:?}");
    assert!((3..=500).contains(&order.reason.chars().count()));
    assert!(deskwarden_domain::role_may(role(order.by as usize), order.verb) || order.verb == Verb::CloseRecord);
    let way = [order.delivered_at, order.acknowledged_at, order.warned_at, Some(order.finished_at)];
    let times: Vec<i64> = std::iter::once(order.created_at).chain(way.into_iter().flatten()).collect();
    assert!(times.is_sorted() && times[0] >= row.started_at, "{row:?}");
    assert!(order.finished_at <= order.effective_by, "{row:?}");
    assert!(order.effective_by < command_deadline(Timestamp::from_millis(order.effective_by)).millis());
    assert_eq!(order.warnings.0 > 0, order.verb == Verb::Evict, "{row:?}");
}

#[test]
fn the_shape_is_that_of_an_institution() {
    let (world, rows) = made(plan(20_000));
    let share = |test: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| test(row)).count() as f64 / rows.len() as f64;
    let kinds = [
        (DeliveryKind::AppStream, 0.40),
        (DeliveryKind::ManagedApp, 0.25),
        (DeliveryKind::CloudDelivery, 0.15),
        (DeliveryKind::CloudDesktop, 0.14),
        (DeliveryKind::RemoteAccess, 0.06),
    ];
    for (kind, wanted) in kinds {
        let found = share(&|row| row.kind == kind);
        assert!((found - wanted).abs() < 0.04, "{kind}: {found}");
    }
    let night = share(&|row| (row.started_at / 3_600_000) % 24 < 6);
    assert!((0.005..0.05).contains(&night), "{night}");
    assert!((0.4..0.6).contains(&share(&|row| row.access == Access::Internal)));
    let mut by_user: HashMap<u32, u32> = HashMap::new();
    for row in &rows {
        *by_user.entry(row.user).or_default() += 1;
    }
    assert!(by_user.len() > world.users.len() * 9 / 10);
    let busiest = by_user.values().max().copied().unwrap_or(0);
    assert!(busiest as usize > rows.len() / world.users.len() * 5, "{busiest}");
    // All the history, and up to now.
    let days = (rows[rows.len() - 1].started_at - rows[0].started_at) / 86_400_000;
    assert!((547..=550).contains(&days), "{days}");
    let newest = rows.iter().map(|row| row.ended_at).max().unwrap();
    assert!(NOW.millis() - newest < 3_600_000);
    for status in [Status::Killed, Status::Error, Status::Removed, Status::Closed] {
        assert!(rows.iter().any(|row| row.status == status), "{status}");
    }
    assert!(rows.iter().any(|row| row.order.as_ref().is_some_and(|order| order.verb == Verb::Evict)));
}

#[test]
fn nothing_is_there_twice() {
    for sessions in [0, 1, 50_000, 10_000_000] {
        let world = World::new(3, Sizes::of(sessions));
        let unique = |names: Vec<String>| {
            let all = names.len();
            let mut names = names;
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all);
        };
        unique(world.users.iter().map(|user| user.username.clone()).collect());
        unique(world.users.iter().map(|user| user.email.clone()).collect());
        unique(world.apps.iter().map(|app| format!("{} {}", app.kind, app.name)).collect());
        unique(world.apps.iter().filter_map(|app| app.program.clone()).collect());
        unique(world.provisions.iter().map(|provision| provision.name.clone()).collect());
        unique(world.devices.iter().map(|device| format!("{device:?}")).collect());
        unique(world.addresses.iter().map(ToString::to_string).collect());
        unique(world.hosts.clone());
        assert!(world.users.iter().all(|user| user.username.parse::<deskwarden_types::Username>().is_ok()));
        assert!(world.users.iter().all(|user| user.group < names::GROUPS.len()));
        let fleet = Fleet::of(&world);
        assert!(!fleet.accounts.is_empty() && !fleet.programs.is_empty());
    }
}
