//! Words of the shell and of the pages other than Sessions.

use deskwarden_types::Permission;

pub const PRODUCT: &str = "Deskwarden";
pub const NAVIGATION: &str = "Main";
pub const HOSTS: &str = "Hosts";
pub const AUDIT: &str = "Audit";
pub const SETTINGS: &str = "Settings";
pub const API_TOKENS: &str = "API tokens";
pub const API: &str = "API";
pub const DEMO: &str = "Demo data";
pub const DEMO_TIP: &str = "Everything in this tenant is made up, so that you can look around.";
pub const SKIP: &str = "Skip to content";
pub const NOTICES: &str = "Notices";
pub const NO_NOTICES: &str = "Nothing has been told yet.";
pub const DISMISS: &str = "Dismiss";
pub const ACCOUNT: &str = "Account";
pub const SIGN_OUT: &str = "Sign out";
pub const THEME: &str = "Theme";
pub const OPENING: &str = "Connecting";
pub const LIVE: &str = "Live";
pub const UPDATED: &str = "Updated";
pub const LOADING: &str = "Loading";
pub const SIGN_OUT_FAILED: &str = "You are still signed in";

pub fn reconnecting(time: &str) -> String {
    format!("Reconnecting since {time}")
}

pub fn offline(time: &str) -> String {
    format!("Offline since {time}")
}

pub const NOTICES_BEHIND: &str = "The others come when this one is gone; all are under the bell";

/// How many notices stand behind the one that is shown.
pub fn notices_more(count: usize) -> String {
    format!("+{count}")
}

pub fn notices_unread(count: u32) -> String {
    format!("{NOTICES}, {count} unread")
}

pub fn unreachable(why: &str) -> String {
    format!("The server cannot be reached. Trying again by itself. ({why})")
}

pub const NOT_FOUND: &str = "There is nothing at this address";
pub const TO_SESSIONS: &str = "Go to Sessions";
pub const PAGE_FAILED: &str = "This page could not be shown";
pub const PAGE_FAILED_HOW: &str = "Load it again. If that does not help, tell whoever runs this installation.";
pub const NOT_FOR_YOU: &str = "Your role does not allow this page";

/// What a page needs.
pub fn needs(permission: Permission) -> String {
    format!("It needs the permission “{}”.", deskwarden_domain::labels::permission_label(permission))
}

pub const SIGN_IN: &str = "Sign in";
pub const EMAIL: &str = "Email";
pub const PASSWORD: &str = "Password";
pub const YOUR_NAME: &str = "Name";
pub const SET_UP: &str = "Set your password";
pub const SET_UP_FINISH: &str = "Set password and sign in";
pub const PASSWORD_RULES: &str = "10 to 200 characters. Length beats symbols: a few words are good.";
pub const PASSWORD_BAD: &str = "10 to 200 characters are needed.";
pub const NAME_BAD: &str = "Write the name others know you by.";
pub const EMAIL_BAD: &str = "Write an email address, such as ada@example.org.";
pub const PASSWORD_MISSING: &str = "Type your password.";
pub const CHECKING_LINK: &str = "Checking the link…";
pub const LINK_BAD: &str = "This link does not work";
pub const LINK_BAD_HOW: &str = "It was used already, has expired, or is not complete. Copy the whole link from where it was \
     printed. If you have set a password already, sign in with it. Else ask an admin for a new link; on the server's \
     machine, `deskwarden owner create` makes one.";
pub const LINK_MISSING_HOW: &str = "The address has no link in it. Copy the whole link, with everything after the #.";

pub fn set_up_for(username: &str, tenant: &str) -> String {
    format!("For the account {username} of {tenant}. The link is good until")
}

pub const ADD_HOST: &str = "Add a host";
pub const ADD_HOST_HOW: &str = "On the new machine, with the agent installed, type:";
pub const ADD_HOST_ONCE: &str = "The code in it works once. It is not shown again.";
pub const ENROL_LABEL: &str = "Command that enrols the host";
pub const CODE_LEFT: &str = "Good for";
pub const NO_HOSTS: &str = "No hosts yet";
pub const NO_HOSTS_HOW: &str = "A host is a machine with the agent. Its sessions appear here by themselves.";
pub const HOST: &str = "Host";
pub const AGENT: &str = "Agent";
pub const VERSION: &str = "Version";
pub const LAST_WORD: &str = "Last word";
pub const SKEW: &str = "Clock skew";
pub const SKEW_TIP: &str = "How far the host's clock is ahead of the server's. Marked above 5 seconds.";
pub const OPEN_SESSIONS: &str = "Open sessions";
pub const ENROLLED: &str = "Enrolled";
pub const ACTIONS: &str = "Actions";
pub const REVOKE: &str = "Revoke";
pub const REVOKED: &str = "Revoked";
pub const NEVER: &str = "Never";
pub const SIMULATED: &str = "simulated";
pub const AGENT_CONNECTED: &str = "Connected";
pub const AGENT_SILENT: &str = "Not connected";
pub const REVOKE_HOW: &str = "The agent's key is refused from now on and its channel is closed. Its sessions go stale and are \
     closed after the grace. Apps on the machine are not ended. To bring the host back, enrol it anew.";

pub fn revoke_title(host: &str) -> String {
    format!("Revoke the agent of {host}?")
}

pub fn revoked(host: &str) -> String {
    format!("The agent of {host} is revoked")
}

pub const WHEN: &str = "When";
pub const WHO: &str = "Who";
pub const WHAT: &str = "What";
pub const TO_WHAT: &str = "To what";
pub const WHY: &str = "Why";
pub const HASH: &str = "Hash";
pub const NUMBER: &str = "No.";
pub const ERASED: &str = "erased";
pub const VERIFY: &str = "Verify";
pub const VERIFYING: &str = "Reading the whole chain…";
pub const NO_AUDIT: &str = "The audit log is empty";

pub fn chain_whole(entries: &str) -> String {
    format!("The chain is whole: {entries} entries, each one fits to the one before.")
}

pub fn chain_broken(at: &str, entries: &str) -> String {
    format!(
        "The chain is broken at entry {at} of {entries}: the log was changed outside of Deskwarden. Keep a copy of the \
        database and tell whoever is responsible for it."
    )
}

pub const SAVE: &str = "Save";
pub const SAVED: &str = "Settings saved";
pub const TENANT_NAME: &str = "Name of the institution";
pub const TIME_ZONE: &str = "Time zone";
pub const TIME_ZONE_HINT: &str = "An IANA name, such as Europe/Berlin";
pub const HEARTBEAT: &str = "Heartbeat, in seconds";
pub const HEARTBEAT_HINT: &str = "How often agents report: 5 to 300";
pub const FIRST_WARNING: &str = "First warning, in seconds before the end";
pub const FIRST_WARNING_HINT: &str = "How long a user has after an eviction: 1 to 600";
pub const SECOND_WARNING: &str = "Second warning, in seconds before the end";
pub const SECOND_WARNING_HINT: &str = "Less than the first; 0 for none";
pub const HISTORY: &str = "History, in days";
pub const HISTORY_HINT: &str = "How long sessions that are over are kept: 1 to 3,650";
pub const AD_USERNAME: &str = "Show, filter and export AD usernames";
/// What a value must be: `Must be a whole number from 5 to 300, not 999.`
pub fn must_be(what: &str) -> String {
    format!("Must be {what}.")
}

pub const WHOLE_NUMBER: &str = "A whole number is needed.";

pub const TOKENS_HOW: &str =
    "Scripts sign in with a token instead of a password. A token can do no more than its owner.";
pub const NEW_TOKEN: &str = "New token";
pub const TOKEN_NAME: &str = "What it is for";
pub const TOKEN_NAME_BAD: &str = "1 to 200 characters are needed.";
pub const TOKEN_SCOPES: &str = "It may";
pub const TOKEN_SCOPES_BAD: &str = "Choose at least one.";
pub const TOKEN_DAYS: &str = "Valid for";
pub const TOKEN_CREATE: &str = "Make token";
pub const TOKEN_SECRET: &str = "Here is the token. It is shown only now: keep it in a safe place.";
pub const TOKEN_SECRET_LABEL: &str = "The token";
pub const NO_TOKENS: &str = "No tokens yet";
pub const CREATED: &str = "Created";
pub const EXPIRES: &str = "Expires";
pub const LAST_USED: &str = "Last used";
pub const SCOPES: &str = "Scopes";
pub const EXPIRED: &str = "Expired";
pub const REVOKE_TOKEN_HOW: &str = "Scripts that use it are refused at once.";

pub fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        365 => "1 year".to_owned(),
        _ => format!("{count} days"),
    }
}

pub fn revoke_token_title(name: &str) -> String {
    format!("Revoke the token “{name}”?")
}

pub fn token_revoked(name: &str) -> String {
    format!("The token “{name}” is revoked")
}
