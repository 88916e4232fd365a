//! `deskwarden-agent keep-notice PID`: keeps the notice of that process in sight.
//!
//! Runs as the session's account. Says [`SEEN`] once the notice is on the screen, and ends when it is gone. A window that
//! covers it is put below it; if that does not help, the notice takes the focus, which takes a full screen from in front.

use std::{
    error::Error,
    io::Write,
    os::fd::AsFd,
    time::{Duration, Instant},
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask,
            MapState, StackMode, Visibility, Window,
        },
    },
    rust_connection::RustConnection,
};

/// The word on the command line.
pub(crate) const WORD: &str = "keep-notice";
/// The notice's title.
pub(crate) const TITLE: &str = "You are being watched";
/// What is said when the notice is on the screen.
pub(crate) const SEEN: &[u8; 5] = b"seen\n";

/// How often the notice is looked after while nothing happens.
const LOOK: Duration = Duration::from_millis(500);
/// How long the notice may be covered before it takes the focus.
const COVERED: Duration = Duration::from_secs(1);

type Outcome<T> = Result<T, Box<dyn Error>>;

/// 0 when the notice is gone, else 1.
pub(crate) fn main(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> i32 {
    let pid = arguments.next().and_then(|pid| pid.to_str()?.parse().ok());
    match pid.ok_or_else(|| "whose notice?".into()).and_then(keep) {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

fn keep(pid: u32) -> Outcome<()> {
    let (connection, number) = x11rb::connect(None)?;
    let screen = connection.setup().roots.get(number).ok_or("no such screen")?;
    let keeper = Keeper {
        root: screen.root,
        size: (screen.width_in_pixels.into(), screen.height_in_pixels.into()),
        notice: find_when_shown(&connection, screen.root, pid)?,
        connection: &connection,
    };
    keeper.put_above()?;
    std::io::stdout().write_all(SEEN)?;
    std::io::stdout().flush()?;
    keeper.look_after()
}

struct Keeper<'c> {
    connection: &'c RustConnection,
    root: Window,
    size: (i32, i32),
    notice: Window,
}

impl Keeper<'_> {
    /// Above other windows and on every desktop, for a window manager that heeds it.
    fn put_above(&self) -> Outcome<()> {
        let mask = EventMask::VISIBILITY_CHANGE | EventMask::STRUCTURE_NOTIFY;
        let attributes = ChangeWindowAttributesAux::new().event_mask(mask);
        self.connection.change_window_attributes(self.notice, &attributes)?;
        let (above, sticky) = (self.atom("_NET_WM_STATE_ABOVE")?, self.atom("_NET_WM_STATE_STICKY")?);
        self.ask_manager("_NET_WM_STATE", [1, above, sticky, 2, 0])?;
        self.raise()
    }

    fn look_after(&self) -> Outcome<()> {
        let mut covered: Option<Instant> = None;
        loop {
            while let Some(event) = self.connection.poll_for_event()? {
                match event {
                    Event::VisibilityNotify(seen) => {
                        covered = match seen.state {
                            Visibility::UNOBSCURED => None,
                            _ => covered.or_else(|| Some(Instant::now())),
                        };
                        if covered.is_some() {
                            self.raise()?;
                        }
                    }
                    // Put away: a window manager shows it again when it is mapped.
                    Event::UnmapNotify(gone) if gone.window == self.notice => {
                        self.connection.map_window(self.notice)?;
                    }
                    Event::DestroyNotify(gone) if gone.window == self.notice => return Ok(()),
                    _ => {}
                }
            }
            self.keep_on_screen()?;
            if covered.is_some_and(|since| since.elapsed() > COVERED) {
                self.ask_manager("_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])?;
                self.raise()?;
                covered = Some(Instant::now());
            }
            self.connection.flush()?;
            let mut wait = [PollFd::new(self.connection.stream().as_fd(), PollFlags::POLLIN)];
            poll(&mut wait, PollTimeout::try_from(LOOK)?)?;
        }
    }

    fn raise(&self) -> Outcome<()> {
        let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.connection.configure_window(self.notice, &above)?;
        self.connection.flush()?;
        Ok(())
    }

    /// Pushed over the edge, it comes back.
    fn keep_on_screen(&self) -> Outcome<()> {
        let size = self.connection.get_geometry(self.notice)?.reply()?;
        let at = self.connection.translate_coordinates(self.notice, self.root, 0, 0)?.reply()?;
        let (width, height) = (i32::from(size.width), i32::from(size.height));
        let (x, y) = (i32::from(at.dst_x), i32::from(at.dst_y));
        let (right, bottom) = ((self.size.0 - width).max(0), (self.size.1 - height).max(0));
        // Half of it may be over the edge.
        let within = (-width / 2..=right + width / 2).contains(&x) && (-height / 2..=bottom + height / 2).contains(&y);
        if !within {
            let place = ConfigureWindowAux::new().x(x.clamp(0, right)).y(y.clamp(0, bottom));
            self.connection.configure_window(self.notice, &place)?;
        }
        Ok(())
    }

    fn ask_manager(&self, what: &str, data: [u32; 5]) -> Outcome<()> {
        let message = ClientMessageEvent::new(32, self.notice, self.atom(what)?, data);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, message)?;
        self.connection.flush()?;
        Ok(())
    }

    fn atom(&self, name: &str) -> Outcome<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}

/// Waits until a window of this process is on the screen.
fn find_when_shown(connection: &RustConnection, root: Window, pid: u32) -> Outcome<Window> {
    let attributes = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
    connection.change_window_attributes(root, &attributes)?;
    let atom = connection.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
    loop {
        if let Some(found) = find(connection, root, atom, pid, 0)? {
            return Ok(found);
        }
        connection.wait_for_event()?;
    }
}

/// Looks through the windows, into the frames that a window manager puts around them.
fn find(connection: &RustConnection, parent: Window, atom: u32, pid: u32, depth: u8) -> Outcome<Option<Window>> {
    for child in connection.query_tree(parent)?.reply()?.children {
        // A window may go while it is looked at.
        let Ok(attributes) = connection.get_window_attributes(child)?.reply() else { continue };
        if attributes.map_state == MapState::VIEWABLE {
            let property = connection.get_property(false, child, atom, AtomEnum::CARDINAL, 0, 1)?.reply();
            let owner = property.ok().and_then(|value| value.value32()?.next());
            if owner == Some(pid) {
                return Ok(Some(child));
            }
            if depth < 2
                && let Some(found) = find(connection, child, atom, pid, depth + 1)?
            {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}
