//! Names of what sessions point to: servers remember them, and nobody is told an old one.

use deskwarden_store::{
    Scope, StoreError, WriteScope, identity,
    sessions::{self, Viewer},
};
use deskwarden_tests::{Database, Person, Server, ServerOptions, TestApp, now, on_both};
use deskwarden_types::{
    DeliveryMethodPath, EnvironmentPath, LicenceKind, NoArgs, NoBody, ProvisionPath, ResourcePath, Role, SessionId,
    UserPath, api::*,
};

/// The names that a row shows, and its licence.
fn names(session: &Session) -> Vec<String> {
    let mut names = vec![session.user.display_name.clone(), session.user.email.clone(), session.resource.name.clone()];
    names.extend(session.provision.iter().map(|named| named.name.clone()));
    names.extend(session.delivery_method.iter().map(|named| named.name.clone()));
    names.extend(session.environment.iter().map(|named| named.name.clone()));
    names.extend(session.licence.iter().map(ToString::to_string));
    names
}

async fn listed(by: &Person) -> Vec<String> {
    names(&by.list(SessionQuery::default()).await.unwrap().items[0])
}

/// The same as another server sees it, whose own memory is.
async fn elsewhere(app: &TestApp) -> Vec<String> {
    let viewer = Viewer { user: app.owner().await.id, role: Role::Owner };
    let read =
        move |scope: &mut Scope<'_>| sessions::list(scope, &viewer, &Default::default(), &Default::default(), None, 50);
    names(&app.store.look(app.id, now(), read).await.unwrap().items[0])
}

/// A session of whose things all have names.
async fn stage(app: &TestApp) -> SessionId {
    app.new_account("ann", Role::Member).await;
    let agent = app.agent("h1").await;
    let session = agent.run("ann", "xterm").await;
    let new = NewEnvironment { name: "Env 0".parse().unwrap(), hosts: vec![agent.host] };
    let environment = app.admin().await.send::<CreateEnvironment>(new).await.unwrap();
    app.sql(format!("UPDATE sessions SET environment_id = {} WHERE id = {session}", environment.id)).await;
    session
}

/// Names everything anew, with this number; one after the other, or else nobody knows which of them was forgotten.
async fn rename(app: &TestApp, session: SessionId, n: usize, mut after_each: impl AsyncFnMut(Vec<String>)) {
    let admin = app.admin().await;
    let session = admin.show(session).await.unwrap().session;
    let mut names = names(&session);
    let new = ChangedUser {
        display_name: format!("Ann {n}").parse().unwrap(),
        email: format!("ann{n}@example.org"),
        role: Role::Member,
        ad_username: None,
        disabled: false,
    };
    (names[0], names[1]) = (format!("Ann {n}"), new.email.clone());
    admin.call::<ChangeUser>(UserPath { id: session.user.id }, NoArgs {}, new).await.unwrap();
    after_each(names.clone()).await;

    let path = ResourcePath { id: session.resource.id };
    let all = admin.call::<ListResources>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    let mut new = all.items.into_iter().find(|one| one.id == path.id).unwrap().resource;
    (new.name, names[2]) = (format!("App {n}").parse().unwrap(), format!("App {n}"));
    admin.call::<ChangeResource>(path, NoArgs {}, new).await.unwrap();
    after_each(names.clone()).await;

    let path = ProvisionPath { id: session.provision.unwrap().id };
    let all = admin.call::<ListProvisions>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    let mut new = all.items.into_iter().find(|one| one.id == path.id).unwrap().provision;
    (new.name, names[3]) = (format!("Provision {n}").parse().unwrap(), format!("Provision {n}"));
    admin.call::<ChangeProvision>(path, NoArgs {}, new).await.unwrap();
    after_each(names.clone()).await;

    let path = DeliveryMethodPath { id: session.delivery_method.unwrap().id };
    let all = admin.call::<ListDeliveryMethods>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    let mut new = all.items.into_iter().find(|one| one.id == path.id).unwrap().method;
    (new.name, names[4]) = (format!("Method {n}").parse().unwrap(), format!("Method {n}"));
    admin.call::<ChangeDeliveryMethod>(path, NoArgs {}, new.clone()).await.unwrap();
    after_each(names.clone()).await;
    // Its licence alone.
    (new.licence, new.offline_days) =
        if new.licence == LicenceKind::Floating { (LicenceKind::Fixed, 7) } else { (LicenceKind::Floating, 0) };
    names[6] = new.licence.to_string();
    admin.call::<ChangeDeliveryMethod>(path, NoArgs {}, new).await.unwrap();
    after_each(names.clone()).await;

    let path = EnvironmentPath { id: session.environment.unwrap().id };
    let all = admin.call::<ListEnvironments>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
    let mut new = all.items.into_iter().find(|one| one.id == path.id).unwrap().environment;
    (new.name, names[5]) = (format!("Env {n}").parse().unwrap(), format!("Env {n}"));
    admin.call::<ChangeEnvironment>(path, NoArgs {}, new).await.unwrap();
    after_each(names).await;
}

/// How many statements a list takes that read names.
async fn asked(app: &TestApp) -> usize {
    let viewer = Viewer { user: app.owner().await.id, role: Role::Owner };
    let read = move |scope: &mut Scope<'_>| {
        let list =
            |scope: &mut Scope<'_>| sessions::list(scope, &viewer, &Default::default(), &Default::default(), None, 50);
        Ok(sessions::explained(scope, list)?.1)
    };
    let all = app.store.look(app.id, now(), read).await.unwrap();
    all.iter().filter(|one| one.sql.contains("UNION ALL") && one.sql.contains("FROM tenant_heads")).count()
}

on_both! {
    async fn nobody_is_told_an_old_name(app: TestApp) {
        let session = stage(&app).await;
        let manager = app.manager().await;
        let bearer = format!("Bearer {}", manager.token().unwrap());
        for n in 1..=2 {
            let path = "/api/v1/sessions?total=none";
            let mut tag = app.raw().send("GET", path, &[("authorization", &bearer)], "").await.header("etag").to_owned();
            elsewhere(&app).await;
            rename(&app, session, n, async |new: Vec<String>| {
                assert_eq!(listed(&manager).await, new);
                assert_eq!(elsewhere(&app).await, new);
                assert_eq!(names(&manager.show(session).await.unwrap().session), new);
                let headers = [("authorization", bearer.as_str()), ("if-none-match", tag.as_str())];
                let again = app.raw().send("GET", path, &headers, "").await;
                assert_eq!(again.status, 200, "{new:?}: as if nothing had changed");
                tag = again.header("etag").to_owned();
            }).await;
            let headers = [("authorization", bearer.as_str()), ("if-none-match", tag.as_str())];
            assert_eq!(app.raw().send("GET", path, &headers, "").await.status, 304);
        }
    }

    async fn names_are_read_once_and_what_is_new_alone(app: TestApp) {
        let agent = app.agent("h1").await;
        for user in ["ann", "bob"] {
            app.new_account(user, Role::Member).await;
            agent.run(user, "xterm").await;
        }
        assert_eq!((asked(&app).await, asked(&app).await), (1, 0));
        // Changes of sessions, and rows that nobody knows yet, make nobody forget the others.
        let third = agent.run("ann", "xclock").await;
        assert_eq!((asked(&app).await, asked(&app).await), (1, 0));
        agent.seen(third, &[deskwarden_types::Status::Stopped]).await;
        app.new_account("eve", Role::Member).await;
        assert_eq!(asked(&app).await, 0);
    }

    async fn what_is_undone_was_never_told(app: TestApp) {
        let session = stage(&app).await;
        let before = elsewhere(&app).await;
        let user = app.admin().await.show(session).await.unwrap().session.user.id;
        let viewer = Viewer { user: app.owner().await.id, role: Role::Owner };
        let call = move |name: &'static str, stays: bool| {
            move |scope: &mut WriteScope<'_>| {
                identity::set_password(scope, user, "x", "ann@example.net", name)?;
                // Who changes a name sees it at once.
                let seen = sessions::find(scope, &viewer, session)?.session.user.display_name;
                assert_eq!(seen, name);
                if stays { Ok(()) } else { Err(StoreError::Busy) }
            }
        };
        app.store.write(app.id, now(), call("Undone", false)).await.unwrap_err();
        assert_eq!(elsewhere(&app).await, before);
        app.store.write(app.id, now(), call("Done", true)).await.unwrap();
        assert_eq!(elsewhere(&app).await[0], "Done");
    }

    async fn institutions_have_names_of_their_own(app: TestApp) {
        let other = app.other_tenant("other").await;
        for (tenant, host) in [(app.tenant(), "here"), (&other, "there")] {
            tenant.new_account(&format!("{host}-ann"), Role::Member).await;
            app.agent_of(tenant, host).await.run(&format!("{host}-ann"), host).await;
        }
        for _ in 0..2 {
            for (tenant, host) in [(app.tenant(), "here"), (&other, "there")] {
                let items = tenant.manager().await.list(SessionQuery::default()).await.unwrap().items;
                assert_eq!(items.len(), 1);
                assert_eq!(items[0].user.username, format!("{host}-ann"));
                assert_eq!((items[0].resource.name.as_str(), items[0].host.as_ref().unwrap().name.as_str()), (host, host));
            }
        }
    }
}

/// What one server changes the other one tells, from the moment on that the change is acknowledged.
#[test]
fn two_servers_tell_the_same_names() {
    deskwarden_tests::run(Database::Postgres, async |app: TestApp| {
        let session = stage(&app).await;
        let options = ServerOptions { database_url: app.database.url().to_owned(), arguments: Vec::new() };
        let second = Server::start(options).await;
        let there = deskwarden_client::Client::new(second.url());
        let manager = app.manager().await;
        let sign_in = SignIn { email: manager.email.clone(), password: deskwarden_tests::PASSWORD.to_owned() };
        there.set_token(Some(there.send::<SignInNow>(sign_in).await.unwrap().access_token));
        for n in 1..=3 {
            rename(&app, session, n, async |new: Vec<String>| {
                for _ in 0..2 {
                    let list = there.call::<ListSessions>(NoArgs {}, SessionQuery::default(), NoBody {}).await.unwrap();
                    assert_eq!(names(&list.items[0]), new);
                    assert_eq!(listed(&manager).await, new);
                }
            })
            .await;
        }
        let logs = second.logs();
        drop(second);
        logs.check();
    });
}
