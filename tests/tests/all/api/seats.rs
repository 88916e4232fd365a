//! `/seats`, the gate, people with sessions, logins that nobody started.

use std::sync::atomic::{AtomicU32, Ordering};

use des::{
    Des,
    cipher::{Array, BlockCipherEncrypt, KeyInit},
};
use deskwarden_client::ClientError;
use deskwarden_tests::{Database, FakeAgent, Person, Server, ServerOptions, TestApp, now, on_both};
use deskwarden_types::{
    AuditAction, DeliveryKind, ErrorCode, Phase, ResourceId, SeatLevel, SessionId, Source, Status, Terminal, Verb,
    agent::{
        AskConnection, Beat, Beats, Connection, FoundLogin, FoundLogins, NewConnection, SeatsOf, SendBeats,
        ShowSeatsOf, TellLogins,
    },
    api::*,
};

use super::{
    refused,
    start::{provide, screens},
};

/// What a viewer that knows the password answers.
fn answered(password: &str, challenge: [u8; 16]) -> String {
    let mut key = [0u8; 8];
    key.iter_mut().zip(password.bytes()).for_each(|(byte, character)| *byte = character.reverse_bits());
    let cipher = Des::new(&Array(key));
    let mut text = String::new();
    for half in challenge.chunks(8) {
        let mut block = Array(<[u8; 8]>::try_from(half).unwrap());
        cipher.encrypt_block(&mut block);
        block.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
    }
    text
}

fn knock(password: &str, ip: &str) -> NewConnection {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut challenge = [0x5a; 16];
    challenge[12..].copy_from_slice(&number.to_be_bytes());
    NewConnection {
        connection_key: format!("connection-{number}"),
        challenge: challenge.iter().map(|byte| format!("{byte:02x}")).collect(),
        response: answered(password, challenge),
        ip: ip.to_owned(),
    }
}

async fn password(person: &Person, id: ResourceId) -> String {
    person.send::<MakeViewerPassword>(NewViewerPassword { resource_id: id }).await.unwrap().password
}

/// Connects with a password of this moment.
pub async fn connect(agent: &FakeAgent, person: &Person, id: ResourceId, ip: &str) -> Result<Connection, ClientError> {
    let password = password(person, id).await;
    agent.client().send::<AskConnection>(knock(&password, ip)).await
}

/// An agent with a gate, and a remote access that everybody may use.
pub async fn remote(app: &TestApp) -> (FakeAgent, deskwarden_tests::Orders, ResourceId) {
    let (agent, orders) = screens(app, "h1").await;
    let id = provide(&app.admin().await, "Office PC", DeliveryKind::RemoteAccess, |_, _| {}).await;
    (agent, orders, id)
}

/// Sets the number of seats.
pub async fn capacity(app: &TestApp, capacity: u32) -> SeatCount {
    let new = SeatCapacity { capacity, reason: "the test wants it".parse().unwrap() };
    app.manager().await.send::<ChangeSeats>(new).await.unwrap()
}

on_both! {
    async fn a_password_lets_one_viewer_in_for_a_seat(app: TestApp) {
        let (agent, mut orders, pc) = remote(&app).await;
        let member = app.member().await;
        let made = member.send::<MakeViewerPassword>(NewViewerPassword { resource_id: pc }).await.unwrap();
        assert_eq!((made.password.len(), made.address.as_str()), (8, "gate.example.org:5999"));
        assert!((55..=60).contains(&made.expires_at.seconds_since(now())));
        assert_eq!(refused(agent.client().send::<AskConnection>(knock("WRONG111", "203.0.113.9")).await), ErrorCode::WrongCredentials);
        let asked = knock(&made.password, "203.0.113.9");
        let connection = agent.client().send::<AskConnection>(asked.clone()).await.unwrap();
        assert_eq!((connection.account.as_str(), connection.name.as_str()), (member.username.as_str(), "Office PC"));
        assert_eq!((connection.seats.in_use, connection.seats.capacity, connection.seats.level), (1, 5, SeatLevel::Free));
        // The answer was lost: the same key gives the same session, and no second seat.
        assert_eq!(agent.client().send::<AskConnection>(asked).await.unwrap(), connection);
        // Used.
        assert_eq!(refused(agent.client().send::<AskConnection>(knock(&made.password, "203.0.113.9")).await), ErrorCode::WrongCredentials);
        let session = connection.session_id;
        let row = member.show(session).await.unwrap().session;
        assert_eq!((row.status, row.source, row.terminal, row.connected), (Status::Active, Source::Gate, Terminal::SoftClient, true));
        assert_eq!((row.ip.as_deref(), row.server.as_deref()), (Some("203.0.113.9"), Some("Deskwarden gate 1.2.3")));
        let mine = member.get::<ShowMySeats>().await.unwrap();
        assert_eq!((mine.count.in_use, mine.own.len(), mine.own[0].session_id), (1, 1, session));
        assert!(app.admin().await.get::<ShowMySeats>().await.unwrap().own.is_empty());
        // The same on the command line of her host; nobody's account has none.
        let of = async |account: &str| {
            let query = SeatsOf { account: account.parse().unwrap() };
            let client = agent.client();
            client.call::<ShowSeatsOf>(deskwarden_types::NoArgs {}, query, deskwarden_types::NoBody {}).await.unwrap()
        };
        assert_eq!(of(&member.username).await, mine);
        let nobody = of("nobody-here").await;
        assert_eq!((nobody.count, nobody.own.len()), (mine.count, 0));
        // A plan frees the seats that there are, and no app has one.
        let app_of_hers = agent.run(&member.username, "xterm").await;
        let plan = async |verb, ids| {
            let plan = app.manager().await.send::<MakePlan>(NewPlan { verb, ids, matching: None }).await.unwrap();
            (plan.summary.will_act, plan.summary.seats_freed)
        };
        assert_eq!(plan(Verb::Evict, vec![app_of_hers]).await, (1, 0));
        assert_eq!(plan(Verb::End, vec![session, app_of_hers]).await, (1, 1));
        assert_eq!(plan(Verb::Message, vec![session, app_of_hers]).await.1, 0);
        // Ended: the seat is free at once.
        app.manager().await.act(session, Verb::End).await.unwrap();
        let command = orders.command().await;
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Ended).await;
        assert_eq!(member.get::<ShowMySeats>().await.unwrap().count.in_use, 0);
    }

    async fn passwords_are_for_their_minute_their_host_and_who_may(app: TestApp) {
        let (agent, _orders, pc) = remote(&app).await;
        let (other, _others) = screens(&app, "h2").await;
        let (admin, member) = (app.admin().await, app.member().await);
        let made = password(&member, pc).await;
        // Which of the two hosts it is for is the server's choice: the one with fewer sessions, then the older.
        assert_eq!(refused(other.client().send::<AskConnection>(knock(&made, "10.0.0.1")).await), ErrorCode::WrongCredentials);
        app.sql(format!("UPDATE viewer_passwords SET expires_at = {}", now().millis())).await;
        assert_eq!(refused(agent.client().send::<AskConnection>(knock(&made, "10.0.0.1")).await), ErrorCode::WrongCredentials);
        // A newer one ends the older.
        let (first, second) = (password(&member, pc).await, password(&member, pc).await);
        assert_eq!(refused(agent.client().send::<AskConnection>(knock(&first, "10.0.0.1")).await), ErrorCode::WrongCredentials);
        app.sql(format!("UPDATE users SET disabled_at = 1 WHERE id = {}", member.id)).await;
        assert_eq!(refused(agent.client().send::<AskConnection>(knock(&second, "10.0.0.1")).await), ErrorCode::WrongCredentials);
        app.sql(format!("UPDATE users SET disabled_at = NULL WHERE id = {}", member.id)).await;
        app.sql("UPDATE resources SET suspended_at = 1").await;
        assert_eq!(refused(agent.client().send::<AskConnection>(knock(&second, "10.0.0.1")).await), ErrorCode::NotProvisioned);
        app.sql("UPDATE resources SET suspended_at = NULL").await;
        let desk = provide(&admin, "Desk", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let wrong = member.send::<MakeViewerPassword>(NewViewerPassword { resource_id: desk }).await;
        assert_eq!(refused(wrong), ErrorCode::Conflict);
        let stranger = app.other_tenant("strangers").await.owner().await;
        let wrong = stranger.send::<MakeViewerPassword>(NewViewerPassword { resource_id: pc }).await;
        assert_eq!(refused(wrong), ErrorCode::NotFound);
        for bad in [
            NewConnection { challenge: "zz".repeat(16), ..knock(&second, "10.0.0.1") },
            NewConnection { response: String::new(), ..knock(&second, "10.0.0.1") },
            NewConnection { ip: "nowhere".to_owned(), ..knock(&second, "10.0.0.1") },
            NewConnection { connection_key: "k".repeat(101), ..knock(&second, "10.0.0.1") },
        ] {
            assert_eq!(refused(agent.client().send::<AskConnection>(bad).await), ErrorCode::InvalidField);
        }
    }

    async fn seats_run_out_and_come_back(app: TestApp) {
        let (agent, _orders, pc) = remote(&app).await;
        let (manager, member, admin) = (app.manager().await, app.member().await, app.admin().await);
        assert_eq!(capacity(&app, 2).await.capacity, 2);
        let first = connect(&agent, &member, pc, "10.0.0.1").await.unwrap();
        let second = connect(&agent, &admin, pc, "10.0.0.2").await.unwrap();
        assert_eq!(second.seats.level, SeatLevel::Full);
        let error = connect(&agent, &member, pc, "10.0.0.3").await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::NoSeat));
        let detail = &error.problem().unwrap().detail;
        assert!(detail.contains("2 of 2") && detail.contains("10.0.0.1") && !detail.contains("10.0.0.2"), "{detail}");
        let beat = |session_id, idle| Beat { session_id, idle_seconds: Some(idle) };
        let beats = Beats { sessions: vec![beat(first.session_id, 30), beat(second.session_id, 300)] };
        agent.client().send::<SendBeats>(beats).await.unwrap();
        let idle = async || {
            let seats = manager.get::<ShowSeats>().await.unwrap();
            seats.holders.iter().all(|holder| holder.idle_seconds.is_some()).then_some(seats)
        };
        let seats = deskwarden_tests::eventually("the beats", std::time::Duration::from_secs(5), idle).await;
        assert_eq!(seats.holders.iter().map(|holder| holder.session_id).collect::<Vec<_>>(), [second.session_id, first.session_id], "the longest idle first");
        assert_eq!((seats.refusals.len(), seats.refusals[0].user.id, seats.refusals[0].ip.as_deref(), seats.refusals[0].capacity), (1, member.id, Some("10.0.0.3"), 2));
        // Fewer seats than connections: nobody is cut off.
        let over = capacity(&app, 1).await;
        assert_eq!((over.in_use, over.level), (2, SeatLevel::Over));
        // The list tells the same, sorted as it is shown.
        let query = SessionQuery { sort: Some("-seat,id".to_owned()), ..Default::default() };
        let listed = manager.list(query).await.unwrap().items;
        let row = listed.iter().map(|row| (row.id, row.seat)).collect::<Vec<_>>();
        assert_eq!(row, [(first.session_id, true), (second.session_id, true)]);
        let seated = async |text: &str| {
            let page = manager.list(SessionQuery { q: Some(text.to_owned()), ..Default::default() }).await.unwrap();
            assert_eq!(page.total.unwrap().count, page.items.len() as i64);
            page.items.iter().map(|row| (row.id, row.seat)).collect::<Vec<_>>()
        };
        assert_eq!(seated("seat:no").await, []);
        // A silent one gives its seat back, and an ended one.
        app.sql(format!("UPDATE sessions SET stale = TRUE WHERE id = {}", first.session_id)).await;
        agent.report(vec![deskwarden_tests::seen(second.session_id, Status::Ended)]).await;
        assert_eq!(manager.get::<ShowSeats>().await.unwrap().count.in_use, 0);
        assert_eq!(seated("seat:yes").await, []);
        assert_eq!(seated("seat:no").await, [(second.session_id, false), (first.session_id, false)]);
        connect(&agent, &member, pc, "10.0.0.3").await.unwrap();
        // It was used after all: over by one, and nobody is cut off.
        agent.report(vec![deskwarden_tests::seen(first.session_id, Status::Active)]).await;
        assert_eq!(manager.get::<ShowSeats>().await.unwrap().count.level, SeatLevel::Over);
        let told = super::audit::expect(&app.auditor().await, AuditAction::SeatsChanged, 2).await;
        assert!(told.iter().any(|entry| entry.object.as_deref() == Some("1 seats instead of 2")), "{told:?}");
        let huge = SeatCapacity { capacity: 1_000_001, reason: "too many".parse().unwrap() };
        assert_eq!(refused(manager.send::<ChangeSeats>(huge).await), ErrorCode::InvalidField);
        let none = SeatCapacity { capacity: 0, reason: "none".parse().unwrap() };
        assert_eq!(manager.send::<ChangeSeats>(none).await.unwrap().capacity, 0);
        assert_eq!(refused(connect(&agent, &admin, pc, "10.0.0.4").await), ErrorCode::NoSeat);
        assert_eq!(refused(app.support().await.get::<ShowSeats>().await), ErrorCode::Forbidden);
    }

    async fn of_many_at_once_as_many_come_in_as_there_are_seats(app: TestApp) {
        let (agent, _orders, pc) = remote(&app).await;
        capacity(&app, 3).await;
        let mut knocks = Vec::new();
        for n in 0..12 {
            let person = app.new_person(&format!("p{n}"), deskwarden_types::Role::Member).await;
            knocks.push(knock(&password(&person, pc).await, &format!("10.0.1.{n}")));
        }
        let tries = knocks.into_iter().map(|knock| agent.client().send::<AskConnection>(knock));
        let done = futures_util::future::join_all(tries).await;
        let (let_in, not): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
        assert_eq!((let_in.len(), not.len()), (3, 9));
        assert!(not.into_iter().all(|one| refused(one) == ErrorCode::NoSeat));
        assert_eq!(app.manager().await.get::<ShowSeats>().await.unwrap().refusals.len(), 9);
    }

    async fn people_and_their_devices(app: TestApp) {
        let (agent, _orders, pc) = remote(&app).await;
        let (manager, ann, bob) = (app.manager().await, app.new_person("ann", deskwarden_types::Role::Member).await, app.new_person("bob", deskwarden_types::Role::Member).await);
        for (person, ip) in [(&bob, "10.0.0.1"), (&ann, "10.0.0.2"), (&ann, "10.0.0.2"), (&ann, "10.0.0.3")] {
            connect(&agent, person, pc, ip).await.unwrap();
        }
        let page = manager.call::<ListActivePeople>(deskwarden_types::NoArgs {}, PageQuery::default(), deskwarden_types::NoBody {}).await.unwrap();
        let people: Vec<_> = page.items.iter().map(|one| (one.user.username.as_str(), one.sessions, one.devices)).collect();
        assert_eq!(people, [("ann", 3, 2), ("bob", 1, 1)]);
        assert_eq!(page.items[0].newest[0].device.as_ref().unwrap().name, "10.0.0.3");
        assert_eq!((page.items[0].newest[0].connected_to.as_str(), page.total.count), ("Office PC", 2));
        let query = PageQuery { limit: Some(1), cursor: None };
        let first = manager.call::<ListActivePeople>(deskwarden_types::NoArgs {}, query, deskwarden_types::NoBody {}).await.unwrap();
        let query = PageQuery { limit: Some(1), cursor: first.next };
        let second = manager.call::<ListActivePeople>(deskwarden_types::NoArgs {}, query, deskwarden_types::NoBody {}).await.unwrap();
        assert_eq!((second.items[0].user.username.as_str(), second.next), ("bob", None));
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert!(stranger.call::<ListActivePeople>(deskwarden_types::NoArgs {}, PageQuery::default(), deskwarden_types::NoBody {}).await.unwrap().items.is_empty());
    }

    async fn logins_are_sessions_without_a_seat(app: TestApp) {
        let (agent, mut orders, _) = remote(&app).await;
        let (admin, member) = (app.admin().await, app.member().await);
        let login = |key: &str, account: &str, ip: Option<&str>| FoundLogin {
            key: key.to_owned(),
            account: account.parse().unwrap(),
            service: "sshd".to_owned(),
            version: None,
            ip: ip.map(str::to_owned),
            age_ms: 60_000,
        };
        let found = FoundLogins { logins: vec![login("c1", &member.username, Some("203.0.113.5")), login("c2", "root", None)] };
        let known = agent.client().send::<TellLogins>(found.clone()).await.unwrap().logins;
        assert_eq!(agent.client().send::<TellLogins>(found.clone()).await.unwrap().logins, known, "the same again");
        let row = admin.show(known[0].session_id).await.unwrap().session;
        assert_eq!((row.source, row.user.id, row.server.as_deref(), row.ip.as_deref()), (Source::Logind, member.id, Some("sshd"), Some("203.0.113.5")));
        assert!((59..=65).contains(&now().seconds_since(row.started_at)), "{}", row.started_at);
        let row = admin.show(known[1].session_id).await.unwrap().session;
        assert_eq!((row.user.username.as_str(), row.phase), ("root@h1", Phase::Live));
        assert_eq!(member.get::<ShowMySeats>().await.unwrap().count.in_use, 0);
        // After a boot the same name is another login.
        agent.hello_as(|hello| hello.boot_id = "another".to_owned()).await.unwrap();
        let again = agent.client().send::<TellLogins>(found).await.unwrap().logins;
        assert!(again.iter().all(|one| known.iter().all(|before| before.session_id != one.session_id)));
        admin.act(again[1].session_id, Verb::End).await.unwrap();
        let command = orders.command().await;
        agent.obey(&command, deskwarden_types::CommandOutcome::Killed, Status::Ended).await;
        assert_eq!(admin.show(again[1].session_id).await.unwrap().session.phase, Phase::Over);
        for bad in [vec![], vec![login("", "root", None)], (0..1001).map(|n| login(&format!("x{n}"), "root", None)).collect()] {
            assert_eq!(refused(agent.client().send::<TellLogins>(FoundLogins { logins: bad }).await), ErrorCode::InvalidField);
        }
    }
}

/// Two servers, one seat, again and again: exactly one viewer comes in.
#[test]
fn two_servers_give_the_last_seat_once() {
    deskwarden_tests::run(Database::Postgres, async |app: TestApp| {
        let options = ServerOptions { database_url: app.database.url().to_owned(), arguments: Vec::new() };
        let second = Server::start(options).await;
        let (agent, _orders, pc) = remote(&app).await;
        let (ann, bob) = (app.member().await, app.admin().await);
        capacity(&app, 1).await;
        let there = deskwarden_client::Client::new(second.url());
        there.set_token(Some(agent.key.clone()));
        let mut ends: Vec<SessionId> = Vec::new();
        for round in 0..25 {
            let (one, other) =
                (knock(&password(&ann, pc).await, "10.0.0.1"), knock(&password(&bob, pc).await, "10.0.0.2"));
            let (one, other) =
                tokio::join!(agent.client().send::<AskConnection>(one), there.send::<AskConnection>(other));
            let (winner, loser) = if one.is_ok() { (one, other) } else { (other, one) };
            let session = winner.unwrap().session_id;
            assert_eq!(refused(loser), ErrorCode::NoSeat, "round {round}");
            agent.report(vec![deskwarden_tests::seen(session, Status::Ended)]).await;
            ends.push(session);
        }
        ends.dedup();
        assert_eq!(ends.len(), 25);
        let logs = second.logs();
        drop(second);
        logs.check();
    });
}
