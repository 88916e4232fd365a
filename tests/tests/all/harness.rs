//! What the other tests stand on: programs start, stop and leave nothing behind.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, Display, Server, ServerOptions, TestApp, TestDatabase, eventually, on_both};

on_both! {
    /// SIGTERM ends the server with success, and what it holds is there after the next start.
    async fn a_server_stops_and_starts_again(app: TestApp) {
        let mut app = app;
        let owner = app.owner().await;
        app.server.stop().await;
        app.server.start_again().await;
        let me = owner.get::<deskwarden_types::api::WhoAmI>().await.unwrap();
        assert_eq!(me.id, owner.id, "tokens outlive the server");
    }

    /// Two servers on one database; on SQLite they are refused or share it, but never corrupt it.
    async fn the_command_line_works_beside_a_server(app: TestApp) {
        let code = app.server.command_line(&["agent", "code"], "");
        assert!(code.status.success(), "{code:?}");
        let code = String::from_utf8(code.stdout).unwrap();
        assert_eq!(code.trim().len(), 19, "{code}");
        let made = app.server.command_line(
            &["owner", "create", "--email", "Second@Example.org", "--password-stdin"],
            "a second long password\n",
        );
        assert!(made.status.success(), "{made:?}");
        let sign_in = deskwarden_types::api::SignIn {
            email: "second@example.org".to_owned(),
            password: "a second long password".to_owned(),
        };
        let me = app.nobody().send::<deskwarden_types::api::SignInNow>(sign_in).await.unwrap().me;
        assert_eq!(me.role, deskwarden_types::Role::Owner);
        let verified = app.server.command_line(&["audit", "verify"], "");
        assert!(verified.status.success() && String::from_utf8_lossy(&verified.stdout).contains("whole"), "{verified:?}");
    }
}

#[tokio::test]
async fn nothing_outlives_its_owner() {
    let database = TestDatabase::new(Database::Sqlite);
    let options = ServerOptions { database_url: database.url().to_owned(), ..Default::default() };
    let server = Server::start(options).await;
    let id = server.id();
    drop(server);
    assert!(!std::path::Path::new(&format!("/proc/{id}")).exists(), "the server lives on");
}

#[tokio::test]
async fn a_display_takes_windows_and_a_picture_of_it_can_be_kept() {
    let display = Display::start().await;
    let mut command = display.client("xterm", "apt install xterm");
    command.args(["-T", "a window of the test", "-e", "sleep", "60"]);
    let _xterm = deskwarden_tests::Process::start("xterm", command);
    eventually("a window", Duration::from_secs(15), async || display.shows("a window of the test").then_some(())).await;
}

#[tokio::test]
async fn a_browser_reads_the_api_pages_without_a_complaint() {
    let database = TestDatabase::new(Database::Sqlite);
    let options = ServerOptions { database_url: database.url().to_owned(), ..Default::default() };
    let server = Server::start(options).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/docs/", server.url())).await;
    browser.sees("List sessions").await;
    browser.picture("api-pages").await;
    browser.close().await;
}

#[tokio::test]
async fn a_browsers_complaints_are_heard() {
    let database = TestDatabase::new(Database::Sqlite);
    let options = ServerOptions { database_url: database.url().to_owned(), ..Default::default() };
    let server = Server::start(options).await;
    let browser = Browser::start().await;
    browser.open(&format!("{}/docs/", server.url())).await;
    browser.sees("List sessions").await;
    let script =
        "const s = document.createElement('script'); s.src = 'http://127.0.0.1:1/x.js'; document.body.append(s)";
    browser.driver().execute(script, Vec::new()).await.unwrap();
    eventually("a report of the policy", Duration::from_secs(10), async || {
        browser.complaints().await.iter().any(|line| line.contains("Content Security Policy")).then_some(())
    })
    .await;
}
