//! Several admins at once, on one server and on two.

use deskwarden_client::{Client, ClientError};
use deskwarden_tests::{Database, FakeAgent, Person, Server, TestApp, on_both, run};
use deskwarden_types::{
    ErrorCode, NoArgs, SessionPath, Verb, WhyNot,
    api::{ActOnSession, Command, NewCommand, WhoAmI},
};

/// The same person at another server.
fn at(server: &Server, person: &Person) -> Client {
    Client::new(server.url()).with_token(person.token().unwrap())
}

async fn race(app: &TestApp, agent: &FakeAgent, user: &str, clients: &[Client]) {
    for round in 0..5 {
        let id = agent.run(user, "xterm").await;
        let evict =
            || NewCommand { verb: Verb::Evict, reason: "both want it".parse().ok(), message: None, hold_minutes: None };
        let tries = clients.iter().map(|client| client.call::<ActOnSession>(SessionPath { id }, NoArgs {}, evict()));
        let done: Vec<Result<Command, ClientError>> = futures_util::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "round {round}: {done:?}");
        for lost in done.iter().filter_map(|done| done.as_ref().err()) {
            let problem = lost.problem().unwrap();
            assert_eq!((problem.code, problem.why_not), (ErrorCode::VerbNotAllowed, Some(WhyNot::CommandOnItsWay)));
        }
        assert_eq!(app.number(&format!("SELECT COUNT(*) FROM commands WHERE session_id = {id}")).await, 1);
    }
}

on_both! {
    async fn two_admins_evicting_at_once_make_one_command(app: TestApp) {
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let people = [app.manager().await, app.admin().await, app.owner().await, member.clone()];
        let clients: Vec<Client> = people.iter().map(Person::client).collect();
        race(&app, &agent, &member.username, &clients).await;
    }
}

#[test]
fn two_servers_on_one_postgres_are_one() {
    run(Database::Postgres, async |app: TestApp| {
        let other = Server::start(app.server.options().clone()).await;
        let (member, agent) = (app.member().await, app.agent("h1").await);
        let (manager, admin) = (app.manager().await, app.admin().await);
        assert_eq!(at(&other, &admin).get::<WhoAmI>().await.unwrap().id, admin.id, "tokens are good at both");
        let clients = [manager.client(), at(&other, &admin), at(&other, &manager), admin.client()];
        race(&app, &agent, &member.username, &clients).await;
        // A cursor of one is good at the other.
        let query = deskwarden_types::api::SessionQuery { limit: Some(2), ..Default::default() };
        let cursor = manager.list(query.clone()).await.unwrap().next;
        let next = deskwarden_types::api::SessionQuery { cursor, ..query };
        let page = at(&other, &manager)
            .call::<deskwarden_types::api::ListSessions>(NoArgs {}, next, deskwarden_types::NoBody {})
            .await;
        assert_eq!(page.unwrap().items.len(), 2);
    });
}
