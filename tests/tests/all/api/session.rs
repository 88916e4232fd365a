//! `/api/v1/sessions/{id}` and its events.

use deskwarden_client::Client;
use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{
    CommandId, CommandPath, ErrorCode, EventKind, NoArgs, NoBody, SessionId, SessionPath, Status, Verb, WhyNot,
    api::{Event, ListEvents, PageQuery, ShowCommand},
};

use super::refused;

/// A session's whole timeline, oldest first.
pub async fn events(by: &Client, id: SessionId) -> Vec<Event> {
    let query = PageQuery { limit: Some(1000), cursor: None };
    let mut all = by.call::<ListEvents>(SessionPath { id }, query, NoBody {}).await.unwrap().items;
    all.reverse();
    all
}

on_both! {
    async fn every_verb_is_explained(app: TestApp) {
        let (member, support, agent) = (app.member().await, app.support().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        let shown = support.show(session).await.unwrap();
        let verbs: Vec<Verb> = shown.actions.iter().map(|action| action.verb).collect();
        assert_eq!(verbs, [Verb::Message, Verb::Evict, Verb::Expire, Verb::CloseRecord]);
        for action in &shown.actions {
            assert_eq!(action.why_not.is_some(), action.explanation.is_some(), "{action:?}");
            assert_eq!(action.why_not.is_none(), action.effective_by.is_some(), "{action:?}");
        }
        assert_eq!(shown.actions[1].why_not, Some(WhyNot::RoleNotAllowed));
        let ways: Vec<_> = shown.ways_still_open.iter().map(|way| (way.provision.name.as_str(), way.through.as_str())).collect();
        assert_eq!(ways, [("Anywhere", "everyone")]);
        // Rows carry the same, in short.
        let row = support.list(Default::default()).await.unwrap().items.remove(0);
        assert_eq!(row, shown.session);
        // The user of a session may end it.
        let own = member.show(session).await.unwrap();
        assert_eq!(own.actions[1].why_not, None);
    }

    async fn a_members_own_sessions_are_all_he_sees(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let own = agent.run(&member.username, "xterm").await;
        let other = agent.run(&manager.username, "xterm").await;
        let command = manager.act(other, Verb::Evict).await.unwrap();
        assert!(member.show(own).await.is_ok());
        assert_eq!(refused(member.show(other).await), ErrorCode::NotFound);
        assert_eq!(refused(member.act(other, Verb::Evict).await), ErrorCode::NotFound);
        let timeline = member.call::<ListEvents>(SessionPath { id: other }, PageQuery::default(), NoBody {}).await;
        assert_eq!(refused(timeline), ErrorCode::NotFound);
        let shown = member.call::<ShowCommand>(CommandPath { id: command.id }, NoArgs {}, NoBody {}).await;
        assert_eq!(refused(shown), ErrorCode::NotFound);
        let listed = member.list(Default::default()).await.unwrap();
        assert_eq!((listed.items.len(), listed.total.unwrap().count), (1, 1));
        assert_eq!(listed.items[0].id, own);
    }

    async fn what_is_not_there_is_not_found(app: TestApp) {
        let manager = app.manager().await;
        assert_eq!(refused(manager.show(SessionId(i64::MAX)).await), ErrorCode::NotFound);
        let command = manager.call::<ShowCommand>(CommandPath { id: CommandId(1) }, NoArgs {}, NoBody {}).await;
        assert_eq!(refused(command), ErrorCode::NotFound);
        let bearer = format!("Bearer {}", manager.token().unwrap());
        for odd in ["0", "-1", "01", "abc", "9223372036854775808", "%00", "1%2F2", "１"] {
            let answer = app.raw().send("GET", &format!("/api/v1/sessions/{odd}"), &[("authorization", &bearer)], "").await;
            assert!(matches!(answer.code(), ErrorCode::InvalidPath | ErrorCode::NotFound), "{odd}: {}", answer.text());
        }
    }

    async fn a_timeline_tells_everything_once(app: TestApp) {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        agent.seen(session, &[Status::Stopped, Status::Running, Status::Stopped]).await;
        let timeline = events(&manager, session).await;
        let steps: Vec<_> = timeline.iter().map(|event| (event.kind, event.from_status, event.to_status)).collect();
        let changed = |from, to| (EventKind::StatusChanged, Some(from), Some(to));
        assert_eq!(
            steps,
            [
                (EventKind::Created, None, None),
                changed(Status::Launched, Status::Added),
                changed(Status::Added, Status::Running),
                changed(Status::Running, Status::Stopped),
                changed(Status::Stopped, Status::Running),
                changed(Status::Running, Status::Stopped),
            ]
        );
        // By pages of two it is the same.
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let query = PageQuery { limit: Some(2), cursor: cursor.take() };
            let page = manager.call::<ListEvents>(SessionPath { id: session }, query, NoBody {}).await.unwrap();
            pages.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        pages.reverse();
        assert_eq!(pages, timeline);
    }
}
