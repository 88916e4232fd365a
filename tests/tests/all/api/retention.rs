//! Deleting history: what goes and when, and everything that stays.

use deskwarden_store::{Durability, Options, Store, expected_columns, jobs, retention};
use deskwarden_tests::{Database, FakeAgent, Person, TestApp, now, on_both};
use deskwarden_types::{
    AuditAction, BulkActionPath, BulkResults, CommandId, CommandOutcome, CommandState, EndReason, ErrorCode, ListState,
    NoArgs, NoBody, Phase, SessionId, Status, Timestamp, Verb,
    api::{
        BulkActionQuery, ChangeSettings, HistoryPreview, HistoryQuery, NewBulkAction, PreviewHistory, SessionQuery,
        ShowBulkAction, ShowSettings, StartBulkAction, Total, VerifyAudit,
    },
};

use super::{audit, refused};

const DAY: i64 = 86_400;

/// The jobs of the server leave history alone: another one has just begun a round, and has done all there was to do.
/// Gives a day on which there is more to do.
async fn alone(app: &TestApp) -> Timestamp {
    let at = now().plus_seconds(DAY);
    round(app, at).await;
    at.plus_seconds(DAY)
}

/// One round of another server at this time; gives how many sessions went.
async fn round(app: &TestApp, at: Timestamp) -> usize {
    retention::run(&app.store, "another server", || at).await.unwrap()
}

/// A session that is over.
async fn over(agent: &FakeAgent, member: &Person, program: &str) -> SessionId {
    let id = agent.run(&member.username, program).await;
    agent.seen(id, &[Status::Stopped, Status::Removed]).await;
    id
}

/// It ended so long before.
async fn ended(app: &TestApp, id: SessionId, days: i64, at: Timestamp) {
    let end = at.plus_seconds(-days * DAY).millis();
    app.sql(format!("UPDATE sessions SET ended_at = {end}, listed_until = {end} + 86400000 WHERE id = {id}")).await;
}

/// The same session so many times more.
async fn copies(app: &TestApp, of: SessionId, count: usize) {
    let columns = "tenant_id, kind, status, observed_status, phase, user_id, resource_id, provision_id, device_id, host_id, \
         agent_id, address_id, terminal, access, source, connected, stale, started_at, ended_at, listed_until, end_reason, \
         ended_how, revision";
    app.sql(format!(
        "INSERT INTO sessions ({columns}) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT {columns} FROM sessions, n WHERE sessions.id = {of}"
    ))
    .await;
}

/// Whether it is still there.
async fn is_there(by: &Person, id: SessionId) -> bool {
    match by.show(id).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), Some(ErrorCode::NotFound));
            false
        }
    }
}

/// The tables whose rows belong to a session, with how many there are of this one.
async fn rows_of(app: &TestApp, id: SessionId) -> Vec<(String, i64)> {
    let columns = expected_columns();
    let tables = columns.iter().filter_map(|column| column.strip_suffix(".session_id BigInt"));
    let mut found = Vec::new();
    for table in tables {
        let count = app.number(&format!("SELECT COUNT(*) FROM {table} WHERE session_id = {id}")).await;
        found.push((table.to_owned(), count));
    }
    found
}

/// A question whether somebody may watch, and a stream, as they stand when all is over.
async fn was_watched(app: &TestApp, id: SessionId, command: CommandId) {
    app.sql(format!(
        "INSERT INTO consents (tenant_id, session_id, command_id, user_id, asked_by, reason, asked_at, answer_by, state) \
         SELECT tenant_id, id, {command}, user_id, user_id, 'why', 1, 2, 3 FROM sessions WHERE id = {id}"
    ))
    .await;
    let ticket = match app.database.kind {
        Database::Sqlite => "X'01'",
        Database::Postgres => "'\\x01'::bytea",
    };
    app.sql(format!(
        "INSERT INTO streams (tenant_id, session_id, agent_id, user_id, consent_id, reach, ticket_hash, created_at, \
         expires_at, closed_at) SELECT s.tenant_id, s.id, s.agent_id, s.user_id, c.id, 1, {ticket}, {at}, {at}, {at} \
         FROM sessions s JOIN consents c ON c.session_id = s.id WHERE s.id = {id}",
        at = now().millis()
    ))
    .await;
}

async fn preview(by: &Person, history_days: Option<u32>) -> HistoryPreview {
    by.call::<PreviewHistory>(NoArgs {}, HistoryQuery { history_days }, NoBody {}).await.unwrap()
}

on_both! {
    async fn what_is_too_old_goes_with_all_that_is_its(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let (foreign, auditor) = (app.other_tenant("others").await, app.auditor().await);
        let foreign_agent = app.agent_of(&foreign, "h2").await;
        let theirs = over(&foreign_agent, &foreign.member().await, "xterm").await;
        let at = alone(&app).await;
        let mut ids = Vec::new();
        for program in ["old", "younger", "commanded", "running", "older"] {
            ids.push(agent.run(&member.username, program).await);
        }
        let [old, younger, commanded, running, older] = ids[..] else { panic!("five were made") };
        let command = manager.act(old, Verb::Evict).await.unwrap().id;
        was_watched(&app, old, command).await;
        agent.step(command, deskwarden_types::agent::CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest }).await;
        let open = manager.act(commanded, Verb::Evict).await.unwrap().id;
        for (id, days) in [(old, 801), (younger, 799), (commanded, 900), (older, 2000)] {
            agent.seen(id, &[Status::Stopped, Status::Removed]).await;
            ended(&app, id, days, at).await;
        }
        // Its agent never told what became of the command.
        let queued = CommandState::Queued.code();
        app.sql(format!("UPDATE commands SET state = {queued}, finished_at = NULL, outcome = NULL WHERE id = {open}")).await;
        // The others keep theirs for longer.
        ended(&app, theirs, 801, at).await;
        app.sql(format!("UPDATE tenants SET history_days = 900 WHERE id = {}", foreign.id)).await;
        app.sql(format!("UPDATE sessions SET started_at = 1000 WHERE id = {running}")).await;
        let before = rows_of(&app, old).await;
        assert!(before.len() >= 6 && before.iter().all(|(_, rows)| *rows > 0), "{before:?}");
        let kept = rows_of(&app, younger).await;

        assert_eq!(round(&app, at).await, 2);
        let there = async |id| is_there(&manager, id).await;
        assert_eq!((there(old).await, there(older).await), (false, false));
        assert_eq!((there(younger).await, there(commanded).await, there(running).await), (true, true, true));
        assert!(is_there(&foreign.manager().await, theirs).await);
        let after = rows_of(&app, old).await;
        assert!(after.iter().all(|(_, rows)| *rows == 0), "{after:?}");
        assert_eq!(rows_of(&app, younger).await, kept);

        let told = audit::expect(&auditor, AuditAction::HistoryDeleted, 1).await.remove(0);
        let since = at.plus_seconds(-800 * DAY);
        assert_eq!(told.object, Some(format!("2 sessions that ended before {since}")));
        assert_eq!((told.actor.as_deref(), told.reason.as_deref()), (Some("Deskwarden"), Some("history is kept for 800 days")));
        audit::expect(&foreign.auditor().await, AuditAction::HistoryDeleted, 0).await;
        // What was done to the session is told still, and the chain is whole.
        let entries = audit::all(&auditor).await;
        assert!(entries.iter().any(|entry| entry.session_id == Some(old)));
        assert!(auditor.get::<VerifyAudit>().await.unwrap().whole);

        // Once more on the same day, and on the next one: nothing is due, and nothing is told.
        assert_eq!((round(&app, at).await, round(&app, at.plus_seconds(DAY + 1)).await), (0, 1), "younger is 800 days old");
        assert_eq!(round(&app, at.plus_seconds(2 * DAY + 2)).await, 0);
        audit::expect(&auditor, AuditAction::HistoryDeleted, 2).await;
        // With its command it ends.
        app.sql(format!("UPDATE commands SET state = {}, finished_at = 1 WHERE id = {open}", CommandState::TimedOut.code())).await;
        assert_eq!(round(&app, at.plus_seconds(3 * DAY + 3)).await, 1);
        assert!(!there(commanded).await && there(running).await);
    }

    async fn an_app_whose_device_never_came_back_is_history_first(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("laptop").await);
        let offline = agent.run(&member.username, "office").await;
        agent.seen(offline, &[Status::Stopped]).await;
        // Long ago, and its agent is silent since: no rule has ended it.
        let long_ago = now().plus_seconds(-2000 * DAY).millis();
        app.sql(format!("UPDATE sessions SET started_at = {long_ago}, last_activity_at = {long_ago}")).await;
        app.sql(format!("UPDATE session_events SET observed_at = {long_ago}")).await;
        let mut at = alone(&app).await;
        assert_eq!(round(&app, at).await, 0);
        // Flagged, expired and over, a day each.
        for _ in 0..3 {
            at = at.plus_seconds(DAY + 60);
            jobs::run(&app.store, "another server", at.plus_seconds(-3600), at).await.unwrap();
        }
        let closed = manager.show(offline).await.unwrap().session;
        assert_eq!((closed.phase, closed.end_reason), (Phase::Over, Some(EndReason::CleanUp)));
        // What it was sent is waited for no longer.
        at = at.plus_seconds(DAY);
        jobs::run(&app.store, "another server", at.plus_seconds(-3600), at).await.unwrap();
        assert_eq!(round(&app, at.plus_seconds(798 * DAY)).await, 0);
        assert!(is_there(&manager, offline).await);
        assert_eq!(round(&app, at.plus_seconds(800 * DAY)).await, 1);
        assert!(!is_there(&manager, offline).await);
        // The device comes back: nobody knows of it, and what it says next is taken.
        assert_eq!(agent.beat(&[offline]).await.unknown_sessions, [offline]);
        let taken = agent.report(vec![deskwarden_tests::seen(offline, Status::Running)]).await;
        assert_eq!(taken.unknown_sessions, [offline]);
        agent.run(&member.username, "office").await;
    }

    async fn bulk_actions_go_when_they_are_done(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let (lives, waits) = (agent.run(&member.username, "a").await, agent.run(&member.username, "b").await);
        let at = alone(&app).await;
        let mut actions = Vec::new();
        for id in [lives, waits, lives] {
            let asked = NewBulkAction {
                plan_id: None,
                verb: Some(Verb::Message),
                ids: vec![id],
                reason: None,
                message: "hello".parse().ok(),
                hold_minutes: None,
            };
            actions.push(manager.send::<StartBulkAction>(asked).await.unwrap());
        }
        let show = async |of: usize| {
            let query = BulkActionQuery { results: Some(BulkResults::All) };
            manager.call::<ShowBulkAction>(BulkActionPath { id: actions[of].id }, query, NoBody {}).await
        };
        let command = actions[0].results[0].command_id.unwrap();
        let done = format!("UPDATE commands SET state = {}, finished_at = 1, outcome = 1", CommandState::Done.code());
        app.sql(format!("{done} WHERE id = {command}")).await;
        let old = at.plus_seconds(-801 * DAY).millis();
        app.sql(format!("UPDATE bulk_actions SET worked_at = {old}, created_at = {old} WHERE id <> {}", actions[2].id)).await;
        app.sql(format!("INSERT INTO seat_refusals (tenant_id, user_id, at, capacity) VALUES ({}, {}, {old}, 1)", app.id, member.id)).await;
        app.sql(format!(
            "INSERT INTO holds (tenant_id, user_id, resource_id, until_at) SELECT tenant_id, user_id, resource_id, {old} FROM sessions"
        ))
        .await;

        assert_eq!(round(&app, at).await, 0);
        assert_eq!(refused(show(0).await), ErrorCode::NotFound);
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM bulk_action_parts WHERE bulk_action_id = {}", actions[0].id)).await, 0);
        // Its command is the session's, which lives.
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM commands WHERE id = {command} AND bulk_action_id IS NULL")).await, 1);
        assert_eq!((show(1).await.unwrap().commands.on_the_way, show(2).await.unwrap().done), (1, 1));
        assert_eq!(app.number("SELECT (SELECT COUNT(*) FROM holds) + (SELECT COUNT(*) FROM seat_refusals)").await, 0);
        audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 0).await;

        app.sql(done).await;
        assert_eq!(round(&app, at.plus_seconds(DAY + 1)).await, 0);
        assert_eq!(refused(show(1).await), ErrorCode::NotFound);
        assert!(show(2).await.is_ok());
    }

    async fn two_servers_delete_each_session_once(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let at = alone(&app).await;
        let id = over(&agent, &member, "xterm").await;
        ended(&app, id, 900, at).await;
        copies(&app, id, 999).await;
        let options = Options {
            url: app.database.url().parse().unwrap(),
            durability: Durability::Normal,
            connections: 1,
        };
        let other = Store::open(options).await.unwrap();
        // While one is at it, the other leaves it alone.
        let (one, two) =
            tokio::join!(retention::run(&app.store, "one", || at), retention::run(&other, "two", || at));
        let mut each = [one.unwrap(), two.unwrap()];
        each.sort_unstable();
        assert_eq!(each, [0, 1000]);
        audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 1).await;

        // The first stands still for so long that the other takes it for gone, and then they are at it both.
        let at = at.plus_seconds(DAY + 1);
        let id = over(&agent, &member, "gimp").await;
        ended(&app, id, 900, at).await;
        copies(&app, id, 999).await;
        let late = at.plus_seconds(121);
        let (one, two) = tokio::join!(
            retention::run(&app.store, "one", || at),
            retention::run(&other, "two", || late)
        );
        assert_eq!(one.unwrap() + two.unwrap(), 1000);
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 0);
        let told = audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 2).await;
        assert!(told[0].object.as_deref().unwrap().starts_with("1000 sessions that ended before "), "{told:?}");
    }

    /// A round that is over before all is done goes on with the next one, and tells it once.
    async fn a_round_ends_in_time(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let at = alone(&app).await;
        let id = over(&agent, &member, "xterm").await;
        ended(&app, id, 900, at).await;
        copies(&app, id, 699).await;
        let asked = std::cell::Cell::new(0);
        // Each look at the clock finds it seven seconds later.
        let clock = || at.plus_seconds(7 * (asked.replace(asked.get() + 1)));
        let first = retention::run(&app.store, "one", clock).await.unwrap();
        assert!((1..700).contains(&first), "{first}");
        audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 0).await;
        assert_eq!(retention::run(&app.store, "one", || at.plus_seconds(60)).await.unwrap(), 700 - first);
        let told = audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 1).await;
        assert!(told[0].object.as_deref().unwrap().starts_with("700 sessions that ended before "), "{told:?}");
    }

    /// By the server itself, soon after the setting was changed.
    async fn a_shorter_history_deletes_soon(app: TestApp) {
        let (member, admin, agent) = (app.member().await, app.admin().await, app.agent("h1").await);
        let (old, young) = (over(&agent, &member, "xterm").await, over(&agent, &member, "gimp").await);
        ended(&app, old, 100, now()).await;
        ended(&app, young, 50, now()).await;
        copies(&app, old, 449).await;
        let count = |count| Total { count, exact: true };
        assert_eq!(preview(&admin, Some(90)).await.sessions, count(450));
        assert_eq!(preview(&admin, Some(30)).await.sessions, count(451));
        let as_set = preview(&admin, None).await;
        assert_eq!((as_set.history_days, as_set.sessions), (800, count(0)));
        assert!(now().seconds_since(as_set.kept_since).abs_diff(800 * DAY) < 60, "{as_set:?}");
        for bad in [0, 29, 3651] {
            let query = HistoryQuery { history_days: Some(bad) };
            let error = admin.call::<PreviewHistory>(NoArgs {}, query, NoBody {}).await.unwrap_err();
            assert_eq!(error.problem().unwrap().field.as_deref(), Some("history_days"));
        }

        let all = SessionQuery { state: Some(ListState::All), limit: Some(200), ..Default::default() };
        let first = admin.list(all.clone()).await.unwrap();
        assert_eq!((first.items.len(), first.total.map(|total| total.count)), (200, Some(451)));
        let (mut feed, _) = super::live::Feed::open(&admin, all.clone(), Some(first.revision)).await;
        let mut settings = admin.get::<ShowSettings>().await.unwrap();
        settings.history_days = 90;
        admin.send::<ChangeSettings>(settings).await.unwrap();
        // Told once, whatever number of portions it took, and when all is done.
        feed.reload(std::time::Duration::from_secs(60)).await;
        assert!(feed.is_quiet().await);
        assert!(!is_there(&admin, old).await && is_there(&admin, young).await);
        assert_eq!(preview(&admin, None).await.sessions, count(0));
        audit::expect(&app.auditor().await, AuditAction::HistoryDeleted, 1).await;
        // A cursor goes on from its place, and who comes back with an old revision asks for the list again.
        let rest = SessionQuery { cursor: first.next.clone(), ..all.clone() };
        let rest = admin.list(rest).await.unwrap();
        assert_eq!(rest.items.iter().map(|session| session.id).collect::<Vec<_>>(), [young]);
        let (mut feed, _) = super::live::Feed::open(&admin, all.clone(), Some(first.revision)).await;
        feed.reload(std::time::Duration::from_secs(10)).await;
        // A range of time in which nothing is left.
        let gone = SessionQuery { from: Some("2001-01-01".to_owned()), to: Some(now().to_string()), ..all };
        assert_eq!(admin.list(gone).await.unwrap().items.len(), 1);
    }
}
