//! A server on a database with many sessions, made by the project's own generator: the same seed, the same rows.

use std::process::{Command, Stdio};

use deskwarden_tests::{Database, PASSWORD, Person, TestApp, TestDatabase};
use deskwarden_types::api::{SignIn, SignInNow};

use crate::{load, stage::Direct};

/// Where the made-up history ends.
const UNTIL: &str = "2026-10-01T12:00:00Z";

/// A server on so many sessions.
pub async fn filled(kind: Database, sessions: usize) -> TestApp {
    let database = TestDatabase::durable(kind);
    let folder = tempfile::tempdir().expect("a folder");
    let done = Command::new(deskwarden_tests::server_program())
        .args(["demo", "load", "--without-timelines", "--now", UNTIL, "--sessions", &sessions.to_string()])
        .args(["--database-url", database.url(), "--data-dir"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the server's program runs");
    assert!(done.success(), "demo load: {done}");
    let app = TestApp::start_with(database, &[]).await;
    let mut direct = Direct::open(&app);
    direct.run(if direct.is_sqlite() { "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" });
    app
}

/// A token of this person's.
pub async fn token(app: &TestApp, person: &Person) -> String {
    let sign_in = SignIn { email: person.email.clone(), password: PASSWORD.to_owned() };
    app.nobody().send::<SignInNow>(sign_in).await.expect("signing in").access_token
}

/// The request for the list's first page.
pub fn first_page(token: &str) -> Vec<u8> {
    load::request("GET", "/api/v1/sessions?limit=50", token, "")
}
