//! A long action on its way: watched while the dialog is open, and told of at its end when it was closed.

use std::{sync::Arc, time::Duration};

use deskwarden_client::ClientError;
use deskwarden_types::{
    BulkOutcome, BulkResults, BulkState, PlanOutcome, SessionId, Verb,
    api::{BulkAction, BulkResult, Plan},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Ask, Confirm, became};
use crate::{
    api::Api,
    browser, format,
    notices::{Again, Notices},
    parts::explain,
    strings,
};

/// Between two looks at a long action.
const PAUSE: Duration = Duration::from_secs(1);
/// How many looks in a row may find no server; the action goes on without them.
const MISSES: u32 = 120;

/// How an action went.
pub struct Went {
    /// Sessions on which commands are on their way.
    pub accepted: Vec<SessionId>,
    /// How many sessions were to be acted on and were not. What the plan had left out is none of them.
    pub left: usize,
}

/// Counts the results, which are in the order of the plan.
pub fn went(plan: &Plan, action: &BulkAction) -> Went {
    let good = |r: &BulkResult| matches!(r.outcome, BulkOutcome::Accepted | BulkOutcome::NoOp);
    let results = || action.results.iter();
    let planned = results().zip(&plan.items).filter(|(_, item)| item.outcome == PlanOutcome::WillAct);
    Went {
        accepted: results().filter(|r| r.outcome == BulkOutcome::Accepted).map(|r| r.session_id).collect(),
        left: planned.filter(|(r, _)| !good(r)).count(),
    }
}

impl Went {
    /// How many were to be acted on.
    pub fn total(&self) -> u32 {
        u32::try_from(self.accepted.len() + self.left).unwrap_or(u32::MAX)
    }
}

/// Waits until an action is finished, with its numbers in `progress` as long as anybody looks.
pub async fn follow(
    api: Api,
    action: BulkAction,
    progress: RwSignal<Option<BulkAction>>,
) -> Result<BulkAction, ClientError> {
    wait(api, action, progress, false).await
}

/// The same for whoever looks at it again: nobody is told of its end when the dialog is closed.
pub async fn while_open(
    api: Api,
    action: BulkAction,
    progress: RwSignal<Option<BulkAction>>,
) -> Result<BulkAction, ClientError> {
    wait(api, action, progress, true).await
}

async fn wait(
    api: Api,
    mut action: BulkAction,
    progress: RwSignal<Option<BulkAction>>,
    ends_with_dialog: bool,
) -> Result<BulkAction, ClientError> {
    let (mut misses, mut pause) = (0, PAUSE);
    while action.state == BulkState::Running {
        // The dialog may be closed by now.
        let is_closed = progress.try_set(Some(action.clone())).is_some();
        if is_closed && ends_with_dialog {
            return Ok(action);
        }
        browser::sleep(std::mem::replace(&mut pause, PAUSE)).await;
        // The results when there are all of them, until then the numbers.
        let now = match became::show(api, action.id, BulkResults::None).await {
            Ok(now) if now.state == BulkState::Finished => became::show(api, action.id, BulkResults::All).await,
            now => now,
        };
        match now {
            Ok(now) => {
                misses = 0;
                action = now;
            }
            Err(ClientError::Transport(_)) if misses < MISSES => misses += 1,
            Err(error) => {
                // A server that is busy says when it is not.
                let Some(wait) = error.retry_after().filter(|_| misses < MISSES) else { return Err(error) };
                misses += 1;
                pause = wait.max(PAUSE);
            }
        }
    }
    let _ = progress.try_set(None);
    Ok(action)
}

/// Tells of an action that went as planned.
pub fn tell_good(notices: Notices, ask: &Ask, label: &'static str, action: &BulkAction, accepted: &[SessionId]) {
    let by = action.results.iter().filter(|r| r.outcome == BulkOutcome::Accepted).filter_map(|r| r.effective_by).max();
    let one = match accepted {
        [one] => Some(*one),
        _ => None,
    };
    let (title, by) = match (accepted, ask.verb) {
        ([], _) => {
            let so = action.results.iter().filter(|r| r.outcome == BulkOutcome::NoOp).map(|r| r.session_id);
            (strings::was_so(label, ask.what(&so.collect::<Vec<_>>())), None)
        }
        // Nobody has to be told first.
        (_, Verb::CloseRecord) => (strings::finished(label, ask.what(accepted)), None),
        _ => (strings::started(label, ask.what(accepted)), by),
    };
    notices.success(title, by.map(|at| strings::by_at_latest(format::seconds(at))), one);
}

/// Tells how an action ended whose dialog was closed meanwhile, in the words of the dialog; where not all went as planned
/// it opens again with the results.
pub fn tell(
    api: Api,
    (notices, confirm): (Notices, Confirm),
    ask: Ask,
    label: &'static str,
    plan: Plan,
    end: Result<BulkAction, ClientError>,
) {
    let action = match end {
        Ok(action) => action,
        Err(error) => {
            let how = format!("{} {}", explain(&error), strings::bulk_lost_how());
            return notices.failure(strings::bulk_lost(label), Some(how), None);
        }
    };
    let went = went(&plan, &action);
    confirm.watch(ask.verb, &went.accepted);
    spawn_local(became::tell_end(api, notices, confirm, label, action.clone()));
    if went.left == 0 {
        return tell_good(notices, &ask, label, &action, &went.accepted);
    }
    let title = became::how(label, went.total(), &action);
    let ask = Ask { ended: Some((plan, action)), ..ask };
    let again = Again(Arc::new(move || confirm.show(ask.clone())));
    notices.failure_again(title, Some(strings::bulk_left(went.left)), again);
}
