//! `/streams`: tickets, the relay between a browser and an agent, and what closes a stream.

use std::time::{Duration, Instant};

use deskwarden_tests::{
    Database, FakeAgent, NotOpened, Orders, Person, Server, ServerOptions, Socket, TestApp, VIEWER_HEAD, eventually,
    now, on_both, screen_head, within,
};
use deskwarden_types::{
    Access, DeliveryKind, ErrorCode, NoArgs, NoBody, SessionId, SessionPath, Status, StreamReach, Terminal, Verb,
    agent::{Order, StreamOrder, stream_close},
    api::*,
};

use super::{
    refused,
    start::{connect, launch, provide, screen, screens},
};

const CHROMIUM: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";

/// A desktop that runs.
pub struct Stage {
    /// The machine's agent.
    pub agent: FakeAgent,
    /// Its channel.
    pub orders: Orders,
    /// Whose desktop it is.
    pub member: Person,
    /// The session.
    pub session: SessionId,
}

/// Starts one of this kind.
pub async fn stage(app: &TestApp, kind: DeliveryKind) -> Stage {
    let (admin, member) = (app.admin().await, app.member().await);
    let (agent, orders) = screens(app, "h1").await;
    let desk = provide(&admin, "Desk", kind, |_, _| {}).await;
    let session = launch(&member, desk).await.unwrap();
    let status = if kind == DeliveryKind::CloudDelivery { Status::Active } else { Status::Disconnected };
    agent.report(vec![screen(session, status, false)]).await;
    Stage { agent, orders, member, session }
}

/// A ticket for a person's own session.
pub async fn ticket(person: &Person, id: SessionId) -> Result<StreamTicket, deskwarden_client::ClientError> {
    person.call::<OpenStream>(SessionPath { id }, NoArgs {}, NoBody {}).await
}

/// Opens a ticket's address at this server.
pub async fn follow(server: &str, ticket: &StreamTicket) -> Result<Socket, NotOpened> {
    Socket::open(&format!("{server}{}", ticket.address), &[("user-agent", CHROMIUM)]).await
}

/// The next order to stream.
pub async fn next_stream(orders: &mut Orders) -> StreamOrder {
    loop {
        if let Order::Stream(order) = orders.order().await {
            return order;
        }
    }
}

impl Stage {
    /// Opens a stream of the user's, from both sides.
    async fn stream(&mut self, app: &TestApp) -> (Socket, Socket) {
        let ticket = ticket(&self.member, self.session).await.unwrap();
        let viewer = follow(&app.server.url(), &ticket).await.unwrap();
        let order = next_stream(&mut self.orders).await;
        assert_eq!((order.stream_id, order.session_id, order.reach), (ticket.id, self.session, StreamReach::Control));
        let screen = self.agent.join(&order).await.unwrap();
        (viewer, screen)
    }
}

/// The resident memory of a process, in bytes.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

async fn closed_rows(app: &TestApp, wanted: i64) {
    let written =
        async || (app.number("SELECT COUNT(*) FROM streams WHERE closed_at IS NOT NULL").await == wanted).then_some(());
    eventually("the end to be written down", Duration::from_secs(10), written).await;
}

on_both! {
    async fn bytes_go_both_ways_and_the_row_says_where_the_user_sits(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        app.sql("UPDATE sessions SET terminal = 1").await;
        let (mut viewer, mut screen) = stage.stream(&app).await;
        screen.send(&screen_head()).await.unwrap();
        assert_eq!(viewer.take(screen_head().len()).await, screen_head());
        viewer.send(VIEWER_HEAD).await.unwrap();
        assert_eq!(screen.take(VIEWER_HEAD.len()).await, VIEWER_HEAD);
        // More than one message of either side's holds, in order and whole.
        let much: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
        let send = async { for part in much.chunks(60_000) { screen.send(part).await.unwrap(); } };
        let (_, got) = tokio::join!(send, viewer.take(much.len()));
        assert!(got == much, "what was shown is what came");
        let row = stage.member.show(stage.session).await.unwrap().session;
        assert_eq!((row.terminal, row.ip.as_deref(), row.access), (Terminal::Browser, Some("127.0.0.1"), Access::Internal));
        assert_eq!(app.number("SELECT COUNT(*) FROM streams WHERE opened_at IS NOT NULL AND joined_at IS NOT NULL AND closed_at IS NULL").await, 1);
        viewer.close(1000).await;
        assert_eq!(screen.closed().await.0, Some(stream_close::NORMAL));
        closed_rows(&app, 1).await;
        // And the other way round: what the agent closes with, the browser is told.
        let (mut viewer, screen) = stage.stream(&app).await;
        screen.close(stream_close::SESSION_OVER).await;
        assert_eq!(viewer.closed().await.0, Some(stream_close::SESSION_OVER));
        closed_rows(&app, 2).await;
        // An agent that is gone without a word.
        let (mut viewer, screen) = stage.stream(&app).await;
        drop(screen);
        assert_eq!(viewer.closed().await.0, Some(1011));
        closed_rows(&app, 3).await;
    }

    async fn a_ticket_works_once_for_its_minute(app: TestApp) {
        let stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let url = app.server.url();
        let made = ticket(&stage.member, stage.session).await.unwrap();
        assert!((55..=60).contains(&made.expires_at.seconds_since(now())));
        let secret = made.address.rsplit('/').next().unwrap().to_owned();
        // What is no WebSocket uses nothing up.
        assert_eq!(app.raw().get(&made.address).await.status, 400);
        let all = futures_util::future::join_all((0..6).map(|_| follow(&url, &made))).await;
        assert_eq!(all.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(all.iter().filter_map(|one| one.as_ref().err()).all(|no| no.status == 410 && no.text.contains("code_not_valid")), "once");
        let late = ticket(&stage.member, stage.session).await.unwrap();
        app.sql(format!("UPDATE streams SET expires_at = {} WHERE opened_at IS NULL", now().millis())).await;
        assert_eq!(follow(&url, &late).await.err().unwrap().status, 410);
        let unknown = StreamTicket { address: "/api/v1/streams/00".to_owned(), ..late };
        assert_eq!(follow(&url, &unknown).await.err().unwrap().status, 410);
        assert!(!app.server.log().contains(&secret));
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM streams WHERE CAST(ticket_hash AS TEXT) LIKE '%{secret}%'")).await, 0);
    }

    async fn only_ones_own_living_sessions_are_streamed(app: TestApp) {
        let stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let (admin, session) = (app.admin().await, stage.session);
        assert_eq!(refused(ticket(&admin, session).await), ErrorCode::Forbidden);
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert_eq!(refused(ticket(&stranger, session).await), ErrorCode::NotFound);
        let managed = stage.agent.run(&stage.member.username, "xterm").await;
        assert_eq!(refused(ticket(&stage.member, managed).await), ErrorCode::Conflict);
        // Disabled since the ticket was made.
        let made = ticket(&stage.member, session).await.unwrap();
        app.sql(format!("UPDATE users SET disabled_at = 1 WHERE id = {}", stage.member.id)).await;
        assert_eq!(follow(&app.server.url(), &made).await.err().unwrap().status, 410);
        app.sql("UPDATE users SET disabled_at = NULL").await;
        // Over since the ticket was made.
        let made = ticket(&stage.member, session).await.unwrap();
        stage.agent.report(vec![screen(session, Status::Closed, false)]).await;
        assert_eq!(follow(&app.server.url(), &made).await.err().unwrap().status, 409);
        assert_eq!(refused(ticket(&stage.member, session).await), ErrorCode::Conflict);
    }

    async fn a_page_from_elsewhere_opens_nothing(app: TestApp) {
        let stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let made = ticket(&stage.member, stage.session).await.unwrap();
        let url = format!("{}{}", app.server.url(), made.address);
        let no = Socket::open(&url, &[("origin", "https://evil.example")]).await.err().unwrap();
        assert_eq!(no.status, 403);
        let own = app.server.url();
        Socket::open(&url, &[("origin", &own)]).await.unwrap();
    }

    async fn only_the_sessions_agent_joins_once(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let other = app.agent("h2").await;
        let stranger = app.agent_of(&app.other_tenant("strangers").await, "h3").await;
        let made = ticket(&stage.member, stage.session).await.unwrap();
        let mut viewer = follow(&app.server.url(), &made).await.unwrap();
        let order = next_stream(&mut stage.orders).await;
        for thief in [&other, &stranger] {
            assert_eq!(thief.join_at(&app.server.url(), order.stream_id).await.err().unwrap().status, 404);
        }
        let url = format!("{}/agent/v1/streams/{}", app.server.url(), order.stream_id);
        assert_eq!(Socket::open(&url, &[]).await.err().unwrap().status, 401);
        let mut screen = stage.agent.join(&order).await.unwrap();
        assert_eq!(stage.agent.join(&order).await.err().unwrap().status, 404);
        screen.send(b"RFB").await.unwrap();
        assert_eq!(viewer.take(3).await, b"RFB");
    }

    async fn a_machine_that_does_not_join_is_told_of(app: TestApp) {
        let stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let made = ticket(&stage.member, stage.session).await.unwrap();
        let mut viewer = follow(&app.server.url(), &made).await.unwrap();
        assert_eq!(viewer.closed().await.0, Some(1011));
        closed_rows(&app, 1).await;
        assert_eq!(stage.agent.join_at(&app.server.url(), made.id).await.err().unwrap().status, 404);
    }

    async fn what_ends_a_session_closes_its_stream(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let manager = app.manager().await;
        // Opened elsewhere.
        let (mut first, mut old) = stage.stream(&app).await;
        let (mut second, mut screen) = stage.stream(&app).await;
        assert_eq!(first.closed().await.0, Some(stream_close::OPENED_ELSEWHERE));
        assert_eq!(old.closed().await.0, Some(stream_close::OPENED_ELSEWHERE));
        screen.send(b"RFB").await.unwrap();
        assert_eq!(second.take(3).await, b"RFB", "the newer one goes on");
        // Disconnected by an admin: both sides at once, whatever the agent does.
        stage.agent.report(vec![super::start::screen(stage.session, Status::Connected, true)]).await;
        manager.act(stage.session, Verb::Disconnect).await.unwrap();
        assert_eq!(second.closed().await.0, Some(stream_close::DISCONNECTED));
        assert_eq!(screen.closed().await.0, Some(stream_close::DISCONNECTED));
        let command = stage.orders.command().await;
        stage.agent.obey(&command, deskwarden_types::CommandOutcome::Recorded, Status::Disconnected).await;
        // Killed: no ticket while it is on its way, and the end closes what is open.
        let (mut viewer, mut screen) = stage.stream(&app).await;
        stage.agent.report(vec![super::start::screen(stage.session, Status::Connected, true)]).await;
        manager.act(stage.session, Verb::Kill).await.unwrap();
        assert_eq!(refused(ticket(&stage.member, stage.session).await), ErrorCode::Conflict);
        let command = stage.orders.command().await;
        stage.agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Closed).await;
        assert_eq!(viewer.closed().await.0, Some(stream_close::SESSION_OVER));
        assert_eq!(screen.closed().await.0, Some(stream_close::SESSION_OVER));
        closed_rows(&app, 3).await;
    }

    async fn the_end_of_its_time_closes_a_delivery(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::CloudDelivery).await;
        let (mut viewer, _screen) = stage.stream(&app).await;
        app.sql(format!("UPDATE sessions SET valid_until = {}", now().millis())).await;
        assert_eq!(viewer.closed().await.0, Some(stream_close::SESSION_OVER));
        assert_eq!(refused(ticket(&stage.member, stage.session).await), ErrorCode::Conflict);
    }

    async fn a_viewer_without_a_sign_has_a_poor_network(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::AppStream).await;
        app.set(|settings| settings.poor_network_seconds = 2).await;
        let (viewer, mut screen) = stage.stream(&app).await;
        // Nobody reads the viewer's socket: nobody answers pings.
        let since = Instant::now();
        let code = screen.closed().await.0;
        let took = since.elapsed();
        assert_eq!(code, Some(stream_close::POOR_NETWORK));
        assert!(took >= Duration::from_millis(1500) && took < Duration::from_secs(4), "{took:?}");
        drop(viewer);
        closed_rows(&app, 1).await;
        // One who answers stays, however long nothing happens.
        let (mut viewer, mut screen) = stage.stream(&app).await;
        let quiet = tokio::time::timeout(Duration::from_secs(5), viewer.take(1)).await;
        assert!(quiet.is_err(), "nothing came, and it was not closed");
        screen.send(b"x").await.unwrap();
        assert_eq!(viewer.take(1).await, b"x");
    }

    async fn streams_of_a_server_that_is_gone_are_closed(app: TestApp) {
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let (_viewer, _screen) = stage.stream(&app).await;
        app.sql(format!("UPDATE streams SET heard_at = {}", now().plus_seconds(-31).millis())).await;
        closed_rows(&app, 1).await;
    }
}

/// A browser that does not read while the screen sends and sends: the screen waits, and the server keeps next to nothing.
#[test]
fn a_stalled_tab_stalls_its_screen_and_nothing_else() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        app.set(|settings| settings.poor_network_seconds = 120).await;
        let (mut viewer, mut screen) = stage.stream(&app).await;
        let id = app.server.id();
        let before = resident(id);
        let part = vec![7u8; 60_000];
        let mut sent = 0u64;
        let mut most = before;
        // 200 MB, as far as they are taken.
        while sent < 200_000_000 {
            match tokio::time::timeout(Duration::from_secs(3), screen.send(&part)).await {
                Ok(done) => done.unwrap(),
                Err(_) => break,
            }
            sent += part.len() as u64;
            most = most.max(resident(id));
        }
        most = most.max(resident(id));
        println!(
            "sent {} MB before the screen had to wait; the server's memory rose by {} kB",
            sent / 1_000_000,
            (most - before) / 1024
        );
        assert!(sent < 60_000_000, "the screen must wait: {sent}");
        assert!(most - before < 16 << 20, "{before} {most}");
        // Others go on meanwhile.
        within("another answer", Duration::from_secs(2), stage.member.show(stage.session)).await.unwrap();
        // It reads again: all that was sent comes, whole.
        let got = viewer.take(usize::try_from(sent).unwrap()).await;
        assert!(got.iter().all(|byte| *byte == 7));
    });
}

/// The agent's channel is at one server, the browser at the other.
#[test]
fn the_screen_comes_to_the_server_that_has_the_browser() {
    deskwarden_tests::run(Database::Postgres, async |app: TestApp| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}");
        let arguments = vec!["--advertise-url".to_owned(), url.clone()];
        let options = ServerOptions { database_url: app.database.url().to_owned(), arguments };
        let second = Server::start_at(options, port).await;
        assert_eq!(second.url(), url);
        let mut stage = stage(&app, DeliveryKind::CloudDesktop).await;
        let made = ticket(&stage.member, stage.session).await.unwrap();
        let mut viewer = follow(&url, &made).await.unwrap();
        let order = next_stream(&mut stage.orders).await;
        assert_eq!(order.server.as_deref(), Some(url.as_str()));
        assert_eq!(stage.agent.join_at(&app.server.url(), made.id).await.err().unwrap().status, 404, "not here");
        let mut screen = stage.agent.join(&order).await.unwrap();
        screen.send(b"RFB").await.unwrap();
        assert_eq!(viewer.take(3).await, b"RFB");
        // The first server is asked to disconnect; the second has the stream.
        stage.agent.report(vec![super::start::screen(stage.session, Status::Connected, true)]).await;
        app.manager().await.act(stage.session, Verb::Disconnect).await.unwrap();
        assert_eq!(viewer.closed().await.0, Some(stream_close::DISCONNECTED));
        // Opened elsewhere: at the other server.
        let first = ticket(&stage.member, stage.session).await.unwrap();
        let mut there = follow(&url, &first).await.unwrap();
        let order = next_stream(&mut stage.orders).await;
        let _screen = stage.agent.join(&order).await.unwrap();
        let again = ticket(&stage.member, stage.session).await.unwrap();
        let _here = follow(&app.server.url(), &again).await.unwrap();
        assert_eq!(there.closed().await.0, Some(stream_close::OPENED_ELSEWHERE));
        let logs = second.logs();
        drop(second);
        logs.check();
        drop(connect(&app, &stage.agent).await);
    });
}
