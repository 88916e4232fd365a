//! `/api/v1/sessions/{id}/actions`: one verb on its way to one session.

use std::time::Duration;

use deskwarden_client::{Client, ClientError};
use deskwarden_tests::{Person, TestApp, eventually, now, on_both};
use deskwarden_types::{
    AuditAction, CommandId, CommandOutcome, CommandPath, CommandState, ErrorCode, EventKind, NoArgs, NoBody, Phase,
    SessionId, SessionPath, Status, Verb, WhyNot,
    agent::CommandStep,
    api::{ActOnSession, Command, NewBulkAction, NewCommand, ShowCommand, StartBulkAction},
};

use super::{refused, session::events};

async fn command(by: &Client, id: CommandId) -> Command {
    by.call::<ShowCommand>(CommandPath { id }, NoArgs {}, NoBody {}).await.unwrap()
}

async fn until(by: &Person, id: CommandId, state: CommandState) -> Command {
    eventually(&format!("the command to be {state}"), Duration::from_secs(5), async || {
        Some(command(by, id).await).filter(|command| command.state == state)
    })
    .await
}

fn message(text: &str) -> NewCommand {
    NewCommand { verb: Verb::Message, reason: None, message: text.parse().ok(), hold_minutes: None }
}

async fn why_not(by: &Person, id: SessionId, verb: Verb) -> WhyNot {
    let error = by.act(id, verb).await.unwrap_err();
    let problem = error.problem().unwrap();
    assert!(matches!(problem.code, ErrorCode::VerbNotAllowed | ErrorCode::Forbidden), "{problem:?}");
    assert_eq!(problem.session_id, Some(id));
    assert!(problem.detail.len() > 10, "{problem:?}");
    problem.why_not.unwrap()
}

on_both! {
    async fn an_eviction_goes_its_whole_way(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        app.set(|settings| (settings.first_warning_seconds, settings.second_warning_seconds) = (20, 10)).await;
        agent.hello().await;
        let session = agent.run(&member.username, "xterm").await;
        let issued = manager.act(session, Verb::Evict).await.unwrap();
        assert_eq!((issued.state, issued.verb, issued.session_id), (CommandState::Queued, Verb::Evict, session));
        assert_eq!(issued.requested_by.as_ref().unwrap().id, manager.id);
        let left = issued.effective_by.seconds_since(now());
        // Delivery 5, a heartbeat for an agent that is silent 60, warning 20, closing 5.
        assert!((85..=90).contains(&left), "{left}");
        // Shown at once, with what is still true beside it (003).
        let row = manager.show(session).await.unwrap().session;
        assert_eq!((row.status, row.observed_status, row.phase), (Status::Evicted, Status::Running, Phase::Idle));
        assert_eq!(row.command.unwrap().id, issued.id);

        let mut orders = agent.orders();
        let order = orders.command().await;
        assert_eq!((order.id, order.session_id, order.verb.as_str()), (issued.id, session, "evict"));
        assert_eq!((order.first_warning_seconds, order.second_warning_seconds), (20, 10));
        assert_eq!(order.reason.as_deref(), Some("the test wants it"));
        until(&manager, issued.id, CommandState::Delivered).await;
        agent.step(order.id, CommandStep::Acknowledged {}).await;
        assert_eq!(command(&manager, issued.id).await.state, CommandState::Acknowledged);
        agent.step(order.id, CommandStep::Warned { closes_in_ms: 20_000, shown: true }).await;
        let warned = command(&manager, issued.id).await;
        assert!(warned.warned_at.is_some());
        assert!((18..=20).contains(&warned.closes_at.unwrap().seconds_since(now())), "{warned:?}");
        agent.step(order.id, CommandStep::Warned { closes_in_ms: 10_000, shown: true }).await;
        let again = command(&manager, issued.id).await;
        assert_eq!(again.warned_at, warned.warned_at, "when the user was first warned");
        agent.obey(&order, CommandOutcome::ClosedOnRequest, Status::Evicted).await;
        let done = command(&manager, issued.id).await;
        assert_eq!((done.state, done.outcome), (CommandState::Done, Some(CommandOutcome::ClosedOnRequest)));
        let row = manager.show(session).await.unwrap();
        assert_eq!((row.session.status, row.session.observed_status), (Status::Evicted, Status::Evicted));
        assert_eq!((row.session.command, row.commands.len()), (None, 1), "a command that is done is history");

        let timeline: Vec<_> = events(&manager, session).await.into_iter().skip(3).map(|event| event.kind).collect();
        assert_eq!(
            timeline,
            [
                EventKind::CommandQueued,
                EventKind::CommandDelivered,
                EventKind::CommandAcknowledged,
                EventKind::Warned,
                EventKind::Warned,
                EventKind::StatusChanged,
                EventKind::CommandDone,
            ]
        );
        let auditor = app.auditor().await;
        let issued = super::audit::expect(&auditor, AuditAction::CommandIssued, 1).await.remove(0);
        assert_eq!((issued.actor.as_deref(), issued.session_id), (Some(manager.username.as_str()), Some(session)));
        assert_eq!((issued.object.as_deref(), issued.reason.as_deref()), (Some("evict"), Some("the test wants it")));
        super::audit::expect(&auditor, AuditAction::CommandFinished, 1).await;
    }

    async fn a_connected_agent_has_the_command_within_a_second(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let mut orders = agent.orders();
        let reading = tokio::spawn(async move { (orders.command().await, tokio::time::Instant::now()) });
        eventually("an open channel", Duration::from_secs(5), async || {
            let connected = app.number("SELECT COUNT(*) FROM agents WHERE connected_until > 0").await;
            (connected == 1).then_some(())
        })
        .await;
        let asked = tokio::time::Instant::now();
        let issued = manager.act(session, Verb::Evict).await.unwrap();
        let (order, came) = reading.await.unwrap();
        assert_eq!(order.id, issued.id);
        assert!(came - asked < Duration::from_secs(1), "{:?}", came - asked);
    }

    async fn a_command_comes_again_until_it_is_acknowledged(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let issued = manager.act(session, Verb::Evict).await.unwrap();
        for _ in 0..3 {
            assert_eq!(agent.orders().command().await.id, issued.id);
        }
        agent.step(issued.id, CommandStep::Acknowledged {}).await;
        let next = manager.ask(session, message("and now this")).await.unwrap();
        assert_eq!(agent.orders().command().await.id, next.id, "what is acknowledged comes no more");
        let delivered = events(&manager, session).await.into_iter().filter(|e| e.kind == EventKind::CommandDelivered);
        assert_eq!(delivered.filter(|e| e.command_id == Some(issued.id)).count(), 1);
    }

    async fn what_is_not_allowed_says_why(app: TestApp) {
        let (member, manager, support, agent) =
            (app.member().await, app.manager().await, app.support().await, app.agent("h1").await);
        agent.hello().await;
        let session = agent.run(&member.username, "xterm").await;
        assert_eq!(why_not(&manager, session, Verb::Kill).await, WhyNot::KindHasNoSuchVerb);
        assert_eq!(why_not(&manager, session, Verb::Expire).await, WhyNot::AppIsRunning);
        assert_eq!(why_not(&support, session, Verb::Evict).await, WhyNot::RoleNotAllowed);
        assert_eq!(why_not(&manager, session, Verb::CloseRecord).await, WhyNot::RoleNotAllowed);
        assert_eq!(why_not(&app.admin().await, session, Verb::CloseRecord).await, WhyNot::RecordIsTrusted);
        manager.act(session, Verb::Evict).await.unwrap();
        assert_eq!(why_not(&manager, session, Verb::Evict).await, WhyNot::CommandOnItsWay);
        agent.seen(session, &[Status::Stopped, Status::Removed]).await;
        let over = manager.ask(session, message("hello")).await.unwrap_err();
        assert_eq!(over.problem().unwrap().why_not, Some(WhyNot::SessionIsOver));
        // Asking for what is so already is a success, and nothing is sent.
        let gone = manager.act(session, Verb::Evict).await.unwrap();
        assert_eq!((gone.state, gone.outcome), (CommandState::Done, Some(CommandOutcome::AlreadyGone)));
    }

    async fn an_agent_that_cannot_is_not_asked(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        agent.hello_as(|hello| hello.verbs = vec![Verb::Message]).await.unwrap();
        let session = agent.run(&member.username, "xterm").await;
        assert_eq!(why_not(&manager, session, Verb::Evict).await, WhyNot::AgentTooOld);
        manager.ask(session, message("hello")).await.unwrap();
    }

    async fn what_goes_with_a_verb_is_checked(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let evict = NewCommand { verb: Verb::Evict, reason: None, message: None, hold_minutes: None };
        assert_eq!(refused(manager.ask(session, evict.clone()).await), ErrorCode::ReasonRequired);
        let reason = "because".parse().ok();
        for bad in [
            NewCommand { message: "hello".parse().ok(), reason: reason.clone(), ..evict.clone() },
            NewCommand { hold_minutes: Some(0), reason: reason.clone(), ..evict.clone() },
            NewCommand { hold_minutes: Some(10_081), reason: reason.clone(), ..evict.clone() },
            NewCommand { hold_minutes: Some(5), ..message("hello") },
            NewCommand { message: None, ..message("hello") },
        ] {
            assert_eq!(refused(manager.ask(session, bad.clone()).await), ErrorCode::InvalidField, "{bad:?}");
        }
        let said = |error: ClientError| error.problem().unwrap().detail.clone();
        let textless = manager.ask(session, NewCommand { message: None, ..message("hello") }).await.unwrap_err();
        assert!(said(textless).starts_with("The text is missing"));
        let no_kill = manager.act(session, Verb::Kill).await.unwrap_err();
        assert_eq!(said(no_kill), "There is no Kill for Managed apps.");
        let token = manager.token().unwrap();
        let path = format!("/api/v1/sessions/{session}/actions");
        for reason in ["ab", "  ", "a\\u0000bc", &"x".repeat(501)] {
            let body = format!(r#"{{"verb":"evict","reason":"{reason}"}}"#);
            let problem = app.raw().post(&path, Some(&token), body).await.problem();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::ReasonRequired, Some("reason")), "{reason:?}");
        }
        let body = r#"{"verb":"explode","reason":"because"}"#;
        assert_eq!(app.raw().post(&path, Some(&token), body).await.code(), ErrorCode::InvalidBody);
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 0, "nothing half-done");
        let unicode: NewCommand =
            NewCommand { reason: "äöü\nzweite Zeile 🦀".parse().ok(), ..evict };
        assert_eq!(manager.ask(session, unicode).await.unwrap().reason.as_deref(), Some("äöü\nzweite Zeile 🦀"));
    }

    async fn a_message_reaches_the_user(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let asked = support.ask(session, message("Please save your work. <b>Now</b>")).await.unwrap();
        let order = agent.orders().command().await;
        assert_eq!(order.message.as_deref(), Some("Please save your work. <b>Now</b>"));
        assert!(order.requested_by.is_some());
        agent.obey(&order, CommandOutcome::Shown, Status::Running).await;
        assert_eq!(command(&support, asked.id).await.outcome, Some(CommandOutcome::Shown));
        assert_eq!(support.show(session).await.unwrap().session.status, Status::Running);
    }

    async fn a_command_that_fails_gives_the_observed_status_back(app: TestApp) {
        let (member, admin, agent) = (app.member().await, app.admin().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let issued = admin.act(session, Verb::Evict).await.unwrap();
        let detail = "cgroup.kill: Permission denied".to_owned();
        agent.step(issued.id, CommandStep::Failed { outcome: CommandOutcome::HostError, detail: detail.clone() }).await;
        let row = admin.show(session).await.unwrap().session;
        assert_eq!((row.status, row.observed_status), (Status::Running, Status::Running));
        let shown = row.command.unwrap();
        assert_eq!((shown.state, shown.outcome, shown.detail), (CommandState::Failed, Some(CommandOutcome::HostError), Some(detail)));
        // Now the record may be closed, which says that nobody confirmed it.
        let closed = admin.act(session, Verb::CloseRecord).await.unwrap();
        assert_eq!((closed.state, closed.outcome), (CommandState::Done, Some(CommandOutcome::RecordedOnly)));
        let row = admin.show(session).await.unwrap().session;
        assert_eq!((row.phase, row.end_reason), (Phase::Over, Some(deskwarden_types::EndReason::RecordClosed)));
        // And when the session is heard of again, the row opens again.
        agent.beat(&[session]).await;
        let row = admin.show(session).await.unwrap().session;
        assert_eq!((row.status, row.ended_at, row.end_reason), (Status::Running, None, None));
        assert!(events(&admin, session).await.iter().any(|event| event.kind == EventKind::Reopened));
    }

    async fn a_command_without_a_word_times_out_and_late_truth_counts(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let issued = manager.act(session, Verb::Evict).await.unwrap();
        // A server that has just started gives agents a lease's time to speak.
        app.set(|settings| settings.heartbeat_seconds = 5).await;
        app.sql(format!("UPDATE commands SET deadline = {}", now().millis())).await;
        let over = eventually("the deadline to be noticed", Duration::from_secs(40), async || {
            Some(command(&manager, issued.id).await).filter(|command| command.state == CommandState::TimedOut)
        })
        .await;
        assert_eq!(over.outcome, Some(CommandOutcome::NoWord));
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Running);
        agent.step(issued.id, CommandStep::Done { outcome: CommandOutcome::Killed }).await;
        assert_eq!(command(&manager, issued.id).await.state, CommandState::Done, "what was observed wins");
    }

    async fn the_same_key_asks_once(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let (session, other) = (agent.run(&member.username, "xterm").await, agent.run(&member.username, "xclock").await);
        let ask = async |by: &Person, id: SessionId, text: &str| {
            by.prepare::<ActOnSession>(SessionPath { id }, NoArgs {}, message(text)).idempotency_key("key-1").send().await
        };
        let done = futures_util::future::join_all((0..6).map(|_| ask(&manager, session, "hello"))).await;
        let first = done[0].as_ref().unwrap();
        assert!(done.iter().all(|done| done.as_ref().unwrap().id == first.id), "{done:?}");
        for (id, text) in [(session, "something else"), (other, "hello")] {
            assert_eq!(refused(ask(&manager, id, text).await), ErrorCode::IdempotencyMismatch, "{id} {text}");
        }
        let bulk = NewBulkAction {
            plan_id: None,
            verb: Some(Verb::Message),
            ids: vec![session],
            reason: None,
            message: "hello".parse().ok(),
            hold_minutes: None,
        };
        let bulk = manager.prepare::<StartBulkAction>(NoArgs {}, NoArgs {}, bulk).idempotency_key("key-1").send().await;
        assert_eq!(refused(bulk), ErrorCode::IdempotencyMismatch, "a key means one request");
        assert_ne!(ask(&app.owner().await, session, "hello").await.unwrap().id, first.id, "a key is its user's own");
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 2);
        // A day later the same means it once more.
        app.sql("UPDATE bulk_actions SET created_at = created_at - 86400000").await;
        let later = futures_util::future::join_all((0..6).map(|_| ask(&manager, session, "hello"))).await;
        let again = later[0].as_ref().unwrap();
        assert_ne!(again.id, first.id);
        assert!(later.iter().all(|done| done.as_ref().unwrap().id == again.id), "{later:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 3);
        // What was refused did nothing: its key is still free.
        agent.seen(other, &[Status::Removed]).await;
        let evict = async || {
            let asked = NewCommand { verb: Verb::Message, reason: None, message: "late".parse().ok(), hold_minutes: None };
            manager.prepare::<ActOnSession>(SessionPath { id: other }, NoArgs {}, asked).idempotency_key("key-2").send().await
        };
        assert_eq!(refused(evict().await), ErrorCode::VerbNotAllowed);
        assert_eq!(refused(evict().await), ErrorCode::VerbNotAllowed);
    }

    async fn an_expired_app_can_be_evicted_from_what_it_may_not_do(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        agent.seen(session, &[Status::Stopped]).await;
        let issued = manager.act(session, Verb::Expire).await.unwrap();
        let order = agent.orders().command().await;
        assert_eq!((order.id, order.first_warning_seconds), (issued.id, 0), "nothing runs: nobody is warned");
        agent.obey(&order, CommandOutcome::Recorded, Status::Expired).await;
        let row = manager.show(session).await.unwrap().session;
        assert_eq!((row.status, row.phase), (Status::Expired, Phase::Ending));
        assert!(agent.ask(&member.username, "xterm").await.is_ok(), "a new launch works (003)");
    }
}
