//! A list as a file over HTTP, beside what the databases' own programs make of the same rows, in turns.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use deskwarden_tests::{Database, Person, TestApp, required};
use deskwarden_types::{
    ExportFormat, ExportPath, ExportState, NoArgs, NoBody, SessionField as F,
    api::{CreatedExport, NewExport, SessionSelection, ShowExport, StartExport},
};
use sha2::{Digest, Sha256};

use crate::{
    figures::{Goal, against, figure, median, ms},
    memory::{Sampler, resident},
    stage::Direct,
};

/// Turns of ours and theirs.
const TURNS: usize = 5;

/// 16 columns, as many as an export of the page "All" has.
const COLUMNS: [F; 16] = [
    F::Id,
    F::Kind,
    F::Username,
    F::Name,
    F::Email,
    F::App,
    F::Environment,
    F::Status,
    F::StartedAt,
    F::EndedAt,
    F::Duration,
    F::Ip,
    F::Device,
    F::Terminal,
    F::Access,
    F::EndReason,
];

/// The same columns by hand: names by joins, words and times as the numbers that they are kept as.
const BY_HAND: &str = "SELECT s.id, s.kind, u.username, u.display_name, u.email, r.name, e.name, s.status, \
     s.started_at, s.ended_at, (s.ended_at - s.started_at) / 60000, a.text, d.name, s.terminal, s.access, s.end_reason \
     FROM sessions s JOIN users u ON u.id = s.user_id JOIN resources r ON r.id = s.resource_id \
     LEFT JOIN environments e ON e.id = s.environment_id LEFT JOIN addresses a ON a.id = s.address_id \
     LEFT JOIN devices d ON d.id = s.device_id WHERE s.tenant_id = 1 ORDER BY s.id DESC";

/// How one transfer went.
struct Transfer {
    first: Duration,
    took: Duration,
}

/// Measures it, on a server that has done nothing else.
pub async fn run(app: &mut TestApp) {
    app.server.stop().await;
    app.server.start_again().await;
    let owner = app.owner().await;
    let rows = app.number("SELECT COUNT(*) FROM sessions WHERE tenant_id = 1").await;
    whole(app, &owner, rows).await;
    flat(app);
    let before = resident(app.server.id());
    let sampler = Sampler::start(app.server.id());
    let (mut ours, mut theirs, mut flats, mut firsts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let made = begin(&owner).await;
        let port = app.server.port();
        let went = tokio::task::spawn_blocking(move || fetch(port, &made.url, |_| ())).await.expect("a transfer");
        ours.push(rows as f64 / went.took.as_secs_f64());
        firsts.push(ms(went.first));
        theirs.push(rows as f64 / own_program(app, BY_HAND).as_secs_f64());
        flats.push(rows as f64 / own_program(app, "SELECT * FROM flat ORDER BY id DESC").as_secs_f64());
    }
    let most = sampler.most();
    let (program, goal) = match app.database.kind {
        Database::Sqlite => ("sqlite3 -csv", 1.0),
        Database::Postgres => ("psql \\copy", 0.8),
    };
    let over = |others: &[f64]| median(ours.iter().zip(others).map(|(ours, theirs)| ours / theirs).collect());
    figure(&format!("export of {rows} rows of 16 columns, CSV over HTTP"), median(ours.clone()), "rows a second");
    figure(&format!("  {program} of the same rows, names joined"), median(theirs.clone()), "rows a second");
    against("  beside it", over(&theirs), "×", Goal::Least(goal));
    figure(&format!("  {program} of a copy that holds the names"), median(flats.clone()), "rows a second");
    against("  beside it", over(&flats), "×", Goal::Least(goal));
    against("  the first byte", median(firsts), "ms", Goal::Most(50.0));
    figure("  the server's memory before", before, "MiB");
    against("  the server's memory, at most", most, "MiB", Goal::Most(64.0));
}

async fn begin(owner: &Person) -> CreatedExport {
    let asked = NewExport {
        selection: SessionSelection::default(),
        columns: COLUMNS.to_vec(),
        format: ExportFormat::Csv,
        page: None,
        bom: false,
    };
    owner.send::<StartExport>(asked).await.expect("an export can be started")
}

/// One that is looked at: every row is there, and its hash is the one that is told.
async fn whole(app: &TestApp, owner: &Person, rows: i64) {
    let made = begin(owner).await;
    let port = app.server.port();
    let url = made.url.clone();
    let (lines, hash) = tokio::task::spawn_blocking(move || {
        let (mut lines, mut hash) = (0i64, Sha256::new());
        fetch(port, &url, |bytes| {
            lines += i64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
            hash.update(bytes);
        });
        (lines, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    })
    .await
    .expect("a transfer");
    let export = owner.call::<ShowExport>(ExportPath { id: made.export.id }, NoArgs {}, NoBody {}).await;
    let export = export.expect("the export");
    assert_eq!((export.state, export.rows), (ExportState::Finished, rows));
    assert_eq!((lines, Some(hash)), (rows + 1, export.sha256), "a line for each row, and the header");
}

/// Fetches a file, which must come to its end; `look` is shown its bytes.
fn fetch(port: u16, url: &str, mut look: impl FnMut(&[u8])) -> Transfer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server takes connections");
    let started = Instant::now();
    write!(stream, "GET {url} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").expect("the server reads");
    let mut buffer = vec![0; 256 << 10];
    let mut first = None;
    let mut body = Chunks::default();
    while !body.is_over {
        let read = stream.read(&mut buffer).expect("the server answers");
        assert!(read > 0, "the transfer was broken off");
        let fresh = buffer.get(..read).unwrap_or_default();
        if body.take(fresh, &mut look) {
            first.get_or_insert_with(|| started.elapsed());
        }
    }
    Transfer { first: first.unwrap_or_default(), took: started.elapsed() }
}

/// A body in chunks, as it comes.
#[derive(Default)]
struct Chunks {
    /// What came of the head, or of a chunk's length.
    line: Vec<u8>,
    is_in_body: bool,
    /// Bytes of the present chunk that are still to come, with the line break behind it.
    left: usize,
    is_over: bool,
}

impl Chunks {
    /// Tells whether some of the body was among it.
    fn take(&mut self, mut fresh: &[u8], look: &mut impl FnMut(&[u8])) -> bool {
        let mut some = false;
        while !fresh.is_empty() && !self.is_over {
            if self.left > 0 {
                let (now, rest) = fresh.split_at(self.left.min(fresh.len()));
                let of_file = now.len().min(self.left.saturating_sub(2));
                look(now.get(..of_file).unwrap_or_default());
                some |= of_file > 0;
                self.left -= now.len();
                fresh = rest;
                continue;
            }
            let (byte, rest) = fresh.split_at(1);
            self.line.extend_from_slice(byte);
            fresh = rest;
            if !self.is_in_body {
                self.is_in_body = self.line.ends_with(b"\r\n\r\n");
                if self.is_in_body {
                    assert!(self.line.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.line));
                    self.line.clear();
                }
            } else if self.line.ends_with(b"\r\n") {
                let text = String::from_utf8_lossy(&self.line);
                let size = usize::from_str_radix(text.trim(), 16).expect("a chunk's length");
                self.is_over = size == 0;
                self.left = size + 2;
                self.line.clear();
            }
        }
        some
    }
}

/// A copy of the rows with their names, so that nothing is left to be joined.
fn flat(app: &TestApp) {
    let mut direct = Direct::open(app);
    let names = ["kind", "username", "name", "email", "app", "environment", "status", "started", "ended", "duration"];
    let names = names.iter().chain(&["ip", "device", "terminal", "access", "reason"]);
    let columns: String = names.map(|name| format!(", {name} TEXT")).collect();
    // The numbers stay numbers.
    let columns = ["kind", "status", "started", "ended", "duration", "terminal", "access", "reason"]
        .iter()
        .fold(columns, |all, name| all.replace(&format!(", {name} TEXT"), &format!(", {name} BIGINT")));
    let id = if direct.is_sqlite() { "INTEGER PRIMARY KEY" } else { "BIGINT PRIMARY KEY" };
    direct.run("DROP TABLE IF EXISTS flat");
    direct.run(&format!("CREATE TABLE flat (id {id}{columns})"));
    direct.run(&format!("INSERT INTO flat {}", BY_HAND.replace("ORDER BY s.id DESC", "ORDER BY s.id")));
    direct.run(if direct.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE flat" });
}

/// How long the database's own program takes to write these rows to nowhere.
fn own_program(app: &TestApp, sql: &str) -> Duration {
    let url = app.database.url();
    let mut command = match app.database.kind {
        Database::Sqlite => {
            let mut command = Command::new(required("sqlite3", "apt install sqlite3"));
            command.args(["-readonly", "-header", "-csv", url.trim_start_matches("sqlite:"), sql]);
            command
        }
        Database::Postgres => {
            let mut command = Command::new(required("psql", "apt install postgresql-client"));
            command.args(["-q", url, "-c", &format!("\\copy ({sql}) to stdout csv header")]);
            command
        }
    };
    let started = Instant::now();
    let done = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("the database's program runs");
    assert!(done.success(), "{command:?}: {done}");
    started.elapsed()
}
