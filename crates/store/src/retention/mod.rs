//! Deleting what history has kept for long enough: the oldest first, in portions of one transaction each, so that nobody
//! waits long for one. The audit log stays as it is; an entry of it says how much went.

mod portion;
mod preview;
mod rest;
mod sessions;

pub use preview::preview;
pub use sessions::oldest;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use deskwarden_types::{TenantId, Timestamp};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    Conn, Result, Store, WriteScope, jobs,
    schema::{retention, tenants},
};
use portion::Step;

/// Sessions, or bulk actions, that one transaction deletes.
const PORTION: usize = 200;
/// Between two portions at least; and as long as the last one took: half of the time is for others.
const PAUSE: Duration = Duration::from_millis(20);
/// For so long one round works; what is left then comes with the next.
const ROUND_SECONDS: i64 = 20;
/// For so long other servers leave it to the one that began a round.
const HELD_SECONDS: i64 = 120;
/// Between two times that a tenant's history is gone through.
const EVERY_SECONDS: i64 = 86_400;

/// Deletes what is due, a portion of each tenant in turn, until nothing is left or the round's time is over; gives how many
/// sessions. What goes wrong for one tenant keeps nothing from the others. `holder` names this server process.
pub async fn run(store: &Store, holder: &str, now: impl Fn() -> Timestamp) -> Result<usize> {
    let began = now();
    let mut due: VecDeque<TenantId> = store.read_all(move |conn| due(conn, began)).await?.into();
    let who = holder.to_owned();
    let lock = move |conn: &mut Conn| jobs::take_lock(conn, "retention", &who, HELD_SECONDS, 0, began);
    if due.is_empty() || !store.write_all(lock).await? {
        return Ok(0);
    }
    let (mut deleted, mut failed) = (0, None);
    while let Some(tenant) = due.pop_front()
        && now() < began.plus_seconds(ROUND_SECONDS)
    {
        let started = Instant::now();
        match store.write(tenant, now(), portion::portion).await {
            Ok(Step::Deleted(sessions)) => {
                deleted += sessions;
                due.push_back(tenant);
            }
            Ok(Step::Done) => {}
            Err(error) => {
                tracing::warn!(%error, %tenant, "the history of a tenant could not be gone through");
                failed = Some(error);
            }
        }
        tokio::time::sleep(started.elapsed().max(PAUSE)).await;
    }
    failed.map_or(Ok(deleted), Err)
}

/// Tenants whose history is to be gone through.
// no tenant: a job for all of them.
fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<TenantId>> {
    let ids: Vec<i64> = tenants::table
        .left_join(retention::table.on(retention::tenant_id.eq(tenants::id)))
        .filter(retention::due_at.nullable().is_null().or(retention::due_at.nullable().le(now.millis())))
        .order(tenants::id)
        .select(tenants::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// The tenant keeps its history for another time than before: it is gone through soon.
pub(crate) fn changed(scope: &mut WriteScope<'_>) -> Result<()> {
    portion::lock(scope)?;
    let row = retention::table.filter(retention::tenant_id.eq(scope.tenant.0));
    diesel::update(row).set(retention::due_at.eq(scope.now.millis())).execute(scope.conn)?;
    Ok(())
}
