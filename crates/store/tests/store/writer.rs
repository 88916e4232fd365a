//! Group commit: what is acknowledged is there, what failed took nothing with it.

use deskwarden_store::{StoreError, tenants};
use deskwarden_types::ErrorCode;

use crate::{NOW, open, scratch};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_in_a_group_leave_the_others_alone() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let mut tasks = Vec::new();
    for number in 0..200 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            store
                .write_all(move |conn| {
                    let id = tenants::create(conn, &format!("Tenant {number}"), false, NOW)?;
                    if number % 3 == 0 {
                        return Err(StoreError::refused(ErrorCode::Conflict, "undo me"));
                    }
                    Ok(id)
                })
                .await
        }));
    }
    let mut acknowledged = Vec::new();
    for task in tasks {
        if let Ok(id) = task.await.unwrap() {
            acknowledged.push(id);
        }
    }
    assert_eq!(acknowledged.len(), 133);
    drop(store);
    let store = open(&scratch).await;
    let mut found = store.read_all(tenants::all).await.unwrap();
    found.sort();
    acknowledged.sort();
    assert_eq!(found, acknowledged);
}

#[tokio::test]
async fn readers_cannot_write() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let error = store.read_all(|conn| tenants::create(conn, "No", false, NOW)).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
}

#[tokio::test]
async fn every_change_is_announced_after_its_commit() {
    let scratch = scratch();
    let store = open(&scratch).await;
    let tenant = store.write_all(|conn| tenants::create(conn, "Test", false, NOW)).await.unwrap();
    let mut changes = store.changes();
    store
        .write(tenant, NOW, |scope| {
            scope.wake(deskwarden_types::AgentId(7));
            Ok(())
        })
        .await
        .unwrap();
    let change = changes.try_recv().unwrap();
    assert_eq!((change.tenant, change.wakes(deskwarden_types::AgentId(7))), (tenant, true));
    assert!(!change.wakes(deskwarden_types::AgentId(8)));
    store.write(tenant, NOW, |_| Ok(())).await.unwrap();
    assert!(changes.try_recv().is_err(), "a write that changed nothing is not told");
}
