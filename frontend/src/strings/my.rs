//! Words of a person's own page.

texts! {
    my_page: "My page";
    my_apps: "Apps and desktops";
    one_app: "App or desktop";
    my_sessions: "Open now";
    my_seats: "Seats for native viewers";
    my_consents: "Who asked to watch";
    open_app: "Open";
    open_another: "Open another";
    reconnect: "Reconnect";
    nothing_for_me: "Nothing to open yet";
    nothing_for_me_how: "An admin gives you apps and desktops by a provision. They appear here by themselves.";
    no_own_sessions: "Nothing of yours is open.";
    open_failed(app): "{app} could not be opened";
    open_already(app): "{app} is open already";
    open_already_how: "You can have only so many of it at a time. Connect to the one that is there; nothing in it is lost.";
    no_host_now: "No machine that could run this is connected right now. Nothing was started. Try again in a few minutes; if it stays so, tell an admin.";
    tab_blocked: "The browser did not open a tab";
    tab_blocked_how: "It is ready: open it here.";
    open_here: "Open it in a new tab";
    show_facts: "Details";
    viewer_password: "Password for a native viewer";
    viewer_password_how: "Type the address and the password into your VNC viewer. The password is good for one connection, and shown only now.";
    viewer_address: "Address";
    viewer_password_label: "One-time password";
    viewer_password_left: "Good for";
    viewer_password_over: "The password has expired.";
    viewer_password_again: "Make another";
    seats_in_use(used, capacity): "{used} of {capacity} seats are taken";
    no_seats_own: "None of your devices has a seat.";
    my_devices_with_seats: "Your devices that have a seat";
    device_unknown: "Device not known";
    no_consents: "Nobody has asked to watch a session of yours.";
    download_consents: "Download";
    asked_by: "Asked by";
    asked_when: "When";
    consent_answer: "Answer";
    watched_span: "Watched";
    watched_from_to(from, to): "{from} – {to}";
    watched_since(from): "since {from}";
    not_watched: "Not watched";
    session_number: "Session";
    /// On the page of who is watched: `Ada Lovelace is watching session 12: a broken printer.`
    is_watching_you(who, session, reason): "{who} is watching session {session} of yours: {reason}";
    asks_to_watch(who, session, reason): "{who} asks to watch session {session} of yours: {reason}. The question is on that session's screen.";
    end_watching: "End watching";
    watching_ended: "Nobody watches you any more";
    file_not_kept: "The browser did not keep the file";
}
