//! `/agent/v1/launches`: who may launch what.

use deskwarden_tests::{Person, TestApp, now, on_both};
use deskwarden_types::{
    Access, DeliveryKind, ErrorCode, EventKind, NoArgs, NoBody, Phase, SessionPath, Source, Status, Terminal, Trust,
    Verb,
    api::{EndHold, NewCommand},
};

use super::refused;

/// For half an hour.
fn evict_and_hold() -> NewCommand {
    NewCommand { verb: Verb::Evict, reason: "maintenance".parse().ok(), message: None, hold_minutes: Some(30) }
}

on_both! {
    async fn a_launch_becomes_a_session(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("host-7").await);
        let before = now();
        let launch = agent.ask(&member.username, "/usr/bin/xterm").await.unwrap();
        assert_eq!((launch.name.as_str(), launch.kind, launch.offline_until), ("xterm", DeliveryKind::ManagedApp, None));
        let detail = manager.show(launch.session_id).await.unwrap();
        let session = detail.session;
        assert_eq!((session.status, session.observed_status, session.phase), (Status::Launched, Status::Launched, Phase::Pending));
        assert_eq!(session.user.id, member.id);
        assert_eq!(session.resource.name, "xterm");
        assert_eq!(session.host.unwrap().id, agent.host);
        assert_eq!(session.provision.unwrap().name, "Anywhere");
        assert_eq!(session.ip.as_deref(), Some("127.0.0.1"));
        assert_eq!((session.terminal, session.access, session.source), (Terminal::OwnComputer, Access::Internal, Source::Agent));
        assert_eq!((session.trust, session.version.as_deref()), (Trust::Fresh, Some("7.0")));
        assert!(session.started_at >= before.plus_seconds(-1) && session.started_at <= now().plus_seconds(1));
        agent.seen(launch.session_id, &[Status::Added, Status::Running]).await;
        let session = manager.show(launch.session_id).await.unwrap().session;
        assert_eq!((session.status, session.phase, session.connected), (Status::Running, Phase::Live, true));
    }

    async fn the_same_key_gives_the_same_session(app: TestApp) {
        let (member, agent, other) = (app.member().await, app.agent("h1").await, app.agent("h2").await);
        let tries = (0..8).map(|_| agent.ask_as(&member.username, "xterm", "key"));
        let done = futures_util::future::join_all(tries).await;
        let first = done[0].as_ref().unwrap().session_id;
        assert!(done.iter().all(|launch| launch.as_ref().unwrap().session_id == first), "{done:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 1);
        // Another agent's key is another's.
        assert_ne!(other.ask_as(&member.username, "xterm", "key").await.unwrap().session_id, first);
    }

    async fn who_is_not_known_or_not_allowed_launches_nothing(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        for account in ["nobody", "' OR '1'='1", "Zoë", &member.email] {
            assert_eq!(refused(agent.ask(account, "xterm").await), ErrorCode::UnknownAccount, "{account}");
        }
        // A user of another tenant is nobody here.
        let stranger = app.other_tenant("strangers").await.member().await;
        assert_eq!(refused(agent.ask(&stranger.username, "xterm").await), ErrorCode::UnknownAccount);
        app.sql(format!("UPDATE users SET disabled_at = 1 WHERE id = {}", app.support().await.id)).await;
        assert_eq!(refused(agent.ask(&app.support().await.username, "xterm").await), ErrorCode::UnknownAccount);
        app.sql("UPDATE provisions SET everyone = FALSE").await;
        assert_eq!(refused(agent.ask(&member.username, "xterm").await), ErrorCode::NotProvisioned);
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM resources").await, 0, "nothing half-done");
    }

    async fn a_hold_refuses_launches_for_its_time(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        manager.ask(session, evict_and_hold()).await.unwrap();
        assert_eq!(refused(agent.ask(&member.username, "xterm").await), ErrorCode::LaunchHeld);
        assert!(agent.ask(&member.username, "xclock").await.is_ok(), "another app is not held");
        assert!(agent.ask(&manager.username, "xterm").await.is_ok(), "another user is not held");
        super::audit::expect(&app.auditor().await, deskwarden_types::AuditAction::HoldPlaced, 1).await;
        let shown = manager.show(session).await.unwrap();
        let minutes = shown.held_until.map(|until| (until.millis() - now().millis() + 59_999) / 60_000);
        assert_eq!((minutes, shown.ways_still_open), (Some(30), Vec::new()));
        app.sql(format!("UPDATE holds SET until_at = {}", now().millis())).await;
        assert!(agent.ask(&member.username, "xterm").await.is_ok());
        assert_eq!(manager.show(session).await.unwrap().held_until, None);
    }

    async fn a_hold_is_ended_before_its_time(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let end = async |person: &Person| {
            person.call::<EndHold>(SessionPath { id: session }, NoArgs {}, NoBody {}).await.map(drop)
        };
        manager.ask(session, evict_and_hold()).await.unwrap();
        let twice = "INSERT INTO holds (tenant_id, user_id, resource_id, until_at) \
                     SELECT tenant_id, user_id, resource_id, until_at + 3600000 FROM holds";
        app.sql(twice).await;
        let revision = manager.show(session).await.unwrap().session.revision;
        for person in [&member, &app.support().await] {
            assert_eq!(refused(end(person).await), ErrorCode::Forbidden, "whoever ends no sessions of others");
        }
        let foreign = app.other_tenant("others").await.manager().await;
        assert_eq!(refused(end(&foreign).await), ErrorCode::NotFound);
        assert_eq!(refused(agent.ask(&member.username, "xterm").await), ErrorCode::LaunchHeld);
        // The second time there is none: a success that says and changes nothing.
        for _ in 0..2 {
            end(&manager).await.unwrap();
        }
        let shown = manager.show(session).await.unwrap();
        assert_eq!(shown.held_until, None);
        assert!(shown.session.revision > revision && !shown.ways_still_open.is_empty());
        assert!(agent.ask(&member.username, "xterm").await.is_ok());
        super::audit::expect(&app.auditor().await, deskwarden_types::AuditAction::HoldEnded, 1).await;
    }

    async fn as_many_sessions_as_allowed(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let first = agent.run(&member.username, "xterm").await;
        app.sql("UPDATE resources SET max_sessions_per_user = 1").await;
        assert_eq!(refused(agent.ask(&member.username, "xterm").await), ErrorCode::SessionConflict);
        agent.seen(first, &[Status::Stopped, Status::Removed]).await;
        assert!(agent.ask(&member.username, "xterm").await.is_ok());
    }

    async fn a_suspended_resource_is_not_launched(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        agent.run(&member.username, "xterm").await;
        app.sql("UPDATE resources SET suspended_at = 1").await;
        assert_eq!(refused(agent.ask(&member.username, "xterm").await), ErrorCode::NotProvisioned);
    }

    async fn odd_programs_and_keys_are_kept_as_they_are_or_refused(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        for (program, name) in [
            ("/opt/Größe & <b>/café 🦀", "café 🦀"),
            ("/a/'; DROP TABLE sessions; --", "'; DROP TABLE sessions; --"),
            ("/", "/"),
            ("=cmd|'!A0", "=cmd|'!A0"),
        ] {
            let launch = agent.ask(&member.username, program).await.unwrap();
            assert_eq!(manager.show(launch.session_id).await.unwrap().session.resource.name, name);
        }
        for key in [String::new(), "k".repeat(101), "a\0b".to_owned()] {
            assert_eq!(refused(agent.ask_as(&member.username, "xterm", &key).await), ErrorCode::InvalidField, "{key:?}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 4);
    }

    async fn a_launch_of_long_ago_is_not_dated_before_the_installation(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let body = format!(r#"{{"launch_key":"old","account":"{}","program":"xterm","age_ms":18446744073709551615}}"#, member.username);
        let answer = app.raw().post("/agent/v1/launches", Some(&agent.key), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let page = manager.list(Default::default()).await.unwrap();
        assert!(now().seconds_since(page.items[0].started_at) <= 310, "{}", page.items[0].started_at);
        let events = super::session::events(&manager, page.items[0].id).await;
        assert_eq!(events[0].kind, EventKind::Created);
    }
}
