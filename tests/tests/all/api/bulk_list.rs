//! `GET /api/v1/bulk-actions`: finding an action again whose id was lost.

use std::time::Duration;

use deskwarden_client::ClientError;
use deskwarden_tests::{Person, TestApp, eventually, on_both};
use deskwarden_types::{
    BulkActionId, BulkActionPath, BulkState, ErrorCode, NoArgs, NoBody, SessionId, Status, Verb,
    api::{
        BulkAction, BulkActionQuery, BulkQuery, BulkSummary, ListBulkActions, ListedBulkAction, MakePlan,
        NewBulkAction, NewCommand, NewPlan, Page, ShowBulkAction, StartBulkAction,
    },
};

use super::refused;

fn evict(ids: &[SessionId], reason: &str) -> NewBulkAction {
    NewBulkAction {
        plan_id: None,
        verb: Some(Verb::Evict),
        ids: ids.to_vec(),
        reason: reason.parse().ok(),
        message: None,
        hold_minutes: None,
    }
}

async fn start(by: &Person, asked: NewBulkAction) -> BulkAction {
    by.send::<StartBulkAction>(asked).await.unwrap()
}

async fn list(by: &Person, query: BulkQuery) -> Result<Page<ListedBulkAction>, ClientError> {
    by.call::<ListBulkActions>(NoArgs {}, query, NoBody {}).await
}

async fn all(by: &Person) -> Vec<ListedBulkAction> {
    list(by, BulkQuery::default()).await.unwrap().items
}

fn ids(page: &[ListedBulkAction]) -> Vec<BulkActionId> {
    page.iter().map(|action| action.id).collect()
}

on_both! {
    async fn an_action_is_found_again_with_its_results_in_numbers(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let mut of = Vec::new();
        for n in 0..4 {
            of.push(agent.run(&member.username, &format!("app{n}")).await);
        }
        agent.seen(of[1], &[Status::Stopped]).await;
        agent.seen(of[2], &[Status::Removed]).await;
        let planned = [of[0], of[1], of[2], SessionId(77_777), of[3]];
        let plan = NewPlan { verb: Verb::Evict, ids: planned.to_vec(), matching: None };
        let plan = manager.send::<MakePlan>(plan).await.unwrap();
        agent.seen(of[3], &[Status::Stopped]).await;
        let asked = NewBulkAction { plan_id: Some(plan.id), verb: None, ids: vec![], ..evict(&[], "the end of term") };
        let done = start(&manager, asked).await;

        let page = list(&manager, BulkQuery::default()).await.unwrap();
        assert_eq!((page.items.len(), page.total.count, page.total.exact, page.next), (1, 1, true, None));
        let found = &page.items[0];
        assert_eq!((found.id, found.verb, found.state), (done.id, Verb::Evict, BulkState::Finished));
        assert_eq!((found.total, found.done, found.reason.as_deref()), (5, 5, Some("the end of term")));
        assert_eq!(found.requested_by.username, manager.username);
        assert!(found.finished_at.is_some_and(|at| at >= found.created_at));
        let summary = BulkSummary { accepted: 1, no_op: 1, not_applicable: 1, forbidden: 0, not_found: 1, conflict: 1 };
        assert_eq!(found.summary, summary);

        // Where nobody got a command, nothing says why.
        start(&manager, evict(&[of[2]], "once more")).await;
        let again = &all(&manager).await[0];
        assert_eq!((again.summary.no_op, again.done, again.reason.as_deref()), (1, 1, None));
    }

    async fn the_newest_comes_first_and_the_cursor_goes_on(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let mut made = Vec::new();
        for n in 0..5 {
            made.push(start(&manager, evict(&[session], &format!("try {n}"))).await.id);
        }
        made.reverse();
        let (mut walked, mut cursor) = (Vec::new(), None);
        loop {
            let page = list(&manager, BulkQuery { limit: Some(2), cursor, state: None }).await.unwrap();
            assert!(page.items.len() <= 2 && page.total.count == 5, "{page:?}");
            walked.extend(ids(&page.items));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(walked, made);
        for limit in [0, 101] {
            let wrong = list(&manager, BulkQuery { limit: Some(limit), ..Default::default() }).await;
            assert_eq!(refused(wrong), ErrorCode::InvalidQuery, "{limit}");
        }
        let wrong = list(&manager, BulkQuery { cursor: Some("nonsense".to_owned()), ..Default::default() }).await;
        assert_eq!(refused(wrong), ErrorCode::InvalidCursor);
        let bearer = format!("Bearer {}", manager.token().unwrap());
        let headers = [("authorization", bearer.as_str())];
        let (status, text) = app.raw().begin("GET", "/api/v1/bulk-actions?state=ended", &headers, "").await;
        assert_eq!(status, 400, "{text}");
    }

    async fn the_list_has_what_its_reader_may_open_and_nothing_else(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let by_manager = start(&manager, evict(&[session], "it must")).await.id;
        let by_member = start(&member, evict(&[session], "it is mine")).await.id;
        let stranger = app.other_tenant("others").await.owner().await;
        let by_stranger = start(&stranger, evict(&[session], "not mine")).await.id;
        let everything = [by_manager, by_member, by_stranger];
        let (owner, auditor) = (app.owner().await, app.auditor().await);
        for (reader, own) in [
            (&manager, vec![by_manager]),
            (&member, vec![by_member]),
            (&stranger, vec![by_stranger]),
            (&owner, vec![]),
            (&auditor, vec![]),
        ] {
            let listed = ids(&all(reader).await);
            assert_eq!(listed, own, "{}", reader.username);
            for id in everything {
                let shown = reader.call::<ShowBulkAction>(BulkActionPath { id }, BulkActionQuery::default(), NoBody {}).await;
                assert_eq!(shown.is_ok(), listed.contains(&id), "{} opens {id}", reader.username);
            }
        }
    }

    async fn one_verb_under_a_key_is_there_too(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let command = NewCommand {
            verb: Verb::Message,
            reason: None,
            message: "This room closes at eight.".parse().ok(),
            hold_minutes: None,
        };
        let path = deskwarden_types::SessionPath { id: session };
        let call = manager.prepare::<deskwarden_types::api::ActOnSession>(path, NoArgs {}, command);
        call.idempotency_key("one").send().await.unwrap();
        let found = &all(&manager).await[0];
        assert_eq!((found.verb, found.total, found.done, found.summary.accepted), (Verb::Message, 1, 1, 1));
        assert_eq!(found.reason.as_deref(), Some("This room closes at eight."));
    }

    async fn what_runs_is_told_from_what_is_finished(app: TestApp) {
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("h1").await);
        let first = agent.run(&member.username, "xterm").await;
        super::bulk_long::copies(&app, 2_600).await;
        let of: Vec<_> = (first.0..first.0 + 2_600).map(SessionId).collect();
        let short = start(&owner, evict(&of[..1], "one first")).await.id;
        let long = start(&owner, evict(&of[1..], "then the others")).await.id;
        let only = async |state| {
            ids(&list(&owner, BulkQuery { state: Some(state), ..Default::default() }).await.unwrap().items)
        };
        eventually("the long one to be finished", Duration::from_secs(120), async || {
            let (running, finished) = (only(BulkState::Running).await, only(BulkState::Finished).await);
            assert!(running.iter().all(|id| *id == long) && finished.contains(&short));
            finished.contains(&long).then_some(())
        })
        .await;
        let found = &all(&owner).await[0];
        assert_eq!((found.id, found.done, found.summary.accepted), (long, 2_599, 2_599), "of both parts");
        // Left by its server: nothing is finished before its last part.
        app.sql(format!("UPDATE bulk_actions SET state = 1, worked_at = {} WHERE id = {long}", i64::MAX)).await;
        assert_eq!(only(BulkState::Running).await, [long]);
        assert_eq!(all(&owner).await[0].finished_at, None);
    }
}
