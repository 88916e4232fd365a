//! Nobody sees across tenants.

use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{
    CommandPath, ErrorCode, HostPath, NoArgs, NoBody, PlanPath, SessionPath, Status, Verb,
    api::{
        ListEvents, ListHosts, ListUsers, MakePlan, NewPlan, PageQuery, RevokeHost, SessionQuery, ShowCommand, ShowPlan,
    },
};

use super::refused;

on_both! {
    async fn another_tenants_things_are_not_there(app: TestApp) {
        let (member, owner, agent) = (app.member().await, app.owner().await, app.agent("our-host").await);
        let session = agent.run(&member.username, "our-app").await;
        let command = owner.act(session, Verb::Evict).await.unwrap();
        let plan = owner.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: vec![session], matching: None }).await.unwrap();
        let other = app.other_tenant("strangers").await;
        let thief = other.owner().await;
        assert_eq!(refused(thief.show(session).await), ErrorCode::NotFound);
        assert_eq!(refused(thief.act(session, Verb::Evict).await), ErrorCode::NotFound);
        assert_eq!(refused(thief.call::<ListEvents>(SessionPath { id: session }, PageQuery::default(), NoBody {}).await), ErrorCode::NotFound);
        assert_eq!(refused(thief.call::<ShowCommand>(CommandPath { id: command.id }, NoArgs {}, NoBody {}).await), ErrorCode::NotFound);
        assert_eq!(refused(thief.call::<ShowPlan>(PlanPath { id: plan.id }, NoArgs {}, NoBody {}).await), ErrorCode::NotFound);
        assert_eq!(refused(thief.call::<RevokeHost>(HostPath { id: agent.host }, NoArgs {}, NoBody {}).await), ErrorCode::NotFound);
        let theirs = thief.send::<MakePlan>(NewPlan { verb: Verb::Evict, ids: vec![session], matching: None }).await.unwrap();
        assert_eq!(theirs.summary.not_found, 1);
        for contains in [None, Some("our".to_owned()), Some(session.to_string()), Some(member.username.clone())] {
            let page = thief.list(SessionQuery { contains, ..Default::default() }).await.unwrap();
            assert_eq!((page.items.len(), page.total.unwrap().count), (0, 0));
        }
        let by_host = thief.list(SessionQuery { host: Some(agent.host), ..Default::default() }).await.unwrap();
        assert!(by_host.items.is_empty());
        assert!(thief.call::<ListHosts>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap().items.is_empty());
        let users = thief.call::<ListUsers>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
        assert!(users.items.iter().all(|user| user.username.starts_with("strangers-")), "{users:?}");
        // Our cursor shows them nothing of ours.
        agent.run(&member.username, "second").await;
        let cursor = owner.list(SessionQuery { limit: Some(1), ..Default::default() }).await.unwrap().next;
        let page = thief.list(SessionQuery { limit: Some(1), cursor, ..Default::default() }).await;
        assert!(page.is_err() || page.unwrap().items.is_empty());
        // The same names on both sides stay apart.
        let theirs = app.agent_of(&other, "our-host").await;
        let own = theirs.run(&other.member().await.username, "our-app").await;
        assert_eq!(thief.list(SessionQuery::default()).await.unwrap().items[0].id, own);
        assert_eq!(refused(owner.show(own).await), ErrorCode::NotFound);
        assert_eq!(owner.show(session).await.unwrap().session.observed_status, Status::Running);
    }
}
