//! Carrying one part out.

use std::collections::HashSet;

use deskwarden_domain::plan_outcome;
use deskwarden_types::{BulkActionId, BulkOutcome, PlanOutcome, SessionId, WhyNot, api::BulkResult};

use super::work::{Item, LeftOut, Work, session};
use crate::{
    Result, WriteScope,
    actions::{self, Target},
    sessions::{self, Known, state},
    tenants,
};

/// Acts on these sessions, all at once, but on none that is left alone; gives each one's result, in order.
pub(super) fn carry_out(
    scope: &mut WriteScope<'_>,
    work: &Work,
    items: &[Item],
    bulk: BulkActionId,
    left_alone: &HashSet<SessionId>,
) -> Result<Vec<BulkResult>> {
    let (actor, viewer, request) = (work.actor(), work.viewer(), &work.request);
    let ids: Vec<_> = items.iter().copied().map(session).filter(|id| !left_alone.contains(id)).collect();
    // Locked before they are read: what is decided by holds until it is written.
    state::lock_all(scope, ids.iter().copied())?;
    let known = sessions::known(scope, &viewer, &ids)?;
    let rules = tenants::rules(scope)?;
    let left_out = work.left_out();
    let (mut targets, mut so_already) = (Vec::with_capacity(items.len()), Vec::new());
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        let id = session(*item);
        let mut result = BulkResult {
            session_id: id,
            outcome: BulkOutcome::NotFound,
            why_not: None,
            command_id: None,
            effective_by: None,
            command_state: None,
            command_outcome: None,
            command_detail: None,
        };
        if left_alone.contains(&id) {
            result.outcome = BulkOutcome::Conflict;
        } else if let Some(known) = known.get(&id) {
            let (outcome, why_not) = plan_outcome(&known.facts, viewer.role, request.verb);
            (result.outcome, result.why_not) = told(left_out.get(&id).copied(), work, *item, known, (outcome, why_not));
            match result.outcome {
                BulkOutcome::Accepted => targets.push(Target::of(known, outcome)),
                BulkOutcome::NoOp => so_already.push(Target::of(known, outcome)),
                _ => {}
            }
        }
        results.push(result);
    }
    let mut issued = actions::issue(scope, &actor, &targets, request, &rules, Some(bulk))?.into_iter();
    for result in &mut results {
        if result.outcome == BulkOutcome::Accepted
            && let Some(issued) = issued.next()
        {
            result.command_id = Some(issued.command);
            result.effective_by = Some(issued.effective_by);
        }
    }
    // Nothing is sent to these and nothing is written of them, but what was ended may be held all the same.
    actions::hold(scope, &actor, &so_already, request)?;
    Ok(results)
}

/// What becomes of a session, by what the plan said of it and by what is so now.
fn told(
    left_out: Option<&LeftOut>,
    work: &Work,
    (_, planned): Item,
    known: &Known,
    (outcome, why_not): (PlanOutcome, Option<WhyNot>),
) -> (BulkOutcome, Option<WhyNot>) {
    let has_changed = work.planned && planned != Some(known.revision);
    match (left_out, outcome) {
        // Nobody was going to act on it: that it has changed since is no conflict, and it is told as the plan told it.
        (Some(left), _) if has_changed && left.outcome != PlanOutcome::NoOp => (of_plan(left.outcome), left.why_not),
        // What was so already, and is so still.
        (Some(_), PlanOutcome::NoOp) => (BulkOutcome::NoOp, why_not),
        // What the plan said of it holds no more; never override that.
        _ if has_changed => (BulkOutcome::Conflict, why_not),
        (_, outcome) => (of_plan(outcome), why_not),
    }
}

fn of_plan(outcome: PlanOutcome) -> BulkOutcome {
    match outcome {
        PlanOutcome::WillAct => BulkOutcome::Accepted,
        PlanOutcome::NoOp => BulkOutcome::NoOp,
        PlanOutcome::NotApplicable => BulkOutcome::NotApplicable,
        PlanOutcome::Forbidden => BulkOutcome::Forbidden,
        PlanOutcome::NotFound => BulkOutcome::NotFound,
    }
}
