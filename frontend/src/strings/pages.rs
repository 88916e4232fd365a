//! Words of the shell and of the pages other than Sessions.

use deskwarden_types::Permission;

use super::labels;

texts! {
    navigation: "Main";
    hosts: "Hosts";
    audit: "Audit";
    settings: "Settings";
    api_tokens: "API tokens";
    api: "API";
    demo: "Demo data";
    demo_tip: "Everything in this tenant is made up, so that you can look around.";
    skip: "Skip to content";
    notices: "Notices";
    no_notices: "Nothing has been told yet.";
    dismiss: "Dismiss";
    account: "Account";
    sign_out: "Sign out";
    theme: "Theme";
    opening: "Connecting";
    live: "Live";
    loading: "Loading";
    sign_out_failed: "You are still signed in";
    reconnecting(time): "Reconnecting since {time}";
    offline(time): "Offline since {time}";
    notices_behind: "The others come when this one is gone; all are under the bell";
    notices_unread(count): "Notices, {count} unread";
    unreachable(why): "The server cannot be reached. Trying again by itself. ({why})";
    not_found: "There is nothing at this address";
    to_sessions: "Go to Sessions";
    page_failed: "This page could not be shown";
    page_failed_how: "Load it again. If that does not help, tell whoever runs this installation.";
    not_for_you: "Your role does not allow this page";
    /// What a page needs.
    needs_permission(permission): "It needs the permission “{permission}”.";
    sign_in: "Sign in";
    signed_out: "You were signed out in another tab, or your sign-in has ended.";
    email: "Email";
    password: "Password";
    your_name: "Name";
    set_up: "Set your password";
    set_up_finish: "Set password and sign in";
    password_rules: "10 to 200 characters. Length beats symbols: a few words are good.";
    password_bad: "10 to 200 characters are needed.";
    name_bad: "Write the name others know you by.";
    email_bad: "Write an email address, such as ada@example.org.";
    password_missing: "Type your password.";
    checking_link: "Checking the link…";
    link_bad: "This link does not work";
    link_bad_how: "It was used already, has expired, or is not complete. Copy the whole link from where it was printed. If you have set a password already, sign in with it. Else ask an admin for a new link; on the server's machine, deskwarden owner create makes one.";
    link_missing_how: "The address has no link in it. Copy the whole link, with everything after the #.";
    set_up_for(username, tenant, time): "For the account {username} of {tenant}. The link is good until {time}.";
    add_host: "Add a host";
    add_host_how: "On the new machine, with the agent installed, type:";
    add_host_once: "The code in it works once. It is not shown again.";
    enrol_label: "Command that enrols the host";
    code_left: "Good for";
    no_hosts: "No hosts yet";
    no_hosts_how: "A host is a machine with the agent. Its sessions appear here by themselves.";
    host: "Host";
    agent: "Agent";
    version: "Version";
    last_word: "Last word";
    skew: "Clock skew";
    skew_tip: "How far the host's clock is ahead of the server's. Marked above 5 seconds.";
    open_sessions: "Open sessions";
    enrolled: "Enrolled";
    actions: "Actions";
    actions_tip: "What can be asked of the session now";
    revoke: "Revoke";
    revoked: "Revoked";
    never: "Never";
    simulated: "simulated";
    agent_connected: "Connected";
    agent_silent: "Not connected";
    revoke_how: "The agent's key is refused from now on and its channel is closed. Its sessions go stale and are closed after the grace. Apps on the machine are not ended. To bring the host back, enrol it anew.";
    revoke_title(host): "Revoke the agent of {host}?";
    host_revoked(host): "The agent of {host} is revoked";
    when: "When";
    who: "Who";
    what: "What";
    to_what: "To what";
    why: "Why";
    hash: "Hash";
    number: "No.";
    erased: "erased";
    verify: "Verify";
    verifying: "Reading the whole chain…";
    no_audit: "The audit log is empty";
    chain_whole(entries): "The chain is whole: {entries} entries, each one fits to the one before.";
    chain_broken(at, entries): "The chain is broken at entry {at} of {entries}: the log was changed outside of Deskwarden. Keep a copy of the database and tell whoever is responsible for it.";
    save: "Save";
    saved: "Settings saved";
    tenant_name: "Name of the institution";
    time_zone: "Time zone";
    time_zone_hint: "An IANA name, such as Europe/Berlin";
    heartbeat: "Heartbeat, in seconds";
    heartbeat_hint: "How often agents report: 5 to 300";
    first_warning: "First warning, in seconds before the end";
    first_warning_hint: "How long a user has after an eviction: 1 to 600";
    second_warning: "Second warning, in seconds before the end";
    second_warning_hint: "Less than the first; 0 for none";
    history: "History, in days";
    history_hint: "How long sessions that are over are kept before they are deleted: 30 to 3,650";
    shorter_history: "Delete older history?";
    shorter_history_verb: "Save and delete";
    history_deletes(count, since): "{count} session that ended before {since} will be deleted." | "{count} sessions that ended before {since} will be deleted.";
    history_deletes_more(count, since): "More than {count} sessions that ended before {since} will be deleted.";
    history_deletes_none(since): "No session is so old now: none ended before {since}.";
    history_for_good: "Deleting begins within a minute after you save and goes on each day, with all that belongs to these sessions. It cannot be undone. The audit log stays.";
    ad_username: "Show, filter and export AD usernames";
    /// What a value must be: `Must be a whole number from 5 to 300, not 999.`
    must_be(what): "Must be {what}.";
    whole_number: "A whole number is needed.";
    tokens_how: "Scripts sign in with a token instead of a password. A token can do no more than its owner.";
    new_token: "New token";
    token_name: "What it is for";
    token_name_bad: "1 to 200 characters are needed.";
    token_scopes: "It may";
    token_scopes_bad: "Choose at least one.";
    token_days: "Valid for";
    token_create: "Make token";
    token_secret: "Here is the token. It is shown only now: keep it in a safe place.";
    token_secret_label: "The token";
    no_tokens: "No tokens yet";
    created: "Created";
    expires: "Expires";
    last_used: "Last used";
    scopes: "Scopes";
    expired: "Expired";
    revoke_token_how: "Scripts that use it are refused at once.";
    one_year: "1 year";
    count_days(count): "{count} day" | "{count} days";
    revoke_token_title(name): "Revoke the token “{name}”?";
    token_revoked(name): "The token “{name}” is revoked";
}

/// The name of the product; no language has another.
pub fn product() -> &'static str {
    "Deskwarden"
}

/// What a page needs.
pub fn needs(permission: Permission) -> String {
    needs_permission(labels::permission_label(permission))
}

/// A span for the choice of a token's.
pub fn days(count: usize) -> String {
    if count == 365 { one_year().to_owned() } else { count_days(count) }
}
