//! The chain holds, and whoever touches it is found out.

use deskwarden_store::{Actor, AuditDraft, Store, audit, tenants};
use deskwarden_types::{AuditAction, TenantId, api::AuditCheck};
use diesel::RunQueryDsl;

use crate::{NOW, open, scratch};

async fn with_entries(store: &Store, count: usize) -> TenantId {
    let tenant = store.write_all(|conn| tenants::create(conn, "Test", false, NOW)).await.unwrap();
    for number in 0..count {
        store
            .write(tenant, NOW, move |scope| {
                scope.audit(AuditDraft {
                    actor: Actor::command_line(),
                    action: AuditAction::SettingsChanged,
                    session: None,
                    object: Some(format!("entry {number}")),
                    reason: None,
                });
                Ok(())
            })
            .await
            .unwrap();
    }
    tenant
}

async fn check(store: &Store, tenant: TenantId) -> AuditCheck {
    store.read(tenant, NOW, audit::verify).await.unwrap()
}

async fn tamper(store: &Store, sql: &'static str) {
    store.write_all(move |conn| Ok(diesel::sql_query(sql).execute(conn)?)).await.unwrap();
}

#[tokio::test]
async fn a_chain_that_nobody_touched_is_whole() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let tenant = with_entries(&store, 5).await;
    assert_eq!(check(&store, tenant).await, AuditCheck { whole: true, entries: 5, broken_at: None });
}

#[tokio::test]
async fn every_way_to_touch_it_is_found() {
    for (sql, broken_at) in [
        ("UPDATE audit_entries SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE audit_privates SET object = 'something else' WHERE audit_id = 2", 2),
        ("UPDATE audit_privates SET reason = '' WHERE audit_id = 2", 2),
        ("DELETE FROM audit_privates; DELETE FROM audit_entries WHERE seq = 4", 0),
        ("UPDATE audit_entries SET hash = x'00' WHERE seq = 5", 5),
    ] {
        let scratch = scratch();
        let store = open(&scratch).await;
        let tenant = with_entries(&store, 5).await;
        for part in sql.split("; ") {
            tamper(&store, part).await;
        }
        let found = check(&store, tenant).await;
        assert!(!found.whole, "{sql}");
        assert_eq!(found.broken_at, Some(if broken_at == 0 { 4 } else { broken_at }), "{sql}");
    }
}

#[tokio::test]
async fn entries_cut_off_at_the_end_are_missed() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let tenant = with_entries(&store, 5).await;
    tamper(&store, "DELETE FROM audit_privates WHERE audit_id = 5").await;
    tamper(&store, "DELETE FROM audit_entries WHERE seq = 5").await;
    assert_eq!(check(&store, tenant).await, AuditCheck { whole: false, entries: 4, broken_at: Some(5) });
}

#[tokio::test]
async fn erasing_what_is_personal_leaves_the_chain_whole() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let tenant = with_entries(&store, 5).await;
    tamper(&store, "DELETE FROM audit_privates WHERE audit_id = 3").await;
    assert!(check(&store, tenant).await.whole);
}
