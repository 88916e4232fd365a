//! Fifty streams through one server: played screens, each sending pictures to a viewer of its own.

use std::time::Duration;

use deskwarden_tests::{Database, FakeAgent, Person, Socket, TestApp, VIEWER_HEAD, eventually, screen_head, seen};
use deskwarden_types::{
    NoArgs, NoBody, SessionPath, Status,
    agent::{Observation, Order, StatusSeen},
    api::{LaunchResource, OpenStream, StartLaunch},
};
use tokio::time::{Instant, interval};

use super::{PATIENCE, desktop};
use crate::{
    figures::{figure, median, ms},
    memory::Sampler,
};

/// Streams at a time.
const STREAMS: usize = 50;
/// Bytes of a picture: a window that is moved, compressed.
const PICTURE: usize = 32 * 1_024;
/// Pictures of each screen in a second.
const RATE: u64 = 10;
/// Pictures of each screen in all.
const PICTURES: usize = 80;

/// How late pictures are, and what they cost.
pub async fn run() {
    let app = TestApp::start(Database::Sqlite).await;
    let owner = app.owner().await;
    let agent = app.agent("host").await;
    let able = |hello: &mut deskwarden_types::agent::Hello| hello.abilities = vec!["screens".to_owned()];
    agent.hello_as(able).await.expect("a welcome");
    let query = format!("SELECT CASE WHEN connected_until > 0 THEN 1 ELSE 0 END FROM agents WHERE id = {}", agent.id);
    let mut orders = agent.orders_once(async || app.number(&query).await == 1).await;
    let resource = desktop(&owner, Some(STREAMS as u32)).await;
    let mut streams = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        let launched = owner.send::<StartLaunch>(LaunchResource { resource_id: resource }).await.expect("a session");
        let Observation::Status(status) = seen(launched.session_id, Status::Disconnected) else { return };
        agent.report(vec![Observation::Status(StatusSeen { connected: Some(false), ..status })]).await;
        streams.push(stream(&app, &owner, &agent, &mut orders, launched.session_id).await);
    }
    let before = cpu(app.server.id());
    let sampler = Sampler::start(app.server.id());
    let started = Instant::now();
    let tasks: Vec<_> = streams.into_iter().map(|(viewer, screen)| tokio::spawn(pictures(viewer, screen))).collect();
    let mut late = Vec::new();
    for task in tasks {
        late.extend(task.await.expect("a stream to its end"));
    }
    let (seconds, worked) = (started.elapsed().as_secs_f64(), cpu(app.server.id()) - before);
    late.sort_unstable_by(f64::total_cmp);
    let sent = (STREAMS * PICTURES * PICTURE) as f64 / 1_048_576.0;
    figure(&format!("{STREAMS} streams at once, together"), sent / seconds, "MiB/s");
    figure("  a picture is there after", median(late.clone()), "ms");
    figure("  the slowest of a hundred", late.get(late.len() * 99 / 100).copied().unwrap_or(f64::NAN), "ms");
    figure("  the server's share of one processor", 100.0 * worked / seconds, "%");
    figure("  the server's memory, at most", sampler.most(), "MiB");
}

/// A stream of a session, from both sides.
async fn stream(
    app: &TestApp,
    owner: &Person,
    agent: &FakeAgent,
    orders: &mut deskwarden_tests::Orders,
    id: deskwarden_types::SessionId,
) -> (Socket, Socket) {
    let ticket = eventually("a ticket", PATIENCE, async || {
        owner.call::<OpenStream>(SessionPath { id }, NoArgs {}, NoBody {}).await.ok()
    })
    .await;
    let address = format!("{}{}", app.server.url(), ticket.address);
    let mut viewer = Socket::open(&address, &[]).await.expect("a stream");
    let order = loop {
        if let Order::Stream(order) = orders.order().await {
            break order;
        }
    };
    let mut screen = agent.join(&order).await.expect("the stream's other side");
    screen.send(&screen_head()).await.expect("a head");
    viewer.take(screen_head().len()).await;
    viewer.send(VIEWER_HEAD).await.expect("a head");
    screen.take(VIEWER_HEAD.len()).await;
    (viewer, screen)
}

/// Sends pictures at their rate and gives how many milliseconds each took.
async fn pictures(mut viewer: Socket, mut screen: Socket) -> Vec<f64> {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let send = async move {
        let mut timer = interval(Duration::from_millis(1_000 / RATE));
        let picture = vec![7; PICTURE];
        for _ in 0..PICTURES {
            timer.tick().await;
            // Somebody waits for each of them.
            let _ = tell.send(Instant::now());
            screen.send(&picture).await.expect("a picture goes out");
        }
        screen
    };
    let take = async {
        let mut took = Vec::with_capacity(PICTURES);
        while let Some(sent) = told.recv().await {
            viewer.take(PICTURE).await;
            took.push(ms(sent.elapsed()));
        }
        took
    };
    tokio::join!(send, take).1
}

/// Seconds that a process has worked.
fn cpu(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let rest = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    // Linux counts in hundredths of a second.
    ticks / 100.0
}
