//! What becomes of the commands of an action: followed as long as anybody looks, and told at the end when nobody does.

use std::{sync::Arc, time::Duration};

use deskwarden_client::ClientError;
use deskwarden_types::{BulkActionId, BulkActionPath, BulkResults, BulkState, NoBody, api::*};
use leptos::prelude::*;

use super::{Confirm, Found, MOST_WATCHED};
use crate::{
    api::Api,
    browser,
    notices::{Again, Notices},
    strings,
};

/// Between two looks of somebody who has it open.
const PAUSE: Duration = Duration::from_millis(2_500);
/// Between two looks of nobody, who can wait; more and more, for some hosts are silent for days.
const FIRST_PAUSE: Duration = Duration::from_secs(3);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Of so many sessions the results are read with every change; of more, at the end, and their numbers until then.
const FEW: u32 = 1_000;

/// Asks how an action is doing.
pub async fn show(api: Api, id: BulkActionId, which: BulkResults) -> Result<BulkAction, ClientError> {
    let query = BulkActionQuery { results: Some(which) };
    api.call::<ShowBulkAction>(BulkActionPath { id }, query, NoBody {}).await
}

/// Whether nothing more is to come.
fn has_ended(action: &BulkAction) -> bool {
    action.state == BulkState::Finished && action.commands.on_the_way == 0
}

/// Keeps `shown` up to date until its commands have all come to their end, and gives the end as news; gives what is known of
/// it when it is shown no more. A page that is not seen asks for nothing.
pub async fn follow(api: Api, shown: RwSignal<Option<BulkAction>>) -> Result<BulkAction, Option<BulkAction>> {
    let mut known = shown.try_get_untracked().flatten().ok_or(None)?;
    if has_ended(&known) {
        return Err(None);
    }
    while !has_ended(&known) {
        browser::sleep(PAUSE).await;
        let is_shown = shown.try_with_untracked(|s| s.as_ref().is_some_and(|s| s.id == known.id));
        if is_shown != Some(true) {
            return Err(Some(known));
        }
        if document().hidden() {
            continue;
        }
        let Ok(mut now) = show(api, known.id, BulkResults::None).await else { continue };
        if now.commands == known.commands {
            continue;
        }
        if now.total <= FEW || has_ended(&now) {
            // Its numbers may be newer, too.
            let Ok(whole) = show(api, known.id, BulkResults::All).await else { continue };
            known = whole;
        } else {
            now.results = known.results;
            known = now;
        }
        let is_shown = shown.try_with_untracked(|s| s.as_ref().is_some_and(|s| s.id == known.id));
        if is_shown == Some(true) {
            shown.set(Some(known.clone()));
        }
    }
    Ok(known)
}

/// Tells the end of an action that nobody looks at. Of few sessions each end is told by itself.
pub async fn tell_end(api: Api, notices: Notices, confirm: Confirm, label: &'static str, action: BulkAction) {
    if action.summary.accepted as usize <= MOST_WATCHED || has_ended(&action) {
        return;
    }
    let (mut action, mut pause) = (action, FIRST_PAUSE);
    while !has_ended(&action) {
        browser::sleep(pause).await;
        if document().hidden() {
            continue;
        }
        pause = (pause * 5 / 4).min(LONGEST_PAUSE);
        match show(api, action.id, BulkResults::None).await {
            Ok(now) => action = now,
            // The session is over, or the action is forgotten: there is nobody to tell, or nothing.
            Err(error) if error.problem().is_some() && error.retry_after().is_none() => return,
            // A server that is away, or busy: it says until when.
            Err(error) => pause = pause.max(error.retry_after().unwrap_or_default()),
        }
    }
    let how = how(label, action.summary.accepted, &action);
    if action.commands.wrong() == 0 {
        return notices.success(how, None, None);
    }
    let found = Found { id: action.id, verb: action.verb, total: action.total };
    let again = Again(Arc::new(move || confirm.look_at(found)));
    notices.failure_again(how, Some(strings::bulk_failed(action.commands.wrong() as usize)), again);
}

/// How far an action is whose commands were sent, in one line; `total`: how many sessions were to be acted on.
pub fn how(label: &str, total: u32, action: &BulkAction) -> String {
    let commands = &action.commands;
    let (done, total) = (commands.done as usize, total as usize);
    match commands.on_the_way {
        0 => strings::bulk_some_done(label, done, total),
        _ if done == 0 && commands.wrong() == 0 => strings::bulk_some(label, action.summary.accepted as usize, total),
        left => strings::bulk_some_way(label, done, total, left),
    }
}

/// What did not go as it was asked for, in a sentence or two: `left` were not acted on.
pub fn but(left: usize, action: &BulkAction) -> String {
    let wrong = action.commands.wrong() as usize;
    let left = (left > 0).then(|| strings::bulk_left(left));
    let wrong = (wrong > 0).then(|| strings::bulk_failed(wrong));
    [wrong, left].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
