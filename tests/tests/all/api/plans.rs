//! `/api/v1/plans`.

use deskwarden_tests::{Person, TestApp, now, on_both};
use deskwarden_types::{
    ErrorCode, NoArgs, NoBody, PlanId, PlanOutcome, PlanPath, SessionId, Status, Verb, WhyNot,
    api::{MakePlan, NewPlan, Plan, ShowPlan},
};

use super::refused;

async fn plan(by: &Person, verb: Verb, ids: Vec<SessionId>) -> Plan {
    by.send::<MakePlan>(NewPlan { verb, ids }).await.unwrap()
}

async fn show(by: &Person, id: PlanId) -> Result<Plan, deskwarden_client::ClientError> {
    by.call::<ShowPlan>(PlanPath { id }, NoArgs {}, NoBody {}).await
}

on_both! {
    async fn a_plan_says_what_would_happen_and_changes_nothing(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let running = agent.run(&member.username, "xterm").await;
        let stopped = agent.run(&member.username, "xclock").await;
        agent.seen(stopped, &[Status::Stopped]).await;
        let over = agent.run(&member.username, "xeyes").await;
        agent.seen(over, &[Status::Removed]).await;
        let nobody = SessionId(999_999);
        let made = plan(&manager, Verb::Evict, vec![running, stopped, over, nobody, running]).await;
        let outcomes: Vec<_> = made.items.iter().map(|item| (item.session_id, item.outcome, item.why_not)).collect();
        assert_eq!(
            outcomes,
            [
                (running, PlanOutcome::WillAct, None),
                (stopped, PlanOutcome::NotApplicable, Some(WhyNot::AppIsNotRunning)),
                (over, PlanOutcome::NoOp, None),
                (nobody, PlanOutcome::NotFound, None),
            ],
            "an id named twice counts once"
        );
        let sum = &made.summary;
        assert_eq!((sum.will_act, sum.no_op, sum.not_applicable, sum.forbidden, sum.not_found), (1, 1, 1, 0, 1));
        assert_eq!((sum.users_warned, sum.seats_freed), (1, 1));
        assert_eq!(sum.effective_by, made.items[0].effective_by);
        assert_eq!(made.items[0].warning_seconds, 120);
        assert_eq!(made.items[0].ways_still_open[0].through, "everyone");
        assert!((590..=600).contains(&made.expires_at.seconds_since(now())));
        assert_eq!(show(&manager, made.id).await.unwrap(), made);
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 0);
    }

    async fn a_plan_belongs_to_who_made_it(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let made = plan(&manager, Verb::Evict, vec![session]).await;
        assert_eq!(refused(show(&app.owner().await, made.id).await), ErrorCode::NotFound);
        assert_eq!(refused(show(&manager, PlanId(12_345)).await), ErrorCode::NotFound);
        let support = plan(&app.support().await, Verb::Evict, vec![session]).await;
        assert_eq!(support.items[0].outcome, PlanOutcome::Forbidden);
        let others = agent.run(&manager.username, "xterm").await;
        let own = plan(&member, Verb::Evict, vec![session, others]).await;
        assert_eq!(own.items[0].outcome, PlanOutcome::WillAct);
        assert_eq!(own.items[1].outcome, PlanOutcome::NotFound, "others' sessions are not even there");
    }

    async fn a_plan_expires(app: TestApp) {
        let manager = app.manager().await;
        let made = plan(&manager, Verb::Evict, vec![SessionId(1)]).await;
        app.sql(format!("UPDATE plans SET expires_at = {}", now().millis())).await;
        assert_eq!(refused(show(&manager, made.id).await), ErrorCode::PlanExpired);
    }

    async fn ten_thousand_are_enough(app: TestApp) {
        let manager = app.manager().await;
        let ids = |count: i64| (1..=count).map(SessionId).collect::<Vec<_>>();
        let made = plan(&manager, Verb::Evict, ids(10_000)).await;
        assert_eq!((made.items.len(), made.summary.not_found), (10_000, 10_000));
        let more = manager.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: ids(10_001) }).await;
        assert_eq!(refused(more), ErrorCode::TooManySessions);
        let none = manager.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: vec![] }).await;
        assert_eq!(refused(none), ErrorCode::InvalidField);
    }
}
