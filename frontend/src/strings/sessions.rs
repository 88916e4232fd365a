//! Words of the Sessions pages.

use deskwarden_types::{
    CommandOutcome, CommandState, Timestamp,
    api::{Total, WayOpen},
};

use super::{labels, lower, server_says};
use crate::{format, words::Station};

/// How many rows a page has.
pub const PAGE_ROWS: i64 = 50;
/// What makes a first session on a machine with the agent.
pub const LAUNCH_COMMAND: &str = "deskwarden-agent launch xterm";

texts! {
    sessions: "Sessions";
    find_sessions: "Find sessions";
    clear_search: "Clear search";
    lists: "Which sessions";
    select_all: "Select all on this page";
    status: "Status";
    one_host: "On one host";
    no_sessions: "No sessions yet";
    no_sessions_how: "Launch the first one on a machine that has the agent. It appears here by itself.";
    launch_label: "Command that launches a session";
    nobody_now: "Nobody is on anything now";
    nobody_now_how: "There is no current session here. A new one appears by itself.";
    show_all_sessions: "Show all sessions";
    show_historical: "Show historical sessions";
    /// Above the list, for those who see nobody else's.
    only_own: "This list has your own sessions only: your role does not see those of others, even if a link shows them to whoever sent it.";
    page_emptied: "Nothing is on this page any more";
    page_emptied_how: "Its sessions have changed meanwhile. The other pages are still there.";
    nothing_matches: "Nothing matches";
    nothing_matches_how: "No session fits this list and filter.";
    stale: "not heard of";
    runs_offline: "offline";
    show: "Show";
    more_actions: "More actions";
    yes: "Yes";
    no: "No";
    pages: "Pages";
    previous_page: "Previous page";
    next_page: "Next page";
    clear_selection: "Clear selection";
    none_applies: "None of the selected sessions allows this now";
    selected_actions: "Actions on the selected sessions";
    left_list: "No longer in this list";
    latest: "At the latest";
    /// `xterm of Ada Lovelace`.
    app_of(app, person): "{app} of {person}";
    /// The observed status, where it differs from the one shown: `still running`.
    still(status): "still {status}";
    /// The same where nobody knows whether it still is.
    last_seen(status): "last seen {status}";
    range_none in "sessions": "None";
    /// `1–50 of 1,234`.
    range_of(first, last, total): "{first}–{last} of {total}";
    range_at_least(first, last, total): "{first}–{last} of at least {total}";
    select_session(id): "Select session {id}";
    selected(count): "{count} selected" | "{count} selected";
    spoke_at(time): "Its agent last spoke of it at {time}";
    never_spoke: "Its agent has not spoken of it";
    offline_until(time): "May run without contact until {time}";
    gone_by(time): "gone by {time}";
    /// Beside `Running`, of an expired app that was started again.
    not_authorised(time): "not authorised, closed by {time}";
    /// The same once that moment has passed, and nothing was heard of its end yet.
    was_to_be_closed(time): "not authorised, was to be closed by {time}";
    not_authorised_tip(left, time): "Its session has expired: the user was warned, and the app is closed. Time left: {left} ({time})";
    done_by(time): "done by {time}";
    /// The same of a command once that moment has passed.
    overdue_since(time): "overdue since {time}";
    was_due(time): "It was due by {time} at the latest.";
    queued: "Queued";
    delivered: "Delivered";
    warning: "Warning";
    done: "Done";
    nothing_heard: "Nothing was heard of it";
    timed_out(verb, how): "{verb} timed out: {how}";
    failed(verb, how): "{verb} failed: {how}";
    next_no_word: "Check the host: when its agent is back, ask again; if the machine is gone for good, close the record.";
    next_unsupported: "Update the agent on this host, then ask again.";
    next_unknown_session: "If the app is gone on the device, close the record.";
    next_no_display: "The user cannot be shown anything there; reach them another way.";
    next_view: "Nobody watched. Ask again when it suits the user.";
    next_else: "Ask again; if it keeps failing, look at the host, or close the record.";
    by_whom(who): "by {who}";
    session_title(id): "Session {id}";
    unknown_filters(list): "The address asks for something this list does not know: {list}. It was left out.";
    /// What a finished command is told as.
    finished(verb, what): "{verb} done: {what}";
    /// What became of a message, for whoever sent it: `Message read by the user: xterm of Ada Lovelace`.
    message_told(how, what): "Message {how}: {what}";
    message_told_here(how): "Message {how}";
    message_was_read: "read by the user";
    message_was_shown: "shown, not confirmed";
    facts: "Facts";
    what_can_be_done: "What can be done";
    commands: "Commands";
    timeline: "Timeline";
    ways_open: "Still open to the user";
    launches_held: "Held";
    held_until(user, app, time): "{user} cannot launch {app} again until {time}.";
    end_hold: "End the hold";
    hold_ended(user, app): "{user} can launch {app} again";
    hold_not_ended: "The hold could not be ended";
    no_events: "Nothing yet";
    older: "Older";
    close_panel: "Close panel";
    no_such_session: "There is no such session here";
    back_to_list: "Back to the list";
    takes_effect_by(time): "would take effect by {time}";
    /// A way still open to the user: `Terminal for staff, through group Staff`.
    way_for_all(provision): "{provision}, through everyone";
    way_for_user(provision): "{provision}, through the user";
    way_for_group(provision, group): "{provision}, through {group}";
    /// What else would close every way to it.
    not_suspended(resource): "{resource} is not suspended";
    learned_later(time): "The server learned of it at {time}";
    fact_kind: "Kind";
    fact_observed: "Last observed";
    fact_trust: "How sure";
    fact_seen: "Heard of";
    fact_user: "User";
    fact_ad_username: "AD username";
    fact_device: "Device";
    fact_host: "Host";
    fact_ip: "IP address";
    fact_terminal: "Terminal";
    fact_access: "Access";
    fact_connected: "Connected";
    fact_seat: "Takes a seat";
    fact_started: "Started";
    fact_duration: "Duration";
    fact_activity: "Last activity";
    fact_ended: "Ended";
    fact_end_reason: "End reason";
    fact_ended_how: "Ended how";
    fact_valid: "Valid until";
    fact_offline: "May run offline until";
    fact_listed: "Listed until";
    fact_provision: "Provision";
    fact_method: "Delivery method";
    fact_environment: "Environment";
    fact_version: "Version";
    fact_source: "Found by";
    fact_server: "Server";
    fact_licence: "Licence";
}

/// Who asks where nobody did: the server itself.
pub fn the_server() -> &'static str {
    super::product()
}

/// `1–50 of 1,234`.
pub fn range(first: i64, shown: usize, total: Total) -> String {
    if shown == 0 {
        return range_none().to_owned();
    }
    let last = first + shown as i64 - 1;
    let count = format::number(total.count.max(last));
    let (first, last) = (format::number(first), format::number(last));
    if total.exact { range_of(first, last, count) } else { range_at_least(first, last, count) }
}

/// Why a row cannot be believed fully.
pub fn stale_since(seen_at: Option<Timestamp>) -> String {
    seen_at.map_or_else(|| never_spoke().to_owned(), |at| spoke_at(format::full(at)))
}

/// A station's name.
pub fn station(station: Station) -> &'static str {
    match station {
        Station::Queued => queued(),
        Station::Delivered => delivered(),
        Station::Warning => warning(),
        Station::Done => done(),
    }
}

/// A command's way in one line: `Evict: queued 14:35:02 → delivered 14:35:02 → warning → done`.
pub fn way_tip(verb: &str, way: &[(Station, Option<Timestamp>)]) -> String {
    let steps: Vec<_> = way
        .iter()
        .map(|(of, at)| {
            let name = lower(station(*of));
            at.map_or_else(|| name.clone(), |at| format!("{name} {}", format::seconds(at)))
        })
        .collect();
    format!("{verb}: {}", steps.join(" → "))
}

/// A command that came to a bad end.
pub fn command_went_wrong(verb: &str, state: CommandState, outcome: Option<CommandOutcome>) -> String {
    let how = lower(outcome.map_or_else(nothing_heard, labels::command_outcome_label));
    match state {
        CommandState::TimedOut => timed_out(verb, how),
        _ => failed(verb, how),
    }
}

/// Whether a message was read, as far as is known.
pub fn message_end(outcome: Option<CommandOutcome>) -> &'static str {
    match outcome {
        Some(CommandOutcome::Read) => message_was_read(),
        _ => message_was_shown(),
    }
}

/// A way to launch again that is still open, with what stands for its provision and its group. The API says by whom in
/// words of its own.
pub fn way_open(way: &WayOpen, provision: &str, group: &str) -> String {
    match way.through.as_str() {
        "everyone" => way_for_all(provision),
        "the user" => way_for_user(provision),
        _ => way_for_group(provision, group),
    }
}

/// What to do after a command that came to a bad end.
pub fn next_step(outcome: Option<CommandOutcome>, detail: Option<&str>) -> String {
    let next = match outcome {
        Some(CommandOutcome::NoWord) | None => next_no_word(),
        Some(CommandOutcome::Unsupported) => next_unsupported(),
        Some(CommandOutcome::UnknownSession) => next_unknown_session(),
        Some(CommandOutcome::NoDisplay) => next_no_display(),
        // They say all themselves, and it is the user's right to say no.
        Some(
            CommandOutcome::Denied
            | CommandOutcome::NotAnswered
            | CommandOutcome::QuestionClosed
            | CommandOutcome::NobodyThere,
        ) => return next_view().to_owned(),
        _ => next_else(),
    };
    detail.map_or_else(|| next.to_owned(), |detail| format!("{next} {}", server_says(detail)))
}
