//! Sets of ids that a thing names: checked to be the tenant's own before they are written.

use std::collections::BTreeSet;

use crate::{Result, StoreError};

/// The most ids in one list.
const MOST: usize = 1_000;

/// Each once, and not too many.
pub(super) fn distinct(field: &'static str, ids: impl Iterator<Item = i64>) -> Result<BTreeSet<i64>> {
    let ids: BTreeSet<i64> = ids.collect();
    if ids.len() > MOST {
        return Err(StoreError::bad_field(field, format!("At most {MOST}.")));
    }
    Ok(ids)
}

/// All that were asked for must have been found.
pub(super) fn all_found(field: &'static str, what: &str, asked: &BTreeSet<i64>, found: &[i64]) -> Result<()> {
    match asked.iter().find(|id| !found.contains(id)) {
        Some(id) => Err(StoreError::bad_field(field, format!("There is no such {what} here: {id}."))),
        None => Ok(()),
    }
}
