//! `/api/v1/sessions/table`: chosen columns, and who may ask for them.

use deskwarden_client::{Client, ClientError};
use deskwarden_tests::{TestApp, eventually, on_both};
use deskwarden_types::{
    ErrorCode, NoArgs, NoBody, Scope, SessionField as F,
    api::{Cell, ListTable, SessionQuery, SessionTable, SignOut, TableQuery},
};
use std::time::Duration;

use super::refused;

fn asked(columns: &str) -> TableQuery {
    TableQuery { columns: columns.to_owned(), ..Default::default() }
}

async fn table(by: &Client, query: TableQuery) -> Result<SessionTable, ClientError> {
    by.call::<ListTable>(NoArgs {}, query, NoBody {}).await
}

fn text(text: impl ToString) -> Option<Cell> {
    Some(Cell::Text(text.to_string()))
}

/// The codes of the list, of the table and, where it takes note of the question, of the total, asked by this token.
async fn codes(app: &TestApp, token: Option<&str>, query: &str) -> Vec<ErrorCode> {
    let bearer = format!("Bearer {}", token.unwrap_or_default());
    let headers: &[(&str, &str)] = if token.is_some() { &[("authorization", &bearer)] } else { &[] };
    let code = async |path: &str| app.raw().send("GET", &format!("/api/v1/sessions{path}{query}"), headers, "").await;
    let mut codes = vec![code("?").await.code(), code("/table?columns=id&").await.code()];
    if !["sort", "limit", "cursor"].iter().any(|passed_over| query.starts_with(passed_over)) {
        codes.push(code("/total?").await.code());
    }
    codes
}

on_both! {
    async fn a_table_has_the_columns_that_are_asked_for(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        // What could be taken for a part of the answer.
        let names = ["xterm", "\"rows\":[", "<b>\u{1f469}\u{200d}\u{1f4bb}\\"];
        let mut ids = Vec::new();
        for name in names {
            ids.push(agent.run(&support.username, name).await);
        }
        app.sql(format!("UPDATE sessions SET started_at = 1782907500999, ended_at = 1782907500999 + 5459000, phase = 5, address_id = NULL WHERE id = {}", ids[0])).await;
        let query = TableQuery { sort: Some("id".to_owned()), ..asked("app, id,user,connected,started_at,duration,ip,kind,status") };
        let found = table(&support, query.clone()).await.unwrap();
        assert_eq!(found.columns, [F::App, F::Id, F::User, F::Connected, F::StartedAt, F::Duration, F::Ip, F::Kind, F::Status]);
        assert_eq!(found.rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect::<Vec<_>>(),
            names.iter().zip(&ids).map(|(name, id)| (text(name), text(id))).collect::<Vec<_>>());
        let user = format!("{0} Example ({0})", support.username);
        assert_eq!(found.rows[0][2..], [
            text(user), Some(Cell::Flag(true)), text("2026-07-01T12:05:00.999Z"), Some(Cell::Number(5_459)), None,
            text("managed_app"), text("running"),
        ]);
        assert_eq!((found.next, found.prev), (None, None));
        let listed = support.list(SessionQuery::default()).await.unwrap();
        assert_eq!(found.revision, listed.revision);
        let none = table(&support, TableQuery { q: Some("zzqx".to_owned()), ..query }).await.unwrap();
        assert_eq!((none.rows.len(), none.columns.len()), (0, 9));
    }

    async fn its_cursors_are_the_lists(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        for name in ["a", "b", "c", "d", "e"] {
            agent.run(&support.username, name).await;
        }
        let apps = |table: &SessionTable| table.rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
        let query = |cursor: Option<String>| TableQuery { sort: Some("app".to_owned()), limit: Some(2), cursor, ..asked("app") };
        let first = table(&support, query(None)).await.unwrap();
        let second = table(&support, query(first.next.clone())).await.unwrap();
        assert_eq!((apps(&first), apps(&second)), (vec![text("a"), text("b")], vec![text("c"), text("d")]));
        assert_eq!(apps(&table(&support, query(second.prev.clone())).await.unwrap()), apps(&first));
        let list = SessionQuery { sort: Some("app".to_owned()), limit: Some(2), cursor: second.next.clone(), ..Default::default() };
        let last = support.list(list).await.unwrap();
        assert_eq!(last.items.iter().map(|session| session.resource.name.as_str()).collect::<Vec<_>>(), ["e"]);
        let back = table(&support, query(last.prev)).await.unwrap();
        assert_eq!(apps(&back), apps(&second));
        let other = TableQuery { sort: Some("-app".to_owned()), ..query(first.next) };
        assert_eq!(refused(table(&support, other).await), ErrorCode::InvalidCursor);
    }

    async fn columns_that_cannot_be_are_refused(app: TestApp) {
        let support = app.support().await;
        for columns in ["", ",", "id,id", "group", "nonsense", "id,<b>", "user_email", "ID"] {
            let error = table(&support, asked(columns)).await.unwrap_err();
            let problem = error.problem().unwrap_or_else(|| panic!("{columns:?}: {error:?}"));
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidQuery, Some("columns")), "{columns:?}");
        }
        app.set(|settings| settings.show_ad_username = true).await;
        assert!(table(&support, asked("id,ad_username")).await.is_ok());
        app.set(|settings| settings.show_ad_username = false).await;
        let error = table(&support, asked("id,ad_username")).await.unwrap_err();
        assert_eq!(error.problem().unwrap().field.as_deref(), Some("columns"));
    }

    async fn members_see_their_own(app: TestApp) {
        let (support, member, agent) = (app.support().await, app.member().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        let own = agent.run(&member.username, "gimp").await;
        let found = table(&member, asked("id,app")).await.unwrap();
        assert_eq!(found.rows, vec![vec![text(own), text("gimp")]]);
    }

    async fn its_tag_stands_for_its_cells(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let id = agent.run(&support.username, "xterm").await;
        let bearer = format!("Bearer {}", support.token().unwrap());
        let get = async |tag: &str, columns: &str| {
            let path = format!("/api/v1/sessions/table?columns={columns}");
            app.raw().send("GET", &path, &[("authorization", &bearer), ("if-none-match", tag)], "").await
        };
        let first = get("", "id,status").await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with("W/"), "{tag}");
        let again = get(&tag, "id,status").await;
        assert_eq!((again.status, again.text().as_str()), (304, ""));
        assert_eq!(get(&tag, "status,id").await.status, 200);
        agent.seen(id, &[deskwarden_types::Status::Stopped]).await;
        assert_eq!(get(&tag, "id,status").await.status, 200);
    }

    async fn who_may_not_ask_learns_nothing_of_what_is_wrong(app: TestApp) {
        let (member, admin) = (app.member().await, app.admin().await);
        let token = member.token().unwrap();
        let wrong = ["sort=nonsense", "q=nonsense%3A1", "limit=0", "nonsense=1", "cursor=x", "state=%FF"];
        let (secret, made) = super::tokens::make(&admin, &[Scope::Act]).await;
        let all = |codes: Vec<ErrorCode>, code| codes.iter().all(|found| *found == code);
        for query in wrong {
            for code in codes(&app, Some(&token), query).await {
                assert!(code.status() == 400 && code.as_str().starts_with("invalid"), "{query}: {code:?}");
            }
            assert!(all(codes(&app, None, query).await, ErrorCode::NotSignedIn), "{query}");
            assert!(all(codes(&app, Some(&secret), query).await, ErrorCode::Forbidden), "{query}");
        }
        // Whoever is refused has used his token all the same.
        let used = async || (app.number(&format!("SELECT COUNT(*) FROM api_tokens WHERE id = {} AND last_used_at IS NOT NULL", made.id)).await == 1).then_some(());
        eventually("the use of the token to be noted", Duration::from_secs(10), used).await;
        member.send::<SignOut>(NoBody {}).await.unwrap();
        for query in wrong.into_iter().chain(["state=all", "total=exact"]) {
            let found = codes(&app, Some(&token), query).await;
            assert!(all(found.clone(), ErrorCode::TokenRevoked), "{query}: {found:?}");
        }
    }
}
