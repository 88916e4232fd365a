//! What broken programs and attackers send: each gets its clear error, and nothing is lost.

use deskwarden_tests::{RawAnswer, TestApp, on_both};
use deskwarden_types::ErrorCode;

const PLANS: &str = "/api/v1/plans";

async fn post(app: &TestApp, token: &str, body: impl Into<Vec<u8>>) -> RawAnswer {
    app.raw().post(PLANS, Some(token), body).await
}

on_both! {
    async fn bodies_that_cannot_be_read(app: TestApp) {
        let token = app.manager().await.token().unwrap();
        for (body, code) in [
            (&b""[..], ErrorCode::InvalidBody),
            (b"{", ErrorCode::InvalidBody),
            (b"[]", ErrorCode::InvalidBody),
            (b"null", ErrorCode::InvalidBody),
            (b"\"text\"", ErrorCode::InvalidBody),
            (b"{\"verb\":\"evict\",\"ids\":[\"1\"]} trailing", ErrorCode::InvalidBody),
            (b"{\"verb\":\"evict\"}", ErrorCode::InvalidField),
            (b"{\"verb\":\"evict\",\"ids\":\"1\"}", ErrorCode::InvalidBody),
            (b"{\"verb\":5,\"ids\":[\"1\"]}", ErrorCode::InvalidBody),
            (b"{\"verb\":\"evict\",\"ids\":[\"\xff\xfe\"]}", ErrorCode::InvalidBody),
            (b"\xff\xfe{\0}\0", ErrorCode::InvalidBody),
            (b"{\"verb\":\"evict\",\"ids\":[1]}", ErrorCode::InvalidBody),
            (b"{\"verb\":\"evict\",\"ids\":[\"0\"]}", ErrorCode::InvalidField),
            (b"{\"verb\":\"evict\",\"ids\":[\"abc\"]}", ErrorCode::InvalidField),
            (b"{\"verb\":\"evict\",\"ids\":[\"99999999999999999999\"]}", ErrorCode::InvalidField),
        ] {
            let problem = post(&app, &token, body).await.problem();
            assert_eq!(problem.code, code, "{}: {problem:?}", String::from_utf8_lossy(body));
        }
        let deep = "[".repeat(100_000);
        assert_eq!(post(&app, &token, deep).await.code(), ErrorCode::InvalidBody);
        let problem = post(&app, &token, "{\"verb\":\"evict\",\"ids\":[\"1\",\"x\"]}").await.problem();
        assert_eq!(problem.field.as_deref(), Some("ids[1]"));
    }

    async fn a_body_says_what_it_is(app: TestApp) {
        let token = app.manager().await.token().unwrap();
        let bearer = format!("Bearer {token}");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/xml"] {
            let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
            let answer = app.raw().send("POST", PLANS, &headers, "{\"verb\":\"evict\",\"ids\":[\"1\"]}").await;
            let problem = answer.problem();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidBody, Some("Content-Type")), "{kind}");
            assert!(problem.detail.contains("Content-Type: application/json"), "{problem:?}");
        }
        let headers = [("authorization", bearer.as_str()), ("content-type", "Application/JSON; charset=utf-8")];
        assert_eq!(app.raw().send("POST", PLANS, &headers, "{\"verb\":\"evict\",\"ids\":[\"1\"]}").await.status, 201);
    }

    async fn what_is_misspelt_is_not_passed_over(app: TestApp) {
        let (manager, agent) = (app.manager().await, app.agent("h1").await);
        let session = agent.run(&manager.username, "xterm").await;
        let token = manager.token().unwrap();
        for (path, body, field, told) in [
            ("/api/v1/exports", r#"{"q":"user:me","columns":["id"],"format":"csv"}"#.to_owned(), "q", "q stands in selection"),
            (PLANS, r#"{"verb":"kill","q":"id:1"}"#.to_owned(), "q", "q stands in matching"),
            (PLANS, r#"{"verb":"kill","matching":{"query":"id:1"}}"#.to_owned(), "matching.query", "state, q, kind"),
            ("/api/v1/bulk-actions", format!(r#"{{"verb":"evict","ids":["{session}"],"reason":"it must","hold_minuts":60}}"#), "hold_minuts", "hold_minutes"),
            ("/api/v1/views", r#"{"name":"a","page":"all","reach":"own","selektion":{"q":"x"}}"#.to_owned(), "selektion", "selection"),
            ("/api/v1/views", r#"{"name":"a","page":"all","reach":"own","columns":[{"field":"app","widht":50}]}"#.to_owned(), "columns[0].widht", "field, width"),
            ("/api/v1/refreshes", r#"{"now":true}"#.to_owned(), "now", "there are: none"),
        ] {
            let problem = app.raw().post(path, Some(&token), body).await.problem();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidBody, Some(field)), "{problem:?}");
            assert!(problem.detail.contains(told), "{problem:?}");
        }
        for body in [r#"["kill",["1"],null]"#, r#"{"verb":"kill","matching":["current"]}"#] {
            assert_eq!(post(&app, &token, body).await.code(), ErrorCode::InvalidBody, "{body}");
        }
        for table in ["plans", "exports", "views", "bulk_actions", "commands"] {
            assert_eq!(app.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        // Agents may be newer than the server.
        let launch = format!(r#"{{"launch_key":"k","account":"{}","program":"xclock","version":null,"age_ms":0,"new":1}}"#, manager.username);
        let answer = app.raw().post("/agent/v1/launches", Some(&agent.key), launch).await;
        assert!(answer.status < 300, "{}", answer.text());
    }

    async fn a_key_that_cannot_be_read_does_not_act(app: TestApp) {
        let (manager, agent) = (app.manager().await, app.agent("h1").await);
        let session = agent.run(&manager.username, "xterm").await;
        let bearer = format!("Bearer {}", manager.token().unwrap());
        let long = "k".repeat(201);
        for (path, body) in [
            ("/api/v1/bulk-actions".to_owned(), format!(r#"{{"verb":"evict","ids":["{session}"],"reason":"it must"}}"#)),
            (format!("/api/v1/sessions/{session}/actions"), r#"{"verb":"evict","reason":"it must"}"#.to_owned()),
        ] {
            for keys in [&["nächtlich"][..], &[""], &[&long], &["one", "two"]] {
                let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
                headers.extend(keys.iter().map(|key| ("idempotency-key", *key)));
                let problem = app.raw().send("POST", &path, &headers, body.clone()).await.problem();
                assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidField, Some("Idempotency-Key")), "{keys:?}");
            }
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM commands").await, 0);
    }

    async fn ten_megabytes_are_too_much(app: TestApp) {
        let (manager, agent) = (app.manager().await, app.agent("h1").await);
        let token = manager.token().unwrap();
        let port = app.server.port();
        for (path, token) in [(PLANS, &token), ("/agent/v1/reports", &agent.key)] {
            let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n");
            // Announced, and not announced.
            let mut announced = format!("{head}Content-Length: {}\r\n\r\n", 10 << 20).into_bytes();
            announced.extend(vec![b' '; 10 << 20]);
            let mut chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
            for _ in 0..160 {
                chunked.extend(b"10000\r\n");
                chunked.extend(vec![b' '; 0x10000]);
                chunked.extend(b"\r\n");
            }
            chunked.extend(b"0\r\n\r\n");
            for (how, bytes) in [("announced", announced), ("chunked", chunked)] {
                let answer = String::from_utf8_lossy(&app.raw().bytes(&bytes).await).into_owned();
                // Whoever sends on while he is refused may find the connection closed before he has read why.
                assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"), "{how} {path}: {answer}");
            }
        }
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        let answer = app.raw().send("POST", PLANS, &headers, vec![b' '; (1 << 20) + 1]).await;
        assert_eq!(answer.code(), ErrorCode::BodyTooLarge);
        manager.list(Default::default()).await.expect("the server goes on");
    }

    async fn broken_requests_break_nothing(app: TestApp) {
        // What is no HTTP at all is an error in the log of the HTTP library.
        app.server.expect_errors();
        let token = app.manager().await.token().unwrap();
        let head = format!("POST {PLANS} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        for bytes in [
            b"\0\0\0\0".to_vec(),
            b"GET / HTTP/9.9\r\n\r\n".to_vec(),
            b"\x16\x03\x01\x02\x00\x01\x00".to_vec(),
            format!("{head}Content-Length: 100\r\n\r\n{{\"verb\":").into_bytes(),
            format!("{head}Content-Length: -1\r\n\r\n").into_bytes(),
            format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").into_bytes(),
            format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n").into_bytes(),
            format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(200_000)).into_bytes(),
            format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "X-A: b\r\n".repeat(10_000)).into_bytes(),
        ] {
            let answer = app.raw().bytes(&bytes).await;
            let answer = String::from_utf8_lossy(&answer);
            assert!(!answer.starts_with("HTTP/1.1 2") && !answer.starts_with("HTTP/1.1 5"), "{}: {answer}", String::from_utf8_lossy(&bytes[..40.min(bytes.len())]));
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM plans").await, 0);
        assert_eq!(app.raw().get("/health").await.status, 200);
    }

    async fn unknown_addresses_and_methods_are_told_apart(app: TestApp) {
        for path in ["/api/v1/nothing", "/api/v2/sessions", "/api/v1/sessions/1/2/3", "/agent/v1/nothing", "/api", "/api/v1/", "/api/v1/%2e%2e/%2e%2e/etc/passwd"] {
            assert_eq!(app.raw().get(path).await.code(), ErrorCode::NotFound, "{path}");
        }
        for (method, path, allow) in [
            ("DELETE", "/api/v1/sessions", "GET, HEAD"),
            ("POST", "/api/v1/sessions", "GET, HEAD"),
            ("GET", "/api/v1/plans", "POST"),
            ("PATCH", "/api/v1/settings", "GET, HEAD, PUT"),
            ("GET", "/agent/v1/reports", "POST"),
            ("TRACE", "/api/v1/users", "GET, HEAD, POST"),
        ] {
            let answer = app.raw().send(method, path, &[], "").await;
            assert_eq!((answer.code(), answer.header("allow")), (ErrorCode::MethodNotAllowed, allow), "{method} {path}");
        }
    }

    async fn nul_and_other_hostile_texts_are_refused_or_kept_as_they_are(app: TestApp) {
        let admin = app.admin().await;
        let token = admin.token().unwrap();
        let user = |name: &str, email: &str| {
            format!(r#"{{"username":"{name}","display_name":"{name}","email":"{email}","role":"member"}}"#)
        };
        for (name, email) in [("a\\u0000b", "a@example.org"), ("", "a@example.org"), ("ok", "a\\u0000@example.org"), ("ok", "a b@c"), ("ok", ""), ("gnp.\u{202e}exe", "a@example.org"), ("\\u2067ok", "a@example.org")] {
            let problem = app.raw().post("/api/v1/users", Some(&token), user(name, email)).await.problem();
            assert_eq!(problem.code, ErrorCode::InvalidField, "{problem:?}");
        }
        for (n, hostile) in ["<script>alert(1)</script>", "Robert'); DROP TABLE users; --", "مستخدم", "🦀".repeat(32).as_str()].into_iter().enumerate() {
            let answer = app.raw().post("/api/v1/users", Some(&token), user(hostile, &format!("h{n}@example.org"))).await;
            assert_eq!(answer.status, 201, "{}", answer.text());
            assert!(answer.text().contains(hostile));
        }
        for (path, body) in [
            ("/api/v1/auth/sign-in", r#"{"email":"a\u0000","password":"b\u0000"}"#.to_owned()),
            ("/api/v1/set-up", r#"{"link":"a\u0000","email":"a@b.c","display_name":"A","password":"0123456789"}"#.to_owned()),
            ("/agent/v1/enrol", r#"{"code":"\u0000","host_name":"h","version":"1\u0000"}"#.to_owned()),
        ] {
            assert!((400..500).contains(&app.raw().post(path, None, body).await.problem().status), "{path}");
        }
        let agent = app.agent("h1").await;
        // What would turn the text around it is refused where a program is named, too.
        let launch = r#"{"launch_key":"k","account":"a","program":"gnp.\u202eexe","version":null,"age_ms":0}"#;
        assert_eq!(app.raw().post("/agent/v1/launches", Some(&agent.key), launch).await.code(), ErrorCode::InvalidField);
        let session = agent.run(&admin.username, "xterm").await;
        let path = format!("/api/v1/sessions/{session}/actions");
        for (reason, status) in [("gnp.\\u202eexe", 422), ("a \\u2067word", 422), ("تحديث הלילה", 202)] {
            let answer = app.raw().post(&path, Some(&token), format!(r#"{{"verb":"evict","reason":"{reason}"}}"#)).await;
            assert_eq!(answer.status, status, "{}", answer.text());
        }
        let hello = r#"{"protocol":1,"version":"1\u00002","host_name":"h\u0000","boot_id":"b\u0000","clock":"2026-01-01T00:00:00Z","verbs":[],"last_seq":0}"#;
        assert_eq!(app.raw().post("/agent/v1/hello", Some(&agent.key), hello).await.status, 200);
    }

    async fn what_is_wrong_in_a_query_is_told_in_our_words(app: TestApp) {
        let bearer = format!("Bearer {}", app.manager().await.token().unwrap());
        for (query, field, told) in [
            ("sort=", "sort", "a key is missing"),
            ("sort=id,id", "sort", "id orders nothing after id"),
            ("sort=trust", "sort", "no list is sorted by trust"),
            ("sort=colour", "sort", "there is no key colour"),
            ("q=a&q=b", "q", "twice"),
            ("field=colour", "field", "\"colour\" is none of the words that fit; there are: id, kind,"),
            ("limit=abc", "limit", "This takes a whole number."),
            ("limit=", "limit", "This takes a whole number."),
            ("limit=99999999999", "limit", "This number is too large."),
            ("from=2026-11-21T15:05:00+01:00", "from", "%2B"),
        ] {
            let answer = app.raw().send("GET", &format!("/api/v1/sessions?{query}"), &[("authorization", &bearer)], "").await;
            let problem = answer.problem();
            assert!(problem.status == 400 && problem.detail.contains(told), "{query}: {problem:?}");
            assert_eq!(problem.field.as_deref(), Some(field), "{query}: {problem:?}");
        }
    }

    async fn refused_requests_name_nothing_of_the_inside(app: TestApp) {
        let token = app.manager().await.token().unwrap();
        for (method, path) in [("GET", "/api/v1/sessions?sort=x"), ("GET", "/api/v1/sessions/999"), ("GET", "/nothing"), ("GET", "/api/v1/sessions?cursor=x")] {
            let bearer = format!("Bearer {token}");
            let text = app.raw().send(method, path, &[("authorization", &bearer)], "").await.text().to_lowercase();
            for inside in ["diesel", "sqlite", "postgres", "panicked", ".rs:", "select ", "/root", "/work"] {
                assert!(!text.contains(inside), "{path}: {text}");
            }
        }
    }
}
