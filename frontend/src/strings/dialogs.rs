//! Words of dialogs and forms.

texts! {
    close: "Close";
    cancel: "Cancel";
    copy: "Copy";
    copied: "Copied";
    copy_by_hand: "Select and copy by hand";
    try_again: "Try again";
    part_missing_title: "Not loaded";
    part_missing: "This part of the console could not be loaded.";
    part_missing_how: "If trying again does not help, the server may have been updated.";
    load_page_again: "Load the page again";
    cannot_reach: "The server cannot be reached.";
    cannot_understand: "The answer could not be understood. If the server was just updated, load the page again.";
    looking: "Looking what this would do…";
    reason: "Reason";
    reason_hint: "3 to 500 characters. Kept in the session's timeline and the audit log.";
    reason_bad: "Say why, in 3 to 500 characters.";
    message: "Message";
    message_hint: "1 to 1,000 characters. The user sees it with your name.";
    message_bad: "Write 1 to 1,000 characters.";
    to_whom: "To whom";
    not_these: "Not these";
    by_when: "By when";
    the_first: "The first of them";
    the_last: "The last of them";
    of_going_ahead: "of your going ahead";
    still_open: "Still open";
    still_open_why: "The user can launch it again by:";
    hold: "Hold";
    hold_none: "No hold";
    hold_how: "For this time the user cannot launch the same again.";
    /// What the button says that ends a connection (004).
    end_this: "End this session";
    end_these: "End these sessions";
    plan_expired: "This took longer than ten minutes, so it was looked up again. Please check it once more.";
    nothing_to_do: "There is nothing to do: none of these sessions allows it now.";
    all_so_already: "There is nothing to do: what you ask for is so already.";
    nothing_title(verb): "{verb}: nothing to do";
    look_again: "Look again";
    results: "Results";
    try_again_seconds(count): "Try again in {count} s.";
    try_again_minutes(count): "Try again in {count} minutes.";
    request_id(id): "(Request {id})";
    /// `1 session`, `3 sessions`.
    count_sessions(count): "{count} session" | "{count} sessions";
    /// `Evict xterm of Ada?` or `Evict 3 sessions?`.
    confirm_title(verb, what): "{verb} {what}?";
    /// The same once it was answered: `Evict: 3 sessions`.
    under_way_title(verb, what): "{verb}: {what}";
    seconds_whole(count): "one second" | "{count} seconds";
    two_minutes: "two minutes";
    minutes_whole(count): "one minute" | "{count} minutes";
    /// Where the rule book has no such verb.
    kind_has_no(kind, verb): "{kind}: {verb} does not exist.";
    within(span): "Within {span}";
    if_now(time): "({time} if now)";
    users_warned(count): "{count} person is warned on screen" | "{count} people are warned on screen";
    seats_freed(count): "{count} seat is free again" | "{count} seats are free again";
    and_more(count): "and {count} more";
    /// The confirmation's title after it was started.
    started(verb, what): "{verb} is on its way: {what}";
    /// What was so already.
    was_so(verb, what): "{verb}: nothing had to be done for {what}";
    by_at_latest(time): "Done by {time} at the latest.";
    progress(done, total): "{done} of {total} done…";
}

pub fn try_again_in(seconds: u64) -> String {
    match seconds {
        0..=90 => try_again_seconds(seconds.max(1) as usize),
        _ => try_again_minutes(seconds.div_ceil(60) as usize),
    }
}

/// A span as a sentence says it: whole minutes as minutes, else seconds.
pub fn in_words(seconds: u32) -> String {
    match seconds {
        120 => two_minutes().to_owned(),
        s if s > 0 && s % 60 == 0 => minutes_whole((s / 60) as usize),
        s => seconds_whole(s as usize),
    }
}
