//! A new installation, as `make run` makes it.

use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    time::Duration,
};

use deskwarden_client::Client;
use deskwarden_tests::{Agent, Browser, Database, Display, PASSWORD, Server, ServerOptions, TestDatabase, eventually};
use deskwarden_types::{
    NoArgs, NoBody, SessionId, SessionPath,
    api::{SessionDetail, ShowSession, SignIn, SignInNow},
};
use futures_util::FutureExt;

/// The owner's email, chosen at set-up.
pub const EMAIL: &str = "ada@example.org";
/// The owner's name, chosen at set-up.
pub const OWNER: &str = "Ada Lovelace";

/// Server, this machine's agent with its display, and a browser.
pub struct Place {
    // Dropped in this order.
    pub browser: Browser,
    pub agent: Agent,
    pub display: Display,
    pub server: Server,
    _database: TestDatabase,
}

impl Place {
    async fn start(kind: Database) -> Self {
        let database = TestDatabase::new(kind);
        // Tests with an agent run as root, so it is root's account that launches; the owner is that account.
        let arguments = ["--set-up-username", "root"].map(str::to_owned).to_vec();
        let options = ServerOptions { database_url: database.url().to_owned(), arguments };
        let (server, display, browser) = tokio::join!(Server::start(options), Display::start(), Browser::start());
        let code = server.command_line(&["agent", "code", "--this-machine"], "");
        assert!(code.status.success(), "{code:?}");
        let code = String::from_utf8(code.stdout).unwrap();
        let agent = Agent::start(&server.url(), code.trim(), Some(&display));
        let place = Self { browser, agent, display, server, _database: database };
        place.agent_answers().await;
        place
    }

    /// Waits until the agent is there for the people of its machine.
    pub async fn agent_answers(&self) {
        eventually("the agent to be connected", Duration::from_secs(15), async || {
            let status = self.agent.command(&["status"]);
            let text = String::from_utf8_lossy(&status.stdout).into_owned();
            (status.status.success() && text.contains("connection: connected")).then_some(())
        })
        .await;
    }

    /// The one-time link that the server has printed.
    pub fn set_up_link(&self) -> String {
        let log = self.server.log();
        let mut words = log.split_whitespace();
        words.find(|word| word.contains("/set-up#")).unwrap_or_else(|| panic!("no link in:\n{log}")).to_owned()
    }

    /// Opens the link and becomes the owner.
    pub async fn set_up(&self) {
        let browser = &self.browser;
        browser.open(&self.set_up_link()).await;
        browser.sees("For the account root").await;
        browser.fill("Email", EMAIL).await;
        browser.fill("Name", OWNER).await;
        browser.fill("Password", PASSWORD).await;
        browser.click("Set password and sign in").await;
        browser.sees("No sessions yet").await;
    }

    /// Chooses the times of the two warnings on the Settings page, in seconds.
    pub async fn choose_warnings(&self, first: u32, second: u32) {
        let browser = &self.browser;
        browser.click("Settings").await;
        browser.replace("First warning", &first.to_string()).await;
        browser.replace("Second warning", &second.to_string()).await;
        browser.click("Save").await;
        browser.sees("Settings saved").await;
        browser.click("Sessions").await;
    }

    /// Launches a program on the display; gives its session.
    pub fn launch(&self, program: &[&str]) -> SessionId {
        let said = self.tell(&[&["launch"], program].concat());
        let number = said.strip_prefix("session ").and_then(|rest| rest.split(':').next());
        number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no session: {said}"))
    }

    /// A terminal with this title, launched as [`Self::launch`] does. In it is a plain shell: what the account's own does at its
    /// start is nothing that is tested, and may wait for another that was killed meanwhile.
    pub fn launch_terminal(&self, title: &str) -> SessionId {
        self.launch(&["xterm", "-T", title, "-e", "/bin/sh"])
    }

    /// Gives the agent a command on its machine, which must succeed.
    pub fn tell(&self, command: &[&str]) -> String {
        let output = self.agent.command(command);
        assert!(output.status.success(), "{command:?}: {output:?}\n{}", self.agent.log());
        String::from_utf8(output.stdout).unwrap()
    }

    /// The owner without a browser: to compare what is shown with what is so.
    pub async fn client(&self) -> Client {
        let client = Client::new(self.server.url());
        let sign_in = SignIn { email: EMAIL.to_owned(), password: PASSWORD.to_owned() };
        client.set_token(Some(client.send::<SignInNow>(sign_in).await.unwrap().access_token));
        client
    }

    /// What the server says of a session.
    pub async fn session(&self, id: SessionId) -> SessionDetail {
        self.client().await.call::<ShowSession>(SessionPath { id }, NoArgs {}, NoBody {}).await.unwrap()
    }

    /// Waits until a window with this title is on the display; gives its id.
    pub async fn window(&self, title: &str) -> String {
        eventually(&format!("a window {title:?}"), Duration::from_secs(15), async || {
            self.display.titled(title).into_iter().next()
        })
        .await
    }

    /// Waits until no window has this title.
    pub async fn no_window(&self, title: &str) {
        let what = format!("the window {title:?} to close");
        eventually(&what, Duration::from_secs(40), async || self.display.titled(title).is_empty().then_some(())).await;
    }
}

/// The row of a session, for the browser.
pub fn row(id: SessionId) -> String {
    format!("tr[data-session='{id}']")
}

/// Tells a story; where it fails, keeps a picture and prints what the programs said.
pub fn tell(name: &str, kind: Database, story: impl AsyncFnOnce(&mut Place)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let mut place = Place::start(kind).await;
        let log = place.server.logs();
        if let Err(panic) = AssertUnwindSafe(story(&mut place)).catch_unwind().await {
            let picture = place.browser.picture(&format!("failed-{name}")).await;
            println!("--- {} ---\n--- the server's log ---\n{}", picture.display(), log.text());
            println!("--- the agent's log ---\n{}", place.agent.log());
            resume_unwind(panic);
        }
        let Place { browser, .. } = place;
        browser.close().await;
        log.check();
    });
}
