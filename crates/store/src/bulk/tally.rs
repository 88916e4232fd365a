//! Results in numbers, kept with the action: what a list says of it must not cost reading every result.

use deskwarden_types::{BulkActionId, BulkOutcome, api::BulkResult};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{Result, WriteScope, schema::bulk_actions};

/// Adds the results of a part to the action's numbers. The first command is kept, because its reason is the action's.
pub(super) fn add(scope: &mut WriteScope<'_>, id: BulkActionId, results: &[BulkResult]) -> Result<()> {
    let row = bulk_actions::table.filter(bulk_actions::tenant_id.eq(scope.tenant.0)).filter(bulk_actions::id.eq(id.0));
    let of = |outcome| {
        let count = results.iter().filter(|result| result.outcome == outcome).count();
        i32::try_from(count).unwrap_or(i32::MAX)
    };
    diesel::update(row)
        .set((
            bulk_actions::accepted.eq(bulk_actions::accepted + of(BulkOutcome::Accepted)),
            bulk_actions::no_op.eq(bulk_actions::no_op + of(BulkOutcome::NoOp)),
            bulk_actions::not_applicable.eq(bulk_actions::not_applicable + of(BulkOutcome::NotApplicable)),
            bulk_actions::forbidden.eq(bulk_actions::forbidden + of(BulkOutcome::Forbidden)),
            bulk_actions::not_found.eq(bulk_actions::not_found + of(BulkOutcome::NotFound)),
            bulk_actions::conflict.eq(bulk_actions::conflict + of(BulkOutcome::Conflict)),
        ))
        .execute(scope.conn)?;
    if let Some(first) = results.iter().find_map(|result| result.command_id) {
        diesel::update(row.filter(bulk_actions::command_id.is_null()))
            .set(bulk_actions::command_id.eq(first.0))
            .execute(scope.conn)?;
    }
    Ok(())
}
