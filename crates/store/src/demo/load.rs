//! Writing it into an empty tenant, in batches, while the next batch is made.

use std::sync::Arc;

use deskwarden_types::{AuditAction, ErrorCode, Role, SessionId, TenantId, Timestamp};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};

use super::{
    Fleet, Plan, Sizes, World, aside,
    rows::Rows,
    sql::Dialect,
    write::{self, Batch, Ids},
};
use crate::{
    Actor, AuditDraft, Result, Store, StoreError, WriteScope,
    identity::{self, NewAccount},
    schema::{sessions, tenants, users},
};

/// Sessions in one transaction.
const BATCH: usize = 1_000;
/// Eighteen months before it is still after 1970.
const EARLIEST: Timestamp = Timestamp::from_millis(100_000_000_000);
/// The owner's account; the server prints the link that sets its password.
const OWNER: &str = "owner";

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sessions that are written.
    pub written: u64,
    /// Sessions in all.
    pub total: u64,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Sessions.
    pub sessions: u64,
    /// People, the owner not among them.
    pub users: usize,
    /// What a fleet needs to know.
    pub fleet: Fleet,
}

/// Fills a tenant that holds no session, marks it as a demo, and tells the audit. `progress` is called after each
/// batch. What is written stays when it fails on the way; such a tenant is refused the next time.
pub async fn load(store: &Store, tenant: TenantId, plan: Plan, mut progress: impl FnMut(Progress)) -> Result<Loaded> {
    if plan.now < EARLIEST {
        return Err(StoreError::bad_field("now", format!("Not before {EARLIEST}: the history begins long before.")));
    }
    let world = Arc::new(World::new(plan.seed, Sizes::of(plan.sessions)));
    let made = world.clone();
    let (ids, dialect) = store
        .write(tenant, plan.now, move |scope| {
            refuse_unless_empty(scope)?;
            mark(scope)?;
            owner(scope)?;
            aside::set_aside(scope.conn)?;
            let ids = Ids::reserve(scope.conn, &made, plan.sessions)?;
            let since = made_at(&plan);
            write::world(scope, &made, &ids, since)?;
            Ok((ids, Dialect::of(scope.conn)))
        })
        .await?;
    let mut rows = Rows::new(plan, world.clone());
    let mut written = 0;
    let make = move |mut rows: Rows| {
        let mut batch = Batch::new(dialect);
        let mut count = 0;
        for row in rows.by_ref().take(BATCH) {
            batch.add(tenant, &ids, &row, plan.timelines);
            count += 1;
        }
        (rows, batch, count)
    };
    let (mut batch, mut count);
    (rows, batch, count) = make(rows);
    while count > 0 {
        // The writer's thread works on one batch while another makes the next.
        let next = tokio::task::spawn_blocking(move || make(rows));
        let whole = Arc::new(batch);
        store.write(tenant, plan.now, move |scope| whole.run(scope.conn)).await?;
        written += count;
        progress(Progress { written, total: plan.sessions });
        (rows, batch, count) = next.await.map_err(|_| StoreError::Closed)?;
    }
    store.write_all(aside::put_back).await?;
    let last = SessionId(ids.sessions + i64::try_from(written).unwrap_or(1) - 1);
    store.write(tenant, plan.now, move |scope| finish(scope, &plan, written, last)).await?;
    Ok(Loaded { sessions: written, users: world.users.len(), fleet: Fleet::of(&world) })
}

/// When its people came: before everything else.
fn made_at(plan: &Plan) -> i64 {
    plan.now.plus_seconds(-600 * 86_400).millis()
}

fn refuse_unless_empty(scope: &mut WriteScope<'_>) -> Result<()> {
    let demo: Option<bool> =
        tenants::table.filter(tenants::id.eq(scope.tenant.0)).select(tenants::demo).first(scope.conn).optional()?;
    let demo = demo.ok_or_else(|| StoreError::not_found("tenant"))?;
    let held: i64 =
        sessions::table.filter(sessions::tenant_id.eq(scope.tenant.0)).select(count_star()).first(scope.conn)?;
    match (held, demo) {
        (0, _) => Ok(()),
        (_, true) => Err(StoreError::refused(
            ErrorCode::Conflict,
            format!("This database holds demo data already ({held} sessions). Name another one with --database-url."),
        )),
        (_, false) => Err(StoreError::refused(
            ErrorCode::Conflict,
            format!(
                "This database holds {held} real sessions: demo data does not go among them. Name another one with \
                 --database-url."
            ),
        )),
    }
}

fn mark(scope: &mut WriteScope<'_>) -> Result<()> {
    diesel::update(tenants::table.filter(tenants::id.eq(scope.tenant.0)))
        .set((tenants::demo.eq(true), tenants::show_ad_username.eq(true)))
        .execute(scope.conn)?;
    Ok(())
}

/// An owner without a password, unless there is one.
fn owner(scope: &mut WriteScope<'_>) -> Result<()> {
    let owners: i64 = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::role.eq(Role::Owner.code()))
        .select(count_star())
        .first(scope.conn)?;
    if owners == 0 {
        let account = NewAccount {
            username: OWNER.to_owned(),
            display_name: "Demo Owner".to_owned(),
            email: identity::placeholder_email(OWNER),
            role: Role::Owner,
        };
        identity::create_user(scope, &Actor::command_line(), &account)?;
    }
    Ok(())
}

fn finish(scope: &mut WriteScope<'_>, plan: &Plan, written: u64, last: SessionId) -> Result<()> {
    if written > 0 {
        // Consoles that are open hear that the list is another one.
        scope.touch(last);
    }
    scope.audit(AuditDraft {
        actor: Actor::command_line(),
        action: AuditAction::DemoLoaded,
        session: None,
        object: Some(format!("{written} sessions, seed {}", plan.seed)),
        reason: None,
    });
    Ok(())
}
