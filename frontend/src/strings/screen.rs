//! Words of the pages that show a screen.

texts! {
    screen_looking: "Looking for the session…";
    screen_starting: "Starting. This takes a few seconds.";
    screen_starting_long: "Still starting. The machine takes longer than usual; you can wait here, or close this tab and come back.";
    screen_connecting: "Connecting…";
    screen_again(count): "The connection broke. Connecting again in {count} second…" | "The connection broke. Connecting again in {count} seconds…";
    screen_lost: "The connection is lost";
    screen_lost_how: "Trying again did not help for a while. The session is where you left it.";
    screen_failed: "The screen cannot be shown";
    screen_not_loaded: "What shows screens could not be loaded. Load the page again.";
    screen_not_started: "It could not be started";
    session_is_over: "The session is over";
    /// What has ended, and how.
    screen_over_how(app, how): "{app}: {how}.";
    screen_over_soon: "Its end is on the way.";
    screen_elsewhere: "Opened elsewhere";
    screen_elsewhere_how: "You have opened this session in another tab or on another device. Here it is disconnected.";
    screen_cut: "You were disconnected";
    screen_cut_how: "Somebody who looks after the sessions has cut this connection, or it may not be open any longer. What runs in the session goes on.";
    screen_against: "Something came that a screen never sends. The connection was closed for safety.";
    screen_left: "You have disconnected";
    screen_left_how: "What runs in the session goes on. You can close this tab.";
    to_my_page: "To my page";
    full_screen: "Full screen";
    fit_screen: "Fit";
    ctrl_alt_del: "Ctrl-Alt-Del";
    paste: "Paste";
    pasted: "Sent to the session's clipboard";
    paste_text: "Text";
    paste_how: "It goes to the session's clipboard. There, paste it as usual.";
    send: "Send";
    leave_screen: "Disconnect";
    no_such_consent: "There is no such wish to watch";
    /// The banner: `You watch session 12 of Ada Lovelace`.
    you_watch(who, session): "You watch session {session} of {who}";
    stop_watching: "Stop watching";
    watch_failed: "The session cannot be shown";
    watch_stopped: "You have stopped watching";
    watch_stopped_how: "The user was told. You can close this tab.";
    watch_not_yet: "The user has not answered yet";
    watch_not_yet_how: "Come back here when they have agreed.";
    watch_denied: "You may not watch";
    watch_too_late: "It is too late";
    watch_ask_again: "To watch once more, ask again.";
    watch_ended_by_user: "The user has ended it";
    watch_poor_network: "The network was too poor";
    watch_over: "Watching is over";
    /// A label as a sentence of its own.
    sentence(words): "{words}.";
    watch_asking: "The question is on its way to the user's screen…";
    watch_asks(who): "{who} is being asked on their own screen.";
    watch_asks_how: "No answer in time counts as no. You can take the question back.";
    watch_take_back: "Take it back";
    watch_granted: "The user agrees.";
    watch_granted_how: "You look on and cannot control anything. The user sees that you watch, and can end it at any time. It has to be opened within a minute.";
    watch_opened: "It is open in another tab.";
    watch_open: "Watch now";
    watch_denied_how: "Ask them in person if it matters; a second question needs a new reason.";
    watch_not_answered_how: "They may be away. Send a message, or try again later.";
    watch_nobody_how: "Nobody has the session open right now. Ask again when it is connected.";
    watch_no_display_how: "The question could not be shown on the session's screen, so it counts as no.";
    watch_broken_how: "The machine could not ask, so it counts as no. Its facts and the timeline say more.";
    watch_unknown: "Nothing is known of the question. The session's timeline says what became of it.";
}
