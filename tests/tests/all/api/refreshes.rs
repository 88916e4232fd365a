//! `/api/v1/refreshes`: all agents are asked to report now.

use std::{convert::Infallible, io::Write, time::Duration};

use deskwarden_client::Client;
use deskwarden_domain::list::{Selection, Sort};
use deskwarden_store::{
    Conn, Scope, WriteScope, identity, refreshes,
    sessions::{self, Viewer},
};
use deskwarden_tests::{
    Agent, Database, FakeAgent, Orders, Person, Process, Server, TestApp, eventually, on_both, run, seen,
};
use deskwarden_types::{
    ErrorCode, NoArgs, Role, SessionId, Status,
    agent::{Observation, Order, StatusSeen},
    api::{CreateEnrolmentCode, FollowSessions, LiveEvent, RefreshState, SessionQuery, ShowRefresh, StartRefresh},
};
use futures_util::StreamExt;
use tokio::{runtime::Handle, task::JoinHandle};

use super::refused;

/// Seconds for which a refresh waits, and until the next may be asked for.
const WAIT: i64 = 10;
const PAUSE: i64 = 30;

async fn state(by: &Person) -> RefreshState {
    by.get::<ShowRefresh>().await.unwrap()
}

/// Tells everything: these sessions run.
fn inventory(running: &[SessionId]) -> Observation {
    let sessions = running.iter().map(|id| match seen(*id, Status::Running) {
        Observation::Status(status) => status,
        other => panic!("a status is expected: {other:?}"),
    });
    Observation::Inventory { sessions: sessions.collect::<Vec<StatusSeen>>() }
}

/// Waits until so many channels are open.
async fn connected(app: &TestApp, count: i64) {
    let now = deskwarden_tests::now().millis();
    let query = format!("SELECT COUNT(*) FROM agents WHERE connected_until > {now}");
    let all = async || (app.number(&query).await == count).then_some(());
    eventually("open channels", Duration::from_secs(15), all).await;
}

/// Opens the channel of orders and waits in it for the order to report.
fn listen(agent: &FakeAgent) -> JoinHandle<Orders> {
    let mut orders = agent.orders();
    tokio::spawn(async move {
        while orders.order().await != (Order::ReportNow {}) {}
        orders
    })
}

/// As if the last refresh had been asked for long ago.
async fn long_after(app: &TestApp) {
    app.sql(format!("UPDATE refreshes SET asked_at = asked_at - {}", (PAUSE + 1) * 1000)).await;
}

on_both! {
    async fn a_list_tells_of_no_refresh_that_came_after_its_caller_was_found(app: TestApp) {
        let (user, now) = (app.owner().await.id, deskwarden_tests::now());
        let ends = now.plus_seconds(60);
        let start = move |scope: &mut WriteScope<'_>| identity::start_sign_in(scope, user, &[9; 32], ends, ends);
        let sign_in = app.store.write(app.id, now, start).await.unwrap();
        let who = move |conn: &mut Conn| {
            let user = identity::signed_in_user(conn, sign_in, now)?.expect("a sign-in");
            Ok(Ok::<_, Infallible>((user.tenant, user.ground, user.id)))
        };
        let (store, tenant, runtime) = (app.store.clone(), app.id, Handle::current());
        let list = move |scope: &mut Scope<'_>, user| {
            // On PostgreSQL the rows that are read after it may be older than what it brings.
            runtime.block_on(store.write(tenant, now, |scope| refreshes::ask(scope).map(drop)))?;
            let viewer = Viewer { user, role: Role::Owner };
            Ok(sessions::list(scope, &viewer, &Selection::default(), &Sort::default(), None, 10)?.refresh)
        };
        let told = app.store.look_as(now, who, list).await.unwrap().unwrap();
        assert_eq!((told.asked_at, told.completed_at), (None, None));
        assert!(state(&app.support().await).await.completed_at.is_some());
    }

    async fn it_is_complete_when_the_last_agent_has_reported(app: TestApp) {
        let (first, second, support) = (app.agent("h1").await, app.agent("h2").await, app.support().await);
        let offline = app.agent("h3").await;
        let session = first.run(&support.username, "xterm").await;
        assert_eq!(state(&support).await, RefreshState::default(), "nobody has told everything yet");
        let heard = (listen(&first), listen(&second));
        connected(&app, 2).await;
        let begun = support.get::<StartRefresh>().await.unwrap();
        assert_eq!((begun.running, begun.agents_asked, begun.answered, begun.completed_at), (true, 2, 0, None));
        let available = begun.available_at.unwrap();
        assert!((PAUSE - 5..=PAUSE).contains(&available.seconds_since(deskwarden_tests::now())), "{available}");
        let (mut orders, _second) = (heard.0.await.unwrap(), heard.1.await.unwrap());
        // An agent that was not asked, a single status and an old inventory are no answers.
        offline.report(vec![inventory(&[])]).await;
        first.seen(session, &[Status::Stopped]).await;
        let mut old = first.number(vec![inventory(&[session])]);
        old[0].age_ms = 60_000;
        first.send(old).await.unwrap();
        assert_eq!(state(&app.member().await).await, begun);
        first.report(vec![inventory(&[session])]).await;
        first.report(vec![inventory(&[session])]).await;
        let now = state(&support).await;
        assert_eq!((now.running, now.answered, now.completed_at), (true, 1, None), "each counts once");
        second.report(vec![inventory(&[])]).await;
        let done = state(&support).await;
        assert_eq!((done.running, done.answered, done.agents_asked, done.available_at), (false, 2, 2, Some(available)));
        let completed = done.completed_at.unwrap();
        assert!(deskwarden_tests::now().seconds_since(completed) < 5, "{completed}");
        // Reports that nobody asked for move nothing.
        first.report(vec![inventory(&[session])]).await;
        assert_eq!(state(&support).await, done);
        assert_eq!(support.show(session).await.unwrap().session.status, Status::Running);
        // The order came once.
        let again = tokio::time::timeout(Duration::from_millis(700), orders.order()).await;
        assert!(again.is_err(), "{again:?}");
    }

    async fn an_agent_that_does_not_answer_is_not_waited_for_without_end(app: TestApp) {
        let (first, second, support) = (app.agent("h1").await, app.agent("h2").await, app.support().await);
        let heard = (listen(&first), listen(&second));
        connected(&app, 2).await;
        let begun = support.get::<StartRefresh>().await.unwrap();
        let _orders = (heard.0.await.unwrap(), heard.1.await.unwrap());
        first.report(vec![inventory(&[])]).await;
        let asked = begun.available_at.unwrap().plus_seconds(-PAUSE);
        let over = async || Some(state(&support).await).filter(|state| !state.running);
        let done = eventually("the time-out", Duration::from_secs(15), over).await;
        assert_eq!((done.answered, done.agents_asked, done.completed_at), (1, 2, Some(asked.plus_seconds(WAIT))));
        // Not only shown, but written down for all.
        let written = async || (app.number("SELECT COUNT(*) FROM refreshes WHERE running").await == 0).then_some(());
        eventually("the end to be written", Duration::from_secs(5), written).await;
        second.report(vec![inventory(&[])]).await;
        let late = state(&support).await;
        assert_eq!((late.answered, late.completed_at), (2, done.completed_at), "counted, and too late");
    }

    async fn sooner_than_30_seconds_is_refused(app: TestApp) {
        let (support, manager) = (app.support().await, app.manager().await);
        let first = support.get::<StartRefresh>().await.unwrap();
        assert_eq!((first.running, first.agents_asked, first.answered), (false, 0, 0), "there is nobody to ask");
        assert!(first.completed_at.is_some());
        assert_eq!(first.asked_at, first.available_at.map(|at| at.plus_seconds(-PAUSE)));
        let bearer = manager.token().unwrap();
        let answer = app.raw().post("/api/v1/refreshes", Some(&bearer), "").await;
        assert_eq!((answer.status, answer.code()), (429, ErrorCode::TooManyRequests));
        let seconds: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=PAUSE).contains(&seconds), "{seconds}");
        assert!(answer.problem().detail.contains(&format!("wait {seconds} s")), "{}", answer.text());
        assert_eq!(state(&manager).await, first, "a refusal changes nothing");
        let other = app.other_tenant("others").await.support().await;
        other.get::<StartRefresh>().await.unwrap();
        long_after(&app).await;
        assert_eq!(state(&manager).await.available_at, None);
        let (a, b) = (manager.sign_in_again().await, support.sign_in_again().await);
        let all = tokio::join!(a.get::<StartRefresh>(), b.get::<StartRefresh>(), manager.get::<StartRefresh>());
        assert_eq!([all.0.is_ok(), all.1.is_ok(), all.2.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
        assert_eq!(refused(app.member().await.get::<StartRefresh>().await), ErrorCode::Forbidden);
        // A clock that was ahead for a while does not keep anybody waiting for days.
        app.sql("UPDATE refreshes SET asked_at = asked_at + 864000000").await;
        support.get::<StartRefresh>().await.unwrap();
    }

    async fn before_the_first_the_last_that_told_everything_counts(app: TestApp) {
        let (agent, support) = (app.agent("h1").await, app.support().await);
        agent.report(vec![inventory(&[])]).await;
        let first = state(&support).await;
        assert!(deskwarden_tests::now().seconds_since(first.completed_at.unwrap()) < 5);
        assert_eq!((first.available_at, first.agents_asked, first.running), (None, 0, false));
        assert_eq!(first.asked_at, None, "nobody has asked");
        app.sql("UPDATE refreshes SET completed_at = completed_at - 5000").await;
        agent.report(vec![inventory(&[])]).await;
        assert!(state(&support).await.completed_at >= first.completed_at);
        assert_eq!(state(&app.other_tenant("others").await.support().await).await, RefreshState::default());
    }

    async fn live_feeds_are_woken(app: TestApp) {
        let (agent, support) = (app.agent("h1").await, app.support().await);
        let session = agent.run(&support.username, "xterm").await;
        let revision = support.list(SessionQuery::default()).await.unwrap().revision;
        let heard = listen(&agent);
        connected(&app, 1).await;
        support.get::<StartRefresh>().await.unwrap();
        let _orders = heard.await.unwrap();
        agent.report(vec![inventory(&[session])]).await;
        let after = support.list(SessionQuery::default()).await.unwrap().revision;
        assert_eq!(after, revision + 2, "asked and complete: each moves the revision by one");
        assert_eq!(support.show(session).await.unwrap().session.revision, revision, "no session was changed");
    }

    async fn real_agents_and_simulated_ones_answer(app: TestApp) {
        let owner = app.owner().await;
        let code = owner.get::<CreateEnrolmentCode>().await.unwrap().code;
        let agent = Agent::start(&app.server.url(), &code, None);
        let mut codes = String::new();
        for _ in 0..3 {
            codes.push_str(&owner.get::<CreateEnrolmentCode>().await.unwrap().code);
            codes.push('\n');
        }
        let _fleet = fleet(&app.server.url(), &codes);
        connected(&app, 4).await;
        let begun = owner.get::<StartRefresh>().await.unwrap();
        assert_eq!((begun.agents_asked, begun.running), (4, true));
        let over = async || Some(state(&owner).await).filter(|state| !state.running);
        let done = eventually("the end of the refresh", Duration::from_secs(15), over).await;
        assert_eq!(done.answered, 4, "{done:?}\n{}", agent.log());
        let took = done.completed_at.unwrap().seconds_since(begun.available_at.unwrap().plus_seconds(-PAUSE));
        assert!(took < 5, "{took} s");
    }
}

/// Three simulated hosts on which nothing runs.
fn fleet(server: &str, codes: &str) -> (Process, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        path
    };
    let (codes, world) = (
        write("codes", codes),
        write("fleet.json", r#"{"accounts":["ann"],"programs":[{"program":"xterm","version":"1"}]}"#),
    );
    let program = std::env::var("DESKWARDEN_AGENT_BIN").expect("DESKWARDEN_AGENT_BIN: run the tests by make test");
    let mut command = Process::guarded(program, "KILL");
    command.arg("--state-dir").arg(folder.path().join("state"));
    command.args(["simulate", "--hosts", "3", "--sessions", "0", "--silence-every-seconds", "0", "--server", server]);
    command.arg("--fleet").arg(world).arg("--codes").arg(codes);
    command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    (Process::start("the fleet", command), folder)
}

#[test]
fn two_servers_ask_all_agents_once() {
    run(Database::Postgres, async |app: TestApp| {
        let second = Server::start(app.server.options().clone()).await;
        let (agent, support) = (app.agent("h1").await, app.support().await);
        let there = Client::new(second.url()).with_token(support.token().unwrap());
        let heard = listen(&agent);
        connected(&app, 1).await;
        let stream = support.stream::<FollowSessions>(NoArgs {}, SessionQuery::default(), None);
        let mut feed = Box::pin(stream);
        assert!(matches!(feed.next().await, Some(Ok(LiveEvent::Open { .. }))));
        // The agent's channel is on the first server, the person on the second.
        let begun = there.get::<StartRefresh>().await.unwrap();
        assert_eq!((begun.agents_asked, begun.running), (1, true));
        assert_eq!(refused(support.get::<StartRefresh>().await), ErrorCode::TooManyRequests);
        let _orders = heard.await.unwrap();
        agent.report(vec![inventory(&[])]).await;
        assert_eq!(there.get::<ShowRefresh>().await.unwrap(), state(&support).await);
        assert!(!state(&support).await.running);
        long_after(&app).await;
        let mut asking = Vec::new();
        for n in 0..20 {
            let client = if n % 2 == 0 { there.clone() } else { support.client() };
            asking.push(tokio::spawn(async move { client.get::<StartRefresh>().await.is_ok() }));
        }
        let mut asked = 0;
        for one in asking {
            asked += usize::from(one.await.unwrap());
        }
        assert_eq!(asked, 1);
    });
}

#[test]
fn a_refresh_ends_though_its_server_is_gone() {
    run(Database::Postgres, async |app: TestApp| {
        let mut second = Server::start(app.server.options().clone()).await;
        let (agent, support) = (app.agent("h1").await, app.support().await);
        let there = Client::new(second.url()).with_token(support.token().unwrap());
        let _heard = listen(&agent);
        connected(&app, 1).await;
        assert!(there.get::<StartRefresh>().await.unwrap().running);
        second.kill9();
        let written = async || (app.number("SELECT COUNT(*) FROM refreshes WHERE running").await == 0).then_some(());
        // A job of the server that is left; the lock of the dead one runs out first.
        eventually("the end to be written", Duration::from_secs(60), written).await;
        let done = state(&support).await;
        assert_eq!((done.running, done.answered), (false, 0));
    });
}
