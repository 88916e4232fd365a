//! Who may export, and the address that works once.

use std::time::Duration;

use deskwarden_tests::{Database, Server, TestApp, eventually, now, on_both, run};
use deskwarden_types::{
    AuditAction, ErrorCode, ExportFormat, ExportId, ExportState, NoArgs, NoBody, Role, SessionField,
    api::{ListExports, NewExport, PageQuery, SessionSelection, StartExport},
};

use super::{csv, file, show, start};
use crate::api::{audit, refused};

on_both! {
    async fn an_address_works_once(app: TestApp) {
        let support = app.support().await;
        let made = start(&support, csv(&[SessionField::Id])).await;
        assert_eq!(made.export.state, ExportState::Waiting);
        assert!((55..=60).contains(&made.expires_at.seconds_since(now())), "{}", made.expires_at);
        // Looking whether it is there uses nothing up.
        assert_eq!(app.raw().send("HEAD", &made.url, &[], "").await.status, 405);
        let raw = app.raw();
        let all = futures_util::future::join_all((0..8).map(|_| raw.get(&made.url))).await;
        let mut statuses: Vec<u16> = all.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 410, 410, 410, 410, 410, 410, 410]);
        let gone = app.raw().get(&made.url).await;
        assert_eq!(gone.code(), ErrorCode::CodeNotValid);
        assert_eq!(show(&support, made.export.id).await.unwrap().state, ExportState::Finished);
        let ticket = made.url.rsplit('/').next().unwrap();
        let kept = app.number(&format!("SELECT COUNT(*) FROM exports WHERE file_name LIKE '%{ticket}%' OR request LIKE '%{ticket}%'")).await;
        assert_eq!(kept, 0);
        assert!(!app.server.log().contains(ticket));
    }

    async fn no_other_address_works(app: TestApp) {
        let support = app.support().await;
        let (first, second) = (start(&support, csv(&[SessionField::Id])).await, start(&support, csv(&[SessionField::Id])).await);
        let ticket = first.url.rsplit('/').next().unwrap();
        let path = |id: &str, ticket: &str| format!("/api/v1/exports/{id}/file/{ticket}");
        let mut other = ticket.to_owned();
        other.replace_range(0..1, if ticket.starts_with('0') { "1" } else { "0" });
        for bad in [
            path(&second.export.id.to_string(), ticket),
            path(&first.export.id.to_string(), &other),
            path(&first.export.id.to_string(), &ticket.to_uppercase().replace(char::is_numeric, "A")),
            path(&first.export.id.to_string(), "%00"),
            path("999999", ticket),
        ] {
            assert_eq!(app.raw().get(&bad).await.code(), ErrorCode::CodeNotValid, "{bad}");
        }
        assert_eq!(app.raw().get(&path("x", ticket)).await.code(), ErrorCode::InvalidPath);
        app.sql(format!("UPDATE exports SET expires_at = {} WHERE id = {}", now().millis(), first.export.id)).await;
        assert_eq!(app.raw().get(&first.url).await.code(), ErrorCode::CodeNotValid);
        assert_eq!(show(&support, first.export.id).await.unwrap().state, ExportState::Expired);
        let written = async || (app.number("SELECT COUNT(*) FROM exports WHERE state = 5").await == 1).then_some(());
        eventually("a job to write it down", Duration::from_secs(15), written).await;
        // Whoever may not read sessions any more gets none.
        app.sql(format!("UPDATE users SET role = 1 WHERE id = {}", support.id)).await;
        assert_eq!(app.raw().get(&second.url).await.code(), ErrorCode::CodeNotValid);
        app.sql(format!("UPDATE users SET role = 2, disabled_at = 1 WHERE id = {}", support.id)).await;
        assert_eq!(app.raw().get(&second.url).await.code(), ErrorCode::CodeNotValid);
    }

    async fn who_may_export_and_who_sees_it(app: TestApp) {
        assert_eq!(refused(app.member().await.send::<StartExport>(csv(&[SessionField::Id])).await), ErrorCode::Forbidden);
        let support = app.support().await;
        let (export, _) = file(&app, &support, csv(&[SessionField::Id])).await;
        for role in [Role::Manager, Role::Auditor, Role::Admin, Role::Owner] {
            let person = app.person(role).await;
            let seen = show(&person, export.id).await;
            match role {
                Role::Manager => assert_eq!(refused(seen), ErrorCode::NotFound),
                _ => assert_eq!(seen.unwrap().state, ExportState::Finished),
            }
            let list = person.call::<ListExports>(NoArgs {}, PageQuery::default(), NoBody {}).await.unwrap();
            assert!(list.items.is_empty(), "one's own are listed");
        }
        let stranger = app.other_tenant("strangers").await.owner().await;
        assert_eq!(refused(show(&stranger, export.id).await), ErrorCode::NotFound);
        let mut ids: Vec<ExportId> = vec![export.id];
        for _ in 0..4 {
            ids.insert(0, start(&support, csv(&[SessionField::Id])).await.export.id);
        }
        let mut listed = Vec::new();
        let mut cursor = None;
        loop {
            let query = PageQuery { limit: Some(2), cursor: cursor.take() };
            let page = support.call::<ListExports>(NoArgs {}, query, NoBody {}).await.unwrap();
            assert_eq!((page.total.count, page.total.exact), (5, true));
            listed.extend(page.items.into_iter().map(|export| export.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(listed, ids);
    }

    async fn what_cannot_be_exported_is_refused(app: TestApp) {
        let support = app.support().await;
        let twice = [SessionField::Id, SessionField::App, SessionField::Id];
        for columns in [&[][..], &twice, &[SessionField::Group], &[SessionField::Id, SessionField::AdUsername]] {
            let error = support.send::<StartExport>(csv(columns)).await.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!((problem.code, problem.field.as_deref()), (ErrorCode::InvalidField, Some("columns")), "{columns:?}");
        }
        for q in ["colour:red", "started_at>soon", "status:"] {
            let selection = SessionSelection { q: Some(q.to_owned()), ..SessionSelection::default() };
            let asked = NewExport { selection, ..csv(&[SessionField::Id]) };
            assert_eq!(refused(support.send::<StartExport>(asked).await), ErrorCode::InvalidFilter, "{q}");
        }
        let token = support.token();
        for body in ["{}", r#"{"columns":["id"],"format":"xlsx"}"#, r#"{"columns":["nothing"],"format":"csv"}"#, "["] {
            let answer = app.raw().post("/api/v1/exports", token.as_deref(), body).await;
            assert!(matches!(answer.status, 400 | 422), "{body}: {}", answer.text());
        }
        // All that there are, not half of them.
        let unknown = app.raw().post("/api/v1/exports", token.as_deref(), r#"{"columns":["nothing"],"format":"csv"}"#).await;
        assert!(unknown.problem().detail.ends_with(", idle, seat."), "{}", unknown.text());
        let marked = NewExport { format: ExportFormat::Jsonl, bom: true, ..csv(&[SessionField::Id]) };
        let error = support.send::<StartExport>(marked).await.unwrap_err();
        assert_eq!(error.problem().unwrap().field.as_deref(), Some("bom"));
        assert_eq!(app.number("SELECT COUNT(*) FROM exports").await, 0);
    }

    async fn the_audit_has_what_was_taken(app: TestApp) {
        let (support, auditor) = (app.support().await, app.auditor().await);
        app.agent("h1").await.run(&support.username, "xterm").await;
        let asked = NewExport {
            selection: SessionSelection { q: Some("app:xterm".to_owned()), ..SessionSelection::default() },
            format: ExportFormat::Jsonl,
            ..csv(&[SessionField::Id, SessionField::App])
        };
        let (export, _) = file(&app, &support, asked).await;
        let done = show(&support, export.id).await.unwrap();
        let started = audit::expect(&auditor, AuditAction::ExportStarted, 1).await;
        let object = started[0].object.clone().unwrap();
        assert!(object.contains("jsonl: id,app of") && object.contains("app:xterm"), "{object}");
        let ended = audit::expect(&auditor, AuditAction::ExportFinished, 1).await;
        let object = ended[0].object.clone().unwrap();
        assert!(object.contains(&format!("export {}: 1 rows", export.id)), "{object}");
        assert!(object.contains(done.sha256.as_deref().unwrap()), "{object}");
        assert_eq!(ended[0].actor.as_deref(), Some(support.username.as_str()));
    }
}

#[test]
fn two_servers_take_a_ticket_once() {
    run(Database::Postgres, async |app: TestApp| {
        let second = Server::start(app.server.options().clone()).await;
        let there = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
        let support = app.support().await;
        for _ in 0..10 {
            let made = start(&support, csv(&[SessionField::Id])).await;
            let other =
                async { there.get(format!("{}{}", second.url(), made.url)).send().await.unwrap().status().as_u16() };
            let raw = app.raw();
            let (here, there) = tokio::join!(raw.get(&made.url), other);
            let mut both = [here.status, there];
            both.sort_unstable();
            assert_eq!(both, [200, 410]);
        }
    });
}
