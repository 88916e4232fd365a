//! `/api/v1/audit`.

use deskwarden_tests::Person;
use deskwarden_types::{
    AuditAction, NoArgs, NoBody,
    api::{AuditEntry, ListAudit, PageQuery},
};

/// The whole log, newest first.
pub async fn all(reader: &Person) -> Vec<AuditEntry> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let query = PageQuery { limit: Some(1000), cursor: cursor.take() };
        let page = reader.call::<ListAudit>(NoArgs {}, query, NoBody {}).await.unwrap();
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

/// The entries that tell of this; there must be so many.
pub async fn expect(reader: &Person, action: AuditAction, count: usize) -> Vec<AuditEntry> {
    let found: Vec<AuditEntry> = all(reader).await.into_iter().filter(|entry| entry.action == action).collect();
    assert_eq!(found.len(), count, "{action}: {found:?}");
    found
}

mod tests {
    use deskwarden_tests::{TestApp, on_both};
    use deskwarden_types::{
        AuditAction, ErrorCode, Status, Verb,
        api::{AuditCheck, VerifyAudit},
    };

    use super::all;
    use crate::api::refused;

    /// Some entries of several kinds.
    async fn fill(app: &TestApp) -> deskwarden_tests::Person {
        let (member, manager, agent) = (app.member().await, app.manager().await, app.agent("h1").await);
        let session = agent.run(&member.username, "xterm").await;
        manager.act(session, Verb::Evict).await.unwrap();
        agent.seen(session, &[Status::Stopped]).await;
        manager.act(session, Verb::Expire).await.unwrap();
        app.auditor().await
    }

    on_both! {
        async fn the_chain_is_whole_and_without_gaps(app: TestApp) {
            let auditor = fill(&app).await;
            let entries = all(&auditor).await;
            let numbers: Vec<i64> = entries.iter().rev().map(|entry| entry.seq).collect();
            assert_eq!(numbers, (1..=entries.len() as i64).collect::<Vec<_>>());
            let check = auditor.get::<VerifyAudit>().await.unwrap();
            assert_eq!(check, AuditCheck { whole: true, entries: entries.len() as i64, broken_at: None });
            for action in [AuditAction::UserCreated, AuditAction::PasswordSet, AuditAction::AgentEnrolled, AuditAction::CommandIssued] {
                assert!(entries.iter().any(|entry| entry.action == action), "{action}");
            }
            let mut hashes: Vec<&str> = entries.iter().map(|entry| entry.hash.as_str()).collect();
            hashes.sort_unstable();
            hashes.dedup();
            assert_eq!(hashes.len(), entries.len());
        }

        async fn whatever_is_changed_is_found(app: TestApp) {
            let auditor = fill(&app).await;
            let check = async || auditor.get::<VerifyAudit>().await.unwrap();
            let count = check().await.entries;
            let id = app.number("SELECT id FROM audit_entries WHERE seq = 5 ORDER BY tenant_id LIMIT 1").await;
            // Each with what puts it right again.
            for (change, back) in [
                ("UPDATE audit_entries SET at = at + 1 WHERE seq = 5", "UPDATE audit_entries SET at = at - 1 WHERE seq = 5"),
                ("UPDATE audit_entries SET action = action + 1 WHERE seq = 5", "UPDATE audit_entries SET action = action - 1 WHERE seq = 5"),
                ("UPDATE audit_entries SET seq = 5000 WHERE seq = 5", "UPDATE audit_entries SET seq = 5 WHERE seq = 5000"),
            ] {
                app.sql(change).await;
                let found = check().await;
                assert!(!found.whole && found.broken_at == Some(5), "{change}: {found:?}");
                app.sql(back).await;
                assert!(check().await.whole, "{back}");
            }
            for (column, kept) in [("actor", "kept_a"), ("object", "kept_o"), ("reason", "kept_r")] {
                app.sql(format!("UPDATE audit_privates SET {column} = COALESCE({column}, '') || 'x' WHERE audit_id = {id}")).await;
                assert!(!check().await.whole, "{column} {kept}");
                let undo = if column == "actor" { "SUBSTR(actor, 1, LENGTH(actor) - 1)".to_owned() } else { format!("NULLIF(SUBSTR({column}, 1, LENGTH({column}) - 1), '')") };
                app.sql(format!("UPDATE audit_privates SET {column} = {undo} WHERE audit_id = {id}")).await;
                assert!(check().await.whole, "{column}");
            }
            // Erasure takes what is personal and leaves the chain whole.
            app.sql(format!("DELETE FROM audit_privates WHERE audit_id = {id}")).await;
            assert!(check().await.whole);
            assert!(all(&auditor).await.iter().find(|entry| entry.seq == 5).unwrap().actor.is_none());
            // Cut off at the end.
            app.sql(format!("DELETE FROM audit_privates WHERE audit_id IN (SELECT id FROM audit_entries WHERE seq = {count})")).await;
            app.sql(format!("DELETE FROM audit_entries WHERE seq = {count}")).await;
            let found = check().await;
            assert!(!found.whole && found.broken_at == Some(count), "{found:?}");
            let told = app.server.command_line(&["audit", "verify"], "");
            assert!(!told.status.success() && String::from_utf8_lossy(&told.stdout).contains("BROKEN"), "{told:?}");
        }

        async fn a_chain_is_its_tenants_own(app: TestApp) {
            let auditor = fill(&app).await;
            let other = app.other_tenant("others").await.auditor().await;
            assert!(other.get::<VerifyAudit>().await.unwrap().whole);
            let theirs = all(&other).await;
            assert!(theirs.iter().all(|entry| entry.action != AuditAction::CommandIssued), "{theirs:?}");
            assert!(all(&auditor).await.iter().all(|entry| entry.actor.as_deref() != Some("others-auditor")));
            assert_eq!(refused(app.manager().await.get::<VerifyAudit>().await), ErrorCode::Forbidden);
        }
    }
}
