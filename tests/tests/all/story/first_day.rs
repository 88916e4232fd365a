//! From the set-up link to an evicted and an expired app, on both databases.

use std::{
    fs,
    time::{Duration, Instant},
};

use deskwarden_tests::{Database, eventually};
use deskwarden_types::{CommandState, SessionId, Status, Verb};

use super::{
    Place,
    place::{OWNER, row, tell},
};

/// The time from the first warning to the end, in seconds, and from the second. Between them is time to look at the first
/// on a busy machine.
const WARNINGS: (u32, u32) = (26, 8);
/// Told, not asked for: far less than it takes until anything asks again. How long it really takes is printed.
const SOON: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(20);
/// The title of the app whose process tree is looked at.
const TREE: &str = "an app with children";

#[test]
fn sqlite() {
    tell("first-day", Database::Sqlite, async |place| Day { place, pictures: true }.pass().await);
}

#[test]
fn postgres() {
    tell("first-day-postgres", Database::Postgres, async |place| Day { place, pictures: false }.pass().await);
}

/// The day, and whether pictures of it are kept: of one run only, so that two at a time do not write the same file.
struct Day<'a> {
    place: &'a Place,
    pictures: bool,
}

impl Day<'_> {
    async fn pass(&self) {
        self.place.set_up().await;
        self.place.browser.sees_in(".empty", &["deskwarden-agent launch xterm", "appears here by itself"]).await;
        self.keep("01-no-sessions").await;
        self.place.choose_warnings(WARNINGS.0, WARNINGS.1).await;
        let first = self.launch_close_start().await;
        let (second, tree) = self.launch_again().await;
        self.remove(first).await;
        self.evict(second, &tree).await;
        self.told_again(second).await;
        self.expire(second).await;
    }

    async fn keep(&self, name: &str) {
        if self.pictures {
            self.place.browser.picture(name).await;
        }
    }

    fn keep_display(&self, name: &str) {
        if self.pictures {
            self.place.display.picture(name);
        }
    }

    /// A launched app appears by itself, and so do its end and its next start.
    async fn launch_close_start(&self) -> SessionId {
        let (place, browser) = (self.place, &self.place.browser);
        browser.sees_in(".top", &["Live"]).await;
        let asked = Instant::now();
        let id = place.launch_terminal("xterm");
        let row = row(id);
        browser.sees_in(&row, &["Running", "xterm", OWNER, "127.0.0.1", "< 1 min"]).await;
        let took = asked.elapsed();
        println!("launch to visible as Running: {} ms", took.as_millis());
        assert!(took < SOON, "the session took {took:?} to appear");
        self.keep("02-running").await;

        place.display.types(&place.window("xterm").await, "exit");
        place.no_window("xterm").await;
        let seen = browser.sees_in(&row, &["Stopped"]).await;
        assert!(seen < SOON, "the row said so {seen:?} after the window had gone");
        place.tell(&["start", &id.to_string()]);
        browser.sees_in(&row, &["Running"]).await;
        place.display.types(&place.window("xterm").await, "exit");
        browser.sees_in(&row, &["Stopped"]).await;
        id
    }

    /// Each launch is a session of its own. This one leaves its parent, its group and its terminal; its processes are
    /// known by their arguments.
    async fn launch_again(&self) -> (SessionId, [String; 3]) {
        let mark = format!("86400.{}", self.place.server.port());
        let marks = ["1", "2", "3"].map(|n| format!("{mark}{n}"));
        let tree = format!("setsid sleep {mark}1 & (setsid sleep {mark}2 &) ; sleep {mark}3");
        let id = self.place.launch(&["xterm", "-T", TREE, "-e", "sh", "-c", &tree]);
        self.place.browser.sees_in(&row(id), &["Running"]).await;
        eventually("the app's children", PATIENCE, async || marks.iter().all(|mark| lives(mark)).then_some(())).await;
        (id, marks)
    }

    /// A removed session is history.
    async fn remove(&self, id: SessionId) {
        let browser = &self.place.browser;
        self.place.tell(&["remove", &id.to_string()]);
        browser.sees_in(&row(id), &["Removed"]).await;
        browser.click("Historical").await;
        browser.sees_in(&row(id), &["Removed"]).await;
        browser.click_in(".tabs", "All").await;
        browser.pointer_away().await;
    }

    async fn evict(&self, id: SessionId, tree: &[String]) {
        let (place, browser, row) = (self.place, &self.place.browser, row(id));
        browser.click_in(&row, "Evict").await;
        let what = format!("The user is warned, and {} seconds later the app is closed", WARNINGS.0);
        browser
            .sees_in(
                "dialog",
                &[&what, OWNER, "xterm", "By when", "of your going ahead", "1 person is warned", "Still open"],
            )
            .await;
        browser.click_in("dialog", "Evict").await;
        browser.sees_in("dialog", &["Say why, in 3 to 500 characters."]).await;
        assert_eq!(place.session(id).await.session.status, Status::Running, "nothing is done without a reason");
        browser.fill("Reason", "An update tonight").await;
        self.keep("03-evict").await;
        browser.click_in("dialog", "Evict").await;
        let seen = browser.sees_in(&row, &["Evicted", "still running", "gone by"]).await;
        assert!(seen < SOON, "the row changed after {seen:?}");
        browser.sees_in(".notices", &["Evict is on its way: xterm of Ada Lovelace", "at the latest"]).await;
        browser.find(&format!("{row} .command[data-tip*='warning ']")).await;
        self.keep("04-evict-on-its-way").await;
        self.warnings(tree).await;

        browser.sees_in(".notices", &["Evict done: xterm of Ada Lovelace"]).await;
        let left: Vec<_> = tree.iter().filter(|mark| lives(mark)).collect();
        assert!(left.is_empty(), "the row says it is done, but these live: {left:?}");
        place.no_window("Deskwarden").await;
        let shown = browser.text_of(&row).await;
        assert!(shown.contains("Evicted") && !shown.contains("still running"), "{shown}");
        let detail = place.session(id).await;
        let command = detail.commands.iter().find(|command| command.verb == Verb::Evict).unwrap();
        assert_eq!(command.state, CommandState::Done);
        let (asked, done) = (command.created_at, command.finished_at.unwrap());
        assert!(done <= command.effective_by, "done at {done}, promised by {}", command.effective_by);
        // The agent's word can overtake the record of its delivery.
        if let Some(delivered) = command.delivered_at {
            println!("evict to delivered: {} ms", delivered.millis() - asked.millis());
        }
        println!("evict to done, {} s of it warning: {} ms", WARNINGS.0, done.millis() - asked.millis());
    }

    /// Two warnings come one after the other; ignoring them changes nothing.
    async fn warnings(&self, tree: &[String]) {
        let place = self.place;
        let first = place.window("Deskwarden").await;
        self.keep_display("05-first-warning");
        let between = Duration::from_secs(u64::from(WARNINGS.0 - WARNINGS.1));
        eventually("the second warning in place of the first", between + PATIENCE, async || {
            let now = place.display.titled("Deskwarden");
            (!now.is_empty() && !now.contains(&first)).then_some(())
        })
        .await;
        assert!(tree.iter().all(|mark| lives(mark)), "the app runs on until its time is over");
        self.keep_display("06-second-warning");
    }

    /// What was told at the top of the page can be read again, and the session's panel says who and why.
    async fn told_again(&self, id: SessionId) {
        let browser = &self.place.browser;
        browser.click("Notices").await;
        browser.sees_in(".notice-list", &["Evict is on its way", "Evict done", "Settings saved"]).await;
        self.keep("07-notices").await;
        browser.press(fantoccini::key::Key::Escape).await;
        browser.click_in(&row(id), &id.to_string()).await;
        let who = format!("by {OWNER}");
        let timeline = ["Evict: asked for", "Evict: delivered", "Evict: user warned", "Evict: done"];
        browser.sees_in(".panel", &[&[who.as_str(), "An update tonight", "Evicted"], &timeline[..]].concat()).await;
        self.keep("08-evicted").await;
        browser.click("Close panel").await;
        browser.is_gone(".panel").await;
    }

    async fn expire(&self, id: SessionId) {
        let (place, browser, row) = (self.place, &self.place.browser, row(id));
        browser.click_in(&row, "Expire").await;
        let what = format!("starts the app from it again, it works for {} seconds", WARNINGS.0);
        browser.sees_in("dialog", &[&what, "A new launch still works", OWNER]).await;
        browser.fill("Reason", "The contract has ended").await;
        self.keep("09-expire").await;
        browser.click_in("dialog", "Expire").await;
        browser.sees_in(&row, &["Expired"]).await;
        browser.sees_in(".notices", &["Expire done"]).await;

        place.tell(&["start", &id.to_string()]);
        let started = Instant::now();
        // It works, and the list says that it may not, and when it ends.
        browser.sees_in(&row, &["Running", "not authorised, closed by"]).await;
        place.window(TREE).await;
        place.window("Deskwarden").await;
        self.keep("10-expired-runs").await;
        self.keep_display("11-expired-warning");
        place.no_window(TREE).await;
        let ran = started.elapsed().as_secs_f32();
        assert!((19.5..30.0).contains(&ran), "an expired app ran for {ran} s");
        browser.sees_in(&row, &["Expired"]).await;
        let shown = browser.text_of(&row).await;
        assert!(!shown.contains("not authorised"), "{shown}");
        browser.pointer_away().await;
        let third = place.launch_terminal("xterm");
        browser.sees_in(&super::place::row(third), &["Running"]).await;
        browser.sees_in(&row, &["Expired"]).await;
        self.keep("12-launched-anew").await;
    }
}

/// Whether a `sleep` has this argument.
fn lives(argument: &str) -> bool {
    let lines = fs::read_dir("/proc").unwrap().flatten().map(|process| fs::read(process.path().join("cmdline")));
    lines.flatten().any(|line| line == format!("sleep\0{argument}\0").into_bytes())
}
