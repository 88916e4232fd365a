//! A part that cannot be worked off: the sessions at fault are found and left alone, so that the others are acted on and
//! the action finishes.

use std::{collections::HashSet, sync::Arc};

use deskwarden_types::{BulkActionId, ErrorCode, SessionId, TenantId, Timestamp};

use super::{
    carry::carry_out,
    parts,
    work::{Item, Work, session},
};
use crate::{Result, Store, StoreError, WriteScope};

/// Whether the same work would fail again for the same reason. What is busy, full or away now is not so later.
pub(super) fn is_lasting(error: &StoreError) -> bool {
    match error {
        StoreError::Refused(_) | StoreError::Database(_) | StoreError::Corrupt(_) => true,
        StoreError::Busy | StoreError::Full | StoreError::Unavailable(_) | StoreError::Closed => false,
    }
}

/// Works the next part off without the sessions that cannot be acted on; where that is not enough, without any.
pub(super) async fn work_off_the_rest(
    store: &Store,
    tenant: TenantId,
    id: BulkActionId,
    now: &(impl Fn() -> Timestamp + Send + Sync),
) -> Result<bool> {
    let Some((work, items)) = store.read(tenant, now(), move |scope| parts::next(scope, id)).await? else {
        return Ok(false);
    };
    let work = Arc::new(work);
    let mut spoilt = HashSet::new();
    for item in &items {
        if let Some(error) = trial(store, tenant, id, now(), work.clone(), *item).await? {
            tracing::error!(action = id.0, session = item.0, %error, "a session cannot be acted on");
            spoilt.insert(session(*item));
        }
    }
    let without = async |spoilt: HashSet<SessionId>| {
        let part = move |scope: &mut WriteScope<'_>| parts::work_part(scope, id, &spoilt);
        store.write(tenant, now(), part).await
    };
    match without(spoilt).await {
        Err(error) if is_lasting(&error) => {
            tracing::error!(action = id.0, %error, "a part of a bulk action cannot be worked off: it is left alone");
            without(items.into_iter().map(session).collect()).await
        }
        done => done,
    }
}

/// Acts on one session and takes it back; gives what went wrong.
async fn trial(
    store: &Store,
    tenant: TenantId,
    id: BulkActionId,
    now: Timestamp,
    work: Arc<Work>,
    item: Item,
) -> Result<Option<StoreError>> {
    // An error takes back what was written.
    const GOOD: &str = "a trial";
    let attempt = move |scope: &mut WriteScope<'_>| {
        carry_out(scope, &work, &[item], id, &HashSet::new())?;
        Err::<(), _>(StoreError::refused(ErrorCode::Conflict, GOOD))
    };
    match store.write(tenant, now, attempt).await {
        Err(StoreError::Refused(refusal)) if refusal.detail == GOOD => Ok(None),
        Err(error) if is_lasting(&error) => Ok(Some(error)),
        Err(error) => Err(error),
        Ok(()) => Ok(None),
    }
}
