//! Words of dialogs and forms.

pub const CLOSE: &str = "Close";
pub const CANCEL: &str = "Cancel";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const COPY_BY_HAND: &str = "Select and copy by hand";
pub const TRY_AGAIN: &str = "Try again";
pub const CANNOT_REACH: &str = "The server cannot be reached.";
pub const CANNOT_UNDERSTAND: &str =
    "The answer could not be understood. If the server was just updated, load the page again.";
pub const LOOKING: &str = "Looking what this would do…";
pub const REASON: &str = "Reason";
pub const REASON_HINT: &str = "3 to 500 characters. Kept in the session's timeline and the audit log.";
pub const REASON_BAD: &str = "Say why, in 3 to 500 characters.";
pub const MESSAGE: &str = "Message";
pub const MESSAGE_HINT: &str = "1 to 1,000 characters. The user sees it with your name.";
pub const MESSAGE_BAD: &str = "Write 1 to 1,000 characters.";
pub const TO_WHOM: &str = "To whom";
pub const NOT_THESE: &str = "Not these";
pub const BY_WHEN: &str = "By when";
pub const OF_GOING_AHEAD: &str = "of your going ahead";
pub const STILL_OPEN: &str = "Still open";
pub const STILL_OPEN_WHY: &str = "The user can launch it again by:";
pub const PLAN_EXPIRED: &str =
    "This took longer than ten minutes, so it was looked up again. Please check it once more.";
pub const NOTHING_TO_DO: &str = "There is nothing to do: none of these sessions allows it now.";
pub const LOOK_AGAIN: &str = "Look again";
pub const RESULTS: &str = "Results";

pub fn try_again_in(seconds: u64) -> String {
    match seconds {
        0..=90 => format!(" Try again in {} s.", seconds.max(1)),
        _ => format!(" Try again in {} minutes.", seconds.div_ceil(60)),
    }
}

pub fn request_id(id: &str) -> String {
    format!(" (Request {id})")
}

/// `1 session`, `3 sessions`.
pub fn sessions(count: usize) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{count} sessions") }
}

/// `Evict xterm of Ada?` or `Evict 3 sessions?`.
pub fn confirm_title(verb: &str, what: &str) -> String {
    format!("{verb} {what}?")
}

pub fn within(span: &str) -> String {
    format!("Within {span}")
}

pub fn if_now(time: &str) -> String {
    format!("({time} if now)")
}

pub fn users_warned(count: u32) -> String {
    if count == 1 { "1 person is warned on screen".to_owned() } else { format!("{count} people are warned on screen") }
}

pub fn seats_freed(count: u32) -> String {
    if count == 1 { "1 seat is free again".to_owned() } else { format!("{count} seats are free again") }
}

pub fn and_more(count: usize) -> String {
    format!("and {count} more")
}

/// The confirmation's title after it was started.
pub fn started(verb: &str, what: &str) -> String {
    format!("{verb} is on its way: {what}")
}

/// What was so already.
pub fn was_so(verb: &str, what: &str) -> String {
    format!("{verb}: nothing had to be done for {what}")
}

pub fn by_at_latest(time: &str) -> String {
    format!("Done by {time} at the latest.")
}

pub fn not_all(done: usize, total: usize) -> String {
    format!("{done} of {total} are on their way. The others were left alone; see why below.")
}

pub fn progress(done: u32, total: u32) -> String {
    format!("{done} of {total} done…")
}
