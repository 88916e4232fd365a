//! Words of the Sessions pages.

use deskwarden_domain::labels;
use deskwarden_types::{CommandOutcome, CommandState, Timestamp, api::Total};

use crate::{format, words::Station};

/// How many rows a page has.
pub const PAGE_ROWS: i64 = 50;

pub const SESSIONS: &str = "Sessions";
pub const FIND_SESSIONS: &str = "Find sessions";
pub const FIND_HINT: &str = "User, email, app or session ID";
pub const CLEAR_FILTER: &str = "Clear filter";
pub const CLEAR_SEARCH: &str = "Clear search";
pub const LISTS: &str = "Which sessions";
pub const SELECT_ALL: &str = "Select all on this page";
pub const ANY_STATUS: &str = "Any status";
pub const STATUS: &str = "Status";
pub const ONE_HOST: &str = "On one host";
pub const NO_SESSIONS: &str = "No sessions yet";
pub const NO_SESSIONS_HOW: &str = "Launch the first one on a machine that has the agent. It appears here by itself.";
pub const LAUNCH_COMMAND: &str = "deskwarden-agent launch xterm";
pub const LAUNCH_LABEL: &str = "Command that launches a session";
pub const NOTHING_MATCHES: &str = "Nothing matches";
pub const NOTHING_MATCHES_HOW: &str = "No session fits this list and filter.";
pub const STALE: &str = "not heard of";
pub const SHOW: &str = "Show";
pub const MORE_ACTIONS: &str = "More actions";
pub const YES: &str = "Yes";
pub const NO: &str = "No";
pub const PAGES: &str = "Pages";
pub const PREVIOUS_PAGE: &str = "Previous page";
pub const NEXT_PAGE: &str = "Next page";
pub const CLEAR_SELECTION: &str = "Clear selection";
pub const NONE_APPLIES: &str = "None of the selected sessions allows this now";
pub const SELECTED_ACTIONS: &str = "Actions on the selected sessions";
pub const LEFT_LIST: &str = "No longer in this list";
pub const LATEST: &str = "At the latest";
pub const THE_SERVER: &str = "Deskwarden";

/// `1–50 of 1,234`.
pub fn range(first: i64, shown: usize, total: Total) -> String {
    if shown == 0 {
        return "None".to_owned();
    }
    let last = first + shown as i64 - 1;
    let count = format::number(total.count.max(last));
    let about = if total.exact { "" } else { "at least " };
    format!("{}–{} of {about}{count}", format::number(first), format::number(last))
}

/// How many came that are not shown.
pub fn new_sessions(count: usize) -> String {
    format!("{count} new")
}

pub fn select_session(id: impl std::fmt::Display) -> String {
    format!("Select session {id}")
}

pub fn selected(count: usize) -> String {
    format!("{count} selected")
}

/// Why a row cannot be believed fully.
pub fn stale_since(seen_at: Option<Timestamp>) -> String {
    match seen_at {
        Some(at) => format!("Its agent last spoke of it at {}", format::full(at)),
        None => "Its agent has not spoken of it".to_owned(),
    }
}

pub fn offline_until(time: &str) -> String {
    format!("May run without contact until {time}")
}

pub fn gone_by(time: &str) -> String {
    format!("gone by {time}")
}

/// Beside `Running`, of an expired app that was started again.
pub fn not_authorised(time: &str) -> String {
    format!("not authorised, closed by {time}")
}

/// The same once that moment has passed, and nothing was heard of its end yet.
pub fn was_to_be_closed(time: &str) -> String {
    format!("not authorised, was to be closed by {time}")
}

pub fn not_authorised_tip(left: &str, time: &str) -> String {
    format!("Its session has expired: the user was warned, and the app is closed. Time left: {left} ({time})")
}

pub fn done_by(time: &str) -> String {
    format!("done by {time}")
}

/// A station's name.
pub fn station(station: Station) -> &'static str {
    match station {
        Station::Queued => "Queued",
        Station::Delivered => "Delivered",
        Station::Warning => "Warning",
        Station::Done => "Done",
    }
}

/// A command's way in one line: `Evict: queued 14:35:02 → delivered 14:35:02 → warning → done`.
pub fn way_tip(verb: &str, way: &[(Station, Option<Timestamp>)]) -> String {
    let steps: Vec<_> = way
        .iter()
        .map(|(of, at)| {
            let name = station(*of).to_lowercase();
            at.map_or_else(|| name.clone(), |at| format!("{name} {}", format::seconds(at)))
        })
        .collect();
    format!("{verb}: {}", steps.join(" → "))
}

/// A command that came to a bad end.
pub fn command_went_wrong(verb: &str, state: CommandState, outcome: Option<CommandOutcome>) -> String {
    let how = outcome.map(labels::command_outcome_label).unwrap_or("nothing was heard of it").to_lowercase();
    match state {
        CommandState::TimedOut => format!("{verb} timed out: {how}"),
        _ => format!("{verb} failed: {how}"),
    }
}

/// What to do after a command that came to a bad end.
pub fn next_step(outcome: Option<CommandOutcome>, detail: Option<&str>) -> String {
    let next = match outcome {
        Some(CommandOutcome::NoWord) | None => {
            "Check the host: when its agent is back, ask again; if the machine is gone for good, close the record."
        }
        Some(CommandOutcome::Unsupported) => "Update the agent on this host, then ask again.",
        Some(CommandOutcome::UnknownSession) => "If the app is gone on the device, close the record.",
        Some(CommandOutcome::NoDisplay) => "The user cannot be shown anything there; reach them another way.",
        _ => "Ask again; if it keeps failing, look at the host, or close the record.",
    };
    detail.map_or_else(|| next.to_owned(), |detail| format!("{detail}. {next}"))
}

pub fn by_whom(who: &str) -> String {
    format!("by {who}")
}

pub fn session_title(id: impl std::fmt::Display) -> String {
    format!("Session {id}")
}

pub fn unknown_filters(list: &str) -> String {
    format!("The address asks for something this list does not know: {list}. It was left out.")
}

/// What a finished command is told as.
pub fn finished(verb: &str, what: &str) -> String {
    format!("{verb} done: {what}")
}

pub const FACTS: &str = "Facts";
pub const WHAT_CAN_BE_DONE: &str = "What can be done";
pub const COMMANDS: &str = "Commands";
pub const TIMELINE: &str = "Timeline";
pub const WAYS_OPEN: &str = "Still open to the user";
pub const NO_EVENTS: &str = "Nothing yet";
pub const OLDER: &str = "Older";
pub const CLOSE_PANEL: &str = "Close panel";
pub const NO_SUCH_SESSION: &str = "There is no such session here";
pub const BACK_TO_LIST: &str = "Back to the list";

pub fn takes_effect_by(time: &str) -> String {
    format!("would take effect by {time}")
}

/// A way still open to the user: `Terminal for staff, through group Staff`.
pub fn way_open(provision: &str, through: &str) -> String {
    format!("{provision}, through {through}")
}

pub fn learned_later(time: &str) -> String {
    format!("The server learned of it at {time}")
}
