//! `/api/v1/plans`.

use deskwarden_tests::{Person, TestApp, now, on_both};
use deskwarden_types::{
    BulkOutcome, ErrorCode, ListState, NoArgs, NoBody, PlanId, PlanOutcome, PlanPath, SessionId, Status, Verb, WhyNot,
    api::{MakePlan, NewBulkAction, NewPlan, Plan, SessionSelection, ShowPlan, StartBulkAction},
};

use super::refused;

async fn plan(by: &Person, verb: Verb, ids: Vec<SessionId>) -> Plan {
    by.send::<MakePlan>(NewPlan { verb, ids, matching: None }).await.unwrap()
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
        assert_eq!((sum.users_warned, sum.seats_freed), (1, 0), "a managed app takes no seat");
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

    async fn a_plan_by_a_filter_holds_what_matches(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let first = agent.run(&member.username, "xclock").await;
        let other = agent.run(&member.username, "xterm").await;
        let second = agent.run(&member.username, "xclock").await;
        let matching = |q: &str| SessionSelection { q: Some(q.to_owned()), ..SessionSelection::default() };
        let asked = |q: &str| NewPlan { verb: Verb::Message, ids: vec![], matching: Some(matching(q)) };
        let made = manager.send::<MakePlan>(asked("app:xclock status:running")).await.unwrap();
        let ids: Vec<_> = made.items.iter().map(|item| item.session_id).collect();
        assert_eq!(ids, [second, first], "newest first");
        let all = manager.send::<MakePlan>(asked("")).await.unwrap();
        assert_eq!(all.items.iter().map(|item| item.session_id).collect::<Vec<_>>(), [second, other, first]);
        // An announcement to everyone whom the filter found.
        let announce = NewBulkAction {
            plan_id: Some(made.id),
            verb: None,
            ids: vec![],
            reason: None,
            message: "back in five minutes".parse().ok(),
            hold_minutes: None,
        };
        let done = manager.send::<StartBulkAction>(announce).await.unwrap();
        assert!(done.results.iter().all(|result| result.outcome == BulkOutcome::Accepted), "{done:?}");
        assert_eq!(agent.orders().command().await.message.as_deref(), Some("back in five minutes"));
        // Nothing matches: there is nothing to plan.
        let none = manager.send::<MakePlan>(asked("app:nothing")).await.unwrap_err();
        let none = none.problem().unwrap();
        assert_eq!((none.code, none.field.as_deref()), (ErrorCode::InvalidField, Some("matching")));
        assert!(none.detail.contains("No session matches"), "{none:?}");
        assert_eq!(refused(manager.send::<MakePlan>(asked("no_such_field:x")).await), ErrorCode::InvalidFilter);
        let backwards = SessionSelection {
            from: Some("2026-11-21T14:05:01Z".to_owned()),
            to: Some("2026-11-21T14:05:00Z".to_owned()),
            ..SessionSelection::default()
        };
        let backwards = NewPlan { matching: Some(backwards), ..asked("") };
        assert_eq!(refused(manager.send::<MakePlan>(backwards).await), ErrorCode::InvalidFilter);
        let both = NewPlan { ids: vec![first], ..asked("") };
        assert_eq!(refused(manager.send::<MakePlan>(both).await), ErrorCode::InvalidField);
        let own = member.send::<MakePlan>(asked("user:someone_else")).await;
        assert_eq!(refused(own), ErrorCode::InvalidField);
    }

    async fn a_filter_that_finds_too_many_is_told_how_many(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        agent.run(&member.username, "xterm").await;
        super::bulk_long::copies(&app, 10_001).await;
        let all = || NewPlan { verb: Verb::Evict, ids: vec![], matching: Some(SessionSelection::default()) };
        let error = manager.send::<MakePlan>(all()).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::TooManySessions));
        assert!(error.problem().unwrap().detail.contains("10001 match"), "{error:?}");
        app.sql("UPDATE sessions SET phase = 5, listed_until = 1 WHERE id = (SELECT MAX(id) FROM sessions)").await;
        let current = SessionSelection { state: Some(ListState::Current), ..SessionSelection::default() };
        let made = manager.send::<MakePlan>(NewPlan { matching: Some(current), ..all() }).await.unwrap();
        assert_eq!((made.items.len(), made.summary.will_act), (10_000, 10_000));
        assert_eq!(made.items[9_999].ways_still_open[0].through, "everyone");
        assert_eq!(show(&manager, made.id).await.unwrap(), made);
    }

    async fn ten_thousand_are_enough(app: TestApp) {
        let manager = app.manager().await;
        let ids = |count: i64| (1..=count).map(SessionId).collect::<Vec<_>>();
        let made = plan(&manager, Verb::Evict, ids(10_000)).await;
        assert_eq!((made.items.len(), made.summary.not_found), (10_000, 10_000));
        let more = manager.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: ids(10_001), matching: None }).await;
        assert_eq!(refused(more), ErrorCode::TooManySessions);
        let none = manager.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: vec![], matching: None }).await;
        let none = none.unwrap_err();
        let none = none.problem().unwrap();
        assert_eq!((none.code, none.field.as_deref()), (ErrorCode::InvalidField, Some("ids")));
    }
}
