//! The disk under the database is full: clear words, nothing half-done, reading goes on, and so does everything
//! when there is room.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use deskwarden_client::ClientError;
use deskwarden_tests::{Database, SmallDisk, TestApp, TestDatabase, eventually, run_on, seen};
use deskwarden_types::{AuditAction, ErrorCode, EventKind, Status, Verb, agent::Report, api::VerifyAudit};
use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_types::Integer};

use crate::api::audit;

/// More than fit into what the database was given before the disk became full.
const MOST: usize = 5000;
/// Sessions that are there to be acted on.
const SESSIONS: usize = 100;

/// What is left for SQLite's log.
const LOG: u64 = 2 << 20;

#[derive(diesel::QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Takes SQLite's log away. What is in it can be written back at any time, which would make room on a full disk.
async fn empty_log(app: &TestApp) {
    let mut conn = SqliteConnection::establish(app.database.url().trim_start_matches("sqlite:")).unwrap();
    eventually("the log to be empty", Duration::from_secs(10), async || {
        let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut conn).unwrap();
        (done.busy == 0).then_some(())
    })
    .await;
}

#[test]
fn sqlite_tells_and_goes_on() {
    on(Database::Sqlite);
}

#[test]
fn postgresql_tells_and_goes_on() {
    on(Database::Postgres);
}

fn on(kind: Database) {
    let disk = SmallDisk::mount();
    run_on(TestDatabase::on(&disk, kind), async |app: TestApp| is_told_and_harms_nothing(app, &disk).await);
}

fn assert_is_full(error: &ClientError) {
    let problem = error.problem().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!((problem.code, problem.status), (ErrorCode::StorageFull, 507), "{problem:?}");
}

/// Does it again and again until the disk is full; gives how often it was done.
async fn until_full<T: std::fmt::Debug>(mut act: impl AsyncFnMut(usize) -> Result<T, ClientError>) -> usize {
    for done in 0..MOST {
        if let Err(error) = act(done).await {
            assert_is_full(&error);
            return done;
        }
    }
    panic!("the disk does not become full");
}

async fn is_told_and_harms_nothing(app: TestApp, disk: &SmallDisk) {
    app.server.expect_errors();
    let (member, manager, auditor, agent) =
        (app.member().await, app.manager().await, app.auditor().await, app.agent("h1").await);
    let mut ready = VecDeque::new();
    for _ in 0..SESSIONS {
        ready.push_back(agent.run(&member.username, "xterm").await);
    }
    if app.database.kind == Database::Sqlite {
        empty_log(&app).await;
    }
    disk.fill();
    if app.database.kind == Database::Sqlite {
        // A little for its log, which was emptied: far less than that with which SQLite writes it back to its place.
        disk.give_back(LOG);
    }

    let ask = async |n: usize| agent.ask_as(&member.username, "xterm", &format!("full {n}")).await;
    let launched = until_full(ask).await;
    let mut evicted = BTreeMap::new();
    until_full(async |_| {
        let session = *ready.front().expect("a session to act on");
        let command = manager.act(session, Verb::Evict).await?;
        evicted.insert(session, command.id);
        ready.pop_front();
        Ok(command)
    })
    .await;
    let told = *ready.back().expect("a session to report on");
    let mut told_last = Status::Running;
    let mut reports: Vec<Report> = Vec::new();
    let reported = until_full(async |n| {
        let now = if n % 2 == 0 { Status::Stopped } else { Status::Running };
        reports = agent.number(vec![seen(told, now)]);
        agent.send(reports.clone()).await?;
        told_last = now;
        Ok(())
    })
    .await;
    assert!(ready.len() > 1, "not all of the sessions were evicted before the disk was full");
    let refused = ready[0];
    // However often: what was refused leaves no room for itself.
    for attempt in 0..20 {
        // Half a page of PostgreSQL's, which says other words then. For SQLite it is a whole one, which a report may fill.
        if attempt == 10 && app.database.kind == Database::Postgres {
            disk.give_back(4096);
        }
        assert_is_full(&ask(launched).await.expect_err("the disk is full"));
        assert_is_full(&manager.act(refused, Verb::Evict).await.expect_err("the disk is full"));
        assert_is_full(&agent.send(reports.clone()).await.expect_err("the disk is full"));
    }

    // Reading goes on, and nothing is half-done.
    for session in ready.iter().chain(evicted.keys()) {
        let row = manager.show(*session).await.unwrap();
        let status = match session {
            session if evicted.contains_key(session) => Status::Evicted,
            session if *session == told => told_last,
            _ => Status::Running,
        };
        assert_eq!(row.session.status, status, "{session}");
        let commands: Vec<_> = row.commands.iter().map(|command| command.id).collect();
        assert_eq!(commands, Vec::from_iter(evicted.get(session).copied()), "{session}");
    }
    let total = async || manager.list(Default::default()).await.unwrap().total.unwrap().count;
    let sessions = i64::try_from(SESSIONS + launched).unwrap();
    assert_eq!(total().await, sessions);
    let last = reports[0].seq;
    let taken = async || app.number("SELECT taken_through FROM agents").await;
    assert_eq!(taken().await, last - 1);
    println!("launched {launched}, evicted {}, reported {reported}", evicted.len());

    disk.free();
    // The same requests once more.
    ask(launched).await.expect("there is room again");
    agent.send(reports).await.expect("there is room again");
    let command = manager.act(refused, Verb::Evict).await.expect("there is room again");
    evicted.insert(refused, command.id);
    assert_eq!((total().await, taken().await), (sessions + 1, last));
    let created = format!("SELECT COUNT(*) FROM session_events WHERE kind = {}", EventKind::Created.code());
    assert_eq!(app.number(&created).await, sessions + 1);
    let issued = audit::all(&auditor).await.into_iter().filter(|entry| entry.action == AuditAction::CommandIssued);
    assert_eq!(issued.count(), evicted.len());
    assert!(auditor.get::<VerifyAudit>().await.unwrap().whole);
}
