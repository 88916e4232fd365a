//! `/api/v1/set-up`: one-time links.

use deskwarden_tests::{PASSWORD, now, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode, Role,
    api::{CheckSetUp, CheckSetUpLink, FinishSetUp, SetUp, WhoAmI},
};

use super::refused;

fn set_up(link: &str, email: &str) -> SetUp {
    SetUp {
        link: link.to_owned(),
        email: email.to_owned(),
        display_name: "Ann Example".to_owned(),
        password: PASSWORD.parse().unwrap(),
    }
}

on_both! {
    async fn the_first_owner_is_made_by_the_printed_link(app: deskwarden_tests::TestApp) {
        let log = app.server.log();
        let (_, link) = log.split_once("/set-up#").expect("the server prints a link");
        let link = link.split_whitespace().next().unwrap();
        let check = CheckSetUp { link: link.to_owned() };
        let target = app.nobody().send::<CheckSetUpLink>(check).await.unwrap();
        assert_eq!((target.username.as_str(), target.email, target.display_name), ("owner", None, None));
        let client = app.nobody();
        let signed_in = client.send::<FinishSetUp>(set_up(link, "Boss@Example.org")).await.unwrap();
        assert_eq!((signed_in.me.role, signed_in.me.email.as_str()), (Role::Owner, "boss@example.org"));
        client.set_token(Some(signed_in.access_token));
        assert_eq!(client.get::<WhoAmI>().await.unwrap().display_name, "Ann Example");
    }

    async fn no_link_is_printed_once_there_is_an_owner(app: deskwarden_tests::TestApp) {
        let mut app = app;
        app.owner().await;
        app.server.stop().await;
        app.server.start_again().await;
        assert!(!app.server.log().contains("/set-up#"), "{}", app.server.log());
    }

    async fn a_link_is_good_once(app: deskwarden_tests::TestApp) {
        let (user, auditor) = (app.new_account("ann", Role::Member).await, app.auditor().await);
        let (link, other) = (app.link(user).await, app.link(user).await);
        let nobody = app.nobody();
        for _ in 0..2 {
            let target = nobody.send::<CheckSetUpLink>(CheckSetUp { link: link.clone() }).await.unwrap();
            assert_eq!(target.email.as_deref(), Some("ann@example.org"), "looking does not use it up");
        }
        let wrong = nobody.send::<FinishSetUp>(set_up(&link, "eve@example.org")).await.unwrap_err();
        assert_eq!(wrong.problem().unwrap().field.as_deref(), Some("email"));
        let tries = (0..4).map(|_| async { app.nobody().send::<FinishSetUp>(set_up(&link, "ann@example.org")).await });
        let done = futures_util::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        for spent in [&link, &other, "made up", "", "a\0b"] {
            assert_eq!(refused(nobody.send::<FinishSetUp>(set_up(spent, "ann@example.org")).await), ErrorCode::CodeNotValid);
            let check = CheckSetUp { link: spent.to_string() };
            assert_eq!(refused(nobody.send::<CheckSetUpLink>(check).await), ErrorCode::CodeNotValid, "{spent}");
        }
        let set = super::audit::all(&auditor).await;
        let set = set.iter().filter(|e| e.action == AuditAction::PasswordSet && e.actor.as_deref() == Some("ann"));
        assert_eq!(set.count(), 1);
    }

    async fn a_link_expires(app: deskwarden_tests::TestApp) {
        let user = app.new_account("ann", Role::Member).await;
        let link = app.link(user).await;
        app.sql(format!("UPDATE set_up_links SET expires_at = {} WHERE user_id = {user}", now().millis())).await;
        assert_eq!(refused(app.nobody().send::<FinishSetUp>(set_up(&link, "ann@example.org")).await), ErrorCode::CodeNotValid);
    }

    async fn a_new_password_ends_what_was_signed_in_before(app: deskwarden_tests::TestApp) {
        let member = app.member().await;
        let link = app.link(member.id).await;
        app.nobody().send::<FinishSetUp>(set_up(&link, &member.email)).await.unwrap();
        assert_eq!(refused(member.get::<WhoAmI>().await), ErrorCode::TokenRevoked);
    }

    async fn a_short_password_is_refused_and_the_link_stays_good(app: deskwarden_tests::TestApp) {
        let user = app.new_account("ann", Role::Member).await;
        let link = app.link(user).await;
        let body = |password: &str| {
            format!(r#"{{"link":"{link}","email":"ann@example.org","display_name":"Ann","password":"{password}"}}"#)
        };
        for bad in ["short", "", &"x".repeat(201)] {
            let problem = app.raw().post("/api/v1/set-up", None, body(bad)).await.problem();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidField, Some("password")));
        }
        assert_eq!(app.raw().post("/api/v1/set-up", None, body("long enough")).await.status, 200);
    }
}
