//! A member and an admin, each with a browser, and a machine that has screens.

use std::{
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use deskwarden_tests::{Agent, Browser, Database, PASSWORD, Person, TestApp, eventually, required, run};
use deskwarden_types::{
    DeliveryKind, NoArgs, NoBody, ResourceId, SessionId,
    api::{CreateEnrolmentCode, LaunchResource, ListHosts, PageQuery, Session, StartLaunch},
};
use fantoccini::{Locator, wd::WindowHandle};
use futures_util::FutureExt;

use crate::{api::start::provide, story::place::row};

/// What a person waits for at a screen, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// The title of the question and of the messages.
pub const DIALOG: &str = "Deskwarden";
/// The title of the notice while somebody watches.
pub const NOTICE: &str = "You are being watched";

/// What noVNC brings about by itself, and a test that looks at its pixels.
pub const EXPECTED: [&str; 1] = ["willReadFrequently"];

/// The people, their browsers, and the machine.
pub struct Room<'a> {
    pub app: &'a TestApp,
    pub agent: Agent,
    pub member: Person,
    pub admin: Person,
    /// The member's browser, on their own page.
    pub theirs: Browser,
    /// The admin's, on the list.
    pub ours: Browser,
    pub desktop: ResourceId,
    pub stream: ResourceId,
    pub delivery: ResourceId,
}

/// Tells a story in a room; where it fails, keeps pictures and prints what the agent said.
pub fn tell(name: &str, story: impl AsyncFnOnce(&Room<'_>)) {
    run(Database::Sqlite, async |app: TestApp| {
        let room = Room::enter(&app).await;
        if let Err(panic) = AssertUnwindSafe(story(&room)).catch_unwind().await {
            for (who, browser) in [("member", &room.theirs), ("admin", &room.ours)] {
                let picture = browser.picture(&format!("failed-{name}-{who}")).await;
                println!("--- {} ---\n{}", picture.display(), browser.text().await);
                println!("{}", browser.complaints().await.join("\n"));
            }
            println!("--- the agent's log ---\n{}", room.agent.log());
            resume_unwind(panic);
        }
        let Room { theirs, ours, .. } = room;
        for browser in [theirs, ours] {
            browser.complains_only_of(&EXPECTED).await;
            browser.close().await;
        }
    });
}

impl<'a> Room<'a> {
    async fn enter(app: &'a TestApp) -> Self {
        app.set(|settings| settings.poor_network_seconds = 3).await;
        let (owner, member, admin) = (app.owner().await, app.member().await, app.admin().await);
        let code = owner.get::<CreateEnrolmentCode>().await.unwrap().code;
        let agent = Agent::start(&app.server.url(), &code, None);
        let xterm = |resource: &mut deskwarden_types::api::NewResource| resource.program = "xterm".parse().ok();
        let desktop = provide(&owner, "Study desktop", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let stream = provide(&owner, "Terminal", DeliveryKind::AppStream, |resource, _| xterm(resource)).await;
        let delivery = provide(&owner, "Lab", DeliveryKind::CloudDelivery, |resource, _| {
            resource.valid_hours = Some(8);
            resource.max_sessions_per_user = Some(1);
        })
        .await;
        let (theirs, ours) = tokio::join!(Browser::start(), Browser::start());
        tokio::join!(sign_in(app, &theirs, &member), sign_in(app, &ours, &admin));
        eventually("the agent to be connected", PATIENCE, async || {
            let hosts = owner.call::<ListHosts>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
            hosts.items.iter().any(|host| host.agent.connected).then_some(())
        })
        .await;
        Self { app, agent, member, admin, theirs, ours, desktop, stream, delivery }
    }

    /// Launches as the member would with a script.
    pub async fn launch(&self, id: ResourceId) -> SessionId {
        let launched = self.member.send::<StartLaunch>(LaunchResource { resource_id: id }).await;
        launched.unwrap_or_else(|error| panic!("{error:?}\n{}", self.agent.log())).session_id
    }

    /// The session, as the server has it.
    pub async fn session(&self, id: SessionId) -> Session {
        self.admin.show(id).await.unwrap().session
    }

    /// The member presses a button or link of a resource's card, and gets a tab with its screen.
    pub async fn press_card(&self, id: ResourceId, label: &str) -> SessionId {
        let card = format!("[data-resource='{id}']");
        let tab = new_tab(&self.theirs, async || self.theirs.click_in(&card, label).await).await;
        self.theirs.driver().switch_to_window(tab).await.unwrap();
        eventually("the screen's address", PATIENCE, async || {
            let address = self.theirs.driver().current_url().await.ok()?;
            address.path().strip_prefix("/screen/")?.parse().ok()
        })
        .await
    }

    /// Opens a session's screen in the member's present tab, and waits until it is seen.
    pub async fn open_screen(&self, id: SessionId) {
        self.theirs.open(&format!("{}/screen/{id}", self.app.server.url())).await;
        sees_screen(&self.theirs).await;
    }

    /// What is on the display of a session.
    pub fn seat(&self, id: SessionId) -> Seat {
        let mark = self.agent.cgroups().unwrap().file_name().unwrap().to_owned();
        let entry = self.agent.state_dir().join(format!("screens/{id}.json"));
        let entry = fs::read_to_string(&entry).unwrap_or_else(|error| panic!("{}: {error}", entry.display()));
        let number = entry.lines().find_map(|line| line.trim().strip_prefix("\"display\":"));
        let number = number.unwrap_or_else(|| panic!("no display in {entry}")).trim().trim_matches(',').to_owned();
        let cookie = PathBuf::from("/run/deskwarden").join(mark).join(id.to_string()).join("cookie");
        let display = format!(":{number}");
        let socket = born(&display).expect("the X server's socket");
        Seat { group: self.agent.cgroups().unwrap().join(id.to_string()), display, socket, cookie }
    }

    /// The admin chooses a verb in a session's row, or in the row's menu.
    pub async fn choose(&self, id: SessionId, label: &str) {
        let row = row(id);
        // A row that is still greyed has not heard yet.
        let find = format!(".//button[normalize-space(.)=\"{label}\" and not(@aria-disabled)]");
        let ours = &self.ours;
        eventually(&format!("{label:?} in the row of {id}"), PATIENCE, async || {
            let part = ours.driver().find(Locator::Css(&row)).await.ok()?;
            if let Ok(button) = part.find(Locator::XPath(&find)).await
                && button.is_displayed().await.ok()?
            {
                return button.click().await.ok();
            }
            part.find(Locator::Css(".actions .menu > button")).await.ok()?.click().await.ok()?;
            None
        })
        .await;
        ours.find("dialog").await;
    }

    /// The admin's browser on the list of sessions of all kinds, fresh.
    pub async fn list(&self) {
        self.ours.open(&format!("{}/sessions", self.app.server.url())).await;
        self.ours.sees_in(".top", &["Live"]).await;
    }
}

/// Signs in as somebody who has just come to the address of the console.
pub async fn sign_in(app: &TestApp, browser: &Browser, person: &Person) {
    browser.open(&app.server.url()).await;
    browser.fill("Email", &person.email).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
    browser.find(".rail").await;
}

/// Does something that opens a tab, and gives the tab.
pub async fn new_tab(browser: &Browser, act: impl AsyncFnOnce()) -> WindowHandle {
    let before = browser.driver().windows().await.unwrap();
    act().await;
    eventually("a new tab", PATIENCE, async || {
        let now = browser.driver().windows().await.unwrap();
        now.into_iter().find(|tab| !before.contains(tab))
    })
    .await
}

/// Closes the tab and goes back to another one.
pub async fn close_tab(browser: &Browser, back: &WindowHandle) {
    browser.driver().close_window().await.unwrap();
    browser.driver().switch_to_window(back.clone()).await.unwrap();
}

/// Waits until the screen is there, with more on it than one colour.
pub async fn sees_screen(browser: &Browser) {
    eventually("a picture in the tab", PATIENCE, async || (colours(browser).await > 4).then_some(())).await;
    assert!(browser.text_of(".screen-cover").await.is_empty());
}

/// How many colours the screen in the tab has; 0 where there is none.
async fn colours(browser: &Browser) -> i64 {
    let count = "(() => { const c = document.querySelector('.screen:not(.hidden) canvas'); \
        if (!c || !c.width || !c.height) return 0; \
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
        return new Set(new Uint32Array(d.buffer)).size; })()";
    browser.number(count).await
}

/// The display of a session.
pub struct Seat {
    group: PathBuf,
    display: String,
    socket: SystemTime,
    cookie: PathBuf,
}

/// When a display's socket came to be.
fn born(display: &str) -> Option<SystemTime> {
    fs::metadata(format!("/tmp/.X11-unix/{}", display.replace(':', "X"))).and_then(|socket| socket.modified()).ok()
}

impl Seat {
    /// Runs a program on the display, as its user could.
    pub fn x(&self, program: &str, args: &[&str]) -> Output {
        // `xdotool --sync` waits for ever for a window that went.
        let mut command = Command::new(required("timeout", "apt install coreutils"));
        command.arg("20").arg(required(program, &format!("apt install {program}"))).args(args);
        command.env("DISPLAY", &self.display).env("XAUTHORITY", &self.cookie).output().unwrap()
    }

    fn xdotool(&self, args: &[&str]) -> String {
        String::from_utf8(self.x("xdotool", args).stdout).unwrap()
    }

    /// The windows with exactly this title.
    pub fn windows(&self, title: &str) -> Vec<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        found.lines().map(str::to_owned).collect()
    }

    /// Waits for a window.
    pub async fn window(&self, title: &str) -> String {
        eventually(&format!("the window {title:?}"), PATIENCE, async || self.windows(title).pop()).await
    }

    /// Waits until no window has the title.
    pub async fn no_window(&self, title: &str) {
        let what = format!("the window {title:?} to go");
        eventually(&what, PATIENCE, async || self.windows(title).is_empty().then_some(())).await;
    }

    /// Presses a key in a window until the window is gone: one that was just shown may not have the focus.
    pub async fn press(&self, title: &str, key: &str) {
        self.window(title).await;
        eventually(&format!("the end of {title:?}"), PATIENCE, async || {
            let window = self.windows(title).pop();
            if let Some(window) = &window {
                self.xdotool(&["windowactivate", window, "sleep", "0.3", "key", key, "sleep", "0.3"]);
            }
            window.is_none().then_some(())
        })
        .await;
    }

    /// Whether anything of the session lives.
    pub fn lives(&self) -> bool {
        let events = fs::read_to_string(self.group.join("cgroup.events")).unwrap_or_default();
        events.contains("populated 1")
    }

    /// Whether its X server's socket is there. Another test may have the display's number meanwhile.
    pub fn has_socket(&self) -> bool {
        born(&self.display) == Some(self.socket)
    }
}
