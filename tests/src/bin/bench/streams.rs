//! Streams of screens: agent, server and viewer, beside websockify in front of the same desktop.

mod many;
mod viewer;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use deskwarden_tests::{Agent, Database, Person, TestApp, eventually};
use deskwarden_types::{
    DeliveryKind, LicenceKind, NoArgs, NoBody, Phase, ResourceId, SessionId, SessionPath,
    api::{
        CreateDeliveryMethod, CreateEnrolmentCode, CreateProvision, CreateResource, LaunchResource, NewDeliveryMethod,
        NewProvision, NewResource, OpenStream, StartLaunch,
    },
};

use crate::figures::{Goal, against, figure, median, ms};
use viewer::Viewer;

/// Words to the screen and back, in each turn.
const WORDS: usize = 200;
/// Whole screens, in each turn.
const SCREENS: usize = 40;
/// Turns of those that are compared.
const TURNS: usize = 15;
/// How long a desktop may take to be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Delay and throughput of one, and many at a time.
pub async fn run() {
    println!("\nStreams");
    one().await;
    many::run().await;
}

async fn one() {
    let app = TestApp::start(Database::Sqlite).await;
    let owner = app.owner().await;
    let code = owner.get::<CreateEnrolmentCode>().await.expect("a code").code;
    let agent = Agent::start(&app.server.url(), &code, None);
    let session = launch(&owner, desktop(&owner, None).await).await;
    let socket = agent.screens().and_then(|folder| socket(&folder)).expect("the screen's socket");
    let Some(bridge) = Bridge::start(&socket).await else {
        println!("  websockify is missing: scripts/setup.sh bench installs it");
        return;
    };
    let path = SessionPath { id: session };
    let ticket = owner.call::<OpenStream>(path, NoArgs {}, NoBody {}).await.expect("a ticket");
    let address = format!("ws://127.0.0.1:{}{}", app.server.port(), ticket.address);
    let mut ours = Viewer::web(&address).await;
    let mut theirs = Viewer::web(&format!("ws://127.0.0.1:{}/", bridge.port)).await;
    let mut direct = Viewer::direct(&socket).await;
    let (mut delays, mut rates) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
    for _ in 0..TURNS {
        for ((viewer, delays), rates) in
            [&mut ours, &mut theirs, &mut direct].into_iter().zip(&mut delays).zip(&mut rates)
        {
            let mut words = Vec::with_capacity(WORDS);
            for _ in 0..WORDS {
                words.push(ms(viewer.delay().await));
            }
            delays.push(median(words));
            for _ in 0..SCREENS {
                let (took, bytes) = viewer.whole().await;
                rates.push(bytes as f64 / took.as_secs_f64() / 1_048_576.0);
            }
        }
    }
    let [our_delay, their_delay, bare_delay] = delays.map(median);
    let [our_rate, their_rate, bare_rate] = rates.map(median);
    figure("delay of a word over the screen's own socket", bare_delay, "ms");
    figure("  over websockify", their_delay, "ms");
    figure("  over agent and server", our_delay, "ms");
    // Where both are short, two milliseconds more are not felt.
    match our_delay <= their_delay + 2.0 {
        true => against("  more than websockify", our_delay - their_delay, "ms", Goal::Most(2.0)),
        false => against("  beside websockify", our_delay / their_delay, "×", Goal::Most(1.2)),
    }
    figure("whole screens over the screen's own socket", bare_rate, "MiB/s");
    figure("  over websockify", their_rate, "MiB/s");
    figure("  over agent and server", our_rate, "MiB/s");
    against("  beside websockify", our_rate / their_rate, "×", Goal::Least(0.9));
}

/// A desktop that everybody may have, so many times.
async fn desktop(owner: &Person, most: Option<u32>) -> ResourceId {
    let name = || "Desk".parse().expect("a name");
    let kind = DeliveryKind::CloudDesktop;
    let resource = NewResource {
        name: name(),
        kind,
        program: None,
        version: None,
        max_sessions_per_user: most,
        valid_hours: None,
    };
    let resource = owner.send::<CreateResource>(resource).await.expect("a desktop");
    let method = NewDeliveryMethod { name: name(), kind, licence: LicenceKind::Floating, offline_days: 0 };
    let method = owner.send::<CreateDeliveryMethod>(method).await.expect("a delivery method");
    let provision = NewProvision {
        name: name(),
        resource_id: Some(resource.id),
        delivery_method_id: method.id,
        environment_id: None,
        host_id: None,
        everyone: true,
        users: Vec::new(),
        groups: Vec::new(),
    };
    owner.send::<CreateProvision>(provision).await.expect("a provision");
    resource.id
}

/// A session of it that is there.
async fn launch(owner: &Person, resource_id: ResourceId) -> SessionId {
    let launched = eventually("a machine to launch on", PATIENCE, async || {
        owner.send::<StartLaunch>(LaunchResource { resource_id }).await.ok()
    })
    .await;
    eventually("the desktop", PATIENCE, async || {
        let shown = owner.show(launched.session_id).await.ok()?;
        (shown.session.phase == Phase::Idle).then_some(())
    })
    .await;
    launched.session_id
}

/// The socket of the only screen that an agent runs.
fn socket(folder: &Path) -> Option<PathBuf> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = socket(&path) {
                return Some(found);
            }
        } else if path.file_name()?.to_str()? == "screen.sock" {
            return Some(path);
        }
    }
    None
}

/// websockify in front of a screen's socket.
struct Bridge {
    child: Child,
    port: u16,
}

impl Bridge {
    async fn start(socket: &Path) -> Option<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0)).ok()?.local_addr().ok()?.port();
        let child = Command::new("websockify")
            .arg(format!("127.0.0.1:{port}"))
            .arg("--unix-target")
            .arg(socket)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let bridge = Self { child, port };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(bridge);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        None
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
