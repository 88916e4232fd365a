//! The plumbing as a caller sees it: a whole application over a database of its own.

use std::{net::SocketAddr, sync::Arc};

use actix_web::{
    body::to_bytes,
    dev::Service,
    http::{self, StatusCode, header},
    test::TestRequest,
    web,
};
use deskwarden_store::{DatabaseUrl, Durability, Options, Store};
use deskwarden_types::{
    BulkActionPath, Content, Endpoint, ErrorCode, Method, NoArgs, NoBody, Permission, Problem,
    api::{Health, NewCommand, PageQuery},
};
use tempfile::TempDir;
use tokio::sync::watch;

use super::{ApiError, Call, Routes};
use crate::{app::app, clock::SystemClock, options::ServeOptions, routes, state::State};

macro_rules! endpoint {
    ($name:ident: $method:ident $path:literal ($p:ty, $q:ty, $b:ty)) => {
        #[derive(Clone, Copy)]
        struct $name;

        impl Endpoint for $name {
            const ID: &'static str = stringify!($name);
            const METHOD: Method = Method::$method;
            const PATH: &'static str = $path;
            const TAG: &'static str = "Health";
            const SUMMARY: &'static str = "For a test";
            const DESCRIPTION: &'static str = "";
            const PERMISSION: Permission = Permission::Public;
            const STATUS: u16 = 200;
            const CONTENT: Content = Content::Json;
            type Path = $p;
            type Query = $q;
            type Body = $b;
            type Answer = Health;
        }
    };
}

endpoint!(Panics: Get "/api/v1/test/panics" (NoArgs, NoArgs, NoBody));
endpoint!(Fails: Get "/api/v1/test/fails" (NoArgs, NoArgs, NoBody));
endpoint!(Takes: Post "/api/v1/test/takes/{id}" (BulkActionPath, PageQuery, NewCommand));

fn test_routes() -> Routes {
    let mut routes = routes::all();
    routes.register::<Panics>(async |_, _| panic!("a secret of ours"));
    routes.register::<Fails>(async |_, _| Err(ApiError::internal("a secret of ours")));
    routes.register::<Takes>(async |call: Call<Takes>, _| {
        Ok(Health { version: format!("{} {:?}", call.path.id, call.query.limit), database: true })
    });
    routes
}

async fn state(arguments: &[&str]) -> (TempDir, State) {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: ServeOptions,
    }
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db").display().to_string());
    let store = Store::open(Options { url, durability: Durability::Normal, connections: 2 }).await.unwrap();
    let options = <Line as clap::Parser>::parse_from([&["deskwarden"], arguments].concat()).options;
    let (_, stopping) = watch::channel(false);
    (folder, State::new(store, Arc::new(SystemClock), options, stopping).await.unwrap())
}

struct Answer {
    status: StatusCode,
    headers: header::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.request_id, self.header("x-request-id"), "what is told is what is in the log");
        problem
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends a request, as from a browser on this machine.
macro_rules! call {
    ($app:expr, $request:expr) => {{
        let peer: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        let response = $app.call($request.peer_addr(peer).to_request()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.ok().unwrap().to_vec();
        Answer { status, headers, body }
    }};
}

/// An application, and what must live as long as it.
macro_rules! started {
    ($app:ident, $arguments:expr) => {
        let (_folder, state) = state($arguments).await;
        let $app = actix_web::test::init_service(app(web::Data::new(state), test_routes())).await;
    };
}

fn take(body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post()
        .uri("/api/v1/test/takes/7?limit=5")
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .set_payload(body)
}

#[actix_web::test]
async fn a_fault_of_ours_is_told_without_its_cause() {
    started!(app, &[]);
    for path in ["/api/v1/test/panics", "/api/v1/test/fails"] {
        let answer = call!(app, TestRequest::get().uri(path));
        assert_eq!(answer.problem().code, ErrorCode::Internal);
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
    let answer = call!(app, TestRequest::get().uri("/health"));
    assert_eq!(answer.status, StatusCode::OK, "the worker goes on");
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_problems() {
    started!(app, &["--no-console"]);
    for path in ["/api/v1/nothing", "/agent/v1/nothing", "/", "/index.html", "/docs/nothing"] {
        let answer = call!(app, TestRequest::get().uri(path));
        assert_eq!(answer.problem().code, ErrorCode::NotFound, "{path}");
    }
    let answer = call!(app, TestRequest::delete().uri("/api/v1/users"));
    assert_eq!(answer.problem().code, ErrorCode::MethodNotAllowed);
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    for path in ["/api/v1/openapi.json", "/docs/", "/docs/index.html"] {
        let request = TestRequest::default().method(http::Method::HEAD).uri(path);
        assert_eq!(call!(app, request).status, StatusCode::OK, "{path}");
    }
}

#[actix_web::test]
async fn requests_are_known_by_their_id() {
    started!(app, &[]);
    let with = |id: &str| TestRequest::get().uri("/health").insert_header(("x-request-id", id));
    assert_eq!(call!(app, with("mine-1")).header("x-request-id"), "mine-1");
    let made = call!(app, with("not mine"));
    assert_eq!(made.header("x-request-id").len(), 32);
}

#[actix_web::test]
async fn what_is_wrong_is_named() {
    started!(app, &[]);
    let verb = r#"{"verb":"evict","reason":"for a test"}"#;
    assert_eq!(call!(app, take(verb)).status, StatusCode::OK);
    let uri = |uri: &str| take(verb).uri(uri);
    let typed = |kind: &'static str| take(verb).insert_header((header::CONTENT_TYPE, kind));
    let cases: Vec<(TestRequest, ErrorCode, Option<&str>)> = vec![
        (uri("/api/v1/test/takes/7?limits=5"), ErrorCode::InvalidQuery, Some("limits")),
        (uri("/api/v1/test/takes/7?limit=x"), ErrorCode::InvalidQuery, Some("limit")),
        (uri("/api/v1/test/takes/7?limit=-1"), ErrorCode::InvalidQuery, Some("limit")),
        (uri("/api/v1/test/takes/7?limit=1&limit=2"), ErrorCode::InvalidQuery, Some("limit")),
        (uri("/api/v1/test/takes/7?limit=%ff"), ErrorCode::InvalidQuery, None),
        (uri("/api/v1/test/takes/07"), ErrorCode::InvalidPath, None),
        (uri("/api/v1/test/takes/-1"), ErrorCode::InvalidPath, None),
        (typed("text/plain"), ErrorCode::InvalidBody, None),
        (take(""), ErrorCode::InvalidBody, None),
        (take("{"), ErrorCode::InvalidBody, None),
        (take("[]"), ErrorCode::InvalidBody, None),
        (take(r#"{"verb":"evict"} x"#), ErrorCode::InvalidBody, None),
        (take(&b"{\"verb\":\"evict\",\"reason\":\"\xff\xff\xff\"}"[..]), ErrorCode::InvalidBody, None),
        (take(r#"{"verb":"fly"}"#), ErrorCode::InvalidBody, Some("verb")),
        (take(r#"{"verb":"evict","verb":"kill"}"#), ErrorCode::InvalidBody, None),
        (take(r#"{"verb":"evict","reason":"no"}"#), ErrorCode::ReasonRequired, Some("reason")),
        (take(r#"{"verb":"evict","reason":7}"#), ErrorCode::InvalidBody, Some("reason")),
        (take(r#"{"verb":"message","message":""}"#), ErrorCode::InvalidField, Some("message")),
        (take(r#"{"verb":"evict","hold_minutes":-1}"#), ErrorCode::InvalidBody, Some("hold_minutes")),
        (take(vec![b' '; super::body::BODY_LIMIT + 1]), ErrorCode::BodyTooLarge, None),
    ];
    for (number, (request, code, field)) in cases.into_iter().enumerate() {
        let problem = call!(app, request).problem();
        assert_eq!(problem.code, code, "case {number}: {problem:?}");
        if field.is_some() {
            assert_eq!(problem.field.as_deref(), field, "case {number}: {problem:?}");
        }
    }
}

#[actix_web::test]
async fn nothing_but_what_is_public_answers_a_stranger() {
    started!(app, &[]);
    let mut closed = 0;
    for api in crate::openapi::Api::ALL {
        let mut description = crate::openapi::Description::new(*api);
        routes::all().describe(&mut description);
        for (path, item) in description.finish().paths.paths {
            let path = path.replace("{id}", "1");
            let methods = [
                (http::Method::GET, item.get),
                (http::Method::POST, item.post),
                (http::Method::PUT, item.put),
                (http::Method::DELETE, item.delete),
            ];
            for (method, operation) in methods {
                let Some(operation) = operation else { continue };
                let is_public = serde_json::to_string(&operation.security).unwrap() == "[{}]";
                if is_public {
                    continue;
                }
                closed += 1;
                for token in ["", "Bearer dw_0000", "Bearer dwa_0000", "Bearer a.b.c", "Basic YTpi"] {
                    let request = TestRequest::default().method(method.clone()).uri(&path);
                    let request = request.insert_header((header::AUTHORIZATION, token));
                    let answer = call!(app, request);
                    assert_eq!(answer.problem().code, ErrorCode::NotSignedIn, "{path} {token}");
                    assert_eq!(answer.header("www-authenticate"), "Bearer");
                }
            }
        }
    }
    assert!(closed > 20, "{closed} operations");
}

#[actix_web::test]
async fn pages_from_elsewhere_need_to_be_allowed() {
    started!(app, &["--allow-origin", "https://console.example.org"]);
    let from = |origin: &str| {
        TestRequest::get()
            .uri("/health")
            .insert_header((header::HOST, "dw.example.org"))
            .insert_header((header::ORIGIN, origin.to_owned()))
    };
    let refused =
        ["https://evil.example.org", "null", "https://dw.example.org.evil", "https://console.example.org:444"];
    for origin in refused {
        let answer = call!(app, from(origin));
        assert_eq!(answer.problem().code, ErrorCode::OriginNotAllowed, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    let own = call!(app, from("https://dw.example.org"));
    assert_eq!((own.status, own.header("access-control-allow-origin")), (StatusCode::OK, ""));
    let allowed = call!(app, from("https://console.example.org"));
    assert_eq!(allowed.status, StatusCode::OK);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://console.example.org");
    let asked = from("https://console.example.org").method(http::Method::OPTIONS);
    let asked = call!(app, asked.uri("/api/v1/sessions"));
    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    for name in ["authorization", "if-none-match", "idempotency-key"] {
        assert!(asked.header("access-control-allow-headers").contains(name), "{name}");
    }
    for name in ["etag", "content-disposition", "retry-after"] {
        assert!(allowed.header("access-control-expose-headers").contains(name), "{name}");
    }
}

#[actix_web::test]
async fn every_answer_is_guarded() {
    started!(app, &[]);
    for path in ["/health", "/api/v1/nothing", "/docs/", "/api/v1/openapi.json"] {
        let answer = call!(app, TestRequest::get().uri(path));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[actix_web::test]
async fn the_api_pages_are_our_own_files() {
    started!(app, &[]);
    let page = call!(app, TestRequest::get().uri("/docs/"));
    let text = String::from_utf8(page.body).unwrap();
    assert!(page.status == StatusCode::OK && text.contains("swagger-ui-bundle.js"));
    assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    assert!(!text.contains("<script>"), "no inline script");
    let start = call!(app, TestRequest::get().uri("/docs/swagger-initializer.js"));
    let text = String::from_utf8(start.body).unwrap();
    assert!(text.contains("/api/v1/openapi.json") && text.contains("/agent/v1/openapi.json"), "{text}");
    let moved = call!(app, TestRequest::get().uri("/docs"));
    assert_eq!((moved.status, moved.header("location")), (StatusCode::TEMPORARY_REDIRECT, "/docs/"));
}
