//! Datasette on the same rows, beside ours: `pip install datasette`, found on the path or as `DATASETTE`.
//!
//! Tuned: a flat table with an index of the order asked for, neither facets nor counts, the file as one that never
//! changes, and four threads that read.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use super::made::Made;

/// It, serving.
pub struct Peer {
    child: Child,
    port: u16,
    _folder: TempDir,
}

/// The path of its page.
const PAGE: &str = "/flat/sessions.json?_sort_desc=user_email&_size=50&_shape=array&_nofacet=1&_nocount=1";

impl Peer {
    /// Starts it on a copy of the rows of a SQLite database; nothing where it is not installed.
    pub async fn start(made: &Made) -> Option<Self> {
        let program = std::env::var("DATASETTE").unwrap_or_else(|_| "datasette".to_owned());
        Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("flat.db");
        let mut own = made.own();
        own.run(&format!(
            "ATTACH '{}' AS flat; CREATE TABLE flat.sessions AS SELECT s.id AS session_id, s.kind, s.status, \
             u.username AS user_name, u.email AS user_email, r.name AS app, p.name AS provision, d.name AS device, \
             a.text AS ip, s.terminal, s.access, s.started_at, s.ended_at, s.valid_until, s.end_reason \
             FROM sessions s JOIN users u ON u.id = s.user_id JOIN resources r ON r.id = s.resource_id \
             LEFT JOIN provisions p ON p.id = s.provision_id LEFT JOIN devices d ON d.id = s.device_id \
             LEFT JOIN addresses a ON a.id = s.address_id; \
             CREATE INDEX flat.by_email ON sessions (user_email); DETACH flat",
            file.display()
        ));
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).ok()?.local_addr().ok()?.port();
        let child = Command::new(&program)
            .args(["serve", "--immutable"])
            .arg(&file)
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--setting", "suggest_facets", "off"])
            .args(["--setting", "num_sql_threads", "4", "--setting", "default_cache_ttl", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Some(Self { child, port, _folder: folder });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        None
    }
}

impl Peer {
    /// Pages in a second over so many connections.
    pub async fn per_second(&self, connections: usize, time: Duration) -> f64 {
        let url = format!("http://127.0.0.1:{}{PAGE}", self.port);
        let started = Instant::now();
        let one = || {
            let url = url.clone();
            tokio::spawn(async move {
                let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().expect("a client");
                let mut answered = 0_u32;
                while started.elapsed() < time {
                    let answer = client.get(&url).send().await.expect("it answers");
                    assert!(answer.status().is_success(), "{}", answer.status());
                    assert!(answer.bytes().await.expect("a page").starts_with(b"[{"), "a page of rows");
                    answered += 1;
                }
                answered
            })
        };
        let tasks: Vec<_> = (0..connections).map(|_| one()).collect();
        let mut answered = 0;
        for task in tasks {
            answered += task.await.expect("a connection that ends");
        }
        f64::from(answered) / started.elapsed().as_secs_f64()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
