//! The filter's errors, fields, values and totals over HTTP.

use deskwarden_client::ClientError;
use deskwarden_tests::{Person, TestApp, on_both};
use deskwarden_types::{
    Counting, ErrorCode, NoArgs, NoBody, Problem, Role, SessionField, Status,
    api::{CountSessions, FieldValues, ListFields, ListValues, SessionQuery, ValueQuery},
};

fn q(text: &str) -> SessionQuery {
    SessionQuery { q: Some(text.to_owned()), ..SessionQuery::default() }
}

async fn problem(by: &Person, query: SessionQuery) -> Problem {
    match by.list(query).await {
        Err(ClientError::Problem(refusal)) => refusal.problem,
        other => panic!("this must be refused: {other:?}"),
    }
}

async fn values(by: &Person, field: SessionField, contains: &str) -> FieldValues {
    let query = ValueQuery { field, contains: Some(contains.to_owned()), limit: None };
    by.call::<ListValues>(NoArgs {}, query, NoBody {}).await.unwrap()
}

on_both! {
    async fn errors_say_where_and_what_was_expected(app: TestApp) {
        let support = app.support().await;
        let error = problem(&support, q("ü stauts:running")).await;
        assert_eq!((error.code, error.field.as_deref(), error.position), (ErrorCode::InvalidFilter, Some("q"), Some(2)));
        assert_eq!((error.status, error.expected.first().map(String::as_str)), (400, Some("status")));
        assert!(error.detail.contains("Did you mean status?"), "{}", error.detail);
        for (query, field) in [
            (SessionQuery { contains: Some("x".repeat(201)), ..q("") }, "contains"),
            (SessionQuery { contains: Some("a\0b".to_owned()), ..q("") }, "contains"),
            (SessionQuery { contains: Some("x".to_owned()), field: Some(SessionField::Duration), ..q("") }, "field"),
            (SessionQuery { from: Some("soon".to_owned()), ..q("") }, "from"),
            (SessionQuery { to: Some("2026-11-21T14:05".to_owned()), ..q("") }, "to"),
            (SessionQuery { from: Some("2026-11-22".to_owned()), to: Some("2026-11-21".to_owned()), ..q("") }, "to"),
            (SessionQuery { from: Some("today".to_owned()), to: Some("yesterday".to_owned()), ..q("") }, "to"),
            (q("a\0b"), "q"),
            (q(&"x".repeat(2_001)), "q"),
        ] {
            let error = problem(&support, query).await;
            assert_eq!((error.code, error.field.as_deref()), (ErrorCode::InvalidFilter, Some(field)));
        }
        let error = problem(&support, SessionQuery { sort: Some("id,nothing".to_owned()), ..q("") }).await;
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::InvalidQuery, Some("sort")));
        let count = support.call::<CountSessions>(NoArgs {}, q("nope:1"), NoBody {}).await;
        assert_eq!(count.unwrap_err().code(), Some(ErrorCode::InvalidFilter));
    }

    async fn the_fields_are_those_of_the_one_table(app: TestApp) {
        // What is hidden orders no list, and is no column.
        let hidden = app.member().await.get::<ListFields>().await.unwrap().items;
        let ad = hidden.iter().find(|info| info.field == SessionField::AdUsername).unwrap();
        assert!(!ad.sortable && !ad.column);
        app.set(|settings| settings.show_ad_username = true).await;
        let fields = app.member().await.get::<ListFields>().await.unwrap().items;
        let names: Vec<_> = fields.iter().map(|info| info.field).collect();
        assert_eq!(names, SessionField::ALL);
        let status = fields.iter().find(|info| info.field == SessionField::Status).unwrap();
        assert!(status.indexed && status.sortable && status.words.contains(&"poor_network".to_owned()));
        let support = app.support().await;
        for info in fields {
            let sorted = support.list(SessionQuery { sort: Some(info.field.to_string()), ..q("") }).await;
            assert_eq!(sorted.is_ok(), info.sortable, "{}", info.field);
            for word in info.words {
                support.list(q(&format!("{}:{word}", info.field))).await.unwrap();
            }
        }
    }

    async fn values_are_names_that_occur_and_members_get_their_own(app: TestApp) {
        let agent = app.agent("h1").await;
        let (support, member) = (app.support().await, app.member().await);
        app.new_account("other", Role::Member).await;
        agent.run("other", "Xclock").await;
        agent.run(&member.username, "xterm").await;
        let names = async |by: &Person, field, contains| {
            values(by, field, contains).await.items.into_iter().map(|value| value.value).collect::<Vec<_>>()
        };
        assert_eq!(names(&support, SessionField::App, "X").await, ["Xclock", "xterm"]);
        assert_eq!(names(&support, SessionField::App, "ock").await, ["Xclock"]);
        // What begins with it comes first, whatever the alphabet says.
        agent.run(&member.username, "an old term").await;
        agent.run(&member.username, "terminal").await;
        agent.run(&member.username, "Terse").await;
        assert_eq!(names(&support, SessionField::App, "ter").await, ["terminal", "Terse", "an old term", "xterm"]);
        assert_eq!(names(&member, SessionField::App, "").await, ["an old term", "terminal", "Terse", "xterm"]);
        assert_eq!(names(&member, SessionField::Username, "").await, std::slice::from_ref(&member.username));
        assert!(names(&support, SessionField::Username, "OTHER").await.contains(&"other".to_owned()));
        assert_eq!(names(&support, SessionField::AdUsername, "").await, Vec::<String>::new());
        let (own, other) = ("username = '{}'".replace("{}", &member.username), "username = 'other'");
        for (user, product, version) in [(own.as_str(), "Xrdp", "NULL"), (other, "RealVNC Server", "'7.13.0'")] {
            app.sql(format!(
                "UPDATE session_extras SET version = '7.0 BETA', version_folded = '7.0 beta', server_product = '{product}', \
                 server_version = {version}, server_folded = LOWER('{product}' || COALESCE(' ' || {version}, '')) \
                 WHERE session_id IN (SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.{user})"
            ))
            .await;
        }
        assert_eq!(names(&support, SessionField::Version, "beta").await, ["7.0 BETA"]);
        assert_eq!(names(&support, SessionField::Server, "").await, ["RealVNC Server 7.13.0", "Xrdp"]);
        assert_eq!(names(&support, SessionField::Server, "r").await, ["RealVNC Server 7.13.0", "Xrdp"]);
        assert_eq!(names(&support, SessionField::Server, "XR").await, ["Xrdp"]);
        assert_eq!(names(&member, SessionField::Server, "").await, ["Xrdp"]);
        for (field, told) in [(SessionField::Status, "its words are in"), (SessionField::Id, "what it takes is in")] {
            let query = ValueQuery { field, contains: None, limit: None };
            let error = support.call::<ListValues>(NoArgs {}, query, NoBody {}).await.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidQuery, Some("field")));
            assert!(problem.detail.contains(told), "{problem:?}");
        }
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert_eq!(names(&stranger, SessionField::App, "").await, Vec::<String>::new());
        for (limit, contains) in [(0, "x".to_owned()), (51, "x".to_owned()), (10, "x".repeat(201)), (10, "\0".to_owned())] {
            let query = ValueQuery { field: SessionField::App, contains: Some(contains), limit: Some(limit) };
            let answer = support.call::<ListValues>(NoArgs {}, query, NoBody {}).await;
            assert_eq!(answer.unwrap_err().code(), Some(ErrorCode::InvalidQuery));
        }
    }

    async fn what_is_hidden_orders_and_filters_no_list(app: TestApp) {
        let support = app.support().await;
        let by = |sort: &str| SessionQuery { sort: Some(sort.to_owned()), ..SessionQuery::default() };
        for sort in ["ad_username", "status,-ad_username"] {
            let error = problem(&support, by(sort)).await;
            assert_eq!((error.code, error.field.as_deref()), (ErrorCode::InvalidQuery, Some("sort")));
            app.set(|settings| settings.show_ad_username = true).await;
            support.list(by(sort)).await.unwrap();
            app.set(|settings| settings.show_ad_username = false).await;
        }
        for hidden in ["ad_username:none", "-ad_username~x", "jo ad:x"] {
            let error = problem(&support, q(hidden)).await;
            assert_eq!((error.code, error.field.as_deref()), (ErrorCode::InvalidQuery, Some("q")), "{hidden}");
        }
    }

    async fn totals_are_counted_as_asked(app: TestApp) {
        let (agent, member, support) = (app.agent("h1").await, app.member().await, app.support().await);
        for program in ["one", "two", "three"] {
            agent.run(&member.username, program).await;
        }
        let last = agent.run(&member.username, "four").await;
        agent.seen(last, &[Status::Stopped]).await;
        for (counting, total) in [(None, Some(3)), (Some(Counting::Capped), Some(3)), (Some(Counting::Exact), Some(3)), (Some(Counting::None), None)] {
            let query = SessionQuery { total: counting, limit: Some(1), ..q("status:running") };
            let page = support.list(query.clone()).await.unwrap();
            assert_eq!((page.items.len(), page.total.map(|total| (total.count, total.exact))), (1, total.map(|n| (n, true))));
            if counting != Some(Counting::None) {
                let counted = support.call::<CountSessions>(NoArgs {}, query, NoBody {}).await.unwrap();
                assert_eq!((counted.count, counted.exact), (3, true));
            }
        }
        let none = SessionQuery { total: Some(Counting::None), ..q("") };
        let refused = support.call::<CountSessions>(NoArgs {}, none, NoBody {}).await;
        assert_eq!(refused.unwrap_err().code(), Some(ErrorCode::InvalidQuery));
        let other = app.new_person("somebody", Role::Member).await;
        assert_eq!(other.call::<CountSessions>(NoArgs {}, q(""), NoBody {}).await.unwrap().count, 0);
    }

    async fn what_has_not_changed_is_not_sent_again(app: TestApp) {
        let (agent, member, support) = (app.agent("h1").await, app.member().await, app.support().await);
        let session = agent.run(&member.username, "xterm").await;
        let bearer = format!("Bearer {}", support.token().unwrap());
        let get = async |path: &str, tag: Option<&str>| {
            let mut headers = vec![("authorization", bearer.as_str())];
            headers.extend(tag.map(|tag| ("if-none-match", tag)));
            let answer = app.raw().send("GET", path, &headers, "").await;
            let tag = answer.headers.get("etag").map(|tag| tag.to_str().unwrap().to_owned());
            (answer.status, tag.expect("a tag"), answer.body.len())
        };
        for path in ["/api/v1/sessions?q=app:xterm".to_owned(), format!("/api/v1/sessions/{session}")] {
            let (status, tag, length) = get(&path, None).await;
            assert!(status == 200 && tag.starts_with("W/\"") && length > 0, "{path}");
            // A running session grows longer meanwhile: that is the clock's doing, and no change.
            tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
            assert_eq!(get(&path, Some(&tag)).await, (304, tag.clone(), 0), "{path}");
            agent.seen(session, &[Status::Stopped]).await;
            let (status, newer, _) = get(&path, Some(&tag)).await;
            assert!(status == 200 && newer != tag, "{path}");
            agent.seen(session, &[Status::Running]).await;
        }
        let (_, tag, _) = get("/api/v1/sessions", None).await;
        let (_, other, _) = get("/api/v1/sessions?limit=1&q=nobody", Some(&tag)).await;
        assert_ne!(tag, other);
    }
}
