//! Takes the picture of the README: `cargo run -p deskwarden-tests --bin picture -- docs/images/sessions.png`.
//!
//! A real server and a real browser; the sessions are told by agents that this program plays.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a picture that cannot be taken says why on the terminal"
)]

use std::{path::PathBuf, process::ExitCode, time::Duration};

use deskwarden_tests::{Browser, Database, FakeAgent, PASSWORD, Person, TestApp};
use deskwarden_types::{Role, SessionId, Status, Verb, agent::CommandStep, api::NewCommand};

/// Who works where with what, oldest first, and what has become of it.
const DAY: &[(usize, usize, &str, Status)] = &[
    (0, 0, "blender", Status::Stopped),
    (1, 1, "qgis", Status::Running),
    (2, 2, "matlab", Status::Running),
    (3, 0, "libreoffice", Status::Stopped),
    (4, 1, "inkscape", Status::Removed),
    (5, 2, "rstudio", Status::Running),
    (0, 0, "gimp", Status::Running),
    (6, 1, "freecad", Status::Added),
    (7, 2, "kicad", Status::Running),
    (2, 0, "thunderbird", Status::Running),
    (3, 1, "octave", Status::Running),
    (5, 0, "spyder", Status::Stopped),
    (6, 2, "audacity", Status::Running),
    (1, 1, "xterm", Status::Running),
    (4, 2, "paraview", Status::Running),
    (7, 0, "firefox", Status::Running),
];
const PEOPLE: [&str; 8] = [
    "grace.hopper",
    "alan.turing",
    "emmy.noether",
    "edsger.dijkstra",
    "barbara.liskov",
    "donald.knuth",
    "mary.somerville",
    "carl.gauss",
];
const HOSTS: [&str; 3] = ["lab-204-03", "lab-204-07", "library-12"];

#[tokio::main]
async fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: picture FILE.png");
        return ExitCode::FAILURE;
    };
    let app = TestApp::start(Database::Sqlite).await;
    app.set(|settings| settings.name = "Northfield University".to_owned()).await;
    let owner = a_day(&app).await;
    let browser = Browser::start().await;
    browser.size(1440, 900).await;
    browser.open(&format!("{}/sessions", app.server.url())).await;
    browser.fill("Email", &owner.email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.sees("Northfield University").await;
    browser.sees_in(".top", &["Live"]).await;
    browser.sees("firefox").await;
    browser.pointer_away().await;
    // What has just come, or was pointed at, is marked for a moment.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let taken = browser.picture("readme").await;
    std::fs::copy(&taken, &path).expect("the picture can be written");
    std::fs::remove_file(taken).expect("one copy is enough");
    browser.close().await;
    ExitCode::SUCCESS
}

async fn a_day(app: &TestApp) -> Person {
    let owner = app.new_person("ada.lovelace", Role::Owner).await;
    for username in PEOPLE {
        app.new_person(username, Role::Member).await;
    }
    for username in PEOPLE.iter().chain(&["ada.lovelace"]) {
        let name = username.split('.').map(capitalised).collect::<Vec<_>>().join(" ");
        app.sql(format!(
            "UPDATE users SET display_name = '{name}', display_name_folded = '{}' WHERE username = '{username}'",
            name.to_lowercase()
        ))
        .await;
    }
    let mut agents = Vec::new();
    for host in HOSTS {
        let agent = app.agent(host).await;
        agent.hello().await;
        agents.push(agent);
    }
    let mut last = None;
    for (person, host, program, status) in DAY {
        let (account, agent): (&str, &FakeAgent) = (PEOPLE[*person], &agents[*host]);
        let id = agent.ask(account, program).await.expect("a launch").session_id;
        agent.seen(id, &[Status::Added]).await;
        if *status != Status::Added {
            agent.seen(id, &[Status::Running]).await;
        }
        if matches!(*status, Status::Stopped | Status::Removed) {
            agent.seen(id, &[*status]).await;
        }
        last = Some(id);
        // 10.20.host.session, in the database's own form.
        let bytes = format!("0A14{:02X}{:02X}", host + 4, 30 + id.0);
        app.sql(format!(
            "INSERT INTO addresses (tenant_id, address, text) VALUES ({}, X'{bytes}', '10.20.{}.{}')",
            app.id,
            host + 4,
            30 + id.0
        ))
        .await;
        let address = format!("SELECT MAX(id) FROM addresses WHERE tenant_id = {}", app.id);
        app.sql(format!("UPDATE sessions SET address_id = ({address}) WHERE id = {id}")).await;
        // As if it had begun earlier today; and no two at the same time.
        let earlier = 23 * (DAY.len() as i64 + 1 - id.0) * 60_000;
        app.sql(format!("UPDATE sessions SET started_at = started_at - {earlier} WHERE id = {id}")).await;
    }
    // One is being evicted: its user was warned.
    if let Some(id) = last {
        let id = SessionId(id.0 - 2);
        let reason = "Update of the program tonight".parse().ok();
        let evict = NewCommand { verb: Verb::Evict, reason, message: None, hold_minutes: None };
        let command = owner.ask(id, evict).await.expect("an eviction");
        let agent = &agents[1];
        agent.step(command.id, CommandStep::Acknowledged {}).await;
        agent.step(command.id, CommandStep::Warned { closes_in_ms: 118_000, shown: true }).await;
    }
    owner
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}
