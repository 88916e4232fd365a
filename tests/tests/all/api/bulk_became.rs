//! What has become of the commands of a bulk action: told as it comes in, in numbers and session by session.

use deskwarden_client::Client;
use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{
    BulkActionId, BulkActionPath, BulkOutcome, BulkResults, BulkState, CommandOutcome, CommandState, NoArgs, NoBody,
    SessionId, Status, Verb, WhyNot,
    agent::CommandStep,
    api::{
        ActOnSession, BulkAction, BulkActionQuery, BulkCommandCount, BulkCommands, BulkQuery, BulkSummary,
        ListBulkActions, ListedBulkAction, MakePlan, NewBulkAction, NewCommand, NewPlan, ShowBulkAction,
        StartBulkAction,
    },
};

fn evict(ids: &[SessionId]) -> NewBulkAction {
    NewBulkAction {
        plan_id: None,
        verb: Some(Verb::Evict),
        ids: ids.to_vec(),
        reason: "the end of term".parse().ok(),
        message: None,
        hold_minutes: None,
    }
}

async fn show(by: &Client, id: BulkActionId, which: Option<BulkResults>) -> BulkAction {
    let query = BulkActionQuery { results: which };
    by.call::<ShowBulkAction>(BulkActionPath { id }, query, NoBody {}).await.unwrap()
}

async fn listed(by: &Client) -> ListedBulkAction {
    by.call::<ListBulkActions>(NoArgs {}, BulkQuery::default(), NoBody {}).await.unwrap().items.remove(0)
}

fn ended(state: CommandState, outcome: CommandOutcome, count: u32) -> BulkCommandCount {
    BulkCommandCount { state, outcome: Some(outcome), count }
}

on_both! {
    async fn it_is_told_how_each_command_ended(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(agent.run(&member.username, &format!("app{n}")).await);
        }
        agent.seen(ids[4], &[Status::Stopped]).await;
        let sent = manager.send::<StartBulkAction>(evict(&ids)).await.unwrap();
        // Sent is not done: that it is finished says of none how it ended.
        assert_eq!((sent.state, sent.done, sent.summary.accepted), (BulkState::Finished, 5, 4));
        assert_eq!(sent.commands, BulkCommands { on_the_way: 4, ..BulkCommands::default() });
        assert!(sent.results[..4].iter().all(|result| result.command_state == Some(CommandState::Queued)));
        assert_eq!((sent.results[4].outcome, sent.results[4].command_state), (BulkOutcome::NotApplicable, None));

        let mut orders = agent.orders();
        for (n, id) in ids.iter().take(3).enumerate() {
            let order = orders.command().await;
            assert_eq!(order.session_id, *id);
            if n < 2 {
                agent.obey(&order, CommandOutcome::ClosedOnRequest, Status::Evicted).await;
            } else {
                let detail = "cgroup.kill: Permission denied".to_owned();
                agent.step(order.id, CommandStep::Failed { outcome: CommandOutcome::HostError, detail }).await;
            }
        }
        let silent = sent.results[3].command_id.unwrap();
        let gone = CommandOutcome::NoWord.code();
        let timed_out = CommandState::TimedOut.code();
        app.sql(format!("UPDATE commands SET state = {timed_out}, outcome = {gone} WHERE id = {silent}")).await;
        let now = show(&manager, sent.id, None).await;
        let commands = BulkCommands {
            on_the_way: 0,
            done: 2,
            failed: 1,
            timed_out: 1,
            outcomes: vec![
                ended(CommandState::Done, CommandOutcome::ClosedOnRequest, 2),
                ended(CommandState::Failed, CommandOutcome::HostError, 1),
                ended(CommandState::TimedOut, CommandOutcome::NoWord, 1),
            ],
        };
        assert_eq!(now.commands, commands);
        let first = &now.results[0];
        let how = (first.outcome, first.command_state, first.command_outcome);
        assert_eq!(how, (BulkOutcome::Accepted, Some(CommandState::Done), Some(CommandOutcome::ClosedOnRequest)));

        // What may be tried again, and nothing else; the numbers alone; and the list has them, too.
        let failed = show(&manager, sent.id, Some(BulkResults::Failed)).await;
        let of: Vec<_> = failed.results.iter().map(|result| result.session_id).collect();
        assert_eq!(of, ids[2..4]);
        assert_eq!(failed.results[0].command_detail.as_deref(), Some("cgroup.kill: Permission denied"));
        let none = show(&manager, sent.id, Some(BulkResults::None)).await;
        assert_eq!((none.results.len(), none.done, &none.commands), (0, 5, &commands));
        let row = listed(&manager).await;
        assert_eq!((row.id, &row.commands, row.summary), (sent.id, &commands, now.summary));

        let plan = NewPlan { verb: Verb::Evict, ids: of[..1].to_vec(), matching: None };
        let plan = manager.send::<MakePlan>(plan).await.unwrap();
        assert_eq!(plan.summary.will_act, 1, "what failed can be tried again");
        let again = NewBulkAction { plan_id: Some(plan.id), verb: None, ids: vec![], ..evict(&[]) };
        let again = manager.send::<StartBulkAction>(again).await.unwrap();
        assert_eq!((again.summary.accepted, again.commands.on_the_way), (1, 1));
        assert_eq!(show(&manager, sent.id, None).await.commands, commands, "each action counts its own commands");
    }

    async fn what_the_plan_left_out_is_no_conflict_when_it_changes(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(agent.run(&member.username, &format!("app{n}")).await);
        }
        agent.seen(ids[2], &[Status::Stopped]).await;
        for gone in &ids[3..] {
            agent.seen(*gone, &[Status::Removed]).await;
        }
        let plan = NewPlan { verb: Verb::Evict, ids: ids.clone(), matching: None };
        let plan = manager.send::<MakePlan>(plan).await.unwrap();
        assert_eq!((plan.summary.will_act, plan.summary.not_applicable, plan.summary.no_op), (2, 1, 2));
        // One of each has changed; of what was so already one is so still and one is not.
        agent.seen(ids[1], &[Status::Stopped]).await;
        agent.seen(ids[2], &[Status::Running]).await;
        app.sql(format!("UPDATE sessions SET revision = revision + 1 WHERE id = {}", ids[3])).await;
        let asked = NewBulkAction { plan_id: Some(plan.id), verb: None, ids: vec![], ..evict(&[]) };
        let done = manager.send::<StartBulkAction>(asked).await.unwrap();
        let summary =
            BulkSummary { accepted: 1, no_op: 2, not_applicable: 1, forbidden: 0, not_found: 0, conflict: 1 };
        assert_eq!(done.summary, summary, "planned for {} = sent and changed meanwhile", plan.summary.will_act);
        assert_eq!((done.results[1].outcome, done.results[2].outcome), (BulkOutcome::Conflict, BulkOutcome::NotApplicable));
        assert_eq!(done.results[2].why_not, Some(WhyNot::AppIsNotRunning), "as the plan told it");
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 1, "what the plan left out is left alone");
        let failed = show(&manager, done.id, Some(BulkResults::Failed)).await;
        assert_eq!(failed.results.iter().map(|result| result.session_id).collect::<Vec<_>>(), [ids[1]]);
    }

    async fn one_verb_under_a_key_is_counted_too(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let command =
            NewCommand { verb: Verb::Message, reason: None, message: "This room closes.".parse().ok(), hold_minutes: None };
        let path = deskwarden_types::SessionPath { id: session };
        manager.prepare::<ActOnSession>(path, NoArgs {}, command).idempotency_key("one").send().await.unwrap();
        assert_eq!(listed(&manager).await.commands.on_the_way, 1);
        let order = agent.orders().command().await;
        agent.step(order.id, CommandStep::Done { outcome: CommandOutcome::Read }).await;
        let row = listed(&manager).await;
        assert_eq!(row.commands.outcomes, [ended(CommandState::Done, CommandOutcome::Read, 1)]);
        let shown = show(&manager, row.id, None).await;
        assert_eq!(shown.results[0].command_outcome, Some(CommandOutcome::Read));
    }

    async fn ten_thousand_are_counted_in_no_time(app: TestApp) {
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("h1").await);
        let first = agent.run(&member.username, "xterm").await;
        super::bulk_long::copies(&app, 10_000).await;
        let ids: Vec<_> = (first.0..first.0 + 10_000).map(SessionId).collect();
        let body = serde_json::to_string(&evict(&ids[..900])).unwrap();
        let answer = app.raw().post("/api/v1/bulk-actions", owner.token().as_deref(), body).await;
        assert_eq!((answer.status, answer.header("retry-after")), (200, ""), "it is finished: there is nothing to wait for");
        let begun = owner.send::<StartBulkAction>(evict(&ids[900..])).await.unwrap();
        let done = async || Some(show(&owner, begun.id, Some(BulkResults::None)).await).filter(|now| now.done == 9_100);
        deskwarden_tests::eventually("the action to be sent", std::time::Duration::from_secs(120), done).await;
        app.sql(format!("UPDATE commands SET state = 5, outcome = 7 WHERE id % 100 = 0 AND bulk_action_id = {}", begun.id)).await;
        for (which, most) in [(None, 3_000), (Some(BulkResults::Failed), 2_000), (Some(BulkResults::None), 500)] {
            let asked = std::time::Instant::now();
            let told = show(&owner, begun.id, which).await;
            let took = asked.elapsed().as_millis();
            println!("{which:?}: {} results in {took} ms", told.results.len());
            assert_eq!((told.commands.failed, told.commands.on_the_way), (91, 9_009));
            // Without optimisation; the released server takes a fraction of it.
            assert!(took < most, "{which:?} took {took} ms");
        }
    }
}
