//! `/api/v1/sessions`: the list.

use std::collections::HashSet;

use deskwarden_tests::{FakeAgent, Person, TestApp, on_both};
use deskwarden_types::{
    DeliveryKind, ErrorCode, ListState, Role, SessionId, Status,
    api::{Session, SessionList, SessionQuery},
};

use super::refused;

fn query(sort: &str, limit: u32, cursor: Option<String>) -> SessionQuery {
    SessionQuery { sort: Some(sort.to_owned()), limit: Some(limit), cursor, ..Default::default() }
}

fn ids(items: &[Session]) -> Vec<SessionId> {
    items.iter().map(|session| session.id).collect()
}

/// Some people's sessions of some apps in some statuses; rows with equal keys among them.
async fn fill(app: &TestApp) -> FakeAgent {
    let agent = app.agent("h1").await;
    for (user, programs) in [("ann", ["xterm", "Xclock"]), ("Bob", ["xterm", "über"]), ("ünal", ["100%", "a_b"])] {
        app.new_account(user, Role::Member).await;
        for program in programs {
            let session = agent.run(user, program).await;
            if program == "xterm" {
                agent.seen(session, &[Status::Stopped]).await;
            }
        }
    }
    let over = agent.run("ann", "xterm").await;
    agent.seen(over, &[Status::Stopped, Status::Removed]).await;
    agent
}

async fn contains(by: &Person, text: &str) -> usize {
    let query = SessionQuery { contains: Some(text.to_owned()), ..Default::default() };
    let page = by.list(query).await.unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    assert_eq!(page.total.unwrap().count, page.items.len() as i64, "{text:?}");
    page.items.len()
}

on_both! {
    async fn the_newest_comes_first(app: TestApp) {
        fill(&app).await;
        let page = app.manager().await.list(Default::default()).await.unwrap();
        let mut sorted = ids(&page.items);
        sorted.sort_by(|a, b| b.cmp(a));
        assert_eq!(ids(&page.items), sorted);
        assert_eq!((page.total.unwrap().count, page.total.unwrap().exact, page.next, page.prev), (7, true, None, None));
    }

    async fn every_order_is_whole_in_both_directions(app: TestApp) {
        fill(&app).await;
        let manager = app.manager().await;
        for key in ["id", "started_at", "username", "name", "email", "app", "status", "ended_at", "valid_until"] {
            for sort in [key.to_owned(), format!("-{key}")] {
                let whole = ids(&manager.list(query(&sort, 1000, None)).await.unwrap().items);
                assert_eq!(whole.iter().collect::<HashSet<_>>().len(), 7, "{sort}");
                let mut forth = Vec::new();
                let mut page = manager.list(query(&sort, 2, None)).await.unwrap();
                assert!(page.prev.is_none(), "{sort}");
                loop {
                    forth.extend(ids(&page.items));
                    let Some(next) = page.next.clone() else { break };
                    page = manager.list(query(&sort, 2, Some(next))).await.unwrap();
                }
                assert_eq!(forth, whole, "{sort}, forwards");
                let mut back = ids(&page.items);
                while let Some(prev) = page.prev.clone() {
                    page = manager.list(query(&sort, 2, Some(prev))).await.unwrap();
                    back.splice(0..0, ids(&page.items));
                }
                assert_eq!(back, whole, "{sort}, backwards");
            }
            let up = ids(&manager.list(query(key, 1000, None)).await.unwrap().items);
            let mut down = ids(&manager.list(query(&format!("-{key}"), 1000, None)).await.unwrap().items);
            down.reverse();
            assert_eq!(up, down, "{key}: equal values are ordered by id, both ways");
        }
        let by_app = manager.list(query("app", 1000, None)).await.unwrap().items;
        let names: Vec<String> = by_app.iter().map(|session| session.resource.name.to_lowercase()).collect();
        assert!(names.iter().is_sorted_by_key(|name| name.to_ascii_lowercase()), "{names:?}");
    }

    async fn rows_that_come_meanwhile_neither_hide_nor_repeat_old_ones(app: TestApp) {
        let agent = fill(&app).await;
        let manager = app.manager().await;
        for sort in ["-id", "app", "-username", "status"] {
            let old: Vec<_> = ids(&manager.list(query(sort, 1000, None)).await.unwrap().items);
            let known: HashSet<_> = old.iter().copied().collect();
            let mut seen = Vec::new();
            let mut page = manager.list(query(sort, 2, None)).await.unwrap();
            loop {
                seen.extend(ids(&page.items));
                agent.run("ann", "middle").await;
                let Some(next) = page.next.clone() else { break };
                page = manager.list(query(sort, 2, Some(next))).await.unwrap();
                if seen.len() > 100 {
                    break;
                }
            }
            seen.retain(|id| known.contains(id));
            assert_eq!(seen, old, "{sort}");
        }
    }

    async fn filters_are_joined_by_and(app: TestApp) {
        let agent = fill(&app).await;
        let manager = app.manager().await;
        let count = async |query: SessionQuery| {
            let page = manager.list(query).await.unwrap();
            assert_eq!(page.total.unwrap().count, page.items.len() as i64);
            page.items.len()
        };
        let all = SessionQuery::default;
        assert_eq!(count(SessionQuery { status: Some(Status::Running), ..all() }).await, 4);
        assert_eq!(count(SessionQuery { status: Some(Status::Removed), ..all() }).await, 1);
        assert_eq!(count(SessionQuery { kind: Some(DeliveryKind::ManagedApp), ..all() }).await, 7);
        assert_eq!(count(SessionQuery { kind: Some(DeliveryKind::AppStream), ..all() }).await, 0);
        assert_eq!(count(SessionQuery { host: Some(agent.host), ..all() }).await, 7);
        assert_eq!(count(SessionQuery { host: Some(deskwarden_types::HostId(99)), ..all() }).await, 0);
        // What was removed stays listed for a day (003).
        assert_eq!(count(SessionQuery { state: Some(ListState::Current), ..all() }).await, 7);
        assert_eq!(count(SessionQuery { state: Some(ListState::Historical), ..all() }).await, 1);
        assert_eq!(count(SessionQuery { state: Some(ListState::All), ..all() }).await, 7);
        app.sql("UPDATE sessions SET listed_until = 1 WHERE phase = 5").await;
        assert_eq!(count(SessionQuery { state: Some(ListState::Current), ..all() }).await, 6);
        let both = SessionQuery { status: Some(Status::Stopped), contains: Some("ann".to_owned()), ..all() };
        assert_eq!(count(both).await, 1);
    }

    async fn a_search_takes_every_character_for_itself(app: TestApp) {
        fill(&app).await;
        let manager = app.manager().await;
        for (text, found) in [
            ("xterm", 3), ("XTERM", 3), ("xclock", 1), ("bob", 2), ("BOB@EXAMPLE", 2), ("über", 1), ("ünal", 2),
            ("%", 1), ("100%", 1), ("_", 1), ("a_b", 1), ("axb", 0), ("\\", 0), ("'", 0), ("\"", 0), ("; DROP", 0),
            ("example.org", 7), ("  xterm  ", 3), ("", 7), ("🦀", 0), ("nothing", 0),
        ] {
            assert_eq!(contains(&manager, text).await, found, "{text:?}");
        }
        let first = manager.list(query("id", 1, None)).await.unwrap().items.remove(0).id;
        assert!(contains(&manager, &first.to_string()).await >= 1, "an exact id");
        let long = SessionQuery { contains: Some("x".repeat(201)), ..Default::default() };
        assert_eq!(refused(manager.list(long).await), ErrorCode::InvalidFilter);
        let nul = SessionQuery { contains: Some("a\0".to_owned()), ..Default::default() };
        assert_eq!(refused(manager.list(nul).await), ErrorCode::InvalidFilter);
    }

    async fn a_tag_moves_with_all_that_is_told_but_not_with_the_clock(app: TestApp) {
        let session = fill(&app).await.run("ann", "xeyes").await;
        let manager = app.manager().await;
        let bearer = format!("Bearer {}", manager.token().unwrap());
        let path = "/api/v1/sessions?total=none";
        let mut tag = app.raw().send("GET", path, &[("authorization", &bearer)], "").await.header("etag").to_owned();
        let again = async |tag: &str| {
            app.raw().send("GET", path, &[("authorization", &bearer), ("if-none-match", tag)], "").await
        };
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        assert_eq!(again(&tag).await.status, 304, "a duration is no news");
        for change in [
            // Nothing is heard of it any more: nobody knows whether it still is so.
            format!("UPDATE session_beats SET seen_at = 1 WHERE session_id = {session}"),
            // Its agent could do less.
            "UPDATE agents SET verbs = 0".to_owned(),
            format!("UPDATE session_extras SET version = '7' WHERE session_id = {session}"),
        ] {
            let before = manager.list(query("-id", 1, None)).await.unwrap().items;
            app.sql(change.as_str()).await;
            let after = manager.list(query("-id", 1, None)).await.unwrap().items;
            let answer = again(&tag).await;
            assert_eq!(answer.status == 200, before != after, "{change}");
            if answer.status == 200 {
                tag = answer.header("etag").to_owned();
            }
            assert_eq!(again(&tag).await.status, 304, "{change}");
        }
        // Nothing that is in it: only the revision of all sessions moves.
        app.sql("UPDATE tenant_heads SET revision = revision + 1").await;
        assert_eq!(again(&tag).await.status, 304, "a change elsewhere is no news");
        let told = manager.list(query("-id", 1, None)).await.unwrap().items.remove(0);
        assert_ne!(told.trust, deskwarden_types::Trust::Fresh);
        assert!(told.actions.iter().any(|action| action.why_not.is_some()), "{:?}", told.actions);
    }

    async fn a_page_that_another_follows_keeps_its_tag_and_its_place(app: TestApp) {
        let agent = fill(&app).await;
        let manager = app.manager().await;
        let bearer = format!("Bearer {}", manager.token().unwrap());
        // What ended is the shortest of all here, so that no order by length moves.
        let mut some_moved = false;
        for sort in ["duration", "-duration,app", "-id", "app"] {
            let path = format!("/api/v1/sessions?limit=2&total=none&sort={sort}");
            let first = app.raw().send("GET", &path, &[("authorization", &bearer)], "").await;
            let tag = first.header("etag");
            let mut page: SessionList = serde_json::from_slice(&first.body).unwrap();
            assert!(page.next.is_some());
            tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
            let headers = [("authorization", bearer.as_str()), ("if-none-match", tag)];
            assert_eq!(app.raw().send("GET", &path, &headers, "").await.status, 304, "{sort}");
            // Who keeps the first page goes on from there.
            let whole = ids(&manager.list(query(sort, 1000, None)).await.unwrap().items);
            let mut forth = ids(&page.items);
            while let Some(next) = page.next {
                page = manager.list(query(sort, 2, Some(next))).await.unwrap();
                forth.extend(ids(&page.items));
            }
            assert_eq!(forth.len(), whole.len(), "{sort}");
            assert_eq!(forth.iter().collect::<HashSet<_>>().len(), whole.len(), "{sort}");
            agent.run("ann", "xeyes").await;
            let now = ids(&manager.list(query(sort, 2, None)).await.unwrap().items);
            let moved = now[..] != forth[..2];
            assert_eq!(app.raw().send("GET", &path, &headers, "").await.status == 200, moved, "{sort}");
            some_moved |= moved;
        }
        assert!(some_moved);
    }

    async fn a_page_whose_rows_have_gone_leads_back(app: TestApp) {
        let (agent, member, manager) = (app.agent("h1").await, app.member().await, app.manager().await);
        for (round, sort) in ["id", "-id", "-started_at", "username", "app,-id", "-status"].into_iter().enumerate() {
            let mut all = Vec::new();
            for program in ["one", "two", "three", "four", "five"] {
                all.push(agent.run(&member.username, &format!("{program} {round}")).await);
            }
            let running = |cursor| SessionQuery { q: Some(format!("status:running app~\"{round}\"")), ..query(sort, 2, cursor) };
            let first = manager.list(running(None)).await.unwrap();
            let second = manager.list(running(first.next.clone())).await.unwrap();
            let last = manager.list(running(second.next.clone())).await.unwrap();
            assert_eq!((second.items.len(), last.items.len()), (2, 1), "{sort}");
            // The last page's only one stops.
            agent.seen(last.items[0].id, &[Status::Stopped]).await;
            let gone = manager.list(running(second.next.clone())).await.unwrap();
            assert!(gone.items.is_empty() && gone.next.is_none(), "{sort}");
            let back = manager.list(running(gone.prev)).await.unwrap();
            assert_eq!(ids(&back.items), ids(&second.items), "{sort}");
            // And those of the first one.
            for session in &first.items {
                agent.seen(session.id, &[Status::Stopped]).await;
            }
            let gone = manager.list(running(second.prev.clone())).await.unwrap();
            assert!(gone.items.is_empty() && gone.prev.is_none(), "{sort}");
            let forth = manager.list(running(gone.next)).await.unwrap();
            assert_eq!(ids(&forth.items), ids(&second.items), "{sort}");
        }
    }

    async fn an_id_ends_an_order(app: TestApp) {
        fill(&app).await;
        let manager = app.manager().await;
        for (sort, same) in [
            ("-id,app", "-id"), ("id,-status", "id"), ("-id,-started_at", "-id"), ("app,id,status", "app,id"),
            ("-app,-id,name", "-app"),
        ] {
            let whole = ids(&manager.list(query(same, 1000, None)).await.unwrap().items);
            let mut page = manager.list(query(sort, 2, None)).await.unwrap();
            let mut forth = ids(&page.items);
            while let Some(next) = page.next {
                page = manager.list(query(sort, 2, Some(next))).await.unwrap();
                forth.extend(ids(&page.items));
            }
            assert_eq!(forth, whole, "{sort}");
            let mut back = ids(&page.items);
            while let Some(prev) = page.prev {
                page = manager.list(query(sort, 2, Some(prev))).await.unwrap();
                back.splice(0..0, ids(&page.items));
            }
            assert_eq!(back, whole, "{sort}, backwards");
        }
    }

    async fn long_names_make_cursors_that_are_taken(app: TestApp) {
        let agent = app.agent("h1").await;
        let long = "漢".repeat(128);
        app.new_account(&long, Role::Member).await;
        for _ in 0..3 {
            agent.run(&long, "xterm").await;
        }
        app.sql(format!("UPDATE users SET display_name_folded = '{0}', email_folded = '{0}'", "漢".repeat(200))).await;
        let manager = app.manager().await;
        let sort = "username,name,email,app";
        let next = manager.list(query(sort, 2, None)).await.unwrap().next.unwrap();
        assert!(next.len() > 2_048, "{}", next.len());
        assert_eq!(manager.list(query(sort, 2, Some(next))).await.unwrap().items.len(), 1);
    }

    async fn where_a_letter_stands_is_all_the_same(app: TestApp) {
        let agent = app.agent("h1").await;
        for name in ["ΟΔΟΣ", "ΟΔΟΣΑ", "Νίκος"] {
            app.new_account(name, Role::Member).await;
            agent.run(name, "xterm").await;
        }
        let manager = app.manager().await;
        let found = async |text: &str| contains(&manager, text).await;
        for (text, expected) in [("ΟΔΟΣ", 2), ("οδος", 2), ("δοσα", 1), ("ΝΊΚΟΣ", 1), ("σ", 3), ("ς", 3)] {
            assert_eq!(found(text).await, expected, "{text}");
        }
        // As they were folded once: the migration makes them alike.
        app.sql("UPDATE users SET username_folded = 'οδος', email_folded = 'ς@' WHERE username = 'ΟΔΟΣ'").await;
        let migration = include_str!("../../../../migrations/sqlite/2026-11-23-000004_sigma/up.sql");
        for statement in migration.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            app.sql(statement).await;
        }
        let folded = "SELECT COUNT(*) FROM users WHERE username_folded = 'οδοσ' AND email_folded = 'σ@'";
        assert_eq!(app.number(folded).await, 1);
    }

    async fn a_letter_is_one_however_it_was_typed(app: TestApp) {
        let agent = app.agent("h1").await;
        // As macOS writes it, and as everybody else does.
        let (two, one) = ("Jo\u{308}rg", "J\u{f6}rg");
        for name in [two, "J\u{f6}rgen"] {
            app.new_account(name, Role::Member).await;
            agent.run(name, "xterm").await;
        }
        let manager = app.manager().await;
        for text in [two, one, "JO\u{308}RG"] {
            assert_eq!(contains(&manager, text).await, 2, "{text:?}");
        }
        // As it was folded once: the migration makes them alike.
        let version = "20261129000001";
        app.sql(&format!("UPDATE users SET username_folded = 'jo\u{308}rg' WHERE username = '{two}'")).await;
        app.sql(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'")).await;
        let url = app.database.url().parse().unwrap();
        tokio::task::spawn_blocking(move || deskwarden_store::migrate(&url)).await.unwrap().unwrap();
        let folded = "SELECT COUNT(*) FROM users WHERE username_folded = 'j\u{f6}rg'";
        assert_eq!(app.number(folded).await, 1);
    }

    async fn wrong_parameters_are_named(app: TestApp) {
        let manager = app.manager().await;
        let bearer = format!("Bearer {}", manager.token().unwrap());
        for (wrong, field) in [
            ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=-1", "limit"), ("limit=abc", "limit"),
            ("limit=99999999999999999999", "limit"), ("sort=nothing", "sort"), ("sort=--id", "sort"), ("sort=", "sort"),
            ("sort=id;DROP", "sort"), ("status=connectedd", "status"), ("kind=desktop", "kind"), ("state=open", "state"),
            ("host=abc", "host"), ("host=-1", "host"), ("color=red", "color"), ("Limit=5", "Limit"),
        ] {
            let answer = app.raw().send("GET", &format!("/api/v1/sessions?{wrong}"), &[("authorization", &bearer)], "").await;
            let problem = answer.problem();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidQuery, Some(field)), "{wrong}: {problem:?}");
        }
        for odd in ["limit=5&limit=6", "contains=%ff%fe", "contains=%00", "%"] {
            let answer = app.raw().send("GET", &format!("/api/v1/sessions?{odd}"), &[("authorization", &bearer)], "").await;
            let code = if odd == "contains=%00" { ErrorCode::InvalidFilter } else { ErrorCode::InvalidQuery };
            assert!(answer.status == 400 && answer.code() == code || odd == "%", "{odd}: {}", answer.text());
        }
        let thousand = manager.list(query("id", 1000, None)).await.unwrap();
        assert!(thousand.items.is_empty() && thousand.next.is_none());
    }

    async fn a_cursor_is_good_for_its_list_alone(app: TestApp) {
        fill(&app).await;
        let manager = app.manager().await;
        let next = manager.list(query("app", 2, None)).await.unwrap().next.unwrap();
        assert!(manager.list(query("app", 3, Some(next.clone()))).await.is_ok());
        let mut tampered = next.clone().into_bytes();
        tampered[3] = if tampered[3] == b'A' { b'B' } else { b'A' };
        for (sort, cursor) in [
            ("-app", next.clone()),
            ("id", next.clone()),
            ("app", String::from_utf8(tampered).unwrap()),
            ("app", format!("{next}A")),
            ("app", next[..next.len() - 1].to_owned()),
            ("app", String::new()),
            ("app", "AAAA".to_owned()),
            ("app", "A".repeat(40_000)),
        ] {
            assert_eq!(refused(manager.list(query(sort, 2, Some(cursor.clone()))).await), ErrorCode::InvalidCursor, "{sort} {cursor}");
        }
        // A cursor of hosts is none of sessions.
        for name in ["h2", "h3"] {
            app.agent(name).await;
        }
        let hosts = manager
            .call::<deskwarden_types::api::ListHosts>(
                deskwarden_types::NoArgs {},
                deskwarden_types::api::PageQuery { limit: Some(1), cursor: None },
                deskwarden_types::NoBody {},
            )
            .await
            .unwrap();
        assert_eq!(refused(manager.list(query("id", 2, hosts.next)).await), ErrorCode::InvalidCursor);
    }
}
