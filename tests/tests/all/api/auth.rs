//! `/api/v1/auth`, `/api/v1/me`: signing in, refreshing, signing out.

use std::time::Duration;

use deskwarden_client::Client;
use deskwarden_tests::{PASSWORD, Person, TestApp, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode, NoBody, Permission, Role,
    api::{Refresh, SignIn, SignInNow, SignOut, WhoAmI},
};

async fn try_sign_in(client: &Client, email: &str, password: &str) -> Result<(), ErrorCode> {
    let sign_in = SignIn { email: email.to_owned(), password: password.to_owned() };
    client.send::<SignInNow>(sign_in).await.map(drop).map_err(|error| error.code().expect("a refusal of the server"))
}

/// The refresh cookie of a fresh sign-in, as it stands in `Cookie`.
async fn cookie_of(app: &TestApp, person: &Person) -> String {
    let body = format!(r#"{{"email":"{}","password":"{PASSWORD}"}}"#, person.email);
    let answer = app.raw().post("/api/v1/auth/sign-in", None, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

/// Refreshes with this cookie; gives the next one.
async fn refresh(app: &TestApp, cookie: &str) -> Result<String, ErrorCode> {
    let answer = app.raw().send("POST", "/api/v1/auth/refresh", &[("cookie", cookie)], "").await;
    if answer.status != 200 {
        return Err(answer.code());
    }
    Ok(answer.header("set-cookie").split(';').next().unwrap().to_owned())
}

on_both! {
    async fn who_signs_in_is_told_who_he_is(app: TestApp) {
        let support = app.support().await;
        let client = app.nobody();
        let sign_in = SignIn { email: support.email.to_uppercase(), password: PASSWORD.to_owned() };
        let signed_in = client.send::<SignInNow>(sign_in).await.unwrap();
        client.set_token(Some(signed_in.access_token.clone()));
        let me = client.get::<WhoAmI>().await.unwrap();
        assert_eq!(me, signed_in.me);
        assert_eq!((me.id, me.role, me.tenant.id), (support.id, Role::Support, app.tenant().id));
        assert!(me.permissions.contains(&Permission::ReadSessions));
        assert!(!me.permissions.contains(&Permission::Administer));
        let lasts = signed_in.expires_at.seconds_since(deskwarden_tests::now());
        assert!((500..=600).contains(&lasts), "{lasts}");
    }

    async fn a_wrong_password_and_an_unknown_email_look_alike(app: TestApp) {
        let member = app.member().await;
        let nobody = app.nobody();
        let wrong = Err(ErrorCode::WrongCredentials);
        assert_eq!(try_sign_in(&nobody, &member.email, "not the password").await, wrong);
        assert_eq!(try_sign_in(&nobody, &member.email, "").await, wrong);
        assert_eq!(try_sign_in(&nobody, &member.email, &"x".repeat(100_000)).await, wrong);
        assert_eq!(try_sign_in(&nobody, "nobody@example.org", PASSWORD).await, wrong);
        assert_eq!(try_sign_in(&nobody, "' OR 1=1 --", PASSWORD).await, wrong);
        assert_eq!(try_sign_in(&nobody, "a\0b@example.org", PASSWORD).await, wrong);
        assert_eq!(try_sign_in(&nobody, &member.email, PASSWORD).await, Ok(()));
        let body = |email: &str| format!(r#"{{"email":"{email}","password":"not the password"}}"#);
        let known = app.raw().post("/api/v1/auth/sign-in", None, body(&member.email)).await.problem();
        let unknown = app.raw().post("/api/v1/auth/sign-in", None, body("other@example.org")).await.problem();
        assert_eq!(known.detail, unknown.detail, "the answer must not tell who has an account");
    }

    async fn too_many_tries_have_to_wait_even_with_the_right_password(app: TestApp) {
        let (member, nobody) = (app.member().await, app.nobody());
        let mut codes = Vec::new();
        for _ in 0..8 {
            codes.push(try_sign_in(&nobody, &member.email, "not the password").await.unwrap_err());
        }
        assert_eq!(codes.first(), Some(&ErrorCode::WrongCredentials));
        assert_eq!(codes.last(), Some(&ErrorCode::TooManyRequests), "{codes:?}");
        let sign_in = SignIn { email: member.email.clone(), password: PASSWORD.to_owned() };
        let refused = nobody.send::<SignInNow>(sign_in).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
        assert!(refused.retry_after().is_some_and(|wait| wait > Duration::ZERO), "{refused:?}");
        // Somebody else is not kept waiting, and the wait has an end.
        assert_eq!(try_sign_in(&nobody, &app.support().await.email, PASSWORD).await, Ok(()));
        app.sql("UPDATE throttles SET blocked_until = 1, window_started_at = 1").await;
        assert_eq!(try_sign_in(&nobody, &member.email, PASSWORD).await, Ok(()));
    }

    async fn many_tries_at_once_gain_nothing(app: TestApp) {
        let member = app.member().await;
        let tries = (0..20).map(|_| async { try_sign_in(&app.nobody(), &member.email, "not the password").await });
        let codes: Vec<_> = futures_util::future::join_all(tries).await;
        let looked_at = codes.iter().filter(|code| **code == Err(ErrorCode::WrongCredentials)).count();
        assert!((1..=6).contains(&looked_at), "{looked_at} passwords were looked at: {codes:?}");
    }

    async fn a_disabled_account_may_do_nothing(app: TestApp) {
        let (member, raw) = (app.member().await, app.raw());
        let cookie = cookie_of(&app, &member).await;
        let (token, _) = super::tokens::make(&member, &[deskwarden_types::Scope::Read]).await;
        app.sql(format!("UPDATE users SET disabled_at = 1 WHERE id = {}", member.id)).await;
        assert_eq!(try_sign_in(&app.nobody(), &member.email, PASSWORD).await, Err(ErrorCode::AccountDisabled));
        assert_eq!(try_sign_in(&app.nobody(), &member.email, "wrong").await, Err(ErrorCode::WrongCredentials));
        assert_eq!(member.get::<WhoAmI>().await.unwrap_err().code(), Some(ErrorCode::AccountDisabled));
        assert!(refresh(&app, &cookie).await.is_err());
        let bearer = format!("Bearer {token}");
        let answer = raw.send("GET", "/api/v1/me", &[("authorization", &bearer)], "").await;
        assert_eq!(answer.code(), ErrorCode::AccountDisabled);
    }

    async fn a_refresh_cookie_is_traded_for_the_next(app: TestApp) {
        let member = app.member().await;
        let first = cookie_of(&app, &member).await;
        let second = refresh(&app, &first).await.unwrap();
        assert_ne!(first, second);
        let third = refresh(&app, &second).await.unwrap();
        assert_ne!(second, third);
        assert_eq!(refresh(&app, "dw_refresh=dwr_made_up").await, Err(ErrorCode::NotSignedIn));
        assert_eq!(refresh(&app, "other=1").await, Err(ErrorCode::NotSignedIn));
        // The typed client carries the cookie by itself.
        let refreshed = member.send::<Refresh>(NoBody {}).await.unwrap();
        assert_eq!(refreshed.me.id, member.id);
    }

    async fn tabs_may_race_for_ten_seconds(app: TestApp) {
        let member = app.member().await;
        let first = cookie_of(&app, &member).await;
        let races = (0..5).map(|_| refresh(&app, &first));
        let next: Vec<String> = futures_util::future::join_all(races).await.into_iter().map(|next| next.unwrap()).collect();
        for cookie in &next {
            assert!(refresh(&app, cookie).await.is_ok(), "each tab goes on with its own");
        }
    }

    async fn a_stolen_cookie_ends_the_whole_sign_in(app: TestApp) {
        let (member, auditor) = (app.member().await, app.auditor().await);
        let other = cookie_of(&app, &member).await;
        let first = cookie_of(&app, &member).await;
        let second = refresh(&app, &first).await.unwrap();
        // The ten seconds in which tabs may race are over.
        app.sql("UPDATE refresh_tokens SET replaced_at = replaced_at - 10001 WHERE replaced_at IS NOT NULL").await;
        assert_eq!(refresh(&app, &first).await, Err(ErrorCode::TokenRevoked));
        assert_eq!(refresh(&app, &second).await, Err(ErrorCode::NotSignedIn), "the thief's next cookie");
        assert!(refresh(&app, &other).await.is_ok(), "another sign-in of the same person goes on");
        super::audit::expect(&auditor, AuditAction::RefreshReused, 1).await;
    }

    async fn signing_out_ends_the_cookie_and_the_access_token(app: TestApp) {
        let member = app.member().await;
        let other = member.sign_in_again().await;
        member.send::<SignOut>(NoBody {}).await.unwrap();
        assert_eq!(member.get::<WhoAmI>().await.unwrap_err().code(), Some(ErrorCode::TokenRevoked));
        assert!(member.send::<Refresh>(NoBody {}).await.is_err());
        assert!(other.get::<WhoAmI>().await.is_ok(), "only this sign-in has ended");
        app.nobody().send::<SignOut>(NoBody {}).await.expect("signing out without a cookie is no error");
    }

    async fn access_tokens_expire_and_cannot_be_made_up(app: TestApp) {
        let member = app.member().await;
        let token = member.token().unwrap();
        let code = async |token: &str| {
            let bearer = format!("Bearer {token}");
            app.raw().send("GET", "/api/v1/me", &[("authorization", &bearer)], "").await.code()
        };
        let mut parts = token.split('.');
        let (head, body, tail) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        // {"alg":"none"} and a body of the attacker's own.
        for made_up in [
            format!("eyJhbGciOiJub25lIn0.{body}."),
            format!("{head}.{body}."),
            format!("{head}.{body}.{}", tail.chars().rev().collect::<String>()),
            format!("{head}.{body}A.{tail}"),
            "dw_0000000000000000000000000000000000000000000000000000000000000000".to_owned(),
            "dwa_0000".to_owned(),
            "x".repeat(8000),
        ] {
            assert_eq!(code(&made_up).await, ErrorCode::NotSignedIn, "{made_up}");
        }
        let answer = app.raw().send("GET", "/api/v1/me", &[("authorization", "Basic YTpi")], "").await;
        assert_eq!(answer.code(), ErrorCode::NotSignedIn);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        app.sql("UPDATE sign_ins SET expires_at = 1").await;
        assert_eq!(code(&token).await, ErrorCode::TokenRevoked, "the sign-in's own end counts");
    }

    async fn failed_sign_ins_reach_the_audit_log(app: TestApp) {
        let mut app = app;
        let (member, auditor) = (app.member().await, app.auditor().await);
        for _ in 0..3 {
            assert!(try_sign_in(&app.nobody(), &member.email, "not the password").await.is_err());
        }
        // They are gathered for a minute; stopping writes them too.
        app.server.stop().await;
        app.server.start_again().await;
        let entries = super::audit::expect(&auditor, AuditAction::SignInFailed, 1).await;
        let object = entries[0].object.clone().unwrap();
        assert!(object.contains(&member.username) && object.contains("3"), "{object}");
    }
}
