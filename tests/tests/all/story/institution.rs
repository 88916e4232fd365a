//! Setting up an institution: people, groups, apps and who may launch them, settings.

use std::time::Duration;

use deskwarden_tests::{Browser, Database, PASSWORD, TestApp, eventually, now, run};
use deskwarden_types::{
    DeliveryKind, Endpoint, NoArgs, NoBody, Role, Status,
    api::{
        ListDeliveryMethods, ListEnvironments, ListGroups, ListProvisions, ListResources, ListUsers, Page, PageQuery,
        ShowSettings, ShowUser,
    },
};

use super::{
    dress::{fits, in_every_dress},
    finding::browser_of,
};
use crate::api::start::provide;

/// Everything that a list has.
async fn items<E, T>(person: &deskwarden_tests::Person) -> Vec<T>
where
    E: Endpoint<Path = NoArgs, Query = PageQuery, Body = NoBody, Answer = Page<T>>,
{
    person.call::<E>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap().items
}

/// Chooses what is called so.
async fn choose(browser: &Browser, label: &str, choice: &str) {
    let field = browser.field(label).await;
    field.select_by_label(choice).await.unwrap_or_else(|error| panic!("{choice} cannot be chosen: {error}"));
}

/// Who is invited finds what is known of them filled in, and types a password only.
async fn accepts(link: &str, email: &str, name: &str) {
    let browser = Browser::start().await;
    browser.open(link).await;
    browser.sees("For the account").await;
    browser.picture("83-accept").await;
    for (label, known) in [("Email", email), ("Name", name)] {
        let shown = browser.field(label).await.prop("value").await.unwrap();
        assert_eq!(shown.as_deref(), Some(known), "{label}");
    }
    browser.fill("Password", PASSWORD).await;
    browser.click("Set password and sign in").await;
    browser.find(".rail").await;
    browser.close().await;
}

#[test]
fn people_are_made_invited_grouped_and_disabled() {
    run(Database::Sqlite, async |app: TestApp| {
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/people/users").await;
        browser.sees(&owner.email).await;
        browser.click("New user").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in("dialog", &["1 to 128 characters are needed."]).await;
        browser.fill("Username", "grace").await;
        browser.fill("Name", "Grace Hopper").await;
        browser.fill("Email", &owner.email).await;
        choose(&browser, "Role", "Support").await;
        browser.click_in("dialog", "Create").await;
        // Somebody has this address: said at the field, and nothing that was typed is lost.
        browser.sees_in("dialog .field:has(#email)", &["Email"]).await;
        browser.find("#email[aria-invalid='true']").await;
        browser.replace("Email", "grace@example.org").await;
        browser.assert_accessible("a new user").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in("dialog", &["Invitation of Grace Hopper", "/set-up#"]).await;
        browser.picture("80-invitation").await;
        let shown = browser.text_of("dialog").await;
        let link = shown.split_whitespace().find(|word| word.contains("/set-up#")).unwrap().to_owned();
        browser.click_in("dialog .dialog-foot", "Close").await;
        browser.sees("grace@example.org").await;
        let grace = items::<ListUsers, _>(&owner).await.into_iter().find(|user| user.username == "grace").unwrap();
        assert_eq!((grace.role, grace.disabled), (Role::Support, false));
        accepts(&link, "grace@example.org", "Grace Hopper").await;

        browser.click_in(".tabs", "Groups").await;
        browser.sees("No groups yet").await;
        browser.click("New group").await;
        browser.fill("Name", "Night shift").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in(".table", &["Night shift", "0 members"]).await;
        browser.click_in(".table", "Members").await;
        browser.field("Grace Hopper (grace)").await.click().await.unwrap();
        browser.click_in("dialog", "Save").await;
        browser.sees_in(".table", &["1 member"]).await;
        browser.assert_accessible("groups").await;
        browser.picture("81-groups").await;

        browser.click_in(".tabs", "Users").await;
        browser.click_in(&format!("tr[data-user='{}']", grace.id), "Change").await;
        browser.sees_in("dialog", &["Change Grace Hopper", "Night shift"]).await;
        choose(&browser, "Role", "Manager").await;
        browser.field("May not sign in").await.click().await.unwrap();
        browser.field("Night shift").await.click().await.unwrap();
        browser.picture("82-change-user").await;
        browser.click_in("dialog", "Save").await;
        browser.sees_in(&format!("tr[data-user='{}']", grace.id), &["Manager", "Disabled"]).await;
        let path = deskwarden_types::UserPath { id: grace.id };
        let now = owner.call::<ShowUser>(path, NoArgs {}, NoBody {}).await.unwrap();
        assert!(now.user.disabled && now.user.role == Role::Manager && now.groups.is_empty(), "{now:?}");
        browser.complains_only_of(&["409", "422"]).await;
        browser.close().await;
    });
}

#[test]
fn an_app_is_made_provided_suspended_and_kept_while_it_is_needed() {
    run(Database::Sqlite, async |app: TestApp| {
        app.agent("lab-07").await.hello().await;
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/settings/resources").await;
        browser.sees("No apps or desktops yet").await;
        browser.click("New app or desktop").await;
        browser.fill("Name", "Office").await;
        choose(&browser, "How it is delivered", "App streaming").await;
        browser.fill("Sessions at a time", "0").await;
        browser.click_in("dialog", "Create").await;
        browser.find("#max_sessions_per_user[aria-invalid='true']").await;
        browser.replace("Sessions at a time", "2").await;
        browser.fill("Program", "libreoffice").await;
        browser.assert_accessible("a new app").await;
        browser.picture("83-new-app").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in(".table", &["Office", "libreoffice", "Can be launched"]).await;
        let made = items::<ListResources, _>(&owner).await.remove(0).resource;
        assert_eq!((made.kind, made.max_sessions_per_user), (DeliveryKind::AppStream, Some(2)));

        browser.click_in(".tabs", "Delivery methods").await;
        browser.click("New delivery method").await;
        browser.fill("Name", "By browser").await;
        choose(&browser, "How it is delivered", "App streaming").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in(".table", &["By browser", "App streaming"]).await;

        browser.click_in(".tabs", "Environments").await;
        browser.sees("No environments yet").await;
        browser.click("New environment").await;
        browser.fill("Name", "Lab").await;
        browser.field("lab-07").await.click().await.unwrap();
        browser.click_in("dialog", "Create").await;
        browser.sees_in(".table", &["Lab", "1"]).await;

        browser.click_in(".tabs", "Provisions").await;
        browser.click("New provision").await;
        browser.fill("Name", "Office for all").await;
        choose(&browser, "App or desktop", "Office").await;
        choose(&browser, "Where it runs", "Environment Lab").await;
        browser.assert_accessible("a new provision").await;
        browser.picture("84-new-provision").await;
        browser.click_in("dialog", "Create").await;
        browser.sees_in(".table", &["Office for all", "Office", "By browser", "Lab", "Everyone"]).await;
        let provisions = items::<ListProvisions, _>(&owner).await;
        let provision = &provisions.iter().find(|p| p.provision.name.as_str() == "Office for all").unwrap().provision;
        let (method, lab) = (
            items::<ListDeliveryMethods, _>(&owner).await.into_iter().find(|m| m.method.name.as_str() == "By browser"),
            items::<ListEnvironments, _>(&owner).await.remove(0),
        );
        assert_eq!(Some(provision.delivery_method_id), method.map(|method| method.id));
        assert_eq!((provision.environment_id, provision.everyone), (Some(lab.id), true));

        browser.click_in(".tabs", "Apps and desktops").await;
        browser.click_in(".table", "Remove").await;
        browser.click_in("dialog", "Remove").await;
        browser.sees_in("dialog", &["still"]).await;
        browser.click_in("dialog", "Cancel").await;
        browser.click_in(".table", "Suspend").await;
        browser.sees_in("dialog", &["Suspend Office?", "Sessions that are there go on"]).await;
        browser.click_in("dialog", "Suspend").await;
        browser.sees_in(".table", &["Suspended since"]).await;
        browser.sees_in(".notices", &["Office is suspended"]).await;
        assert!(items::<ListResources, _>(&owner).await.remove(0).suspended_at.is_some());
        browser.assert_accessible("apps and desktops").await;
        browser.picture("85-apps").await;
        browser.complains_only_of(&["409", "422"]).await;
        browser.close().await;
    });
}

#[test]
fn networks_are_set_and_a_range_that_is_none_is_told() {
    run(Database::Sqlite, async |app: TestApp| {
        let owner = app.owner().await;
        let browser = browser_of(&app, &owner, "/settings").await;
        browser.replace("Time to answer", "45").await;
        browser.click("Add a network").await;
        browser.fill("Name of the network", "Campus").await;
        browser.fill("Range of addresses", "192.0.2.0/33").await;
        browser.click("Save").await;
        browser.sees("is no network such as").await;
        browser.replace("Range of addresses", "192.0.2.0/24").await;
        browser.click("Save").await;
        browser.sees("Settings saved").await;
        browser.assert_accessible("the settings").await;
        browser.picture("86-settings").await;
        let settings = owner.get::<ShowSettings>().await.unwrap();
        let networks: Vec<_> = settings.networks.iter().map(|n| (n.name.as_str(), n.cidr.as_str())).collect();
        assert_eq!((settings.consent_seconds, networks), (45, vec![("Campus", "192.0.2.0/24")]));
        browser.close().await;
    });
}

#[test]
fn who_may_not_administer_is_not_offered_it() {
    run(Database::Sqlite, async |app: TestApp| {
        let manager = app.new_person("max", Role::Manager).await;
        let browser = browser_of(&app, &manager, "/settings/provisions").await;
        browser.sees("Your role does not allow this page").await;
        let rail = browser.text_of(".rail").await;
        assert!(rail.contains("People") && rail.contains("Seats") && !rail.contains("Settings"), "{rail}");
        browser.open(&format!("{}/people/users", app.server.url())).await;
        browser.sees("Your role does not allow this page").await;
        let groups = manager.call::<ListGroups>(NoArgs {}, PageQuery::default(), NoBody {}).await;
        assert!(groups.is_err(), "{groups:?}");
        browser.close().await;
    });
}

#[test]
fn the_pages_of_the_institution_in_every_dress() {
    run(Database::Sqlite, async |app: TestApp| {
        app.agent("lab-07").await.hello().await;
        let owner = app.owner().await;
        app.new_person("grace", Role::Support).await;
        provide(&owner, "A desktop with a name that is rather long", DeliveryKind::CloudDesktop, |_, _| {}).await;
        let browser = browser_of(&app, &owner, "/settings/resources").await;
        browser.sees("A desktop with a name").await;
        let pages = [
            ("users", "/people/users"),
            ("groups", "/people/groups"),
            ("general", "/settings"),
            ("resources", "/settings/resources"),
            ("provisions", "/settings/provisions"),
            ("environments", "/settings/environments"),
            ("methods", "/settings/delivery-methods"),
            ("no-screen", "/screen/999"),
            ("nothing-to-watch", "/watch/999"),
        ];
        in_every_dress(&app, &browser, 87, &pages).await;
        // Dialogs on the smallest phone.
        browser.size(320, 640).await;
        for (address, button) in [
            ("/people/users", "New user"),
            ("/people/groups", "New group"),
            ("/settings/resources", "New app or desktop"),
            ("/settings/provisions", "New provision"),
            ("/settings/environments", "New environment"),
            ("/settings/delivery-methods", "New delivery method"),
        ] {
            browser.open(&format!("{}{address}", app.server.url())).await;
            browser.click(button).await;
            browser.find("dialog input").await;
            browser.assert_accessible(button).await;
            fits(&browser, button).await;
            let outside = "(r => r.right > innerWidth || r.bottom > innerHeight || r.left < 0 ? 1 : 0)\
                (document.querySelector('dialog .dialog-foot').getBoundingClientRect())";
            assert_eq!(browser.number(outside).await, 0, "the buttons of {button:?} cannot be reached");
            browser.picture(&format!("88-{}", button.replace(' ', "-").to_lowercase())).await;
        }
        browser.complains_only_of(&["404"]).await;
        browser.close().await;
    });
}

#[test]
fn a_shorter_history_is_asked_about_before_it_deletes() {
    run(Database::Sqlite, async |app: TestApp| {
        let (owner, member, agent) = (app.owner().await, app.member().await, app.agent("lab-07").await);
        let mut ids = Vec::new();
        for program in ["old", "older", "young"] {
            let id = agent.run(&member.username, program).await;
            agent.seen(id, &[Status::Stopped, Status::Removed]).await;
            ids.push(id);
        }
        let [old, older, young] = ids[..] else { panic!("three were made") };
        let end = now().plus_seconds(-100 * 86_400).millis();
        app.sql(format!(
            "UPDATE sessions SET started_at = {end} - 1, ended_at = {end}, listed_until = {end} WHERE id <= {older}"
        ))
        .await;
        // Somebody looks at one that will go.
        let watching = browser_of(&app, &owner, &format!("/sessions/{old}?state=historical")).await;
        watching.sees_in(".panel", &["old"]).await;

        let browser = browser_of(&app, &owner, "/settings").await;
        browser.replace("History, in days", "29").await;
        browser.click("Save").await;
        browser.sees("Must be a whole number from 30 to 3650, not 29.").await;
        browser.replace("History, in days", "90").await;
        browser.click("Save").await;
        let asked = ["Delete older history?", "2 sessions that ended before", "It cannot be undone"];
        browser.sees_in("dialog", &asked).await;
        browser.assert_accessible("a shorter history").await;
        browser.picture("87-shorter-history").await;
        browser.click_in("dialog", "Cancel").await;
        let settings = async || owner.get::<ShowSettings>().await.unwrap().history_days;
        assert_eq!(settings().await, 800, "nothing is saved before the answer");
        browser.click("Save").await;
        browser.click_in("dialog", "Save and delete").await;
        browser.sees("Settings saved").await;
        assert_eq!(settings().await, 90);
        // The panel says it by itself.
        eventually("the panel to say it", Duration::from_secs(60), async || {
            watching.text_of(".panel").await.contains("There is no such session here").then_some(())
        })
        .await;
        assert!(owner.show(old).await.is_err() && owner.show(young).await.is_ok());
        // Longer needs no question.
        browser.replace("History, in days", "120").await;
        browser.click("Save").await;
        eventually("the longer history", Duration::from_secs(10), async || (settings().await == 120).then_some(()))
            .await;
        browser.complains_only_of(&["422"]).await;
        browser.close().await;
        watching.complains_only_of(&["404"]).await;
        watching.close().await;
    });
}
