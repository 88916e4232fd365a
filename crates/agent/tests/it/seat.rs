//! What a test sees of a session on a screen: its processes, its display, its files.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use deskwarden_types::{
    DeliveryKind, SessionId, Status, StreamId, StreamReach,
    agent::{StartOrder, StreamOrder},
};

use crate::{host::Host, viewer::Viewer};

/// A session's place on a host.
pub struct Seat<'h> {
    pub host: &'h Host,
    pub id: SessionId,
}

pub fn start_order(id: i64, kind: DeliveryKind, user: &str, program: Option<&str>) -> StartOrder {
    StartOrder {
        session_id: SessionId(id),
        kind,
        account: user.parse().unwrap(),
        name: "The desktop".into(),
        program: program.map(|program| program.parse().unwrap()),
        valid_until: None,
    }
}

/// A program in the host's directory that everybody may run.
pub fn script(host: &Host, name: &str, text: &str) -> String {
    let path = host.dir.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

impl<'h> Seat<'h> {
    /// Has a session started and waits until it is there.
    pub fn start(host: &'h Host, order: StartOrder) -> Self {
        let id = order.session_id;
        host.server.start_session(order);
        host.server.wait("the session", |b| b.statuses(id).last().filter(|s| **s != Status::Pending).map(drop));
        let seat = Self { host, id };
        assert!(!seat.pids().is_empty(), "{:?}\n{}", host.server.book().seen(id), host.log());
        seat
    }

    pub fn order(&self, stream: i64, reach: StreamReach) -> StreamOrder {
        StreamOrder {
            stream_id: StreamId(stream),
            session_id: self.id,
            reach,
            consent_id: None,
            server: Some(self.host.server.url.clone()),
        }
    }

    /// Opens it as its user does.
    pub fn open(&self, stream: i64) -> Viewer {
        let mut viewer = Viewer::new(self.host.server.stream(self.order(stream, StreamReach::Control)));
        viewer.greet();
        self.host.server.wait("connected", |b| b.seen(self.id).last().filter(|s| s.connected == Some(true)).map(drop));
        viewer
    }

    pub fn last(&self) -> deskwarden_types::agent::StatusSeen {
        self.host.server.book().seen(self.id).pop().unwrap()
    }

    /// Everything that lives of it.
    pub fn pids(&self) -> Vec<i32> {
        fn below(group: PathBuf) -> Vec<i32> {
            let procs = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
            let mut pids: Vec<i32> = procs.lines().map(|l| l.parse().unwrap()).collect();
            for part in fs::read_dir(&group).into_iter().flatten().flatten() {
                if part.path().is_dir() {
                    pids.extend(below(part.path()));
                }
            }
            pids
        }
        below(self.host.cgroup(&self.id.to_string()))
    }

    fn entry(&self) -> String {
        fs::read_to_string(self.host.state().join(format!("screens/{}.json", self.id))).unwrap()
    }

    pub fn field(&self, name: &str) -> String {
        let entry = self.entry();
        let line = entry.lines().find(|l| l.trim_start().starts_with(&format!("\"{name}\":"))).unwrap();
        line.split_once(": ").unwrap().1.trim_matches(['"', ',']).to_owned()
    }

    pub fn display(&self) -> String {
        format!(":{}", self.field("display"))
    }

    /// The directory of root's that has its runtime directory and its cookie.
    pub fn run(&self) -> PathBuf {
        PathBuf::from("/run/deskwarden").join(self.host.mark()).join(self.id.to_string())
    }

    /// Runs a program on its display.
    pub fn x(&self, program: &str, args: &[&str]) -> Output {
        // `xdotool --sync` waits for ever for a window that went.
        let mut command = Command::new("timeout");
        command
            .args(["20", program])
            .args(args)
            .env("DISPLAY", self.display())
            .env("XAUTHORITY", self.run().join("cookie"));
        command.output().unwrap_or_else(|e| panic!("these tests need {program}: {e}"))
    }

    pub fn xdotool(&self, args: &[&str]) -> String {
        String::from_utf8(self.x("xdotool", args).stdout).unwrap()
    }

    /// The windows whose title is this.
    pub fn windows(&self, title: &str) -> Vec<String> {
        let found = self.xdotool(&["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        found.lines().map(str::to_owned).collect()
    }

    pub fn wait_window(&self, title: &str) -> String {
        self.host.until(&format!("the window {title}"), || self.windows(title).pop())
    }

    pub fn wait_no_window(&self, title: &str) {
        self.host.until(&format!("the end of the window {title}"), || self.windows(title).is_empty().then_some(()));
    }

    pub fn pointer(&self) -> String {
        self.xdotool(&["getmouselocation", "--shell"]).lines().take(2).collect()
    }
}

impl Seat<'_> {
    pub fn wait_class(&self, class: &str) -> String {
        self.host.until(&format!("a window of {class}"), || {
            let found = self.xdotool(&["search", "--onlyvisible", "--class", class]);
            found.lines().next().map(str::to_owned)
        })
    }

    /// Whether the window that `getmouselocation --shell` tells of is the frame around this one.
    pub fn is_frame_of(&self, location: &str, window: &str) -> bool {
        let Some(frame) = location.lines().find_map(|l| l.strip_prefix("WINDOW=")) else { return false };
        let tree = String::from_utf8(self.x("xwininfo", &["-id", frame, "-children"]).stdout).unwrap();
        tree.contains(&format!("{:#x} ", window.parse::<u64>().unwrap()))
    }

    /// Waits for a window and presses a key in it until it is gone: one that was just shown may not have the focus.
    pub fn press(&self, title: &str, key: &str) {
        self.wait_window(title);
        self.host.until(&format!("the end of {title}"), || {
            let window = self.windows(title).pop();
            window
                .iter()
                .for_each(|w| drop(self.xdotool(&["windowactivate", w, "sleep", "0.3", "key", key, "sleep", "0.3"])));
            window.is_none().then_some(())
        });
    }
}
