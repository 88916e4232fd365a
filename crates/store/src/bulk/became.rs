//! What has become of the commands of bulk actions: counted by an index, without a look at the commands themselves.

use std::collections::HashMap;

use deskwarden_domain::is_open;
use deskwarden_types::{
    BulkActionId, BulkOutcome, CommandId, CommandState,
    api::{BulkCommandCount, BulkCommands, BulkResult},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, dsl::count_star};

use crate::{
    Result, Scope,
    names::{optional_word, word},
    schema::commands,
};

/// The commands of these actions in numbers; an action without any has none.
pub(super) fn counted(scope: &mut Scope<'_>, actions: &[i64]) -> Result<HashMap<i64, BulkCommands>> {
    let rows: Vec<(Option<i64>, i16, Option<i16>, i64)> = commands::table
        .filter(commands::tenant_id.eq(scope.tenant.0))
        .filter(commands::bulk_action_id.eq_any(actions))
        .group_by((commands::bulk_action_id, commands::state, commands::outcome))
        .order((commands::bulk_action_id, commands::state, commands::outcome))
        .select((commands::bulk_action_id, commands::state, commands::outcome, count_star()))
        .load(scope.conn)?;
    let mut all: HashMap<i64, BulkCommands> = HashMap::new();
    for (action, state, outcome, count) in rows {
        let Some(action) = action else { continue };
        let numbers = all.entry(action).or_default();
        let (state, count) = (word(state)?, u32::try_from(count).unwrap_or(u32::MAX));
        match state {
            CommandState::Queued | CommandState::Delivered | CommandState::Acknowledged => numbers.on_the_way += count,
            CommandState::Done => numbers.done += count,
            CommandState::Failed => numbers.failed += count,
            CommandState::TimedOut => numbers.timed_out += count,
        }
        if !is_open(state) {
            numbers.outcomes.push(BulkCommandCount { state, outcome: optional_word(outcome)?, count });
        }
    }
    Ok(all)
}

/// Tells each result how its command is doing.
pub(super) fn tell(scope: &mut Scope<'_>, id: BulkActionId, results: &mut [BulkResult]) -> Result<()> {
    let rows: Vec<(i64, i16, Option<i16>, Option<String>)> = commands::table
        .filter(commands::tenant_id.eq(scope.tenant.0))
        .filter(commands::bulk_action_id.eq(id.0))
        .select((commands::id, commands::state, commands::outcome, commands::detail))
        .load(scope.conn)?;
    let mut found: HashMap<_, _> =
        rows.into_iter().map(|(id, state, outcome, detail)| (CommandId(id), (state, outcome, detail))).collect();
    for result in results {
        let Some((state, outcome, detail)) = result.command_id.and_then(|id| found.remove(&id)) else { continue };
        result.command_state = Some(word(state)?);
        result.command_outcome = optional_word(outcome)?;
        result.command_detail = detail;
    }
    Ok(())
}

/// Whether another try may help.
pub(super) fn may_retry(result: &BulkResult) -> bool {
    result.outcome == BulkOutcome::Conflict || result.command_state.is_some_and(deskwarden_domain::went_wrong)
}
