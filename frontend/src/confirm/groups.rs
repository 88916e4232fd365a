//! Sessions of an action by what has become of them: first what did not go as planned, last what the plan had left out.

use deskwarden_domain::went_wrong;
use deskwarden_types::{
    BulkOutcome, SessionId,
    api::{BulkAction, BulkCommandCount, BulkResult},
};
use leptos::prelude::*;

use super::plan::{Line, listed};
use crate::{
    format,
    parts::{Icon, icons},
    strings::{self, labels},
};

/// So many of one group stand there at once.
const FEW: usize = 8;
/// What did not go as planned though nothing was sent.
const LEFT: [BulkOutcome; 3] = [BulkOutcome::Conflict, BulkOutcome::Forbidden, BulkOutcome::NotFound];
/// What nothing had to be done to.
const NOTHING: [BulkOutcome; 2] = [BulkOutcome::NoOp, BulkOutcome::NotApplicable];

/// Sessions of which the same has become.
#[derive(Clone)]
pub struct Group {
    /// What has become of them.
    pub label: String,
    /// How many they are.
    pub count: usize,
    /// Each of them, as far as that is known by now.
    pub lines: Vec<Line>,
    class: &'static str,
    icon: icondata_core::Icon,
    /// What can be done about it.
    next: Option<String>,
}

/// Whether its command failed or timed out.
pub fn has_failed(result: &BulkResult) -> bool {
    result.command_state.is_some_and(went_wrong)
}

/// All groups of an action that have anybody in them.
pub fn groups(action: &BulkAction, name: Callback<SessionId, Option<String>>) -> Vec<Group> {
    let lines = |label: &str, fits: &dyn Fn(&BulkResult) -> bool| -> Vec<Line> {
        let line = |r: &BulkResult| {
            let name = name.run(r.session_id).unwrap_or_else(|| strings::session_title(r.session_id));
            let why = r.why_not.map(|why| labels::why_not_label(why).to_owned());
            (name, r.command_detail.clone().or(why).unwrap_or_else(|| label.to_owned()))
        };
        action.results.iter().filter(|r| fits(r)).map(line).collect()
    };
    let of = |outcome: &BulkOutcome| {
        let label = labels::bulk_outcome_label(*outcome).to_owned();
        let lines = lines(&label, &|r| r.outcome == *outcome);
        let (class, icon) = match outcome {
            BulkOutcome::NoOp => ("", icons::CHECK),
            BulkOutcome::NotApplicable => ("left", icons::IDLE),
            _ => ("bad", icons::ALERT),
        };
        Group { label, count: lines.len(), lines, class, icon, next: None }
    };
    let ended = |ended: &BulkCommandCount| {
        let is_bad = went_wrong(ended.state);
        let (label, class, icon) = match is_bad {
            true => {
                let verb = labels::any_verb_label(action.verb);
                (strings::command_went_wrong(verb, ended.state, ended.outcome), "bad", icons::ALERT)
            }
            false => (done(ended), "", icons::CHECK),
        };
        let fits = |r: &BulkResult| (r.command_state, r.command_outcome) == (Some(ended.state), ended.outcome);
        let next = is_bad.then(|| strings::next_step(ended.outcome, None));
        Group { lines: lines(&label, &fits), label, count: ended.count as usize, class, icon, next }
    };
    let under_way = {
        let label = labels::bulk_outcome_label(BulkOutcome::Accepted).to_owned();
        let is_open = |r: &BulkResult| r.command_state.is_some_and(deskwarden_domain::is_open);
        let (lines, count) = (lines(&label, &is_open), action.commands.on_the_way as usize);
        Group { label, count, lines, class: "", icon: icons::PENDING, next: None }
    };
    let (bad, good): (Vec<_>, Vec<_>) = action.commands.outcomes.iter().partition(|ended| went_wrong(ended.state));
    let all = bad.into_iter().map(ended).chain(LEFT.iter().map(of)).chain([under_way]);
    let all = all.chain(good.into_iter().map(ended)).chain(NOTHING.iter().map(of));
    all.filter(|group| group.count > 0).collect()
}

/// `Done · closed on request`.
fn done(ended: &BulkCommandCount) -> String {
    let done = strings::done();
    match ended.outcome {
        Some(outcome) => format!("{done} · {}", labels::command_outcome_label(outcome)),
        None => done.to_owned(),
    }
}

impl Group {
    /// Its line, with its sessions below once they are all known.
    pub fn view(self) -> AnyView {
        let Self { label, count, lines, class, icon, next } = self;
        let lines = (lines.len() == count).then(|| listed(strings::count_sessions(count), FEW, lines));
        view! {
            <li class=class>
                <Icon icon=icon />
                <span>{label}</span>
                <span class="count">{format::number(count as i64)}</span>
                {next.map(|next| view! { <p class="quiet">{next}</p> })}
                {lines}
            </li>
        }
        .into_any()
    }
}
