//! Writes, each beside hand-written SQL of the same rows in the same run: many sessions acted on at once, beats, state
//! changes, and what readers notice of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use deskwarden_tests::{Database, FakeAgent, TestApp, TestDatabase, now, seen};
use deskwarden_types::{
    EventKind, SessionId, Status,
    agent::{Beat, Beats, Reports},
};

use crate::{
    at_once,
    figures::{Goal, against, figure, median, ms},
    filled::{first_page, token},
    load,
    stage::{EACH, Stage},
};

/// Beats, and state changes, in one request.
const BATCH: usize = 200;
/// How long a flow is measured.
const TIME: Duration = Duration::from_secs(4);
/// Turns of two that are compared.
const TURNS: usize = 3;
/// Changes in a second while readers are measured.
const PACE: usize = 2_000;

/// Measures one database; `history` sessions that are over lie beside those that live.
pub async fn run(kind: Database, history: usize) {
    let app = TestApp::start_with(TestDatabase::durable(kind), &[]).await;
    let mut stage = Stage::new(&app, history).await;
    let owner = app.owner().await;
    let token = token(&app, &owner).await;
    at_once::run(&app, &owner, &token, &mut stage, history).await;
    beats(&app, &stage).await;
    changes(&app, &mut stage, Some("state changes, durable through a power cut")).await;
    if kind == Database::Sqlite {
        durability(&app, &mut stage, history).await;
    }
    readers(&app, &token, &stage).await;
}

/// The same changes on a server that promises less, in turns.
async fn durability(app: &TestApp, stage: &mut Stage, history: usize) {
    let other = TestApp::start_with(TestDatabase::new(Database::Sqlite), &["--durability", "normal"]).await;
    let mut less = Stage::new(&other, history).await;
    let mut ratios = Vec::with_capacity(TURNS);
    for _ in 0..TURNS {
        let full = changes(app, stage, None).await;
        ratios.push(full / changes(&other, &mut less, None).await);
    }
    against("  durable beside surviving a crash only", median(ratios), "×", Goal::Least(0.85));
}

fn beats_of(agent: &FakeAgent, ids: &[i64]) -> Vec<u8> {
    let sessions = ids.iter().map(|id| Beat { session_id: SessionId(*id), idle_seconds: Some(3) }).collect();
    let body = serde_json::to_string(&Beats { sessions }).expect("JSON");
    load::request("POST", "/agent/v1/beats", &agent.key, &body)
}

/// Beats that change nothing: in batches, and one session a request.
async fn beats(app: &TestApp, stage: &Stage) {
    let port = app.server.port();
    for (size, name, goal) in [(BATCH, "beats in batches of 200", 150_000.0), (1, "requests of one beat", 5_000.0)] {
        let of = |(agent, ids): &(FakeAgent, Vec<i64>)| ids.chunks(size).map(|ids| beats_of(agent, ids)).collect();
        let lists: Vec<Vec<Vec<u8>>> = stage.agents.iter().map(of).collect();
        load::for_long(port, lists.clone(), Duration::from_secs(1)).await;
        let went = load::for_long(port, lists, TIME).await;
        against(name, went.per_second() * size as f64, "a second", Goal::Least(goal));
        figure("  50 % / 99 % of the requests within", ms(went.percentile(50)), "ms");
        figure("", ms(went.percentile(99)), "ms");
    }
}

/// Batches of reports, a status after the other, for each agent.
fn reports(stage: &Stage, rounds: &[Status]) -> Vec<Vec<Vec<u8>>> {
    let of = |(agent, ids): &(FakeAgent, Vec<i64>)| {
        let mut list = Vec::new();
        for status in rounds {
            for ids in ids.chunks(BATCH) {
                let what = ids.iter().map(|id| seen(SessionId(*id), *status)).collect();
                let reports = Reports { reports: agent.number(what) };
                let body = serde_json::to_string(&reports).expect("JSON");
                list.push(load::request("POST", "/agent/v1/reports", &agent.key, &body));
            }
        }
        list
    };
    stage.agents.iter().map(of).collect()
}

/// State changes with their events; gives how many a second.
async fn changes(app: &TestApp, stage: &mut Stage, shown: Option<&str>) -> f64 {
    let rounds = [Status::Stopped, Status::Running];
    let lists = reports(stage, &rounds);
    let told = format!("SELECT COUNT(*) FROM session_events WHERE kind = {}", EventKind::StatusChanged.code());
    let before = stage.direct.number(&told);
    let went = load::once(app.server.port(), lists).await;
    let changed = stage.direct.number(&told) - before;
    let all = stage.agents.len() * EACH * rounds.len();
    assert_eq!(usize::try_from(changed).ok(), Some(all), "each change has its event");
    let rate = all as f64 / went.took.as_secs_f64();
    if let Some(name) = shown {
        let hand = changes_by_hand(stage, &rounds);
        let goal = if stage.direct.is_sqlite() { 12_000.0 } else { 8_000.0 };
        against(name, rate, "a second", Goal::Least(goal));
        figure("  by hand, the same rows in transactions as large", hand, "a second");
        against("  beside it", rate / hand, "×", Goal::Least(0.5));
        figure("  99 % of the requests within", ms(went.percentile(99)), "ms");
    }
    rate
}

/// The same rows by hand, in transactions of the same size over one connection.
fn changes_by_hand(stage: &mut Stage, rounds: &[Status]) -> f64 {
    let direct = &mut stage.direct;
    let event = EventKind::StatusChanged.code();
    let mut statements = Vec::new();
    for (status, before) in rounds.iter().zip(rounds.iter().rev()) {
        let (phase, connected) = if *status == Status::Running { (2, "TRUE") } else { (3, "FALSE") };
        let (code, from) = (status.code(), before.code());
        for (agent, ids) in &stage.agents {
            for ids in ids.chunks(BATCH) {
                let at = now().millis();
                let list = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
                let rows = |row: &dyn Fn(&i64) -> String| ids.iter().map(row).collect::<Vec<_>>().join(",");
                statements.push([
                    format!("UPDATE agents SET taken_through = taken_through, seen_at = {at} WHERE id = {}", agent.id),
                    format!(
                        "UPDATE sessions SET status = {code}, observed_status = {code}, phase = {phase}, \
                         connected = {connected}, last_activity_at = {at}, revision = revision + 1 \
                         WHERE tenant_id = 1 AND id IN ({list})"
                    ),
                    format!(
                        "INSERT INTO session_events (tenant_id, session_id, kind, observed_at, recorded_at, \
                         from_status, to_status) VALUES {}",
                        rows(&|id| format!("(1,{id},{event},{at},{at},{from},{code})"))
                    ),
                    format!(
                        "INSERT INTO session_beats (session_id, tenant_id, seen_at) VALUES {} ON CONFLICT \
                         (session_id) DO UPDATE SET seen_at = excluded.seen_at, idle_seconds = NULL",
                        rows(&|id| format!("({id},1,{at})"))
                    ),
                    "UPDATE tenant_heads SET revision = revision + 1".to_owned(),
                ]);
            }
        }
    }
    let begin = if direct.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let started = Instant::now();
    for transaction in &statements {
        direct.run(begin);
        transaction.iter().for_each(|sql| direct.run(sql));
        direct.run("COMMIT");
    }
    (statements.len() * BATCH) as f64 / started.elapsed().as_secs_f64()
}

/// The list, alone and while changes come in.
async fn readers(app: &TestApp, token: &str, stage: &Stage) {
    let port = app.server.port();
    let list = first_page(token);
    let lists = vec![vec![list]; 8];
    load::for_long(port, lists.clone(), Duration::from_secs(1)).await;
    let idle = load::for_long(port, lists.clone(), TIME).await;
    let batches: Vec<_> = reports(stage, &[Status::Stopped, Status::Running]).into_iter().flatten().collect();
    let every = Duration::from_secs_f64(BATCH as f64 / PACE as f64);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let writer = tokio::spawn(async move {
        let mut timer = tokio::time::interval(every);
        for batch in batches {
            timer.tick().await;
            load::once(port, vec![vec![batch]]).await;
            if stopped.load(Ordering::Relaxed) {
                return;
            }
        }
    });
    let busy = load::for_long(port, lists, TIME).await;
    assert!(!writer.is_finished(), "the changes lasted as long as the reading");
    stop.store(true, Ordering::Relaxed);
    writer.await.expect("a writer that ends");
    figure("list of 50, 8 connections, alone: 99 % within", ms(idle.percentile(99)), "ms");
    figure("  with 2,000 changes a second", ms(busy.percentile(99)), "ms");
    against("  beside it", ms(busy.percentile(99)) / ms(idle.percentile(99)), "×", Goal::Most(1.5));
}
