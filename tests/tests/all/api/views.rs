//! `/api/v1/views`: saved views.

use deskwarden_client::ClientError;
use deskwarden_tests::{Person, TestApp, on_both};
use deskwarden_types::{
    AuditAction, DeliveryKind, Density, ErrorCode, ListPage, NoArgs, NoBody, SessionField, ViewId, ViewPath, ViewReach,
    api::{ChangeView, CreateView, ListViews, NewView, RemoveView, SessionSelection, View, ViewColumn, ViewVersion},
};

use super::{audit, refused};

fn view(name: &str, page: ListPage, reach: ViewReach) -> NewView {
    NewView {
        name: name.parse().unwrap(),
        page,
        reach,
        selection: SessionSelection { q: Some("status:running -user:me".to_owned()), ..SessionSelection::default() },
        sort: Some("-started_at".to_owned()),
        columns: vec![
            ViewColumn { field: SessionField::App, width: Some(200) },
            ViewColumn { field: SessionField::Status, width: None },
        ],
        density: Some(Density::Compact),
    }
}

async fn create(by: &Person, new: NewView) -> Result<View, ClientError> {
    by.send::<CreateView>(new).await
}

async fn change(by: &Person, id: ViewId, new: NewView) -> Result<View, ClientError> {
    change_of(by, id, None, new).await
}

async fn change_of(by: &Person, id: ViewId, version: Option<&str>, new: NewView) -> Result<View, ClientError> {
    let version = ViewVersion { version: version.map(str::to_owned) };
    by.call::<ChangeView>(ViewPath { id }, version, new).await
}

async fn remove(by: &Person, id: ViewId) -> Result<NoBody, ClientError> {
    by.call::<RemoveView>(ViewPath { id }, NoArgs {}, NoBody {}).await
}

async fn names(by: &Person) -> Vec<String> {
    let list = by.get::<ListViews>().await.unwrap();
    list.items.into_iter().map(|item| format!("{} {}", item.view.page, item.view.name)).collect()
}

fn field(result: Result<View, ClientError>) -> (ErrorCode, String) {
    let error = result.expect_err("this must be refused");
    let problem = error.problem().unwrap_or_else(|| panic!("no refusal of the server: {error:?}"));
    (problem.code, problem.field.clone().unwrap_or_default())
}

on_both! {
    async fn a_view_is_kept_as_it_was_saved(app: TestApp) {
        let (support, other) = (app.support().await, app.new_person("another", deskwarden_types::Role::Support).await);
        let new = view("Late  ones", ListPage::ManagedApp, ViewReach::Own);
        let made = create(&support, new.clone()).await.unwrap();
        assert_eq!((&made.view, made.owner.id, made.may_change), (&new, support.id, true));
        create(&support, view("all", ListPage::All, ViewReach::Own)).await.unwrap();
        create(&support, view("Earlier", ListPage::ManagedApp, ViewReach::Own)).await.unwrap();
        assert_eq!(names(&support).await, ["all all", "managed_app Earlier", "managed_app Late  ones"]);
        assert!(names(&other).await.is_empty(), "own views are one's own");
        for by in [&other, &app.owner().await] {
            assert_eq!(refused(change(by, made.id, new.clone()).await), ErrorCode::NotFound);
            assert_eq!(refused(remove(by, made.id).await), ErrorCode::NotFound);
        }
        let newer = NewView { sort: None, columns: Vec::new(), density: None, ..view("Later", ListPage::AppStream, ViewReach::Own) };
        assert_eq!(change(&support, made.id, newer.clone()).await.unwrap().view, newer);
        remove(&support, made.id).await.unwrap();
        assert_eq!(names(&support).await, ["all all", "managed_app Earlier"]);
        assert_eq!(refused(remove(&support, made.id).await), ErrorCode::NotFound);
        audit::expect(&app.auditor().await, AuditAction::ViewShared, 0).await;
    }

    async fn a_change_of_what_has_changed_meanwhile_is_told(app: TestApp) {
        let (admin, manager) = (app.admin().await, app.manager().await);
        let new = view("Ours", ListPage::All, ViewReach::Shared);
        let made = create(&manager, new.clone()).await.unwrap();
        let seen = made.version.as_str();
        let other = NewView { sort: None, ..new.clone() };
        let newer = change_of(&admin, made.id, Some(seen), other.clone()).await.unwrap();
        assert_ne!(newer.version, seen);
        let renamed = NewView { name: "All ours".parse().unwrap(), ..new };
        assert_eq!(refused(change_of(&manager, made.id, Some(seen), renamed.clone()).await), ErrorCode::Conflict);
        let list = manager.get::<ListViews>().await.unwrap().items;
        assert_eq!(list.iter().map(|item| (&item.view, &item.version)).collect::<Vec<_>>(), [(&other, &newer.version)]);
        // Once seen, or asked for without a version, it is done.
        let third = change_of(&manager, made.id, Some(&newer.version), renamed.clone()).await.unwrap();
        assert_eq!(change(&manager, made.id, renamed).await.unwrap().version, third.version);
    }

    async fn one_that_cannot_be_read_leaves_the_others(app: TestApp) {
        let support = app.support().await;
        create(&support, view("good", ListPage::All, ViewReach::Own)).await.unwrap();
        let odd = create(&support, view("odd", ListPage::All, ViewReach::Own)).await.unwrap();
        app.sql(format!("UPDATE views SET body = REPLACE(body, 'status\"', 'stature\"') WHERE id = {}", odd.id)).await;
        assert_eq!(names(&support).await, ["all good"]);
    }

    async fn what_a_view_names_is_checked(app: TestApp) {
        let support = app.support().await;
        let good = || view("v", ListPage::All, ViewReach::Own);
        let column = |field, width| ViewColumn { field, width };
        let with = |columns| NewView { columns, ..good() };
        let invalid = |field: &str| (ErrorCode::InvalidField, field.to_owned());
        for (bad, expected) in [
            (NewView { sort: Some("trust".to_owned()), ..good() }, invalid("sort")),
            (NewView { sort: Some("id,id".to_owned()), ..good() }, invalid("sort")),
            (NewView { sort: Some(String::new()), ..good() }, invalid("sort")),
            (with(vec![column(SessionField::Group, None)]), invalid("columns")),
            (with(vec![column(SessionField::App, None), column(SessionField::App, Some(90))]), invalid("columns")),
            (with(vec![column(SessionField::App, Some(39))]), invalid("columns")),
            (with(vec![column(SessionField::App, Some(1001))]), invalid("columns")),
        ] {
            assert_eq!(field(create(&support, bad.clone()).await), expected, "{bad:?}");
        }
        for selection in [
            SessionSelection { q: Some("colour:red".to_owned()), ..SessionSelection::default() },
            SessionSelection { q: Some("x".repeat(3000)), ..SessionSelection::default() },
            SessionSelection { from: Some("soon".to_owned()), ..SessionSelection::default() },
            SessionSelection { from: Some("now".to_owned()), to: Some("-2h".to_owned()), ..SessionSelection::default() },
            SessionSelection { contains: Some("a\0b".to_owned()), ..SessionSelection::default() },
        ] {
            let bad = NewView { selection, ..good() };
            assert_eq!(refused(create(&support, bad.clone()).await), ErrorCode::InvalidFilter, "{bad:?}");
        }
        for width in [40, 1000] {
            let edge = NewView { name: format!("w{width}").parse().unwrap(), ..with(vec![column(SessionField::App, Some(width))]) };
            create(&support, edge).await.unwrap();
        }
        let path = "/api/v1/views";
        for bad in [r#"{"name":"","page":"all","reach":"own"}"#, r#"{"name":"x","page":"nowhere","reach":"own"}"#, "[]", "{"] {
            let answer = app.raw().post(path, support.token().as_deref(), bad).await;
            assert!(matches!(answer.code(), ErrorCode::InvalidBody | ErrorCode::InvalidField), "{bad}: {}", answer.text());
        }
        // The shortest that can be.
        let answer = app.raw().post(path, support.token().as_deref(), r#"{"name":"x","page":"all","reach":"own"}"#).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    async fn sharing_is_for_managers_and_defaults_are_for_admins(app: TestApp) {
        use deskwarden_types::Role;
        for role in Role::ALL {
            let person = app.person(*role).await;
            for (reach, may) in [
                (ViewReach::Own, true),
                (ViewReach::Shared, matches!(role, Role::Manager | Role::Admin | Role::Owner)),
                (ViewReach::Default, matches!(role, Role::Admin | Role::Owner)),
            ] {
                let made = create(&person, view(&format!("{role} {reach}"), ListPage::All, reach)).await;
                match may {
                    true => assert_eq!(made.unwrap().view.reach, reach),
                    false => assert_eq!(field(made), (ErrorCode::Forbidden, "reach".to_owned()), "{role} {reach}"),
                }
            }
        }
        // Whoever sees lists of others sees what is shared; members open pages with the default, too.
        assert_eq!(names(&app.member().await).await, ["all member own", "all owner default"]);
        let expected = ["admin default", "admin shared", "manager shared", "owner default", "owner shared", "support own"];
        assert_eq!(names(&app.support().await).await, expected.map(|name| format!("all {name}")));
        let told = audit::expect(&app.auditor().await, AuditAction::ViewShared, 5).await;
        assert!(told.iter().any(|entry| entry.object.as_deref().unwrap().contains("\"manager shared\" on all: shared")));
    }

    async fn a_shared_view_is_changed_by_its_owner_and_by_admins(app: TestApp) {
        let (manager, admin, support) = (app.manager().await, app.admin().await, app.support().await);
        let made = create(&manager, view("Tonight", ListPage::All, ViewReach::Shared)).await.unwrap();
        let seen = support.get::<ListViews>().await.unwrap().items;
        assert_eq!((seen[0].id, seen[0].may_change, seen[0].owner.id), (made.id, false, manager.id));
        assert_eq!(refused(change(&support, made.id, view("Mine", ListPage::All, ViewReach::Own)).await), ErrorCode::Forbidden);
        assert_eq!(refused(remove(&support, made.id).await), ErrorCode::Forbidden);
        let other = app.new_person("manager-2", deskwarden_types::Role::Manager).await;
        assert_eq!(refused(remove(&other, made.id).await), ErrorCode::Forbidden);
        let changed = change(&admin, made.id, view("Tomorrow", ListPage::All, ViewReach::Default)).await.unwrap();
        assert_eq!((changed.owner.id, changed.may_change, changed.view.reach), (manager.id, true, ViewReach::Default));
        // Taken from the others it is its owner's alone.
        let taken = change(&admin, made.id, view("Tomorrow", ListPage::All, ViewReach::Own)).await.unwrap();
        assert!(!taken.may_change);
        assert!(names(&admin).await.is_empty());
        assert_eq!(names(&manager).await, ["all Tomorrow"]);
        change(&manager, made.id, view("Tomorrow", ListPage::All, ViewReach::Shared)).await.unwrap();
        remove(&admin, made.id).await.unwrap();
        let told: Vec<String> = audit::expect(&app.auditor().await, AuditAction::ViewShared, 5)
            .await.into_iter().rev().map(|entry| entry.object.unwrap()).collect();
        let ends = ["shared", "the page's default", "for its owner alone", "shared", "removed"];
        assert!(told.iter().zip(ends).all(|(entry, end)| entry.ends_with(end)), "{told:?}");
    }

    async fn a_page_has_one_default(app: TestApp) {
        let (admin, owner) = (app.admin().await, app.owner().await);
        let first = create(&admin, view("First", ListPage::AppStream, ViewReach::Default)).await.unwrap();
        create(&admin, view("Elsewhere", ListPage::CloudDesktop, ViewReach::Default)).await.unwrap();
        let (a, b) = tokio::join!(
            create(&admin, view("Second", ListPage::AppStream, ViewReach::Default)),
            create(&owner, view("Third", ListPage::AppStream, ViewReach::Default)),
        );
        a.unwrap();
        b.unwrap();
        let items = owner.get::<ListViews>().await.unwrap().items;
        let defaults = |page| items.iter().filter(|item| item.view.page == page && item.view.reach == ViewReach::Default).count();
        assert_eq!((items.len(), defaults(ListPage::AppStream), defaults(ListPage::CloudDesktop)), (4, 1, 1));
        let first = items.iter().find(|item| item.id == first.id).unwrap();
        assert_eq!(first.view.reach, ViewReach::Shared, "the old one stays, shared");
    }

    async fn a_name_is_used_once_among_those_that_one_sees(app: TestApp) {
        let (manager, support) = (app.manager().await, app.support().await);
        let taken = (ErrorCode::Conflict, "name".to_owned());
        let own = create(&support, view("Late", ListPage::All, ViewReach::Own)).await.unwrap();
        assert_eq!(field(create(&support, view("LATE", ListPage::All, ViewReach::Own)).await), taken);
        create(&support, view("Late", ListPage::AppStream, ViewReach::Own)).await.unwrap();
        // Nobody learns of another's own views.
        let shared = create(&manager, view("late", ListPage::All, ViewReach::Shared)).await.unwrap();
        assert_eq!(field(create(&app.admin().await, view("Late", ListPage::All, ViewReach::Own)).await), taken);
        // What was there before keeps its name.
        change(&support, own.id, NewView { density: None, ..view("Late", ListPage::All, ViewReach::Own) }).await.unwrap();
        assert_eq!(field(change(&support, own.id, view("Late", ListPage::AppStream, ViewReach::Own)).await), taken);
        change(&manager, shared.id, view("LATE", ListPage::All, ViewReach::Shared)).await.unwrap();
        let both = tokio::join!(
            create(&manager, view("Once", ListPage::All, ViewReach::Own)),
            create(&manager, view("once", ListPage::All, ViewReach::Own)),
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    }

    async fn a_person_has_at_most_200(app: TestApp) {
        let (support, other) = (app.support().await, app.manager().await);
        for n in 0..200 {
            create(&support, view(&format!("v{n}"), ListPage::All, ViewReach::Own)).await.unwrap();
        }
        assert_eq!(refused(create(&support, view("one more", ListPage::All, ViewReach::Own)).await), ErrorCode::Conflict);
        create(&other, view("mine", ListPage::All, ViewReach::Own)).await.unwrap();
        remove(&support, support.get::<ListViews>().await.unwrap().items[0].id).await.unwrap();
        create(&support, view("one more", ListPage::All, ViewReach::Own)).await.unwrap();
    }

    async fn tenants_know_nothing_of_each_other(app: TestApp) {
        let admin = app.admin().await;
        let made = create(&admin, view("Ours", ListPage::All, ViewReach::Default)).await.unwrap();
        let stranger = app.other_tenant("strangers").await.admin().await;
        assert!(names(&stranger).await.is_empty());
        assert_eq!(refused(change(&stranger, made.id, view("x", ListPage::All, ViewReach::Own)).await), ErrorCode::NotFound);
        assert_eq!(refused(remove(&stranger, made.id).await), ErrorCode::NotFound);
        create(&stranger, view("Ours", ListPage::All, ViewReach::Default)).await.unwrap();
        assert_eq!(admin.get::<ListViews>().await.unwrap().items[0].view.reach, ViewReach::Default, "each has its own default");
        let kind = SessionSelection { kind: Some(DeliveryKind::AppStream), ..SessionSelection::default() };
        create(&admin, NewView { selection: kind, ..view("k", ListPage::All, ViewReach::Own) }).await.unwrap();
    }
}
