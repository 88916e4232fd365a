//! `make bench`: figures, each beside a yardstick of the same run and its goal.
//!
//! `bench [PART…] [sqlite] [postgres] [rows=N,…] [history=N] [at=URL] [console=FOLDER]`, all parts on both databases
//! unless some are named.
//!
//! The released server in a process of its own, over loopback, with sign-in, permission and tenant
//! checks; SQLite and PostgreSQL. A figure is a median; compare ratios, not machines.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench that cannot run says why on the terminal"
)]

mod at_once;
mod console;
mod export;
mod figures;
mod filled;
mod load;
mod memory;
mod reads;
mod stage;
mod standing;
mod streams;
mod writes;

use std::time::{Duration, Instant};

use deskwarden_tests::{Database, FakeAgent, Person, TestApp};
use deskwarden_types::{
    SessionId, Verb,
    api::{Alive, SessionQuery},
};

/// All parts.
const PARTS: &[&str] = &["console", "streams", "calls", "writes", "reads", "start", "memory", "export"];
/// Those that are measured on each database.
const STORED: &[&str] = &["calls", "writes", "reads", "start", "memory", "export"];
/// Those that need a database with many sessions.
const FILLED: &[&str] = &["start", "memory", "export"];
/// Sessions in such a database, unless it is told.
const ROWS: usize = 100_000;

/// Sessions in the list of the part `calls`.
const SESSIONS: usize = 400;
/// Calls of each kind.
const CALLS: usize = 300;
/// Beats in one request.
const BATCH: usize = 200;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let named = |word: &str| asked.iter().any(|asked| asked == word);
    // Of these and of the databases those that are named, or all.
    let wants = |word: &str, of: &[&str]| named(word) || !of.iter().any(|word| named(word));
    if named("floor") {
        return reads::serve_floor().await;
    }
    if wants("console", PARTS) {
        // `console=dist/console`: that folder instead of what the server has inside.
        console::run(asked.iter().find_map(|word| word.strip_prefix("console=")).map(Into::into)).await;
    }
    if wants("streams", PARTS) {
        streams::run().await;
    }
    let value = |name: &str| asked.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let number = |text: &str| -> usize { text.parse().unwrap_or_else(|_| panic!("{text:?} is no number of sessions")) };
    // Sessions in the lists that are read and exported; and those that are over beside the ones that are written to.
    let sizes: Vec<usize> = value("rows").map_or(vec![ROWS], |sizes| sizes.split(',').map(number).collect());
    let rows = sizes.first().copied().unwrap_or(ROWS);
    let history = value("history").map_or(ROWS, number);
    for kind in [Database::Sqlite, Database::Postgres] {
        let name = if kind == Database::Sqlite { "sqlite" } else { "postgres" };
        if !wants(name, &["sqlite", "postgres"]) || !STORED.iter().any(|part| wants(part, PARTS)) {
            continue;
        }
        println!("\n{kind:?}");
        if wants("calls", PARTS) {
            let app = TestApp::start(kind).await;
            bench(&app).await;
        }
        if wants("writes", PARTS) {
            writes::run(kind, history).await;
        }
        if wants("reads", PARTS) {
            // `at=URL`: a database that holds so many already, or is empty and filled.
            reads::run(kind, &sizes, value("at")).await;
        }
        if FILLED.iter().any(|part| wants(part, PARTS)) {
            let mut app = filled::filled(kind, rows).await;
            if wants("start", PARTS) {
                standing::start(&mut app).await;
            }
            if wants("memory", PARTS) {
                standing::memory(&mut app).await;
            }
            if wants("export", PARTS) {
                export::run(&mut app).await;
            }
        }
    }
}

async fn bench(app: &TestApp) {
    let owner = app.owner().await;
    let agent = app.agent("bench").await;
    agent.hello().await;
    let account = &owner.username;
    let mut sessions = Vec::with_capacity(SESSIONS);
    let started = Instant::now();
    for _ in 0..SESSIONS {
        sessions.push(agent.run(account, "bench").await);
    }
    line("launch, added, running (3 requests)", started.elapsed() / u32::try_from(SESSIONS).unwrap_or(1), None);

    let floor = median(CALLS, async || drop(app.nobody().get::<Alive>().await.expect("it lives"))).await;
    line("yardstick: GET /health, one connection", floor, None);
    for (name, query) in [
        ("list of 50, newest first", SessionQuery::default()),
        ("list of 50, by email", SessionQuery { sort: Some("email".to_owned()), ..SessionQuery::default() }),
        ("list of 50, containing 'be'", SessionQuery { contains: Some("be".to_owned()), ..SessionQuery::default() }),
    ] {
        line(name, median(CALLS, async || drop(owner.list(query.clone()).await.expect("a list"))).await, Some(floor));
    }
    let some: Vec<_> = sessions.iter().copied().take(BATCH).collect();
    let took = median(CALLS, async || drop(agent.beat(&some).await)).await;
    line("200 beats in one request", took, Some(floor));
    delivery(&agent, &owner, &sessions).await;
}

/// From the answer that a command is on its way to the agent's channel having it.
async fn delivery(agent: &FakeAgent, owner: &Person, sessions: &[SessionId]) {
    let mut orders = agent.orders();
    let mut took = Vec::new();
    for id in sessions.iter().take(50) {
        owner.act(*id, Verb::Evict).await.expect("it may be evicted");
        let asked = Instant::now();
        orders.command().await;
        took.push(asked.elapsed());
    }
    took.sort_unstable();
    line("evict: from 202 to the agent", took.get(took.len() / 2).copied().unwrap_or_default(), None);
}

async fn median(calls: usize, call: impl AsyncFn()) -> Duration {
    call().await;
    let mut took = Vec::with_capacity(calls);
    for _ in 0..calls {
        let started = Instant::now();
        call().await;
        took.push(started.elapsed());
    }
    took.sort_unstable();
    took.get(calls / 2).copied().unwrap_or_default()
}

fn line(name: &str, took: Duration, floor: Option<Duration>) {
    let ratio = floor.map(|floor| format!("{:6.1} × yardstick", took.as_secs_f64() / floor.as_secs_f64()));
    println!("  {name:42} {:9.3} ms {}", took.as_secs_f64() * 1000.0, ratio.unwrap_or_default());
}
