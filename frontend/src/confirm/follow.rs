//! A long action on its way: watched while the dialog is open, and told of at its end when it was closed.

use std::time::Duration;

use deskwarden_client::ClientError;
use deskwarden_types::{
    BulkActionPath, BulkOutcome, BulkState, NoArgs, NoBody, SessionId, Verb,
    api::{BulkAction, ShowBulkAction},
};
use leptos::prelude::*;

use super::Confirm;
use crate::{api::Api, browser, notices::Notices, parts::explain, strings};

/// Between two looks at a long action.
const PAUSE: Duration = Duration::from_secs(1);
/// How many looks in a row may find no server; the action goes on without them.
const MISSES: u32 = 120;

/// How an action went.
pub struct Went {
    /// Sessions on which commands are on their way.
    pub accepted: Vec<SessionId>,
    /// Sessions that are as was asked.
    pub good: usize,
    /// Sessions that were left alone.
    pub left: usize,
}

/// Counts the results.
pub fn went(action: &BulkAction) -> Went {
    let with = |outcome| action.results.iter().filter(move |r| r.outcome == outcome);
    let accepted: Vec<_> = with(BulkOutcome::Accepted).map(|r| r.session_id).collect();
    let good = accepted.len() + with(BulkOutcome::NoOp).count();
    Went { accepted, good, left: action.results.len().saturating_sub(good) }
}

/// Waits until an action is finished, with its numbers in `progress` as long as anybody looks.
pub async fn follow(
    api: Api,
    mut action: BulkAction,
    progress: RwSignal<Option<BulkAction>>,
) -> Result<BulkAction, ClientError> {
    let mut misses = 0;
    while action.state == BulkState::Running {
        let path = BulkActionPath { id: action.id };
        // The dialog may be closed by now.
        let _ = progress.try_set(Some(action.clone()));
        browser::sleep(PAUSE).await;
        match api.call::<ShowBulkAction>(path, NoArgs {}, NoBody {}).await {
            Ok(now) => {
                misses = 0;
                action = now;
            }
            Err(ClientError::Transport(_)) if misses < MISSES => misses += 1,
            Err(error) => return Err(error),
        }
    }
    let _ = progress.try_set(None);
    Ok(action)
}

/// Tells how an action ended whose dialog was closed meanwhile.
pub fn tell(
    notices: Notices,
    confirm: Confirm,
    verb: Verb,
    label: &'static str,
    end: &Result<BulkAction, ClientError>,
) {
    match end {
        Ok(action) => {
            let went = went(action);
            confirm.watch(verb, &went.accepted);
            let title = strings::bulk_ended(label, went.good, action.results.len());
            if went.left == 0 {
                notices.success(title, None, None);
            } else {
                notices.failure(title, Some(strings::bulk_left(went.left)), None);
            }
        }
        Err(error) => notices.failure(strings::bulk_lost(label), Some(explain(error)), None),
    }
}
