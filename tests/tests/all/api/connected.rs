//! Whether an agent is connected: its channel is open, and it has spoken within its lease.

use std::time::Duration;

use deskwarden_client::Client;
use deskwarden_tests::{Database, FakeAgent, Orders, Person, Server, TestApp, eventually, now, on_both, run};
use deskwarden_types::{
    DeliveryKind, ErrorCode, NoArgs, NoBody, SessionId, Verb,
    agent::{FollowOrders, Order},
    api::{
        AgentBrief, ListHosts, ListMyResources, MakePlan, NewPlan, OpenStream, PageQuery, RefreshState, StartRefresh,
    },
};
use deskwarden_types::{SessionPath, Status};
use futures_util::StreamExt;

use super::{
    refused,
    start::{connect, launch, next_start, provide, screen},
};

/// Three heartbeats, as they are set at first, in seconds.
const LEASE: i64 = 180;

async fn agent_of(by: &Client) -> AgentBrief {
    let page = by.call::<ListHosts>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    page.items.into_iter().next().unwrap().agent
}

async fn becomes_connected(by: &Client, why: &str) -> AgentBrief {
    eventually(why, Duration::from_secs(10), async || Some(agent_of(by).await).filter(|agent| agent.connected)).await
}

/// As if the agent had said nothing since then.
async fn silent_for(app: &TestApp, seconds: i64) -> i64 {
    let at = now().plus_seconds(-seconds).millis();
    app.sql(format!("UPDATE agents SET seen_at = {at}")).await;
    at
}

/// Waits until the server has said again that the channel is open.
async fn pinged(orders: &mut Orders) {
    while !matches!(orders.next().await, Some(Ok(Order::Ping {}))) {}
}

/// In how many seconds an eviction takes effect: as the session says, and as a plan says.
async fn evicted_in(by: &Person, id: SessionId) -> [i64; 2] {
    let shown = by.show(id).await.unwrap();
    let evict = shown.actions.into_iter().find(|action| action.verb == Verb::Evict).unwrap();
    let asked = NewPlan { verb: Verb::Evict, ids: vec![id], matching: None };
    let plan = by.send::<MakePlan>(asked).await.unwrap();
    [evict.effective_by, plan.items[0].effective_by].map(|by| by.unwrap().seconds_since(now()))
}

fn is_about(seconds: [i64; 2], wanted: i64) -> bool {
    seconds.iter().all(|seconds| (wanted - 10..=wanted).contains(seconds))
}

async fn refresh(by: &Person) -> RefreshState {
    by.get::<StartRefresh>().await.unwrap()
}

on_both! {
    async fn an_agent_that_has_stopped_is_not_connected_though_its_channel_is_open(app: TestApp) {
        let (owner, member, manager) = (app.owner().await, app.member().await, app.manager().await);
        let desk = provide(&app.admin().await, "Desk", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let agent = app.agent("h1").await;
        let mut orders = connect(&app, &agent).await;
        let app_session = agent.run(&member.username, "xterm").await;
        let desktop = launch(&member, desk).await.unwrap();
        next_start(&mut orders).await;
        agent.report(vec![screen(desktop, Status::Disconnected, false)]).await;
        let open = async || member.call::<OpenStream>(SessionPath { id: desktop }, NoArgs {}, NoBody {}).await;
        // Shortly before the end of its lease nothing is different.
        silent_for(&app, LEASE - 60).await;
        assert!(agent_of(&owner).await.connected);
        let seconds = evicted_in(&manager, app_session).await;
        assert!(is_about(seconds, 130), "delivery, warning and closing: {seconds:?}");
        open().await.unwrap();
        // The server goes on writing into the channel; nobody answers.
        let last = silent_for(&app, LEASE + 1).await;
        pinged(&mut orders).await;
        let open_channels = format!("SELECT COUNT(*) FROM agents WHERE connected_until > {}", now().millis());
        assert_eq!(app.number(&open_channels).await, 1);
        let shown = agent_of(&owner).await;
        assert_eq!((shown.connected, shown.seen_at.unwrap().millis()), (false, last));
        let seconds = evicted_in(&manager, app_session).await;
        assert!(is_about(seconds, 190), "and a heartbeat: {seconds:?}");
        let begun = refresh(&owner).await;
        assert_eq!((begun.agents_asked, begun.running), (0, false));
        assert_eq!(refused(launch(&manager, desk).await), ErrorCode::NoHost);
        let mine = manager.get::<ListMyResources>().await.unwrap().items;
        assert!(mine[0].why_not.as_deref().is_some_and(|why| why.contains("No machine")), "{mine:?}");
        assert!(open().await.is_err());
        // It goes on, with the channel that it had.
        agent.beat(&[app_session, desktop]).await;
        becomes_connected(&owner, "the agent to be connected again").await;
        let seconds = evicted_in(&manager, app_session).await;
        assert!(is_about(seconds, 130), "{seconds:?}");
        launch(&manager, desk).await.unwrap();
    }

    async fn whatever_an_agent_says_is_a_word(app: TestApp) {
        let (owner, agent) = (app.owner().await, app.agent("h1").await);
        assert_eq!(agent_of(&owner).await.seen_at, None);
        agent.hello().await;
        assert!(!agent_of(&owner).await.connected, "it has spoken, and listens to nothing");
        app.sql("UPDATE agents SET seen_at = NULL").await;
        let mut orders = Box::pin(agent.client().stream::<FollowOrders>(NoArgs {}, NoArgs {}, None));
        let listening = tokio::spawn(async move { while orders.next().await.is_some() {} });
        becomes_connected(&owner, "asking for orders to be a word").await;
        silent_for(&app, LEASE + 1).await;
        assert!(!agent_of(&owner).await.connected);
        // An agent without sessions, too.
        agent.beat(&[]).await;
        becomes_connected(&owner, "a beat to be a word").await;
        silent_for(&app, LEASE + 1).await;
        agent.report(vec![deskwarden_types::agent::Observation::Inventory { sessions: Vec::new() }]).await;
        assert!(agent_of(&owner).await.connected, "a report is a word");
        silent_for(&app, LEASE + 1).await;
        agent.hello().await;
        let shown = agent_of(&owner).await;
        assert!(shown.connected && now().seconds_since(shown.seen_at.unwrap()) < 20, "{shown:?}");
        listening.abort();
    }

    async fn the_lease_is_the_one_that_is_set(app: TestApp) {
        let owner = app.owner().await;
        let agent: FakeAgent = app.agent("h1").await;
        let _orders = connect(&app, &agent).await;
        silent_for(&app, 60).await;
        assert!(agent_of(&owner).await.connected);
        app.set(|settings| settings.heartbeat_seconds = 5).await;
        assert!(!agent_of(&owner).await.connected);
        app.set(|settings| settings.heartbeat_seconds = 300).await;
        silent_for(&app, 800).await;
        assert!(agent_of(&owner).await.connected);
    }
}

#[test]
fn two_servers_agree_on_who_is_connected() {
    run(Database::Postgres, async |app: TestApp| {
        let second = Server::start(app.server.options().clone()).await;
        let (owner, agent) = (app.owner().await, app.agent("h1").await);
        let there = Client::new(second.url()).with_token(owner.token().unwrap());
        // The channel is on the first server.
        let mut orders = connect(&app, &agent).await;
        becomes_connected(&there, "the agent to be connected").await;
        silent_for(&app, LEASE + 1).await;
        pinged(&mut orders).await;
        assert!(!agent_of(&owner).await.connected && !agent_of(&there).await.connected);
        assert_eq!(there.get::<StartRefresh>().await.unwrap().agents_asked, 0);
    });
}
