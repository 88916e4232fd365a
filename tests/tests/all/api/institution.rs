//! Groups, apps and desktops, environments, delivery methods, provisions, and what becomes of users.

use deskwarden_client::ClientError;
use deskwarden_tests::{Person, TestApp, on_both};
use deskwarden_types::{
    AuditAction, DeliveryKind, DeliveryMethodPath, EnvironmentPath, ErrorCode, GroupMemberPath, GroupPath, LicenceKind,
    NoArgs, NoBody, ProvisionPath, ResourceId, ResourcePath, Role, UserPath, api::*,
};

use super::refused;

fn app_of(name: &str, kind: DeliveryKind, program: Option<&str>) -> NewResource {
    NewResource {
        name: name.parse().unwrap(),
        kind,
        program: program.map(|program| program.parse().unwrap()),
        version: None,
        max_sessions_per_user: None,
        valid_hours: None,
    }
}

fn method_of(name: &str, kind: DeliveryKind) -> NewDeliveryMethod {
    NewDeliveryMethod { name: name.parse().unwrap(), kind, licence: LicenceKind::Floating, offline_days: 0 }
}

fn provision_of(name: &str, resource: ResourceId, method: &DeliveryMethod) -> NewProvision {
    NewProvision {
        name: name.parse().unwrap(),
        resource_id: Some(resource),
        delivery_method_id: method.id,
        environment_id: None,
        host_id: None,
        everyone: false,
        users: Vec::new(),
        groups: Vec::new(),
    }
}

fn field<T: std::fmt::Debug>(result: Result<T, ClientError>) -> (ErrorCode, Option<String>) {
    let problem = result.unwrap_err().problem().unwrap().clone();
    (problem.code, problem.field)
}

fn changed(user: &User) -> ChangedUser {
    ChangedUser {
        display_name: user.display_name.parse().unwrap(),
        email: user.email.clone(),
        role: user.role,
        ad_username: None,
        disabled: user.disabled,
    }
}

async fn change(by: &Person, user: &User, new: ChangedUser) -> Result<UserDetail, ClientError> {
    by.call::<ChangeUser>(UserPath { id: user.id }, NoArgs {}, new).await
}

async fn made(by: &Person, username: &str, role: Role) -> CreatedUser {
    let email = format!("{username}@example.com");
    let new = NewUser { username: username.parse().unwrap(), display_name: "Some Body".parse().unwrap(), email, role };
    by.send::<CreateUser>(new).await.unwrap()
}

on_both! {
    async fn groups_have_members_and_names_of_their_own(app: TestApp) {
        let admin = app.admin().await;
        let user = made(&admin, "ann", Role::Member).await.user;
        let group = admin.send::<CreateGroup>(NewGroup { name: "Staff".parse().unwrap() }).await.unwrap();
        // Filters could not tell them apart.
        for name in ["Staff", "STAFF "] {
            assert_eq!(field(admin.send::<CreateGroup>(NewGroup { name: name.parse().unwrap() }).await),
                (ErrorCode::NameTaken, Some("name".to_owned())));
        }
        let member = GroupMemberPath { id: group.id, user_id: user.id };
        for _ in 0..2 {
            admin.call::<AddMember>(member, NoArgs {}, NoBody {}).await.unwrap();
        }
        let path = GroupPath { id: group.id };
        let members = admin.call::<ListMembers>(path, PageQuery::default(), NoBody {}).await.unwrap();
        assert_eq!(members.items.iter().map(|user| user.username.as_str()).collect::<Vec<_>>(), ["ann"]);
        let detail = admin.call::<ShowUser>(UserPath { id: user.id }, NoArgs {}, NoBody {}).await.unwrap();
        assert_eq!(detail.groups.iter().map(|group| (group.name.as_str(), group.members)).collect::<Vec<_>>(), [("Staff", 1)]);
        let renamed = admin.call::<ChangeGroup>(path, NoArgs {}, NewGroup { name: "Ops".parse().unwrap() }).await.unwrap();
        assert_eq!((renamed.name.as_str(), renamed.members), ("Ops", 1));
        for _ in 0..2 {
            admin.call::<RemoveMember>(member, NoArgs {}, NoBody {}).await.unwrap();
        }
        admin.call::<RemoveGroup>(path, NoArgs {}, NoBody {}).await.unwrap();
        assert_eq!(refused(admin.call::<RemoveGroup>(path, NoArgs {}, NoBody {}).await), ErrorCode::NotFound);
        let told = super::audit::expect(&app.auditor().await, AuditAction::GroupChanged, 5).await;
        assert!(told.iter().all(|entry| entry.object.as_deref().is_some_and(|object| !object.is_empty())));
    }

    async fn what_is_provided_fits_together_and_stays_while_it_is_named(app: TestApp) {
        let admin = app.admin().await;
        let desktop = admin.send::<CreateResource>(app_of("Desk", DeliveryKind::CloudDesktop, None)).await.unwrap();
        let stream = admin.send::<CreateDeliveryMethod>(method_of("Stream", DeliveryKind::AppStream)).await.unwrap();
        let desk = admin.send::<CreateDeliveryMethod>(method_of("Desks", DeliveryKind::CloudDesktop)).await.unwrap();
        let wrong = admin.send::<CreateProvision>(provision_of("All", desktop.id, &stream)).await;
        assert_eq!(field(wrong), (ErrorCode::InvalidField, Some("delivery_method_id".to_owned())));
        let group = admin.send::<CreateGroup>(NewGroup { name: "Staff".parse().unwrap() }).await.unwrap();
        let new = NewProvision { groups: vec![group.id], ..provision_of("All", desktop.id, &desk) };
        let provision = admin.send::<CreateProvision>(new.clone()).await.unwrap();
        assert_eq!(provision.provision, new);
        let unknown = NewProvision { users: vec![deskwarden_types::UserId(999_999)], ..new.clone() };
        let path = ProvisionPath { id: provision.id };
        let wrong = admin.call::<ChangeProvision>(path, NoArgs {}, unknown).await;
        assert_eq!(field(wrong), (ErrorCode::InvalidField, Some("users".to_owned())));

        let (resource, method) = (ResourcePath { id: desktop.id }, DeliveryMethodPath { id: desk.id });
        assert_eq!(refused(admin.call::<RemoveResource>(resource, NoArgs {}, NoBody {}).await), ErrorCode::InUse);
        assert_eq!(refused(admin.call::<RemoveDeliveryMethod>(method, NoArgs {}, NoBody {}).await), ErrorCode::InUse);
        let in_provision = admin.call::<RemoveGroup>(GroupPath { id: group.id }, NoArgs {}, NoBody {}).await;
        assert_eq!(refused(in_provision), ErrorCode::InUse);
        let everyone = NewProvision { everyone: true, groups: Vec::new(), ..new };
        assert!(admin.call::<ChangeProvision>(path, NoArgs {}, everyone).await.unwrap().provision.groups.is_empty());
        admin.call::<RemoveProvision>(path, NoArgs {}, NoBody {}).await.unwrap();
        admin.call::<RemoveResource>(resource, NoArgs {}, NoBody {}).await.unwrap();
        admin.call::<RemoveDeliveryMethod>(method, NoArgs {}, NoBody {}).await.unwrap();
    }

    async fn another_tenants_things_are_not_there(app: TestApp) {
        let (admin, other) = (app.admin().await, app.other_tenant("others").await.admin().await);
        let theirs = other.send::<CreateResource>(app_of("Desk", DeliveryKind::CloudDesktop, None)).await.unwrap();
        let method = admin.send::<CreateDeliveryMethod>(method_of("Desks", DeliveryKind::CloudDesktop)).await.unwrap();
        let wrong = admin.send::<CreateProvision>(provision_of("All", theirs.id, &method)).await;
        assert_eq!(field(wrong), (ErrorCode::InvalidField, Some("resource_id".to_owned())));
        let path = ResourcePath { id: theirs.id };
        let suspend = admin.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: true }).await;
        assert_eq!(refused(suspend), ErrorCode::NotFound);
        assert_eq!(refused(admin.call::<RemoveResource>(path, NoArgs {}, NoBody {}).await), ErrorCode::NotFound);
        let third = app.other_tenant("third").await;
        let host = app.agent_of(&third, "far").await.host;
        let pool = NewEnvironment { name: "Pool".parse().unwrap(), hosts: vec![host] };
        assert_eq!(field(admin.send::<CreateEnvironment>(pool).await), (ErrorCode::InvalidField, Some("hosts".to_owned())));
        // The same names are free in each tenant.
        admin.send::<CreateResource>(app_of("Desk", DeliveryKind::CloudDesktop, None)).await.unwrap();
    }

    async fn apps_are_checked_suspended_and_kept_while_history_names_them(app: TestApp) {
        let admin = app.admin().await;
        for (new, name) in [
            (app_of("No program", DeliveryKind::ManagedApp, None), "program"),
            (NewResource { max_sessions_per_user: Some(0), ..app_of("a", DeliveryKind::AppStream, None) }, "max_sessions_per_user"),
            (NewResource { valid_hours: Some(1), ..app_of("a", DeliveryKind::AppStream, None) }, "valid_hours"),
            (NewResource { valid_hours: Some(8761), ..app_of("a", DeliveryKind::CloudDelivery, None) }, "valid_hours"),
            (NewResource { version: Some("1\u{7}".to_owned()), ..app_of("a", DeliveryKind::AppStream, None) }, "version"),
        ] {
            assert_eq!(field(admin.send::<CreateResource>(new).await), (ErrorCode::InvalidField, Some(name.to_owned())));
        }
        let agent = app.agent("h1").await;
        agent.run(&admin.username, "xterm").await;
        let page = admin.call::<ListResources>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
        let xterm = page.items.iter().find(|one| one.resource.name.as_str() == "xterm").unwrap();
        assert_eq!((xterm.open_sessions, xterm.suspended_at), (1, None));
        let path = ResourcePath { id: xterm.id };
        assert_eq!(refused(admin.call::<RemoveResource>(path, NoArgs {}, NoBody {}).await), ErrorCode::InUse);
        let suspended = admin.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: true }).await.unwrap();
        assert!(suspended.suspended_at.is_some());
        assert_eq!(refused(agent.ask(&admin.username, "xterm").await), ErrorCode::NotProvisioned);
        admin.call::<SuspendResource>(path, NoArgs {}, Suspend { suspended: false }).await.unwrap();
        agent.ask(&admin.username, "xterm").await.unwrap();
        let other = NewResource { kind: DeliveryKind::AppStream, ..xterm.resource.clone() };
        assert_eq!(field(admin.call::<ChangeResource>(path, NoArgs {}, other).await).1.as_deref(), Some("kind"));
        let renamed = NewResource { name: "Terminal".parse().unwrap(), ..xterm.resource.clone() };
        admin.call::<ChangeResource>(path, NoArgs {}, renamed).await.unwrap();
        let found = admin.list(SessionQuery { q: Some("app:terminal".to_owned()), ..SessionQuery::default() }).await.unwrap();
        assert_eq!(found.items.len(), 2, "searches know the new name at once");
    }

    async fn environments_have_hosts_that_move(app: TestApp) {
        let admin = app.admin().await;
        let host = app.agent("h1").await.host;
        let pool = |name: &str, hosts| NewEnvironment { name: name.parse().unwrap(), hosts };
        let first = admin.send::<CreateEnvironment>(pool("First", vec![host, host])).await.unwrap();
        assert_eq!(first.environment.hosts, [host]);
        let second = admin.send::<CreateEnvironment>(pool("Second", vec![host])).await.unwrap();
        let page = admin.call::<ListEnvironments>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
        let hosts: Vec<_> = page.items.iter().map(|one| one.environment.hosts.len()).collect();
        assert_eq!(hosts, [0, 1], "a host is in one environment");
        let path = EnvironmentPath { id: second.id };
        admin.call::<ChangeEnvironment>(path, NoArgs {}, pool("Second", Vec::new())).await.unwrap();
        for id in [first.id, second.id] {
            admin.call::<RemoveEnvironment>(EnvironmentPath { id }, NoArgs {}, NoBody {}).await.unwrap();
        }
    }

    async fn a_disabled_user_is_out_at_once_and_comes_back_by_a_link(app: TestApp) {
        let (admin, person) = (app.admin().await, app.new_person("bea", Role::Support).await);
        let (token, _) = super::tokens::make(&person, &[deskwarden_types::Scope::Read]).await;
        let user = admin.call::<ShowUser>(UserPath { id: person.id }, NoArgs {}, NoBody {}).await.unwrap();
        assert!(user.has_password && user.invited_until.is_none());
        change(&admin, &user.user, ChangedUser { disabled: true, ..changed(&user.user) }).await.unwrap();
        assert!(person.call::<WhoAmI>(NoArgs {}, NoArgs {}, NoBody {}).await.is_err(), "signed out");
        let by_token = app.raw().begin("GET", "/api/v1/me", &[("authorization", &format!("Bearer {token}"))], "").await;
        assert_eq!(by_token.0, 401, "{}", by_token.1);
        let path = UserPath { id: person.id };
        assert_eq!(refused(admin.call::<InviteUser>(path, NoArgs {}, NoBody {}).await), ErrorCode::Conflict);
        let back = change(&admin, &user.user, changed(&user.user)).await.unwrap();
        assert!(!back.user.disabled);
        let first = admin.call::<InviteUser>(path, NoArgs {}, NoBody {}).await.unwrap();
        let second = admin.call::<InviteUser>(path, NoArgs {}, NoBody {}).await.unwrap();
        let check = async |link: &str| {
            let link = link.split_once("/set-up#").unwrap().1.to_owned();
            app.nobody().send::<CheckSetUpLink>(CheckSetUp { link }).await
        };
        assert_eq!(refused(check(&first.set_up_link).await), ErrorCode::CodeNotValid, "a new link ends the old one");
        assert_eq!(check(&second.set_up_link).await.unwrap().username, "bea");
    }

    async fn owners_change_owners_and_one_of_them_stays(app: TestApp) {
        let (owner, admin) = (app.owner().await, app.admin().await);
        let me = owner.call::<ShowUser>(UserPath { id: owner.id }, NoArgs {}, NoBody {}).await.unwrap().user;
        assert_eq!(field(change(&admin, &me, changed(&me)).await).0, ErrorCode::Forbidden);
        let member = made(&admin, "cara", Role::Member).await.user;
        let up = ChangedUser { role: Role::Owner, ..changed(&member) };
        assert_eq!(field(change(&admin, &member, up.clone()).await).0, ErrorCode::Forbidden);
        let out = change(&owner, &me, ChangedUser { disabled: true, ..changed(&me) }).await;
        assert_eq!(field(out).0, ErrorCode::Forbidden, "nobody disables himself");
        // The other owner has no password yet, so this one is the last who can sign in.
        change(&owner, &member, up).await.unwrap();
        let down = ChangedUser { role: Role::Admin, ..changed(&me) };
        assert_eq!(field(change(&owner, &me, down).await), (ErrorCode::Conflict, Some("role".to_owned())));
        let taken = ChangedUser { email: me.email.clone(), ..changed(&member) };
        assert_eq!(field(change(&owner, &member, taken).await), (ErrorCode::InvalidField, Some("email".to_owned())));
        let told = super::audit::expect(&app.auditor().await, AuditAction::UserChanged, 1).await;
        assert_eq!(told[0].object.as_deref(), Some("cara: owner instead of member"));
    }
}
