//! `/api/v1/bulk-actions`.

use deskwarden_client::ClientError;
use deskwarden_tests::{FakeAgent, Person, TestApp, now, on_both};
use deskwarden_types::{
    BulkActionPath, BulkOutcome, BulkState, ErrorCode, NoArgs, NoBody, PlanId, SessionId, Status, Verb, WhyNot,
    api::{BulkAction, BulkActionQuery, MakePlan, NewBulkAction, NewPlan, ShowBulkAction, StartBulkAction},
};

use super::refused;

fn of_plan(plan: PlanId) -> NewBulkAction {
    NewBulkAction {
        plan_id: Some(plan),
        verb: None,
        ids: vec![],
        reason: "the end of term".parse().ok(),
        message: None,
        hold_minutes: None,
    }
}

fn of_ids(ids: Vec<SessionId>) -> NewBulkAction {
    NewBulkAction { plan_id: None, verb: Some(Verb::Evict), ids, ..of_plan(PlanId(1)) }
}

async fn start(by: &Person, asked: NewBulkAction, key: Option<&str>) -> Result<BulkAction, ClientError> {
    let call = by.prepare::<StartBulkAction>(NoArgs {}, NoArgs {}, asked);
    match key {
        Some(key) => call.idempotency_key(key).send().await,
        None => call.send().await,
    }
}

async fn plan(by: &Person, ids: &[SessionId]) -> PlanId {
    by.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: ids.to_vec(), matching: None }).await.unwrap().id
}

async fn sessions(agent: &FakeAgent, user: &str, count: usize) -> Vec<SessionId> {
    let mut ids = Vec::new();
    for n in 0..count {
        ids.push(agent.run(user, &format!("app{n}")).await);
    }
    ids
}

on_both! {
    async fn a_plan_is_carried_out_session_by_session(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let ids = sessions(&agent, &member.username, 4).await;
        agent.seen(ids[1], &[Status::Stopped]).await;
        agent.seen(ids[2], &[Status::Removed]).await;
        let nobody = SessionId(77_777);
        let plan = plan(&manager, &[ids[0], ids[1], ids[2], nobody, ids[3]]).await;
        // What changes between the plan and its carrying out is never overridden.
        agent.seen(ids[3], &[Status::Stopped]).await;
        let done = start(&manager, of_plan(plan), None).await.unwrap();
        let outcomes: Vec<_> = done.results.iter().map(|result| (result.session_id, result.outcome)).collect();
        assert_eq!(
            outcomes,
            [
                (ids[0], BulkOutcome::Accepted),
                (ids[1], BulkOutcome::NotApplicable),
                (ids[2], BulkOutcome::NoOp),
                (nobody, BulkOutcome::NotFound),
                (ids[3], BulkOutcome::Conflict),
            ]
        );
        assert_eq!(done.results[1].why_not, Some(WhyNot::AppIsNotRunning));
        assert_eq!((done.total, done.done, done.state), (5, 5, BulkState::Finished));
        let shown = manager.call::<ShowBulkAction>(BulkActionPath { id: done.id }, BulkActionQuery::default(), NoBody {}).await.unwrap();
        assert_eq!(shown, done);
        let order = agent.orders().command().await;
        assert_eq!(Some(order.id), done.results[0].command_id);
        let other = app.owner().await.call::<ShowBulkAction>(BulkActionPath { id: done.id }, BulkActionQuery::default(), NoBody {}).await;
        assert_eq!(refused(other), ErrorCode::NotFound);
        // Carried out twice, it acts once.
        let again = start(&manager, of_plan(plan), None).await.unwrap();
        assert_eq!(again.results[0].outcome, BulkOutcome::Conflict);
        assert_eq!(app.number("SELECT COUNT(*) FROM commands WHERE state < 4").await, 1);
        // Of what was so already nothing is written.
        assert_eq!((done.results[2].command_id, done.results[2].effective_by), (None, None));
        let told = format!("SELECT COUNT(*) FROM session_events WHERE session_id = {} AND command_id IS NOT NULL", ids[2]);
        assert_eq!(app.number(&told).await, 0);
        for table in ["commands", "audit_entries WHERE action = 8"] {
            assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
        }
    }

    async fn what_is_over_is_held_all_the_same(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let ids = sessions(&agent, &member.username, 2).await;
        agent.seen(ids[0], &[Status::Removed]).await;
        let held = NewBulkAction { hold_minutes: Some(30), ..of_ids(ids) };
        let done = start(&manager, held, None).await.unwrap();
        assert_eq!(done.results.iter().filter(|r| r.outcome == BulkOutcome::NoOp).count(), 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM holds").await, 2);
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 1);
    }

    async fn the_same_key_acts_once(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let ids = sessions(&agent, &member.username, 2).await;
        let tries = (0..6).map(|_| start(&manager, of_ids(ids.clone()), Some("key-1")));
        let done = futures_util::future::join_all(tries).await;
        let first = done[0].as_ref().unwrap();
        assert!(first.results.iter().all(|result| result.outcome == BulkOutcome::Accepted));
        assert!(done.iter().all(|done| done.as_ref().unwrap() == first), "{done:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 2);
        let other = start(&manager, of_ids(ids[..1].to_vec()), Some("key-1")).await;
        assert_eq!(refused(other), ErrorCode::IdempotencyMismatch);
        let somebody_else = start(&app.owner().await, of_ids(ids.clone()), Some("key-1")).await.unwrap();
        assert_ne!(somebody_else.id, first.id, "a key is its user's own");
        assert!(somebody_else.results.iter().all(|result| result.outcome == BulkOutcome::NotApplicable));
        // A day later it is a new one, and means one request again.
        app.sql("UPDATE bulk_actions SET created_at = created_at - 86400000").await;
        let tries = (0..6).map(|_| start(&manager, of_ids(ids[..1].to_vec()), Some("key-1")));
        let later = futures_util::future::join_all(tries).await;
        let new = later[0].as_ref().unwrap();
        assert_ne!(new.id, first.id);
        assert!(later.iter().all(|done| done.as_ref().unwrap().id == new.id), "{later:?}");
        for bad in ["", &"k".repeat(201)] {
            assert_eq!(refused(start(&manager, of_ids(ids.clone()), Some(bad)).await), ErrorCode::InvalidField);
        }
    }

    async fn what_cannot_be_asked_is_refused_and_nothing_is_done(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let ids = sessions(&agent, &member.username, 1).await;
        let plan = plan(&manager, &ids).await;
        let no_reason = NewBulkAction { reason: None, ..of_ids(ids.clone()) };
        assert_eq!(refused(start(&manager, no_reason, None).await), ErrorCode::ReasonRequired);
        for bad in [
            NewBulkAction { verb: Some(Verb::Evict), ..of_plan(plan) },
            NewBulkAction { ids: ids.clone(), ..of_plan(plan) },
            NewBulkAction { verb: None, ..of_ids(ids.clone()) },
            of_ids(vec![]),
        ] {
            assert_eq!(refused(start(&manager, bad, None).await), ErrorCode::InvalidField);
        }
        let many = (1..=10_001).map(SessionId).collect();
        assert_eq!(refused(start(&manager, of_ids(many), None).await), ErrorCode::TooManySessions);
        assert_eq!(refused(start(&app.owner().await, of_plan(plan), None).await), ErrorCode::NotFound);
        app.sql(format!("UPDATE plans SET expires_at = {}", now().millis())).await;
        assert_eq!(refused(start(&manager, of_plan(plan), None).await), ErrorCode::PlanExpired);
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM bulk_actions").await, 0);
    }

    async fn a_thousand_are_answered_at_once(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let first = sessions(&agent, &member.username, 1).await[0];
        super::bulk_long::copies(&app, 600).await;
        // The other ids name nothing.
        let ids: Vec<SessionId> = (first.0..first.0 + 1000).map(SessionId).collect();
        let done = start(&manager, of_ids(ids), Some("all")).await.unwrap();
        let accepted = done.results.iter().filter(|result| result.outcome == BulkOutcome::Accepted).count();
        assert_eq!((accepted, done.results.len(), done.state), (600, 1000, BulkState::Finished));
        let audit = app.number("SELECT COUNT(*) FROM audit_entries WHERE action = 8").await;
        assert_eq!(audit, 600, "each has its entry");
    }
}
