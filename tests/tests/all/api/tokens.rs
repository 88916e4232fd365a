//! `/api/v1/tokens`: tokens for scripts.

use deskwarden_client::Client;
use deskwarden_tests::{Person, TestApp, now, on_both};
use deskwarden_types::{
    AuditAction, ErrorCode, NoArgs, NoBody, Scope, SessionId, TokenId, TokenPath, Verb,
    api::{
        ApiToken, CreateToken, ListSessions, ListTokens, MakePlan, NewPlan, NewToken, Page, PageQuery, RevokeToken,
        SessionQuery, WhoAmI,
    },
};

/// Makes a token of a week; gives its secret and itself.
pub async fn make(person: &Person, scopes: &[Scope]) -> (String, ApiToken) {
    let asked = NewToken {
        name: "of a test".parse().unwrap(),
        scopes: scopes.to_vec(),
        expires_at: now().plus_seconds(7 * 86_400),
    };
    let made = person.send::<CreateToken>(asked).await.unwrap();
    (made.secret, made.token)
}

async fn list(person: &Client) -> Page<ApiToken> {
    person.call::<ListTokens>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap()
}

/// Revokes a token; gives why it is refused.
pub async fn revoke(person: &Client, id: TokenId) -> Option<ErrorCode> {
    person.call::<RevokeToken>(TokenPath { id }, NoArgs {}, NoBody {}).await.err().and_then(|error| error.code())
}

async fn reads(client: &Client) -> Option<ErrorCode> {
    let listed = client.call::<ListSessions>(NoArgs {}, SessionQuery::default(), NoBody {}).await;
    listed.err().and_then(|error| error.code())
}

async fn acts(client: &Client) -> Option<ErrorCode> {
    let plan = NewPlan { verb: Verb::Evict, ids: vec![SessionId(1)], matching: None };
    client.send::<MakePlan>(plan).await.err().and_then(|error| error.code())
}

on_both! {
    async fn a_secret_is_shown_once(app: TestApp) {
        let member = app.member().await;
        let (secret, token) = make(&member, &[Scope::Read]).await;
        assert!(secret.starts_with("dw_") && secret.len() > 40, "{secret}");
        let page = list(&member).await;
        assert_eq!(page.items, vec![token]);
        let raw = app.raw().send("GET", "/api/v1/tokens", &[("authorization", &format!("Bearer {secret}"))], "").await;
        assert!(raw.status == 200 && !raw.text().contains(&secret), "{}", raw.text());
        let stored = app.number("SELECT COUNT(*) FROM api_tokens WHERE name LIKE '%dw_%' AND name <> 'of a test'").await;
        assert_eq!(stored, 0);
    }

    async fn scopes_bound_what_a_token_may_do(app: TestApp) {
        let admin = app.admin().await;
        let forbidden = Some(ErrorCode::Forbidden);
        for (scopes, may_read, may_act) in [
            (vec![Scope::Read], None, forbidden),
            (vec![Scope::Act], forbidden, None),
            (vec![Scope::Read, Scope::Act], None, None),
        ] {
            let (secret, _) = make(&admin, &scopes).await;
            let script = app.nobody().with_token(secret);
            assert_eq!((reads(&script).await, acts(&script).await), (may_read, may_act), "{scopes:?}");
        }
        // The role bounds it too: a member's token reads the member's sessions, and no hosts.
        let (secret, _) = make(&app.member().await, &[Scope::Read, Scope::Act]).await;
        let answer = app.raw().send("GET", "/api/v1/hosts", &[("authorization", &format!("Bearer {secret}"))], "").await;
        assert_eq!(answer.code(), ErrorCode::Forbidden);
    }

    async fn a_token_makes_none_that_may_more(app: TestApp) {
        let (secret, token) = make(&app.admin().await, &[Scope::Act]).await;
        let script = app.nobody().with_token(secret);
        let ask = async |scopes: &[Scope], expires_at| {
            let asked = NewToken { name: "child".parse().unwrap(), scopes: scopes.to_vec(), expires_at };
            script.send::<CreateToken>(asked).await.err().and_then(|error| error.code())
        };
        assert_eq!(ask(&[Scope::Act], token.expires_at).await, None);
        assert_eq!(ask(&[Scope::Read], token.expires_at).await, Some(ErrorCode::Forbidden));
        assert_eq!(ask(&[Scope::Act], token.expires_at.plus_seconds(1)).await, Some(ErrorCode::Forbidden));
    }

    async fn revoking_counts_at_once_and_again_is_no_error(app: TestApp) {
        let (member, auditor) = (app.member().await, app.auditor().await);
        let (secret, token) = make(&member, &[Scope::Read]).await;
        let script = app.nobody().with_token(secret);
        assert_eq!(reads(&script).await, None);
        assert_eq!(revoke(&member, token.id).await, None);
        assert_eq!(reads(&script).await, Some(ErrorCode::TokenRevoked));
        assert_eq!(revoke(&member, token.id).await, None);
        assert!(list(&member).await.items[0].revoked_at.is_some());
        super::audit::expect(&auditor, AuditAction::TokenCreated, 1).await;
        super::audit::expect(&auditor, AuditAction::TokenRevoked, 1).await;
    }

    async fn a_token_ends_at_its_time(app: TestApp) {
        let member = app.member().await;
        let (secret, token) = make(&member, &[Scope::Read]).await;
        let script = app.nobody().with_token(secret);
        script.get::<WhoAmI>().await.unwrap();
        app.sql(format!("UPDATE api_tokens SET expires_at = {} WHERE id = {}", now().millis(), token.id)).await;
        assert_eq!(reads(&script).await, Some(ErrorCode::TokenExpired));
    }

    async fn what_cannot_be_a_token_is_refused(app: TestApp) {
        let member = app.member().await;
        let ask = async |scopes: &[Scope], expires_at| {
            let asked = NewToken { name: "odd".parse().unwrap(), scopes: scopes.to_vec(), expires_at };
            let error = member.send::<CreateToken>(asked).await.unwrap_err();
            (error.code().unwrap(), error.problem().unwrap().field.clone().unwrap())
        };
        let field = |name: &str| (ErrorCode::InvalidField, name.to_owned());
        assert_eq!(ask(&[], now().plus_seconds(60)).await, field("scopes"));
        assert_eq!(ask(&[Scope::Read], now()).await, field("expires_at"));
        assert_eq!(ask(&[Scope::Read], now().plus_seconds(400 * 86_400)).await, field("expires_at"));
    }

    async fn others_tokens_are_for_admins(app: TestApp) {
        let (member, support, admin) = (app.member().await, app.support().await, app.admin().await);
        let (_, token) = make(&member, &[Scope::Read]).await;
        assert!(list(&support).await.items.is_empty());
        assert_eq!(revoke(&support, token.id).await, Some(ErrorCode::NotFound));
        assert_eq!(list(&admin).await.items, vec![token.clone()]);
        let stranger = app.other_tenant("strangers").await.admin().await;
        assert!(list(&stranger).await.items.is_empty());
        assert_eq!(revoke(&stranger, token.id).await, Some(ErrorCode::NotFound));
        assert_eq!(revoke(&admin, token.id).await, None);
    }
}
