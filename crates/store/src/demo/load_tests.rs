//! Loading for real, into SQLite.

use deskwarden_types::{AuditAction, ErrorCode, TenantId, Timestamp};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{Loaded, Plan, load};
use crate::{
    Durability, Options, Result, Store, StoreError, audit,
    schema::{audit_entries, commands, session_beats, session_events, sessions, tenants, users},
    tenants as institutions,
};

const NOW: Timestamp = Timestamp::from_millis(1_795_300_000_000);

struct Scratch {
    store: Store,
    tenant: TenantId,
    _directory: tempfile::TempDir,
}

async fn scratch() -> Scratch {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/x.db", directory.path().display()).parse().unwrap();
    let store = Store::open(Options { url, durability: Durability::Normal, connections: 1 }).await.unwrap();
    // Another tenant comes first: ids of its own are no ids of the demo's.
    let make = |conn: &mut crate::Conn| {
        institutions::create(conn, "Other", false, NOW)?;
        institutions::create(conn, "Demo", false, NOW)
    };
    let tenant = store.write_all(make).await.unwrap();
    Scratch { store, tenant, _directory: directory }
}

impl Scratch {
    async fn load(&self, sessions: u64) -> Result<Loaded> {
        load(&self.store, self.tenant, Plan { sessions, seed: 4, now: NOW, timelines: true }, |_| ()).await
    }
}

#[tokio::test]
async fn what_was_made_is_what_is_there() {
    let scratch = scratch().await;
    let mut told = Vec::new();
    let plan = Plan { sessions: 2_500, seed: 4, now: NOW, timelines: true };
    let loaded = load(&scratch.store, scratch.tenant, plan, |progress| told.push(progress.written)).await.unwrap();
    assert_eq!((loaded.sessions, loaded.users), (2_500, 75));
    assert_eq!(told, [1_000, 2_000, 2_500]);
    let read = scratch.store.read(scratch.tenant, NOW, |scope| {
        let tenant = scope.tenant.0;
        let demo: bool = tenants::table.filter(tenants::id.eq(tenant)).select(tenants::demo).first(scope.conn)?;
        assert!(demo);
        let starts: Vec<i64> = sessions::table
            .filter(sessions::tenant_id.eq(tenant))
            .order(sessions::id)
            .select(sessions::started_at)
            .load(scope.conn)?;
        assert!(starts.len() == 2_500 && starts.is_sorted());
        let people: i64 = users::table.filter(users::tenant_id.eq(tenant)).select(count_star()).first(scope.conn)?;
        assert_eq!(people, 76, "and the owner");
        let beats: i64 =
            session_beats::table.filter(session_beats::tenant_id.eq(tenant)).select(count_star()).first(scope.conn)?;
        assert_eq!(beats, 2_500);
        let ordered: i64 =
            commands::table.filter(commands::tenant_id.eq(tenant)).select(count_star()).first(scope.conn)?;
        let told: i64 = session_events::table
            .filter(session_events::tenant_id.eq(tenant))
            .filter(session_events::command_id.is_not_null())
            .select(count_star())
            .first(scope.conn)?;
        assert!(ordered > 20 && told > ordered * 2, "{ordered} {told}");
        let entries: i64 = audit_entries::table
            .filter(audit_entries::tenant_id.eq(tenant))
            .filter(audit_entries::action.eq(AuditAction::DemoLoaded.code()))
            .select(count_star())
            .first(scope.conn)?;
        assert_eq!(entries, 1);
        audit::verify(scope)
    });
    assert!(read.await.unwrap().whole);
}

fn refused(result: Result<Loaded>) -> (ErrorCode, String) {
    match result {
        Err(StoreError::Refused(refusal)) => (refusal.code, refusal.detail),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn it_does_not_go_among_other_sessions() {
    let scratch = scratch().await;
    scratch.load(100).await.unwrap();
    let (code, why) = refused(scratch.load(100).await);
    assert_eq!(code, ErrorCode::Conflict);
    assert!(why.contains("demo data already (100 sessions)"), "{why}");
    let tenant = scratch.tenant.0;
    let real = move |conn: &mut crate::Conn| {
        diesel::update(tenants::table.filter(tenants::id.eq(tenant))).set(tenants::demo.eq(false)).execute(conn)?;
        Ok(())
    };
    scratch.store.write_all(real).await.unwrap();
    let (code, why) = refused(scratch.load(100).await);
    assert_eq!(code, ErrorCode::Conflict);
    assert!(why.contains("100 real sessions"), "{why}");
}

#[tokio::test]
async fn the_history_needs_a_past() {
    let scratch = scratch().await;
    let plan = Plan { sessions: 10, seed: 4, now: Timestamp::MIN, timelines: true };
    assert_eq!(refused(load(&scratch.store, scratch.tenant, plan, |_| ()).await).0, ErrorCode::InvalidField);
}
