//! Files that take a while: what happens meanwhile, and what when they break.

use std::time::Duration;

use deskwarden_tests::{Database, TestApp, eventually, on_both, run, within};
use deskwarden_types::{
    AuditAction, ExportFormat, ExportState, SessionField as F,
    api::{Export, NewExport},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{csv, file, records, show, start, write_many};
use crate::api::audit;

/// Columns that make rows long enough for a file that no buffer on the way holds.
const LONG: &[F] =
    &[F::Id, F::User, F::Name, F::Email, F::App, F::Kind, F::Status, F::StartedAt, F::EndedAt, F::SeenAt];
const MANY: u32 = 40_000;

/// A connection that reads when it is told to.
struct Slow(TcpStream);

impl Slow {
    async fn open(app: &TestApp, url: &str) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", app.server.port())).await.unwrap();
        stream.write_all(format!("GET {url} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
        Self(stream)
    }

    /// Reads at least so many bytes.
    async fn read(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        within("some of the file", Duration::from_secs(20), self.0.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Reads to the end of the connection.
    async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A connection that is broken off may also end with an error.
        let _ = within("the end of the connection", Duration::from_secs(60), self.0.read_to_end(&mut bytes)).await;
        bytes
    }
}

/// Makes a file of some 30 MB.
async fn fill(app: &TestApp) {
    let long = "x".repeat(200);
    app.sql(format!("UPDATE resources SET name = '{long}'; UPDATE users SET display_name = '{long}'")).await;
    write_many(app, MANY).await;
}

/// What ends a body in good order.
fn is_whole(answer: &[u8]) -> bool {
    answer.ends_with(b"\r\n0\r\n\r\n")
}

async fn ended(by: &deskwarden_tests::Person, export: &Export, limit: u64) -> Export {
    let over = async || Some(show(by, export.id).await.ok()?).filter(|export| export.state != ExportState::Running);
    eventually("the export to end", Duration::from_secs(limit), over).await
}

fn resident_kib(app: &TestApp) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", app.server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

on_both! {
    async fn rows_come_once_while_others_are_written(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let first = agent.run(&support.username, "xterm").await;
        write_many(&app, 30_000).await;
        let newest = app.number("SELECT MAX(id) FROM sessions").await;
        let made = start(&support, csv(LONG)).await;
        let mut slow = Slow::open(&app, &made.url).await;
        let mut answer = slow.read(1000).await;
        // Both at the top of the list, which is read already, and at its end.
        for n in 0..20 {
            agent.run(&support.username, &format!("later-{n}")).await;
        }
        agent.seen(first, &[deskwarden_types::Status::Stopped]).await;
        answer.extend(slow.rest_of_body().await);
        let body = dechunked(&answer);
        let ids: Vec<i64> = records(&body)[1..].iter().map(|record| record[0].parse().unwrap()).collect();
        assert!(ids.windows(2).all(|two| two[0] > two[1]), "newest first, none twice");
        assert_eq!(ids.iter().filter(|id| **id <= newest).count(), 30_001, "none passed over");
        let done = ended(&support, &made.export, 10).await;
        assert_eq!((done.state, done.rows), (ExportState::Finished, ids.len() as i64));
        assert_eq!(done.bytes, body.len() as i64);
    }

    async fn a_reader_that_goes_away_is_noticed(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        fill(&app).await;
        let made = start(&support, csv(LONG)).await;
        let mut slow = Slow::open(&app, &made.url).await;
        slow.read(100_000).await;
        let running = show(&support, made.export.id).await.unwrap();
        assert_eq!((running.state, running.sha256), (ExportState::Running, None));
        let told = async || Some(show(&support, made.export.id).await.unwrap().rows).filter(|rows| *rows > 0);
        eventually("a word of how far it is", Duration::from_secs(10), told).await;
        drop(slow);
        let done = ended(&support, &made.export, 10).await;
        assert_eq!((done.state, done.failure.as_deref()), (ExportState::Failed, Some("the transfer was broken off")));
        assert!(done.sha256.is_none() && done.finished_at.is_some() && done.rows < i64::from(MANY), "{done:?}");
        let told = audit::expect(&app.auditor().await, AuditAction::ExportBroken, 1).await;
        assert!(told[0].object.as_deref().unwrap().contains("broken off after"), "{told:?}");
    }

    async fn a_fault_breaks_the_transfer_off(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        fill(&app).await;
        let made = start(&support, csv(LONG)).await;
        let mut slow = Slow::open(&app, &made.url).await;
        let mut answer = slow.read(100_000).await;
        app.sql("ALTER TABLE sessions RENAME TO taken_away").await;
        answer.extend(slow.rest().await);
        assert!(!is_whole(&answer), "half a file must not look like a whole one");
        app.sql("ALTER TABLE taken_away RENAME TO sessions").await;
        let done = ended(&support, &made.export, 10).await;
        assert_eq!(done.state, ExportState::Failed);
        assert!(done.failure.unwrap().contains("could not be read"));
        // The next one is whole.
        let (export, answer) = file(&app, &support, csv(&[F::Id])).await;
        assert_eq!(records(&answer.body).len(), MANY as usize + 2);
        assert_eq!(show(&support, export.id).await.unwrap().state, ExportState::Finished);
    }

    async fn a_killed_server_leaves_no_export_running(app: TestApp) {
        let mut app = app;
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        fill(&app).await;
        let made = start(&support, csv(LONG)).await;
        let mut slow = Slow::open(&app, &made.url).await;
        let mut answer = slow.read(100_000).await;
        app.server.kill9();
        answer.extend(slow.rest().await);
        assert!(!is_whole(&answer));
        app.server.start_again().await;
        assert_eq!(show(&support, made.export.id).await.unwrap().state, ExportState::Running);
        // As if its last word were older.
        app.sql("UPDATE exports SET heard_at = heard_at - 60000").await;
        let done = ended(&support, &made.export, 60).await;
        assert_eq!(done.failure.as_deref(), Some("the server that sent it has stopped"));
    }

    async fn memory_stays_small_and_other_requests_are_served(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        fill(&app).await;
        // What the first one leaves (threads, connections) is no matter of size.
        let first = start(&support, csv(LONG)).await;
        Slow::open(&app, &first.url).await.rest_of_body().await;
        let before = resident_kib(&app);
        let mut readers = Vec::new();
        for format in [ExportFormat::Csv, ExportFormat::Jsonl, ExportFormat::Csv, ExportFormat::Jsonl] {
            let made = start(&support, NewExport { format, ..csv(LONG) }).await;
            let mut slow = Slow::open(&app, &made.url).await;
            slow.read(100_000).await;
            readers.push((slow, made.export));
        }
        let mut most = 0;
        for _ in 0..20 {
            most = most.max(resident_kib(&app));
            support.list(Default::default()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // Four that stand still in the middle of 20 MB each.
        assert!(most < before + 64 * 1024, "{before} KiB before, {most} KiB with four exports");
        for (mut slow, export) in readers {
            assert!(is_whole(&slow.rest_of_body().await));
            assert_eq!(ended(&support, &export, 10).await.state, ExportState::Finished);
        }
    }

    async fn memory_does_not_grow_with_the_rows(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        let long = "x".repeat(200);
        app.sql(format!("UPDATE resources SET name = '{long}'; UPDATE users SET display_name = '{long}'")).await;
        let mut most = Vec::new();
        for rows in [20_000, 100_000] {
            write_many(&app, rows).await;
            let made = start(&support, csv(LONG)).await;
            let mut file = Slow::open(&app, &made.url).await;
            most.push(file.memory_meanwhile(&app).await);
            let done = ended(&support, &made.export, 10).await;
            assert_eq!(done.state, ExportState::Finished);
            assert!(done.rows > i64::from(rows) && done.bytes > 600 * done.rows, "{done:?}");
        }
        // Some 80 MB more; what threads keep for themselves is far less.
        let (few, many) = (most[0], most[1]);
        assert!(many < few + 24 * 1024, "{few} KiB with 20,000 rows, {many} KiB with 120,000");
    }
}

impl Slow {
    /// Reads to the mark of the end and keeps nothing; the most memory that the server took meanwhile, in KiB.
    async fn memory_meanwhile(&mut self, app: &TestApp) -> u64 {
        let (mut most, mut end, mut part) = (0, Vec::new(), vec![0; 256 * 1024]);
        let read = async {
            while !is_whole(&end) {
                let count = self.0.read(&mut part).await.unwrap();
                assert!(count > 0, "the transfer was broken off");
                end.extend_from_slice(&part[..count]);
                end.drain(..end.len().saturating_sub(16));
                most = most.max(resident_kib(app));
            }
        };
        within("the rest of the file", Duration::from_secs(120), read).await;
        most
    }

    /// Reads to the mark of the end; the connection stays open.
    async fn rest_of_body(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = async {
            while !is_whole(&bytes) {
                assert!(self.0.read_buf(&mut bytes).await.unwrap() > 0, "the transfer was broken off");
            }
        };
        within("the rest of the file", Duration::from_secs(120), read).await;
        bytes
    }
}

/// The body of an answer in chunks.
fn dechunked(answer: &[u8]) -> Vec<u8> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut body) = (&answer[head..], Vec::new());
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 2 + size + 2..];
    }
}

/// On SQLite a reader that stands still must not keep the log of changes from being put into the database.
#[test]
fn a_slow_reader_does_not_hold_back_the_checkpoint() {
    run(Database::Sqlite, async |app: TestApp| {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let session = agent.run(&support.username, "xterm").await;
        fill(&app).await;
        let made = start(&support, csv(LONG)).await;
        let mut slow = Slow::open(&app, &made.url).await;
        slow.read(100_000).await;
        // More than the log holds before it is put into the database.
        for _ in 0..30 {
            app.sql("UPDATE sessions SET last_activity_at = started_at WHERE id % 50 = 0").await;
            agent.seen(session, &[deskwarden_types::Status::Stopped, deskwarden_types::Status::Running]).await;
        }
        let path = app.database.url().strip_prefix("sqlite:").unwrap();
        let log = std::fs::metadata(format!("{path}-wal")).unwrap().len();
        assert!(log < 64 << 20, "the log has {log} bytes");
        assert_eq!(show(&support, made.export.id).await.unwrap().state, ExportState::Running);
        drop(slow);
    });
}
