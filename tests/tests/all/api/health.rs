//! `/health`, `/ready`, headers and pages without signing in.

use deskwarden_tests::{TestApp, on_both};
use deskwarden_types::{
    ErrorCode,
    api::{Alive, Ready},
};

on_both! {
    async fn who_watches_the_server_is_told(app: TestApp) {
        let nobody = app.nobody();
        assert!(nobody.get::<Ready>().await.unwrap().database);
        assert!(!nobody.get::<Alive>().await.unwrap().version.is_empty());
        let head = app.raw().send("HEAD", "/health", &[], "").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
    }

    async fn every_answer_carries_the_headers_that_protect(app: TestApp) {
        for path in ["/health", "/api/v1/sessions", "/nothing/here", "/api/v1/openapi.json", "/docs/", "/", "/agent/v1/hello"] {
            let answer = app.raw().get(path).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{path} {name}");
            }
            let policy = answer.header("content-security-policy");
            for part in ["default-src ", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap_or_default();
            assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'") && !scripts.contains("http"), "{path}: {policy}");
            assert!(!answer.header("x-request-id").is_empty(), "{path}");
            assert!(answer.header("server").is_empty(), "{path}: the program's name is nobody's business");
        }
        let answer = app.raw().send("GET", "/health", &[("x-request-id", "my-id.7")], "").await;
        assert_eq!(answer.header("x-request-id"), "my-id.7");
        let answer = app.raw().send("GET", "/health", &[("x-request-id", "a<script>")], "").await;
        assert!(!answer.header("x-request-id").contains('<'));
    }

    async fn pages_from_elsewhere_are_refused(app: TestApp) {
        let from = async |origin: &str, method: &str| {
            app.raw().send(method, "/api/v1/me", &[("origin", origin)], "").await
        };
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example"] {
            let answer = from(origin, "GET").await;
            assert_eq!(answer.code(), ErrorCode::OriginNotAllowed, "{origin}");
            assert!(answer.header("access-control-allow-origin").is_empty());
            assert_eq!(from(origin, "OPTIONS").await.code(), ErrorCode::OriginNotAllowed);
        }
        assert_eq!(from(&app.server.url(), "GET").await.code(), ErrorCode::NotSignedIn, "its own page may");
    }
}
