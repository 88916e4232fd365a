//! What the user sees.

use deskwarden_types::{
    CommandId, CommandOutcome, SessionId, Status,
    agent::{CommandOrder, CommandStep},
};

use crate::{host::Host, screen::Screen};

fn on_screen() -> (Host, Screen) {
    let screen = Screen::start();
    let mut host = Host::start();
    host.env.extend(screen.env());
    (host, screen)
}

fn warnings(host: &Host, command: CommandId) -> Vec<bool> {
    let shown = |s: CommandStep| if let CommandStep::Warned { shown, .. } = s { Some(shown) } else { None };
    host.server.book().steps(command).into_iter().filter_map(shown).collect()
}

fn message(id: i64, session_id: SessionId, text: &str) -> CommandOrder {
    CommandOrder {
        id: CommandId(id),
        session_id,
        verb: "message".into(),
        requested_by: Some("Ada".into()),
        reason: None,
        message: Some(text.into()),
        consent_id: None,
        first_warning_seconds: 0,
        second_warning_seconds: 0,
    }
}

#[test]
fn two_warnings_appear_close_themselves_and_go_with_the_app() {
    let (host, screen) = on_screen();
    let id = host.launch("trap '' TERM; while :; do sleep 1; done");
    let command = host.server.order(1, id, "evict", (14, 7));
    screen.wait_windows(&host, 1);
    let first = host.dialogs(id);
    host.until("the first to make way for the second", || {
        let now = screen.windows("Deskwarden").len();
        (now == 1 && host.dialogs(id) != first && warnings(&host, command).len() == 2).then_some(())
    });
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Running));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::Killed });
    screen.wait_windows(&host, 0);
    assert_eq!(warnings(&host, command), [true, true]);
    assert!(!host.cgroup(&format!("{id}.dialogs")).exists());
}

#[test]
fn closing_a_warning_changes_nothing_and_a_user_who_quits_takes_the_dialog_along() {
    let (host, screen) = on_screen();
    let id = host.launch("while [ ! -e stop ]; do sleep 0.05; done");
    let command = host.server.order(1, id, "evict", (20, 0));
    let window = screen.wait_windows(&host, 1);
    screen.xdotool(&["windowfocus", "--sync", &window[0]]);
    screen.xdotool(&["key", "--window", &window[0], "Return"]);
    screen.wait_windows(&host, 0);
    assert_eq!(host.server.book().statuses(id).last(), Some(&Status::Running));
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });

    assert!(host.cli(&["start", &id.to_string()]).status.success());
    let command = host.server.order(2, id, "evict", (60, 30));
    screen.wait_windows(&host, 1);
    std::fs::write(host.dir.path().join("stop"), "").unwrap();
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::AlreadyGone });
    screen.wait_windows(&host, 0);
}

#[test]
fn hostile_text_is_shown_as_text_and_messages_tell_whether_they_were_read() {
    let (host, screen) = on_screen();
    let trap = host.dir.path().join("trap");
    let name = "--help <b>$(touch trap)`touch trap`";
    let program = host.dir.path().join(name);
    std::fs::write(&program, "#!/bin/sh\nexec sleep 1000\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let out = host.cli(&["launch", &format!("./{name}")]);
    assert!(out.status.success(), "{out:?}");
    let id = crate::host::session(&out);
    let hostile = "</span><markup & \"; touch trap; '\n--timeout=0 \\n\\033[31m \u{0}\u{202e} $(touch trap)";
    let read = host.server.send(message(1, id, hostile));
    let window = screen.wait_windows(&host, 1);
    screen.xdotool(&["windowfocus", "--sync", &window[0]]);
    screen.xdotool(&["key", "--window", &window[0], "Return"]);
    assert_eq!(host.server.wait_end(read), CommandStep::Done { outcome: CommandOutcome::Read });
    let mut evict = message(2, id, "");
    (evict.verb, evict.reason, evict.requested_by) = ("evict".into(), Some(hostile.into()), Some(hostile.into()));
    (evict.first_warning_seconds, evict.second_warning_seconds) = (12, 0);
    let evict = host.server.send(evict);
    screen.wait_windows(&host, 1);
    assert_eq!(host.server.wait_end(evict), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
    assert_eq!(warnings(&host, evict), [true]);
    assert!(!trap.exists());
    let late = host.server.send(message(3, id, "too late"));
    assert!(matches!(host.server.wait_end(late), CommandStep::Failed { .. }));
}

#[test]
fn a_message_that_nobody_reads_is_shown_and_a_display_that_is_gone_is_told() {
    let (host, screen) = on_screen();
    let id = host.launch("exec sleep 1000");
    let shown = host.server.send(message(1, id, "hello"));
    screen.wait_windows(&host, 1);
    let kill = host.server.order(2, id, "kill", (0, 0));
    host.server.wait_end(kill);
    assert_eq!(host.server.wait_end(shown), CommandStep::Done { outcome: CommandOutcome::Shown });

    assert!(host.cli(&["start", &id.to_string()]).status.success());
    drop(screen);
    let unseen = host.server.send(message(3, id, "hello?"));
    let end = host.server.wait_end(unseen);
    assert!(matches!(end, CommandStep::Failed { outcome: CommandOutcome::NoDisplay, .. }), "{end:?}");
    let evict = host.server.order(4, id, "evict", (1, 0));
    assert_eq!(host.server.wait_end(evict), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
    assert_eq!(warnings(&host, evict), [false]);
}

#[test]
fn dialogs_of_a_killed_agent_are_replaced_by_true_ones() {
    let (mut host, screen) = on_screen();
    let id = host.launch("exec sleep 1000");
    let command = host.server.order(1, id, "evict", (16, 0));
    screen.wait_windows(&host, 1);
    let first = host.dialogs(id);
    host.until("the warning to be told", || (warnings(&host, command).len() == 1).then_some(()));
    host.kill_9();
    host.run();
    host.until("a fresh dialog", || {
        let now = screen.windows("Deskwarden").len();
        (now == 1 && host.dialogs(id) != first && warnings(&host, command).len() == 2).then_some(())
    });
    assert_eq!(host.server.wait_end(command), CommandStep::Done { outcome: CommandOutcome::ClosedOnRequest });
}
