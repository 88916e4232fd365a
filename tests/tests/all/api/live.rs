//! `/api/v1/sessions/stream`: the live feed.

use std::{pin::Pin, time::Duration};

use deskwarden_client::{Client, ClientError};
use deskwarden_tests::{Database, Person, Server, TestApp, on_both, run, within};
use deskwarden_types::{
    Counting, NoArgs, NoBody, Role, SessionId, Status, UserPath, Verb,
    api::{ChangeUser, ChangedUser, FollowSessions, LiveEvent, SessionQuery, ShowUser, SignOut, StartRefresh},
};
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;

pub(super) struct Feed(Pin<Box<dyn Stream<Item = Result<LiveEvent, ClientError>> + Send>>);

impl Feed {
    /// Opens a feed; gives the revision that it begins with.
    pub(super) async fn open(by: &Client, query: SessionQuery, since: Option<i64>) -> (Self, i64) {
        let stream = by.stream::<FollowSessions>(NoArgs {}, query, since.map(|revision| revision.to_string()));
        let mut feed = Self(Box::pin(stream));
        match feed.next().await {
            LiveEvent::Open { revision } => (feed, revision),
            other => panic!("a feed begins with open: {other:?}"),
        }
    }

    async fn next(&mut self) -> LiveEvent {
        self.next_in(Duration::from_secs(10)).await
    }

    /// The next one, however long it takes up to a limit.
    async fn next_in(&mut self, limit: Duration) -> LiveEvent {
        loop {
            let event = within("an event of the feed", limit, self.0.next()).await;
            match event.expect("the feed goes on").unwrap() {
                LiveEvent::Ping {} => {}
                event => return event,
            }
        }
    }

    /// What changed and what is gone.
    async fn changes(&mut self) -> (i64, Vec<(SessionId, Status)>, Vec<SessionId>) {
        match self.next().await {
            LiveEvent::Changes { revision, changed, gone } => {
                (revision, changed.into_iter().map(|session| (session.id, session.status)).collect(), gone)
            }
            other => panic!("changes are expected: {other:?}"),
        }
    }

    /// Whether nothing but signs of life comes for a while.
    pub(super) async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(700), self.next()).await.is_err()
    }

    /// The list is to be asked for again.
    pub(super) async fn reload(&mut self, limit: Duration) {
        let event = self.next_in(limit).await;
        assert!(matches!(event, LiveEvent::Reload { .. }), "{event:?}");
    }

    /// What is told up to the end.
    async fn rest(&mut self) -> Vec<LiveEvent> {
        let told = async {
            let mut told = Vec::new();
            while let Some(Ok(event)) = self.0.next().await {
                told.extend((event != LiveEvent::Ping {}).then_some(event));
            }
            told
        };
        within("the feed to end", Duration::from_secs(25), told).await
    }

    /// Waits for the end.
    async fn ended(&mut self, limit: Duration) {
        within("the feed to end", limit, async { while let Some(Ok(_)) = self.0.next().await {} }).await;
    }
}

fn q(text: &str) -> SessionQuery {
    SessionQuery { q: Some(text.to_owned()), ..SessionQuery::default() }
}

/// Gives a person another role, or takes all access away.
async fn change(by: &Person, whose: &Person, role: Role, disabled: bool) {
    let user = by.call::<ShowUser>(UserPath { id: whose.id }, NoArgs {}, NoBody {}).await.unwrap().user;
    let new = ChangedUser {
        display_name: user.display_name.parse().unwrap(),
        email: user.email,
        role,
        ad_username: None,
        disabled,
    };
    by.call::<ChangeUser>(UserPath { id: whose.id }, NoArgs {}, new).await.unwrap();
}

async fn all(by: &Person) -> (Feed, i64) {
    Feed::open(by, SessionQuery::default(), None).await
}

on_both! {
    async fn a_change_arrives_within_a_second(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let (mut feed, first) = all(&support).await;
        let asked = Instant::now();
        let session = agent.ask(&member.username, "xterm").await.unwrap().session_id;
        let (revision, changed, gone) = feed.changes().await;
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        assert_eq!((changed, gone), (vec![(session, Status::Launched)], vec![]));
        assert!(revision > first);
        agent.seen(session, &[Status::Added, Status::Running]).await;
        assert_eq!(feed.changes().await.1, [(session, Status::Running)], "what is gathered is told as it is now");
    }

    async fn a_feed_resumes_from_what_it_knows(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        agent.run(&member.username, "xterm").await;
        let (feed, known) = all(&support).await;
        drop(feed);
        let second = agent.run(&member.username, "xclock").await;
        let (mut feed, now) = Feed::open(&support, SessionQuery::default(), Some(known)).await;
        assert!(now > known);
        let (_, changed, _) = feed.changes().await;
        assert_eq!(changed, [(second, Status::Running)], "the first has not changed");
        // Up to date: nothing comes. From another life: the list is to be asked for again.
        let (mut feed, _) = Feed::open(&support, SessionQuery::default(), Some(now)).await;
        assert!(feed.is_quiet().await);
        for odd in [now + 1000, -1] {
            let (mut feed, _) = Feed::open(&support, SessionQuery::default(), Some(odd)).await;
            assert!(matches!(feed.next().await, LiveEvent::Reload { .. }), "{odd}");
        }
        let bearer = format!("Bearer {}", support.token().unwrap());
        let headers = [("authorization", bearer.as_str()), ("last-event-id", "abc")];
        let answer = app.raw().send("GET", "/api/v1/sessions/stream", &headers, "").await;
        assert_eq!(answer.code(), deskwarden_types::ErrorCode::InvalidQuery);
    }

    async fn what_was_missed_is_not_lost_when_the_feed_breaks_again(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let known = support.list(SessionQuery::default()).await.unwrap().revision;
        let session = agent.run(&member.username, "xterm").await;
        let bearer = format!("Bearer {}", support.token().unwrap());
        let mut at = known.to_string();
        for _ in 0..2 {
            let headers = [("authorization", bearer.as_str()), ("last-event-id", at.as_str())];
            let open = app.raw().first_event("/api/v1/sessions/stream", &headers).await;
            assert!(open.contains(r#""type":"open""#), "{open}");
            at = open.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();
        }
        let (mut feed, now) = Feed::open(&support, SessionQuery::default(), Some(at.parse().unwrap())).await;
        assert_eq!(feed.changes().await, (now, vec![(session, Status::Running)], vec![]));
        // Where nothing is missing it says how far it is.
        let now = now.to_string();
        for known in [None, Some(now.as_str())] {
            let mut headers = vec![("authorization", bearer.as_str())];
            headers.extend(known.map(|known| ("last-event-id", known)));
            let open = app.raw().first_event("/api/v1/sessions/stream", &headers).await;
            assert!(open.starts_with(&format!("id: {now}\n")), "{open}");
        }
    }

    async fn nothing_is_told_after_access_is_over(app: TestApp) {
        let (owner, agent) = (app.owner().await, app.agent("h1").await);
        let session = agent.run(&owner.username, "xterm").await;
        let (secret, token) = super::tokens::make(&owner, &[deskwarden_types::Scope::Read]).await;
        let script = Client::new(app.server.url()).with_token(secret);
        // He sees the session: it is not for its owner's sake that he hears nothing.
        let out = app.new_person("out", Role::Support).await;
        let moved = app.new_person("moved", Role::Support).await;
        let disabled = app.new_person("disabled", Role::Support).await;
        let mut feeds = Vec::new();
        for by in [&script, &*out, &*moved, &*disabled] {
            feeds.push(Feed::open(by, SessionQuery::default(), None).await.0);
        }
        let (mut goes_on, _) = all(&owner).await;
        assert_eq!(super::tokens::revoke(&owner, token.id).await, None);
        out.send::<SignOut>(NoBody {}).await.unwrap();
        change(&owner, &moved, Role::Manager, false).await;
        change(&owner, &disabled, Role::Support, true).await;
        agent.seen(session, &[Status::Stopped]).await;
        assert_eq!(goes_on.changes().await.1, [(session, Status::Stopped)]);
        for (feed, who) in feeds.iter_mut().zip(["a token", "signed out", "another role", "disabled"]) {
            let told = feed.rest().await;
            assert!(told.is_empty(), "{who}: {told:?}");
        }
        assert!(goes_on.is_quiet().await);
    }

    async fn a_feed_ends_when_access_does_though_nothing_changes(app: TestApp) {
        let (owner, support) = (app.owner().await, app.support().await);
        let (secret, token) = super::tokens::make(&owner, &[deskwarden_types::Scope::Read]).await;
        let (mut feed, _) = Feed::open(&Client::new(app.server.url()).with_token(secret), SessionQuery::default(), None).await;
        let (mut other, _) = all(&support).await;
        super::tokens::revoke(&owner, token.id).await;
        feed.ended(Duration::from_secs(5)).await;
        change(&owner, &support, Role::Support, true).await;
        other.ended(Duration::from_secs(5)).await;
    }

    async fn a_filter_decides_what_is_told(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let nothing = SessionQuery { contains: Some("no such thing".to_owned()), ..Default::default() };
        let (mut quiet, _) = Feed::open(&support, nothing, None).await;
        let (mut feed, _) = Feed::open(&support, q("status:running"), None).await;
        let manager = app.manager().await;
        let (mut same, _) = Feed::open(&manager, q("status:running"), None).await;
        let session = agent.ask(&member.username, "xterm").await.unwrap().session_id;
        assert!(feed.is_quiet().await, "what never fitted is not gone");
        agent.seen(session, &[Status::Added, Status::Running]).await;
        for feed in [&mut feed, &mut same] {
            assert_eq!(feed.changes().await.1, [(session, Status::Running)]);
        }
        agent.seen(session, &[Status::Stopped]).await;
        for feed in [&mut feed, &mut same] {
            let (_, changed, gone) = feed.changes().await;
            assert_eq!((changed, gone), (vec![], vec![session]));
        }
        agent.seen(session, &[Status::Removed]).await;
        assert!(feed.is_quiet().await && quiet.is_quiet().await, "it is gone once");
        // One who opens later knows what fits, too.
        let second = agent.run(&member.username, "xclock").await;
        assert_eq!(feed.changes().await.1, [(second, Status::Running)]);
        let (mut later, _) = Feed::open(&support, q("-status:stopped,removed"), None).await;
        agent.seen(second, &[Status::Stopped]).await;
        assert_eq!(later.changes().await.2, [second]);
        let answer = Box::pin(support.stream::<FollowSessions>(NoArgs {}, q("nope:1"), None)).next().await;
        assert_eq!(answer.unwrap().unwrap_err().code(), Some(deskwarden_types::ErrorCode::InvalidFilter));
    }

    async fn one_who_comes_back_learns_what_went(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let (first, second) = (agent.run(&member.username, "xterm").await, agent.run(&member.username, "xclock").await);
        let known = support.list(q("status:running")).await.unwrap().revision;
        agent.seen(first, &[Status::Stopped]).await;
        agent.beat(&[second]).await;
        let third = agent.run(&member.username, "xeyes").await;
        let (mut feed, now) = Feed::open(&support, q("status:running"), Some(known)).await;
        assert_eq!(feed.changes().await, (now, vec![(third, Status::Running)], vec![first]));
        assert!(matches!(feed.next().await, LiveEvent::Refreshed { .. }));
        // Of what can never have fitted nothing is said.
        let (mut feed, _) = Feed::open(&support, q("app:emacs status:running"), Some(known)).await;
        assert!(matches!(feed.next().await, LiveEvent::Refreshed { .. }));
        assert!(feed.is_quiet().await);
    }

    async fn everybody_is_told_what_he_may_ask(app: TestApp) {
        let (support, manager, agent) = (app.support().await, app.manager().await, app.agent("h1").await);
        let (mut own, _) = all(&support).await;
        let (mut mine, _) = Feed::open(&support, q("user:me"), None).await;
        let (mut theirs, _) = Feed::open(&manager, q("user:me"), None).await;
        let other = app.new_person("support-two", deskwarden_types::Role::Support).await;
        let (mut beside, _) = all(&other).await;
        let session = agent.run(&support.username, "xterm").await;
        let told = async |feed: &mut Feed, by: &Person| loop {
            match feed.next().await {
                LiveEvent::Changes { changed, .. } if changed[0].status == Status::Running => {
                    let shown = by.show(session).await.unwrap().session;
                    assert_eq!(changed[0].actions, shown.actions);
                    break shown.actions;
                }
                LiveEvent::Changes { .. } => {}
                other => panic!("changes are expected: {other:?}"),
            }
        };
        let (here, there) = (told(&mut own, &support).await, told(&mut beside, &other).await);
        assert_ne!(here, there, "whose session it is decides, too");
        assert_eq!(told(&mut mine, &support).await, here);
        assert!(theirs.is_quiet().await);
    }

    async fn a_refresh_is_told(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let (mut feed, _) = Feed::open(&support, q("app:nothing"), None).await;
        let mut orders = agent.orders();
        // Nobody is there to answer yet: it is complete at once.
        let asked = support.send::<StartRefresh>(NoBody {}).await.unwrap();
        match feed.next().await {
            LiveEvent::Refreshed { refresh, .. } => {
                assert!(!refresh.running && refresh.completed_at.is_some(), "{refresh:?}");
                assert_eq!(refresh.completed_at, asked.completed_at);
            }
            other => panic!("the refresh is expected: {other:?}"),
        }
        drop(tokio::time::timeout(Duration::from_millis(300), orders.next()).await);
        assert!(feed.is_quiet().await, "it is told once");
    }

    async fn what_time_brings_is_told_within_half_a_minute(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let (mut comes, _) = Feed::open(&support, q("started_ago>12s"), None).await;
        let (mut goes, _) = Feed::open(&support, q("started_at>-12s"), None).await;
        let session = agent.run(&member.username, "xterm").await;
        assert_eq!(goes.changes().await.1[0].0, session);
        while !goes.is_quiet().await {}
        assert!(comes.is_quiet().await);
        let limit = Duration::from_secs(75);
        let event = within("the session to be old enough", limit, comes.next_in(limit)).await;
        assert!(matches!(&event, LiveEvent::Changes { changed, .. } if changed[0].id == session), "{event:?}");
        let event = within("the session to be too old", limit, goes.next_in(limit)).await;
        assert!(matches!(&event, LiveEvent::Changes { gone, .. } if *gone == [session]), "{event:?}");
    }

    async fn much_that_does_not_fit_disturbs_nobody(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let columns = "tenant_id, kind, status, observed_status, phase, user_id, resource_id, agent_id, terminal, access, \
            source, connected, stale, started_at, listed_until, revision";
        for _ in 0..9 {
            app.sql(format!("INSERT INTO sessions ({columns}) SELECT {columns} FROM sessions")).await;
        }
        let (mut one, _) = Feed::open(&support, q(&format!("id:{session}")), None).await;
        let (mut every, _) = all(&support).await;
        // 512 rows at once, behind the server's back; the change of one wakes it.
        let next = "(SELECT revision + 1 FROM tenant_heads h WHERE h.tenant_id = sessions.tenant_id)";
        app.sql(format!("UPDATE sessions SET revision = {next}")).await;
        agent.seen(session, &[Status::Stopped]).await;
        assert_eq!(one.changes().await.1, [(session, Status::Stopped)]);
        assert!(matches!(every.next().await, LiveEvent::Reload { .. }));
    }

    async fn a_filter_that_takes_long_keeps_nobody_waiting(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let address = match app.database.kind {
            Database::Sqlite => "CAST(printf('%09d', n) AS BLOB)",
            Database::Postgres => "convert_to(lpad(CAST(n AS TEXT), 9, '0'), 'UTF8')",
        };
        app.sql(format!(
            "INSERT INTO addresses (tenant_id, address, text) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 150000) \
             SELECT {}, {address}, '198.51.' || n FROM numbers",
            app.id
        ))
        .await;
        super::exports::write_many(&app, 100_000).await;
        app.sql("UPDATE sessions SET address_id = (SELECT MIN(id) FROM addresses) + id % 150000").await;
        // Each session's address is looked at for hundreds of texts; it has the last.
        let part = |of: std::ops::Range<u32>| of.map(|n| format!("z{n}")).collect::<Vec<_>>().join(",");
        let slow = q(&format!("-ip~{} -ip~{},198,127", part(0..200), part(200..388)));
        let begun = Instant::now();
        let list = support.list(SessionQuery { total: Some(Counting::None), ..slow.clone() }).await;
        let took = begun.elapsed();
        println!("a list of that filter takes {took:?}");
        assert!(list.is_err() || took > Duration::from_millis(400), "it is not slow: {took:?}");
        let (mut first, _) = Feed::open(&support, q(&format!("id:{session}")), None).await;
        let opened = async {
            let begun = Instant::now();
            let (feed, _) = Feed::open(&support, slow, None).await;
            assert!(begun.elapsed() < took * 3 / 4, "{:?} of {took:?}", begun.elapsed());
            feed
        };
        let told = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let begun = Instant::now();
            agent.seen(session, &[Status::Stopped]).await;
            assert_eq!(first.changes().await.1, [(session, Status::Stopped)]);
            assert!(begun.elapsed() < took * 3 / 4, "{:?} of {took:?}", begun.elapsed());
        };
        let (mut second, ()) = tokio::join!(opened, told);
        // Of what may have fitted it is told meanwhile.
        assert_eq!(second.changes().await.2, [session]);
    }

    async fn nobody_hears_of_what_is_not_his(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let stranger = app.other_tenant("strangers").await.owner().await;
        let (mut own, _) = all(&member).await;
        let (mut strange, _) = all(&stranger).await;
        agent.run(&manager.username, "xterm").await;
        assert!(strange.is_quiet().await, "another tenant's changes");
        assert!(own.is_quiet().await, "another user's changes");
        let session = agent.run(&member.username, "xterm").await;
        assert_eq!(own.changes().await.1[0].0, session);
        assert!(strange.is_quiet().await);
    }

    async fn too_much_at_once_says_reload(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        agent.run(&member.username, "xterm").await;
        let columns = "tenant_id, kind, status, observed_status, phase, user_id, resource_id, agent_id, terminal, access, \
            source, connected, stale, started_at, listed_until, revision";
        for _ in 0..8 {
            app.sql(format!("INSERT INTO sessions ({columns}) SELECT {columns} FROM sessions")).await;
        }
        let ids: Vec<SessionId> =
            manager.list(SessionQuery { limit: Some(201), ..Default::default() }).await.unwrap().items.iter().map(|s| s.id).collect();
        let (mut feed, _) = all(&manager).await;
        let asked = deskwarden_types::api::NewBulkAction {
            plan_id: None,
            verb: Some(Verb::Evict),
            ids,
            reason: "many".parse().ok(),
            message: None,
            hold_minutes: None,
        };
        manager.send::<deskwarden_types::api::StartBulkAction>(asked).await.unwrap();
        assert!(matches!(feed.next().await, LiveEvent::Reload { .. }));
    }

    async fn a_feed_ends_with_the_sign_in_and_with_the_server(app: TestApp) {
        let mut app = app;
        let (member, support) = (app.member().await, app.support().await);
        let (mut ended, _) = all(&member).await;
        let (mut goes_on, _) = all(&support).await;
        member.send::<SignOut>(NoBody {}).await.unwrap();
        ended.ended(Duration::from_secs(25)).await;
        let stopping = Instant::now();
        app.server.stop().await;
        goes_on.ended(Duration::from_secs(5)).await;
        assert!(stopping.elapsed() < Duration::from_secs(5), "an open feed must not hold the stop up: {:?}", stopping.elapsed());
    }

    async fn a_busy_feed_ends_with_the_sign_in_too(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let (mut feed, _) = all(&member).await;
        member.send::<SignOut>(NoBody {}).await.unwrap();
        let busy = async {
            loop {
                agent.seen(session, &[Status::Stopped, Status::Running]).await;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        tokio::select! {
            () = feed.ended(Duration::from_secs(25)) => {}
            () = busy => {}
        }
    }
}

#[test]
fn two_servers_on_one_postgres_tell_the_same() {
    run(Database::Postgres, async |app: TestApp| {
        let other = Server::start(app.server.options().clone()).await;
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let there = Client::new(other.url()).with_token(support.token().unwrap());
        let (mut feed, _) = Feed::open(&there, SessionQuery::default(), None).await;
        let asked = Instant::now();
        let session = agent.ask(&member.username, "xterm").await.unwrap().session_id;
        assert_eq!(feed.changes().await.1, [(session, Status::Launched)]);
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    });
}

#[test]
fn a_server_hears_that_access_was_ended_at_another() {
    run(Database::Postgres, async |app: TestApp| {
        let other = Server::start(app.server.options().clone()).await;
        let (owner, agent) = (app.owner().await, app.agent("h1").await);
        let session = agent.run(&owner.username, "xterm").await;
        let (secret, token) = super::tokens::make(&owner, &[deskwarden_types::Scope::Read]).await;
        let there = Client::new(other.url()).with_token(secret);
        let (mut busy, _) = Feed::open(&there, SessionQuery::default(), None).await;
        super::tokens::revoke(&owner, token.id).await;
        agent.seen(session, &[Status::Stopped]).await;
        let told = busy.rest().await;
        assert!(told.is_empty(), "{told:?}");
    });
}
