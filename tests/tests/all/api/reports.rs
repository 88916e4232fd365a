//! `/agent/v1/reports`, `/agent/v1/beats`: what agents tell.

use std::time::Duration;

use deskwarden_tests::{FakeAgent, TestApp, eventually, now, on_both, seen};
use deskwarden_types::{
    EndReason, ErrorCode, EventKind, Phase, SessionId, Status, Trust,
    agent::{Beat, Beats, Observation, Report, Reports, SendBeats, SendReports, StatusSeen},
};

use super::{refused, session::events};

fn report(seq: i64, what: Observation) -> Report {
    Report { seq, age_ms: 0, what }
}

/// An agent with a session that it has launched and not told of.
async fn launched(app: &TestApp) -> (FakeAgent, SessionId) {
    let (member, agent) = (app.member().await, app.agent("h1").await);
    let session = agent.ask(&member.username, "xterm").await.unwrap().session_id;
    (agent, session)
}

on_both! {
    async fn a_number_is_taken_once(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let batch = vec![report(1, seen(session, Status::Added)), report(2, seen(session, Status::Running))];
        assert_eq!(agent.send(batch.clone()).await.unwrap().taken_through, 2);
        assert_eq!(agent.send(vec![report(3, seen(session, Status::Stopped))]).await.unwrap().taken_through, 3);
        let before = (manager.show(session).await.unwrap(), events(&manager, session).await);
        for replay in [batch.clone(), vec![report(1, seen(session, Status::Removed))], vec![report(0, seen(session, Status::Removed))], vec![report(-5, seen(session, Status::Removed))]] {
            assert_eq!(agent.send(replay).await.unwrap().taken_through, 3);
        }
        let after = (manager.show(session).await.unwrap(), events(&manager, session).await);
        assert_eq!((before.0.session.status, before.0.session.revision), (after.0.session.status, after.0.session.revision));
        assert_eq!(before.1, after.1, "an old number changes nothing");
        // Half old, half new: the new half counts.
        let overlap = vec![report(3, seen(session, Status::Removed)), report(4, seen(session, Status::Running))];
        assert_eq!(agent.send(overlap).await.unwrap().taken_through, 4);
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Running);
        assert_eq!(agent.hello().await.taken_through, 4);
    }

    async fn the_same_batch_at_once_counts_once(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let batch = || (1..=6).map(|n| report(n, seen(session, if n % 2 == 1 { Status::Running } else { Status::Stopped }))).collect();
        let tries = (0..6).map(|_| agent.send(batch()));
        for done in futures_util::future::join_all(tries).await {
            assert_eq!(done.unwrap().taken_through, 6);
        }
        assert_eq!(events(&manager, session).await.len(), 7, "made, and six changes");
    }

    async fn a_gap_is_refused_whole(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        agent.send(vec![report(1, seen(session, Status::Added))]).await.unwrap();
        for gap in [vec![3], vec![2, 4], vec![2, 3, 5], vec![i64::MAX]] {
            let batch = gap.iter().map(|seq| report(*seq, seen(session, Status::Running))).collect();
            let error = agent.send(batch).await.unwrap_err();
            assert_eq!(error.code(), Some(ErrorCode::SequenceGap), "{gap:?}");
        }
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Added, "nothing of a refused batch counts");
        assert_eq!(agent.send(vec![report(2, seen(session, Status::Running))]).await.unwrap().taken_through, 2);
    }

    async fn others_sessions_are_named_and_not_changed(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let other = app.agent("h2").await;
        let stranger = app.agent_of(&app.other_tenant("strangers").await, "h3").await;
        let nobody = SessionId(999_999);
        for thief in [&other, &stranger] {
            let taken = thief.report(vec![seen(session, Status::Removed), seen(nobody, Status::Running), seen(session, Status::Removed)]).await;
            assert_eq!(taken.unknown_sessions, [session, nobody]);
            assert_eq!(thief.beat(&[session]).await.unknown_sessions, [session]);
            let inventory = Observation::Inventory { sessions: vec![] };
            assert!(thief.report(vec![inventory]).await.unknown_sessions.is_empty());
        }
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Launched);
        let command = manager.act(session, deskwarden_types::Verb::Evict).await;
        assert!(command.is_err());
        agent.seen(session, &[Status::Running]).await;
        let command = manager.act(session, deskwarden_types::Verb::Evict).await.unwrap();
        let done = deskwarden_types::agent::CommandStep::Done { outcome: deskwarden_types::CommandOutcome::Killed };
        other.step(command.id, done.clone()).await;
        stranger.step(command.id, done).await;
        assert_eq!(manager.show(session).await.unwrap().commands[0].state, deskwarden_types::CommandState::Queued);
    }

    async fn times_are_the_servers_whatever_the_hosts_clock_says(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        for skew in [3600, -3600, 10 * 365 * 86_400] {
            let welcome = agent.hello_at(now().plus_seconds(skew)).await;
            assert!((welcome.clock_skew_ms - skew * 1000).abs() < 5000, "{welcome:?}");
            assert!(now().seconds_since(welcome.server_time) < 5);
        }
        let mut reports = agent.number(vec![seen(session, Status::Running), seen(session, Status::Stopped)]);
        (reports[0].age_ms, reports[1].age_ms) = (60_000, 30_000);
        agent.send(reports).await.unwrap();
        let timeline = events(&manager, session).await;
        let ages: Vec<i64> = timeline[1..].iter().map(|event| now().seconds_since(event.observed_at)).collect();
        assert!((60..=65).contains(&ages[0]) && (30..=35).contains(&ages[1]), "{ages:?}");
        assert!(timeline.iter().all(|event| now().seconds_since(event.recorded_at) < 30));
        let mut old = agent.number(vec![seen(session, Status::Running)]);
        old[0].age_ms = u64::MAX;
        agent.send(old).await.unwrap();
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Running);
    }

    async fn what_an_inventory_does_not_name_is_gone(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let kept = agent.run(&member.username, "xterm").await;
        let gone = agent.run(&member.username, "xclock").await;
        let named = StatusSeen { session_id: kept, status: Status::Stopped, end_reason: None, adopted: true, connected: None, closes_in_ms: None, detail: None };
        agent.report(vec![Observation::Inventory { sessions: vec![named] }]).await;
        let row = manager.show(kept).await.unwrap().session;
        assert_eq!(row.status, Status::Stopped);
        assert!(events(&manager, kept).await.iter().any(|event| event.kind == EventKind::Adopted));
        let row = manager.show(gone).await.unwrap().session;
        assert_eq!((row.phase, row.end_reason), (Phase::Over, Some(EndReason::Lost)));
        // It was there after all: the row opens again.
        agent.seen(gone, &[Status::Running]).await;
        let row = manager.show(gone).await.unwrap().session;
        assert_eq!((row.status, row.ended_at), (Status::Running, None));
    }

    /// A launch overtakes an inventory that is spooled, and is not told to be gone by it.
    async fn an_inventory_says_nothing_of_a_launch_under_way(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let under_way = agent.ask(&member.username, "xterm").await.unwrap().session_id;
        let never_heard_of = agent.ask(&member.username, "xclock").await.unwrap().session_id;
        let long_ago = now().plus_seconds(-120).millis();
        app.sql(format!("UPDATE sessions SET started_at = {long_ago} WHERE id = {never_heard_of}")).await;
        agent.report(vec![Observation::Inventory { sessions: vec![] }]).await;
        assert_eq!(manager.show(under_way).await.unwrap().session.status, Status::Launched);
        assert_eq!(manager.show(never_heard_of).await.unwrap().session.end_reason, Some(EndReason::Lost));
        agent.seen(under_way, &[Status::Added]).await;
        agent.report(vec![Observation::Inventory { sessions: vec![] }]).await;
        assert_eq!(manager.show(under_way).await.unwrap().session.end_reason, Some(EndReason::Lost));
    }

    async fn an_expired_app_that_runs_says_when_it_is_closed(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let valid_until = async || manager.show(session).await.unwrap().session.valid_until;
        let running = |closes_in_ms| StatusSeen { session_id: session, status: Status::Running, end_reason: None, adopted: false, connected: None, closes_in_ms, detail: None };
        agent.seen(session, &[Status::Added, Status::Running, Status::Expired]).await;
        assert_eq!(valid_until().await, None);
        let mut reports = agent.number(vec![Observation::Status(running(Some(120_000)))]);
        reports[0].age_ms = 20_000;
        agent.send(reports).await.unwrap();
        let left = |until: Option<deskwarden_types::Timestamp>| until.unwrap().seconds_since(now());
        assert!((90..=100).contains(&left(valid_until().await)), "counted from when it was seen");
        // Heard of again, taken over, named among all: the time that is left is what counts.
        agent.report(vec![Observation::Status(StatusSeen { adopted: true, ..running(Some(50_000)) })]).await;
        assert!((40..=50).contains(&left(valid_until().await)));
        agent.report(vec![Observation::Inventory { sessions: vec![running(Some(30_000))] }]).await;
        assert!((20..=30).contains(&left(valid_until().await)));
        agent.seen(session, &[Status::Expired]).await;
        assert_eq!(valid_until().await, None, "it does not run any more");
        // What cannot be true: it is over, and is to be closed.
        agent.report(vec![Observation::Status(StatusSeen { status: Status::Expired, ..running(Some(u64::MAX)) })]).await;
        assert_eq!(valid_until().await, None);
        agent.report(vec![Observation::Status(running(Some(u64::MAX)))]).await;
        assert_eq!(valid_until().await, Some(deskwarden_types::Timestamp::MAX));
        agent.seen(session, &[Status::Removed]).await;
        assert_eq!(valid_until().await, None);
    }

    async fn an_agents_words_turn_nothing_around(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let detail = Some("gnp.\u{202e}exe \u{2066}خرج\u{2069}".to_owned());
        let stopped = StatusSeen { session_id: session, status: Status::Stopped, end_reason: None, adopted: false, connected: None, closes_in_ms: None, detail };
        agent.report(vec![seen(session, Status::Running), Observation::Status(stopped)]).await;
        let last = events(&manager, session).await.pop().unwrap();
        assert_eq!(last.detail.as_deref(), Some("gnp.exe خرج"));
    }

    async fn what_cannot_be_true_holds_nothing_up(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        let long = StatusSeen { session_id: session, status: Status::Running, end_reason: None, adopted: false, connected: None, closes_in_ms: None, detail: Some("x\0y".repeat(1000)) };
        let taken = agent.report(vec![seen(session, Status::Connected), seen(session, Status::Killed), Observation::Status(long)]).await;
        assert!(taken.unknown_sessions.is_empty());
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Running);
        agent.seen(session, &[Status::Removed, Status::Running]).await;
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Removed, "a confirmed end is an end");
    }

    async fn batches_have_bounds(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        assert_eq!(refused(agent.client().send::<SendReports>(Reports { reports: vec![] }).await), ErrorCode::InvalidField);
        let many = (1..=1001).map(|seq| report(seq, seen(session, Status::Running))).collect();
        assert_eq!(refused(agent.send(many).await), ErrorCode::InvalidField);
        let most = (1..=1000).map(|seq| report(seq, seen(session, if seq % 2 == 1 { Status::Running } else { Status::Stopped }))).collect();
        assert_eq!(agent.send(most).await.unwrap().taken_through, 1000);
        assert_eq!(manager.show(session).await.unwrap().session.status, Status::Stopped);
        let beats = |count| Beats { sessions: vec![Beat { session_id: session, idle_seconds: Some(5) }; count] };
        assert_eq!(refused(agent.client().send::<SendBeats>(beats(1001)).await), ErrorCode::InvalidField);
        // The same session twice in one request is no fault.
        assert!(agent.client().send::<SendBeats>(beats(2)).await.is_ok());
        assert!(agent.client().send::<SendBeats>(beats(0)).await.is_ok());
    }

    async fn silence_makes_stale_and_a_beat_makes_fresh(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        agent.seen(session, &[Status::Running]).await;
        app.set(|settings| settings.heartbeat_seconds = 5).await;
        let stale = eventually("the lease to end", Duration::from_secs(30), async || {
            let row = manager.show(session).await.unwrap().session;
            (row.trust == Trust::Stale).then_some(row)
        })
        .await;
        assert_eq!(stale.observed_status, Status::Running);
        eventually("the timeline to say so", Duration::from_secs(10), async || {
            events(&manager, session).await.iter().any(|event| event.kind == EventKind::WentStale).then_some(())
        })
        .await;
        assert!(agent.beat(&[session]).await.unknown_sessions.is_empty());
        let row = manager.show(session).await.unwrap().session;
        assert_eq!(row.trust, Trust::Fresh);
        assert!(events(&manager, session).await.iter().any(|event| event.kind == EventKind::HeardAgain));
    }

    async fn a_beat_changes_nothing_else(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        agent.seen(session, &[Status::Running]).await;
        let before = manager.show(session).await.unwrap().session;
        for _ in 0..3 {
            agent.beat(&[session]).await;
        }
        let after = manager.show(session).await.unwrap().session;
        assert!(after.seen_at >= before.seen_at);
        assert_eq!((after.revision, after.status, after.started_at), (before.revision, before.status, before.started_at));
    }

    async fn silence_for_long_closes_as_lost(app: TestApp) {
        let (manager, (agent, session)) = (app.manager().await, launched(&app).await);
        agent.seen(session, &[Status::Running]).await;
        // A server that has just started gives agents a lease's time to speak.
        app.set(|settings| settings.heartbeat_seconds = 5).await;
        let long_ago = now().plus_seconds(-7200).millis();
        app.sql(format!("UPDATE session_beats SET seen_at = {long_ago}")).await;
        app.sql(format!("UPDATE sessions SET started_at = {long_ago}")).await;
        let row = eventually("the session to be lost", Duration::from_secs(40), async || {
            let row = manager.show(session).await.unwrap().session;
            (row.phase == Phase::Over).then_some(row)
        })
        .await;
        assert_eq!(row.end_reason, Some(EndReason::Lost));
        agent.beat(&[session]).await;
        let row = manager.show(session).await.unwrap().session;
        assert_eq!((row.status, row.end_reason), (Status::Running, None), "what is observed wins");
    }
}
