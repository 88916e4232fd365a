//! Who watches changes nothing and reads no clipboard, whatever their viewer sends.

use deskwarden_types::{DeliveryKind, agent::stream_close};

use crate::{
    host::{Host, pause},
    seat::{Seat, script, start_order},
    viewer::Viewer,
    watching::{agree, watch, with_desktop},
};

const EXTENDED_CLIPBOARD: [u8; 4] = [0xC0, 0xA1, 0xE5, 0xCE];

/// Everything by which a viewer changes a session.
fn attacks() -> Vec<Vec<u8>> {
    let mut attacks = vec![];
    for key in *b"xterm\r" {
        let key = if key == b'\r' { [0xff, 0x0d] } else { [0, key] };
        for down in [1, 0] {
            attacks.push(vec![4, down, 0, 0, 0, 0, key[0], key[1]]);
            // The same by QEMU's message.
            attacks.push(vec![255, 0, 0, down, 0, 0, key[0], key[1], 0, 0, 0, 30]);
        }
    }
    attacks.push(vec![5, 0, 0, 11, 0, 22]);
    attacks.push(vec![5, 1, 0, 11, 0, 22]);
    attacks.push([&[6, 0, 0, 0, 0, 0, 0, 5][..], b"hello"].concat());
    // The extended clipboard: a negative length, flags "provide text".
    attacks.push([&[6, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8][..], &[0x10, 0, 0, 1, 1, 2, 3, 4]].concat());
    attacks.push(vec![250, 0, 1, 2]);
    attacks.push([&[251, 0, 2, 0x80, 1, 0xe0, 1, 0][..], &[0; 12], &[2, 0x80, 1, 0xe0]].concat());
    attacks
}

fn clipboard(seat: &Seat<'_>, wanted: Option<&str>) -> String {
    let path = script(seat.host, "clip", "exec timeout 5 xclip -selection clipboard \"$@\"");
    match wanted {
        Some(text) => {
            let own = format!("printf %s '{text}' | {path} -i -loops 20 >/dev/null 2>&1 &");
            String::from_utf8(seat.x("sh", &["-c", &own]).stdout).unwrap()
        }
        None => String::from_utf8(seat.x(&path, &["-o"]).stdout).unwrap(),
    }
}

#[test]
fn a_hostile_viewer_types_moves_resizes_and_reads_nothing() {
    with_desktop(|seat, mut user| {
        let xterm = seat.wait_class("xterm");
        user.point(0, 640, 400);
        seat.host.until("the pointer", || (seat.pointer() == "X=640Y=400").then_some(()));
        agree(seat, 1);
        let mut viewer = watch(seat, 1, 1);
        // Ask for every extension there is, the clipboard's among them; then for the screen.
        let mut encodings = vec![2, 0, 0, 8];
        for encoding in [0i32, 1, 7, 16, -258, -309, -316] {
            encodings.extend(encoding.to_be_bytes());
        }
        encodings.extend(EXTENDED_CLIPBOARD);
        viewer.send(&encodings);
        let events = std::process::Command::new("xev")
            .args(["-id", &xterm, "-event", "keyboard", "-event", "mouse"])
            .env("DISPLAY", seat.display())
            .env("XAUTHORITY", seat.run().join("cookie"))
            .stdout(std::fs::File::create(seat.host.dir.path().join("events")).unwrap())
            .spawn();
        let mut events = events.expect("these tests need xev");
        pause(500);
        seat.xdotool(&["windowfocus", "--sync", &xterm]);
        let seen = || std::fs::read_to_string(seat.host.dir.path().join("events")).unwrap();
        let before = seen().matches("KeyPress").count();
        clipboard(seat, Some("SECRET-CLIP"));
        // Whole, one byte a frame, and all in one.
        for attack in attacks() {
            viewer.send(&attack);
        }
        for byte in attacks().concat() {
            viewer.send(&[byte]);
        }
        viewer.send(&attacks().concat());
        // It still is a viewer.
        viewer.ask_all();
        let update = viewer.update();
        assert_eq!(update.0, 1280 * 800);
        pause(1_500);
        assert_eq!(seat.pointer(), "X=640Y=400");
        assert_eq!(seen().matches("KeyPress").count(), before, "{}", seen());
        assert_eq!(clipboard(seat, None), "SECRET-CLIP");
        let size = seat.xdotool(&["getdisplaygeometry"]);
        assert_eq!(size.trim(), "1280 800");
        // The user's own keys still arrive: what was watched for would have been seen.
        seat.xdotool(&["windowfocus", "--sync", &xterm]);
        user.key(0x61);
        seat.host.until("the user's key", || (seen().matches("KeyPress").count() > before).then_some(()));
        let idle = seat.host.server.book().last_beats.iter().find(|b| b.session_id == seat.id).unwrap().idle_seconds;
        assert!(idle.is_some());
        viewer.close(stream_close::NORMAL);
        let (rest, _) = viewer.rest();
        assert!(!rest.windows(11).any(|part| part == b"SECRET-CLIP"));
        events.kill().unwrap();
        events.wait().unwrap();
    });
}

#[test]
fn what_is_no_message_of_who_watches_closes_the_stream() {
    let host = Host::start();
    let seat = Seat::start(&host, start_order(1, DeliveryKind::CloudDesktop, "maria", None));
    let _user = seat.open(1_000);
    let common = [0u8, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
    let mut eight_bits = common;
    (eight_bits[4], eight_bits[5]) = (8, 8);
    for (number, malformed) in [
        &[77][..],
        &[255, 9, 0, 0],
        &[252, 0, 0, 0],
        &[2, 0, 255, 255],
        &[248, 0, 0, 0, 0, 0, 0, 0, 255],
        &[6, 0, 0, 0, 0x80, 0, 0, 0],
        &eight_bits,
    ]
    .iter()
    .enumerate()
    {
        let id = number as i64 + 1;
        agree(&seat, id);
        let mut viewer: Viewer = watch(&seat, id, id);
        viewer.send(&common);
        viewer.send(malformed);
        assert_eq!(viewer.close_code(), Some(stream_close::AGAINST_THE_RULES), "{malformed:?}");
        let farewell = seat.wait_window(crate::watching::QUESTION);
        seat.xdotool(&["windowactivate", "--sync", &farewell, "key", "Return"]);
        seat.wait_no_window(crate::watching::QUESTION);
    }
}
