//! What is in a file.
#![expect(clippy::disallowed_types, reason = "a file is read here as any program would that has no types of ours")]

use std::time::Duration;

use deskwarden_tests::{TestApp, eventually, now, on_both};
use deskwarden_types::{
    DeliveryKind, ExportFormat, ExportState, ListPage, ListState, SessionField as F, SessionId, Status, Verb,
    api::{NewExport, SessionSelection},
};
use sha2::{Digest, Sha256};

use super::{csv, file, records, show};

/// Every field that is a column, but the AD username.
fn every_column() -> Vec<F> {
    F::ALL.iter().copied().filter(|field| !matches!(field, F::Group | F::AdUsername)).collect()
}

on_both! {
    async fn a_csv_file_says_what_people_say(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        app.set(|settings| settings.time_zone = "Europe/Berlin".to_owned()).await;
        let first = agent.run(&support.username, "xterm").await;
        let second = agent.run(&support.username, "gimp").await;
        app.sql(format!("UPDATE sessions SET started_at = 1782907500999, ended_at = 1782907500999 + 5459000, phase = 5, status = 20, observed_status = 20, connected = FALSE, end_reason = 10, ended_how = 1, address_id = NULL WHERE id = {first}")).await;
        app.sql(format!("UPDATE sessions SET started_at = 1795269900000 WHERE id = {second}")).await;
        let columns = [F::Id, F::Kind, F::User, F::App, F::Status, F::Connected, F::StartedAt, F::EndedAt, F::Duration, F::EndReason, F::Ip, F::Idle];
        let left = now().plus_seconds(-45 * 60 - 20).millis();
        app.sql(format!("UPDATE sessions SET last_activity_at = {left}")).await;
        let (export, answer) = file(&app, &support, csv(&columns)).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{}\"", export.file_name));
        let name = export.file_name.strip_prefix("deskwarden-sessions-").unwrap().strip_suffix(".csv").unwrap();
        assert!(name.len() == "2026-11-21-140507".len() && name.chars().all(|c| c.is_ascii_digit() || c == '-'), "{name}");
        let text = answer.text();
        assert!(text.ends_with("\r\n") && !text.starts_with('\u{feff}'));
        let found = records(&answer.body);
        assert_eq!(found[0], ["Session ID", "Kind", "User", "App or desktop", "Status", "Connected", "Start time", "End time", "Duration", "End reason", "IP address", "Idle"]);
        let user = format!("{0} Example ({0})", support.username);
        assert_eq!(found[2], [
            first.to_string().as_str(), "Managed apps", user.as_str(), "xterm", "Removed", "No",
            // Summer time; seconds are enough, minutes are whole.
            "2026-07-01T14:05:00+02:00", "2026-07-01T15:35:59+02:00", "90", "Removed from the player", "", "",
        ].map(|cell| cell.to_owned()));
        assert_eq!(found[1][..8], [
            second.to_string().as_str(), "Managed apps", user.as_str(), "gimp", "Running", "Yes", "2026-11-21T15:05:00+01:00", "",
        ].map(|cell| cell.to_owned()));
        assert_eq!(found[1][11], "45", "minutes, until the end");
        assert_eq!(found.len(), 3, "newest first, and no more");
        // What was sent is what is told of it.
        let done = show(&support, export.id).await.unwrap();
        let hash: String = Sha256::digest(&answer.body).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((done.state, done.rows, done.bytes), (ExportState::Finished, 2, answer.body.len() as i64));
        assert_eq!(done.sha256, Some(hash));
        assert!(done.finished_at.is_some() && done.failure.is_none());
    }

    async fn a_json_file_says_what_programs_say(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let id = agent.run(&support.username, "xterm").await;
        app.sql(format!("UPDATE sessions SET started_at = 1782907500999, ended_at = 1782907500999 + 5459000, phase = 5 WHERE id = {id}")).await;
        let columns = [F::Id, F::Kind, F::Email, F::Status, F::Connected, F::StartedAt, F::Duration, F::Ip, F::Device, F::EndedHow, F::UserId, F::Licence, F::Trust];
        let asked = NewExport { format: ExportFormat::Jsonl, ..csv(&columns) };
        let (export, answer) = file(&app, &support, asked).await;
        assert_eq!(answer.header("content-type"), "application/jsonl");
        assert!(export.file_name.ends_with(".jsonl"));
        let text = answer.text();
        assert_eq!(text.lines().count(), 1);
        let expected = format!(
            r#"{{"id":"{id}","kind":"managed_app","email":"{}","status":"running","connected":true,"started_at":"2026-07-01T12:05:00.999Z","duration":5459,"ip":"127.0.0.1","device":"h1","ended_how":null,"user_id":"{}","licence":"floating","trust":"fresh"}}"#,
            support.email, support.id
        );
        assert_eq!(text, format!("{expected}\n"));
    }

    async fn every_column_agrees_with_the_list(app: TestApp) {
        let (support, agent, admin) = (app.support().await, app.agent("h1").await, app.admin().await);
        let id = agent.run(&support.username, "xterm").await;
        let seen_at = async || app.number(&format!("SELECT seen_at FROM session_beats WHERE session_id = {id}")).await;
        let before = seen_at().await;
        agent.beat(&[id]).await;
        // Beats are gathered: written in between, it would be in the one and not in the other.
        let is_later = async || (seen_at().await > before).then_some(());
        eventually("the beat to be written", Duration::from_secs(10), is_later).await;
        agent.run(&support.username, "gimp").await;
        admin.act(id, Verb::Evict).await.unwrap();
        let shown = support.show(id).await.unwrap().session;
        let asked = NewExport { format: ExportFormat::Jsonl, ..csv(&every_column()) };
        let (_, answer) = file(&app, &support, asked).await;
        let text = answer.text();
        let row: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        let session = serde_json::to_value(&shown).unwrap();
        for (field, path) in [
            (F::Id, "/id"), (F::Kind, "/kind"), (F::Username, "/user/username"), (F::Name, "/user/display_name"),
            (F::Email, "/user/email"), (F::UserId, "/user/id"), (F::App, "/resource/name"), (F::Status, "/status"),
            (F::Phase, "/phase"), (F::Connected, "/connected"), (F::Trust, "/trust"), (F::Environment, "/environment/name"),
            (F::EnvironmentId, "/environment/id"), (F::Provision, "/provision/name"), (F::DeliveryMethod, "/delivery_method/name"),
            (F::Licence, "/licence"), (F::Device, "/device/name"), (F::Host, "/host/name"), (F::Terminal, "/terminal"),
            (F::Access, "/access"), (F::Ip, "/ip"), (F::StartedAt, "/started_at"), (F::EndedAt, "/ended_at"),
            (F::LastActivityAt, "/last_activity_at"), (F::SeenAt, "/seen_at"), (F::ValidUntil, "/valid_until"),
            (F::OfflineUntil, "/offline_until"), (F::EndReason, "/end_reason"), (F::EndedHow, "/ended_how"),
            (F::Version, "/version"), (F::Server, "/server"), (F::Source, "/source"), (F::Command, "/command/verb"),
        ] {
            let listed = session.pointer(path).cloned().unwrap_or_default();
            assert_eq!(row[field.as_str()], listed, "{field}");
        }
        assert_eq!(row["command"], "evict");
        assert_eq!(row.as_object().unwrap().len(), every_column().len());
        let (_, answer) = file(&app, &support, csv(&every_column())).await;
        let found = records(&answer.body);
        assert!(found.iter().all(|record| record.len() == every_column().len()));
    }

    async fn hostile_names_stay_names(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let hostile = [
            "=HYPERLINK(\"http://x\",\"y\")", "+1", "-2", "@SUM(A1)", "a,b", "say \"hi\"", "two\nlines", "car\rreturn",
            "\ttab", "<script>alert(1)</script>", "Zoë 👩‍💻 \u{202e}", "';DROP TABLE sessions;--", "",
        ];
        let mut ids = Vec::new();
        for (n, name) in hostile.iter().enumerate() {
            let id = agent.run(&support.username, &format!("app-{n}")).await;
            let name = name.replace('\'', "''");
            app.sql(format!("UPDATE resources SET name = '{name}' WHERE name = 'app-{n}'")).await;
            ids.insert(0, id.to_string());
        }
        let (_, answer) = file(&app, &support, NewExport { bom: true, ..csv(&[F::App, F::Id]) }).await;
        assert_eq!(answer.body[..3], *b"\xef\xbb\xbf");
        let found = records(&answer.body[3..]);
        assert_eq!(found[0], ["App or desktop", "Session ID"]);
        assert_eq!(found[1..].iter().map(|record| record[1].clone()).collect::<Vec<_>>(), ids);
        for (name, record) in hostile.iter().rev().zip(&found[1..]) {
            let guarded = name.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert_eq!(record[0], if guarded { format!("'{name}") } else { (*name).to_owned() });
        }
        let (_, answer) = file(&app, &support, NewExport { format: ExportFormat::Jsonl, ..csv(&[F::App]) }).await;
        let names = answer.text().lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["app"].clone()).collect::<Vec<_>>();
        let nothing = serde_json::Value::Null;
        assert!(names.iter().zip(hostile.iter().rev()).all(|(found, name)| *found == **name || (name.is_empty() && *found == nothing)), "{names:?}");
    }

    async fn headers_speak_the_pages_words(app: TestApp) {
        let support = app.support().await;
        let head = async |asked| records(&file(&app, &support, asked).await.1.body).remove(0);
        let columns = [F::App, F::StartedAt, F::Duration];
        assert_eq!(head(csv(&columns)).await, ["App or desktop", "Start time", "Duration"]);
        let of_kind = SessionSelection { kind: Some(DeliveryKind::ManagedApp), ..SessionSelection::default() };
        assert_eq!(head(NewExport { selection: of_kind, ..csv(&columns) }).await, ["App name", "Launched", "Duration"]);
        let desktops = NewExport {
            page: Some(ListPage::CloudDesktop),
            selection: SessionSelection { state: Some(ListState::Historical), ..SessionSelection::default() },
            ..csv(&columns)
        };
        assert_eq!(head(desktops).await, ["Desktop", "Login time", "Online duration"]);
    }

    async fn ad_usernames_follow_the_setting(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        agent.run(&support.username, "xterm").await;
        app.sql("UPDATE users SET ad_username = 'CORP\\marker'").await;
        app.set(|settings| settings.show_ad_username = true).await;
        let (_, answer) = file(&app, &support, csv(&[F::Id, F::AdUsername])).await;
        assert_eq!(records(&answer.body)[1][1], "CORP\\marker");
        // Switched off between the asking and the fetching.
        let made = super::start(&support, csv(&[F::Id, F::AdUsername])).await;
        app.set(|settings| settings.show_ad_username = false).await;
        let answer = app.raw().get(&made.url).await;
        assert_eq!(records(&answer.body)[1][1], "");
    }

    async fn the_filter_of_the_list_counts(app: TestApp) {
        let (support, agent) = (app.support().await, app.agent("h1").await);
        let other = app.new_person("zoe", deskwarden_types::Role::Member).await;
        let running = agent.run(&support.username, "xterm").await;
        let stopped = agent.run("zoe", "gimp").await;
        agent.seen(stopped, &[Status::Stopped]).await;
        let gone = agent.run("zoe", "xterm").await;
        agent.seen(gone, &[Status::Stopped, Status::Removed]).await;
        let stranger = app.other_tenant("strangers").await;
        let host = app.agent_of(&stranger, "h9").await;
        host.run(&stranger.member().await.username, "xterm").await;
        let with = |change: fn(&mut SessionSelection)| {
            let mut selection = SessionSelection::default();
            change(&mut selection);
            selection
        };
        let me = support.username.clone();
        let cases: [(SessionSelection, Vec<SessionId>); 9] = [
            (with(|_| ()), vec![gone, stopped, running]),
            (with(|s| s.kind = Some(DeliveryKind::ManagedApp)), vec![gone, stopped, running]),
            (with(|s| s.kind = Some(DeliveryKind::AppStream)), vec![]),
            (with(|s| s.state = Some(ListState::Historical)), vec![gone]),
            (with(|s| s.status = Some(Status::Running)), vec![running]),
            (with(|s| s.q = Some("app:xterm -status:removed".to_owned())), vec![running]),
            (with(|s| s.q = Some("user:me".to_owned())), vec![running]),
            (with(|s| s.contains = Some("ZO".to_owned())), vec![gone, stopped]),
            (with(|s| s.from = Some("2100-01-01".to_owned())), vec![stopped, running]),
        ];
        for (selection, expected) in cases {
            let (_, answer) = file(&app, &support, NewExport { selection: selection.clone(), ..csv(&[F::Id, F::Username]) }).await;
            let found: Vec<String> = records(&answer.body)[1..].iter().map(|record| record[0].clone()).collect();
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{selection:?}");
        }
        assert_ne!(me, other.username);
    }
}
