//! Bulk actions that are worked off after the answer, and whose server is killed on the way.

use std::time::Duration;

use deskwarden_client::Client;
use deskwarden_tests::{Person, Server, TestApp, eventually, on_both};
use deskwarden_types::{
    BulkActionId, BulkActionPath, BulkOutcome, BulkState, NoArgs, NoBody, SessionId, Verb,
    api::{
        BulkAction, BulkActionQuery, MakePlan, NewBulkAction, NewPlan, ShowBulkAction, StartBulkAction, VerifyAudit,
    },
};

/// More than are acted on at once, in three parts.
const MANY: i64 = 6_000;

/// Makes the one session that there is into so many; their ids follow its own.
pub async fn copies(app: &TestApp, count: i64) {
    let columns = "tenant_id, kind, status, observed_status, phase, user_id, resource_id, provision_id, \
        delivery_method_id, device_id, host_id, agent_id, address_id, terminal, access, source, connected, stale, \
        started_at, listed_until, revision";
    let doubling = format!(
        "INSERT INTO sessions ({columns}) SELECT {columns} FROM sessions LIMIT ({count} - (SELECT COUNT(*) FROM sessions))"
    );
    while app.number("SELECT COUNT(*) FROM sessions").await < count {
        app.sql(doubling.clone()).await;
    }
}

async fn many(app: &TestApp) -> Vec<SessionId> {
    let (member, agent) = (app.member().await, app.agent("h1").await);
    let first = agent.run(&member.username, "xterm").await;
    copies(app, MANY).await;
    (first.0..first.0 + MANY).map(SessionId).collect()
}

fn of_ids(ids: &[SessionId]) -> NewBulkAction {
    NewBulkAction {
        plan_id: None,
        verb: Some(Verb::Evict),
        ids: ids.to_vec(),
        reason: "the end of term".parse().ok(),
        message: None,
        hold_minutes: None,
    }
}

async fn start(by: &Client, asked: NewBulkAction, key: &str) -> BulkAction {
    let call = by.prepare::<StartBulkAction>(NoArgs {}, NoArgs {}, asked);
    call.idempotency_key(key).send().await.unwrap()
}

async fn show(by: &Client, id: BulkActionId) -> BulkAction {
    by.call::<ShowBulkAction>(BulkActionPath { id }, BulkActionQuery::default(), NoBody {}).await.unwrap()
}

async fn finished(by: &Client, id: BulkActionId) -> BulkAction {
    let done = async || Some(show(by, id).await).filter(|action| action.state == BulkState::Finished);
    eventually("the action to be finished", Duration::from_secs(120), done).await
}

/// Each session has one command, one event and one entry in the audit, whose chain is whole.
async fn each_once(app: &TestApp, by: &Client, action: &BulkAction, ids: &[SessionId]) {
    let told: Vec<_> = action.results.iter().map(|result| result.session_id).collect();
    assert_eq!(told, ids, "in the order asked for");
    assert!(action.results.iter().all(|result| result.outcome == BulkOutcome::Accepted && result.command_id.is_some()));
    assert_eq!((action.done, action.total), (u32::try_from(MANY).unwrap(), u32::try_from(MANY).unwrap()));
    for count in [
        "COUNT(*) FROM commands",
        "COUNT(DISTINCT session_id) FROM commands",
        "COUNT(*) FROM session_events WHERE command_id IS NOT NULL",
        "COUNT(*) FROM audit_entries WHERE action = 8",
        "COUNT(*) FROM sessions WHERE command_id IS NOT NULL AND revision > 0",
    ] {
        assert_eq!(app.number(&format!("SELECT {count}")).await, MANY, "{count}");
    }
    assert!(by.get::<VerifyAudit>().await.unwrap().whole);
}

/// Begins an action and waits until the first part is done; gives it.
async fn half_way(by: &Person, ids: &[SessionId]) -> BulkAction {
    let begun = start(by, of_ids(ids), "long").await;
    assert_eq!((begun.state, begun.done, begun.results.len()), (BulkState::Running, 0, 0));
    let begun = async || Some(show(by, begun.id).await).filter(|action| action.done > 0);
    let action = eventually("the first results", Duration::from_secs(60), begun).await;
    assert_eq!(action.results.len(), action.done as usize);
    action
}

on_both! {
    async fn many_are_worked_off_after_the_answer(app: TestApp) {
        let (owner, ids) = (app.owner().await, many(&app).await);
        let body = serde_json::to_string(&of_ids(&ids)).unwrap();
        let answer = app.raw().post("/api/v1/bulk-actions", owner.token().as_deref(), body).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let begun: BulkAction = serde_json::from_slice(&answer.body).unwrap();
        let done = finished(&owner, begun.id).await;
        each_once(&app, &owner, &done, &ids).await;
        // The same once more acts on nobody: their commands are on their way.
        let again = start(&owner, of_ids(&ids), "other key").await;
        let again = finished(&owner, again.id).await;
        assert!(again.results.iter().all(|result| result.outcome == BulkOutcome::NotApplicable));
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, MANY);
    }

    async fn the_same_key_gives_the_same_long_action(app: TestApp) {
        let (owner, ids) = (app.owner().await, many(&app).await);
        let tries = futures_util::future::join_all((0..4).map(|_| start(&owner, of_ids(&ids), "one"))).await;
        assert!(tries.iter().all(|action| action.id == tries[0].id));
        let done = finished(&owner, tries[0].id).await;
        each_once(&app, &owner, &done, &ids).await;
        assert_eq!(start(&owner, of_ids(&ids), "one").await, done);
    }

    async fn what_changes_on_the_way_is_a_conflict(app: TestApp) {
        let (owner, ids) = (app.owner().await, many(&app).await);
        let plan = NewPlan { verb: Verb::Evict, ids: ids.clone(), matching: None };
        let plan = owner.send::<MakePlan>(plan).await.unwrap();
        let last = ids.last().unwrap();
        app.sql(format!("UPDATE sessions SET revision = revision + 1 WHERE id = {last}")).await;
        let action = NewBulkAction { plan_id: Some(plan.id), verb: None, ids: vec![], ..of_ids(&ids) };
        let done = finished(&owner, start(&owner, action, "planned").await.id).await;
        assert_eq!(done.results.last().unwrap().outcome, BulkOutcome::Conflict);
        let accepted = done.results.iter().filter(|result| result.outcome == BulkOutcome::Accepted).count();
        assert_eq!(i64::try_from(accepted).unwrap(), MANY - 1);
    }

    async fn one_that_cannot_be_read_is_left_alone_and_the_others_are_not(app: TestApp) {
        let (owner, ids) = (app.owner().await, many(&app).await);
        let spoilt = ids[1_234];
        app.server.expect_errors();
        app.sql(format!("UPDATE sessions SET source = 99 WHERE id = {spoilt}")).await;
        let action = start(&owner, of_ids(&ids), "spoilt").await;
        let done = finished(&owner, action.id).await;
        assert_eq!((done.done, done.total, done.summary.conflict), (done.total, u32::try_from(MANY).unwrap(), 1));
        let told: Vec<_> = done.results.iter().map(|result| result.session_id).collect();
        assert_eq!(told, ids, "in the order asked for");
        for result in &done.results {
            let is_spoilt = result.session_id == spoilt;
            assert_eq!(result.outcome, if is_spoilt { BulkOutcome::Conflict } else { BulkOutcome::Accepted });
            assert_eq!(result.command_id.is_none(), is_spoilt);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, MANY - 1);
        assert!(owner.get::<VerifyAudit>().await.unwrap().whole);
    }

    async fn a_killed_server_goes_on_when_it_starts_again(app: TestApp) {
        let mut app = app;
        let (owner, ids) = (app.owner().await, many(&app).await);
        let action = half_way(&owner, &ids).await;
        app.server.kill9();
        let done = app.number("SELECT COUNT(*) FROM commands").await;
        app.server.start_again().await;
        println!("killed after {done} of {MANY}");
        let action = finished(&owner, action.id).await;
        each_once(&app, &owner, &action, &ids).await;
    }

    async fn another_server_goes_on_with_what_was_left(app: TestApp) {
        let mut app = app;
        let (owner, ids) = (app.owner().await, many(&app).await);
        let other = Server::start(app.server.options().clone()).await;
        let action = half_way(&owner, &ids).await;
        app.server.kill9();
        let there = Client::new(other.url()).with_token(owner.token().unwrap());
        let action = finished(&there, action.id).await;
        each_once(&app, &there, &action, &ids).await;
        let same = start(&there, of_ids(&ids), "long").await;
        assert_eq!(same, action, "the key is the same on every server");
    }
}
