//! Somebody's bulk actions, for whoever has lost sight of one.

use deskwarden_types::{
    BulkActionId, BulkState, Timestamp,
    api::{BulkCommands, BulkSummary, ListedBulkAction, UserRef},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use super::became;
use crate::{
    Result, Scope, StoreError,
    consents::user_refs,
    names::word,
    schema::{bulk_actions, commands},
    sessions::Viewer,
};

/// The results in numbers, in the order of [`BulkSummary`].
pub(super) type Outcomes = (i32, i32, i32, i32, i32, i32);

/// Their columns.
macro_rules! outcomes {
    () => {
        (
            bulk_actions::accepted,
            bulk_actions::no_op,
            bulk_actions::not_applicable,
            bulk_actions::forbidden,
            bulk_actions::not_found,
            bulk_actions::conflict,
        )
    };
}
pub(super) use outcomes;

#[derive(diesel::Queryable)]
struct Row {
    id: i64,
    user_id: i64,
    verb: i16,
    state: i16,
    created_at: i64,
    worked_at: i64,
    total: i32,
    outcomes: Outcomes,
    reason: Option<String>,
    message: Option<String>,
}

/// The viewer's bulk actions below `before`, newest first: those that [`super::find`] shows.
pub fn list(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    state: Option<BulkState>,
    before: Option<BulkActionId>,
    limit: i64,
) -> Result<Vec<ListedBulkAction>> {
    let command =
        commands::id.nullable().eq(bulk_actions::command_id).and(commands::tenant_id.eq(bulk_actions::tenant_id));
    let mut query = bulk_actions::table
        .left_join(commands::table.on(command))
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .filter(bulk_actions::id.lt(before.map_or(i64::MAX, |id| id.0)))
        .order(bulk_actions::id.desc())
        .limit(limit)
        .select((
            bulk_actions::id,
            bulk_actions::user_id,
            bulk_actions::verb,
            bulk_actions::state,
            bulk_actions::created_at,
            bulk_actions::worked_at,
            bulk_actions::total,
            outcomes!(),
            commands::reason.nullable(),
            commands::message.nullable(),
        ))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(bulk_actions::state.eq(state.code()));
    }
    let rows: Vec<Row> = query.load(scope.conn)?;
    let users = user_refs(scope, rows.iter().map(|row| row.user_id))?;
    let mut became = became::counted(scope, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    rows.into_iter()
        .map(|row| {
            let user = users.get(&row.user_id).cloned();
            let user = user.ok_or_else(|| StoreError::Corrupt(format!("bulk action {} has no user", row.id)))?;
            let commands = became.remove(&row.id).unwrap_or_default();
            row.listed(user, commands)
        })
        .collect()
}

/// How many bulk actions the viewer has.
pub fn count(scope: &mut Scope<'_>, viewer: &Viewer, state: Option<BulkState>) -> Result<i64> {
    let mut own = bulk_actions::table
        .filter(bulk_actions::tenant_id.eq(scope.tenant.0))
        .filter(bulk_actions::user_id.eq(viewer.user.0))
        .count()
        .into_boxed();
    if let Some(state) = state {
        own = own.filter(bulk_actions::state.eq(state.code()));
    }
    Ok(own.get_result(scope.conn)?)
}

fn number(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

/// The results in numbers, as the action keeps them.
pub(super) fn summary((accepted, no_op, not_applicable, forbidden, not_found, conflict): Outcomes) -> BulkSummary {
    BulkSummary {
        accepted: number(accepted),
        no_op: number(no_op),
        not_applicable: number(not_applicable),
        forbidden: number(forbidden),
        not_found: number(not_found),
        conflict: number(conflict),
    }
}

impl Row {
    fn listed(self, requested_by: UserRef, commands: BulkCommands) -> Result<ListedBulkAction> {
        let (summary, state) = (summary(self.outcomes), word(self.state)?);
        Ok(ListedBulkAction {
            id: BulkActionId(self.id),
            requested_by,
            verb: word(self.verb)?,
            reason: self.reason.or(self.message),
            created_at: Timestamp::from_millis(self.created_at),
            // The last part is the last work.
            finished_at: (state == BulkState::Finished).then(|| Timestamp::from_millis(self.worked_at)),
            state,
            total: number(self.total),
            done: summary.done(),
            summary,
            commands,
        })
    }
}
