//! One session on a screen: a task of its own, so that nothing about it happens twice at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use deskwarden_types::{
    CommandId, CommandOutcome, ConsentId, DeliveryKind, SessionId, StreamId,
    agent::{Beat, CommandOrder, StreamOrder},
};
use tokio::{
    process::Child,
    sync::{OwnedRwLockReadGuard, mpsc, oneshot, watch},
};

use super::{
    Shared,
    begin::{self, Begun, Groups},
    entry::{Entry, Living, Stage},
    guests::{Admitted, Guest},
    kind::{self, How},
    place::Place,
};
use crate::{
    cgroup::Group,
    exec, files,
    streams::{Close, Ending, InputClock},
    watch::Grant,
};

/// How long a session that is over is remembered, in milliseconds.
const REMEMBER_MS: u64 = 24 * 60 * 60 * 1000;
/// How often the clocks are looked at while nothing happens; the wall clock may be set.
const LOOK: Duration = Duration::from_secs(10);

/// What can be asked of a session.
pub(crate) enum Ask {
    /// Its order has come again.
    Again,
    /// Carry out a command that the journal has taken.
    Order(Box<CommandOrder>),
    /// Show its screen.
    Stream(Box<StreamOrder>),
    /// A viewer was let in as this session.
    Connect(SessionId, oneshot::Sender<Result<Admitted, String>>),
    /// A viewer has left, or was lost.
    Departed(SessionId, Ending),
    /// The agent ends, and its gate with it.
    GateCloses(oneshot::Sender<()>),
    /// A stream shows it.
    Opened(StreamId),
    /// A stream has ended.
    Closed(StreamId, Ending),
    /// Its user has answered whether somebody may watch.
    Answered(Box<CommandOrder>, CommandOutcome, String),
    /// Its X server has ended.
    ServerGone,
    /// What it is over with has ended.
    Left(Left),
}

/// What others see of a session.
pub(crate) struct Shown {
    pub entry: Entry,
    pub input: Arc<InputClock>,
    /// Those who are connected through the gate.
    pub guests: Vec<(SessionId, Arc<InputClock>)>,
}

/// A way to a session.
#[derive(Clone)]
pub(crate) struct Handle {
    pub asks: mpsc::UnboundedSender<Ask>,
    pub shown: watch::Receiver<Shown>,
}

impl Handle {
    /// Signs of life, if there is life.
    pub(crate) fn beats(&self, now_ms: u64) -> Vec<Beat> {
        let shown = self.shown.borrow();
        let beat = |session_id, input: &InputClock| Beat { session_id, idle_seconds: input.idle(now_ms) };
        if shown.entry.is_behind_gate() {
            return shown.guests.iter().map(|(session, input)| beat(*session, input)).collect();
        }
        let beat = (!shown.entry.is_over()).then(|| beat(shown.entry.id(), &shown.input));
        beat.into_iter().collect()
    }
}

/// How a program ended.
pub(crate) struct Left {
    pub well: bool,
    pub detail: Option<String>,
}

/// The tasks that watch a running session.
#[derive(Default)]
pub(super) struct Life(Vec<tokio::task::AbortHandle>);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

/// The stream of a session's user.
pub(super) struct Control {
    pub id: StreamId,
    pub close: oneshot::Sender<Close>,
    pub opened: bool,
}

/// One session.
pub(crate) struct Desktop {
    pub(super) shared: Arc<Shared>,
    pub(super) entry: Entry,
    pub(super) groups: Groups,
    pub(super) place: Place,
    pub(super) life: Option<Life>,
    pub(super) input: Arc<InputClock>,
    pub(super) control: Option<Control>,
    pub(super) views: BTreeMap<StreamId, (SessionId, oneshot::Sender<Close>)>,
    /// Viewers that came through the gate.
    pub(super) guests: BTreeMap<SessionId, Guest>,
    pub(super) grants: BTreeMap<ConsentId, Grant>,
    /// A question that is on the screen; dropped to take it back.
    pub(super) question: Option<(CommandId, oneshot::Sender<()>)>,
    /// Since when nobody has it open, by the boot's clock.
    pub(super) alone_since: Option<u64>,
    /// For tasks that report back.
    pub(super) myself: mpsc::WeakUnboundedSender<Ask>,
    shown: watch::Sender<Shown>,
}

impl Desktop {
    /// Takes a session on: starts what is new, adopts what lives, tells what has died. `no_inventory` is held until
    /// that is so.
    pub(crate) fn spawn(shared: Arc<Shared>, entry: Entry, no_inventory: Option<OwnedRwLockReadGuard<()>>) -> Handle {
        let (asks, inbox) = mpsc::unbounded_channel();
        let input = Arc::new(InputClock::default());
        let (shown, seen) = watch::channel(Shown { entry: entry.clone(), input: input.clone(), guests: Vec::new() });
        let groups = Groups::of(shared.host.tree.group(&entry.id().to_string()));
        let place = Place::of(&shared.host.state.mark(), entry.id());
        let desktop = Self {
            shared,
            entry,
            groups,
            place,
            life: None,
            input,
            control: None,
            views: BTreeMap::new(),
            guests: BTreeMap::new(),
            grants: BTreeMap::new(),
            question: None,
            alone_since: None,
            myself: asks.downgrade(),
            shown,
        };
        tokio::spawn(desktop.run(inbox, no_inventory));
        Handle { asks, shown: seen }
    }

    pub(super) fn id(&self) -> SessionId {
        self.entry.id()
    }

    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Ask>, no_inventory: Option<OwnedRwLockReadGuard<()>>) {
        self.take_over().await;
        drop(no_inventory);
        while !self.is_forgotten() {
            tokio::select! {
                ask = inbox.recv() => match ask {
                    None => return,
                    Some(ask) => self.answer(ask).await,
                },
                () = tokio::time::sleep(self.pause()) => self.look_at_the_clock().await,
            }
        }
        if let Err(error) = files::remove(&self.shared.host.state.screen(self.id())) {
            tracing::warn!(%error, session = %self.id(), "an old session could not be forgotten");
        }
    }

    async fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Again => self.again(),
            Ask::Order(order) => self.order(*order).await,
            Ask::Stream(order) => self.stream(*order).await,
            Ask::Connect(session, answer) => self.connect(session, answer).await,
            Ask::Departed(session, ending) => self.departed(session, &ending).await,
            Ask::GateCloses(done) => self.gate_closes(done).await,
            Ask::Opened(stream) => self.opened(stream),
            Ask::Closed(stream, ending) => self.closed(stream, &ending),
            Ask::Answered(order, outcome, detail) => self.answered(&order, outcome, detail).await,
            // Of what is ended already, both are no news.
            Ask::ServerGone | Ask::Left(_) if self.life.is_none() => {}
            Ask::ServerGone => self.end(How::Broken, Some("its X server has ended".to_owned()), None).await,
            Ask::Left(left) => self.left(left).await,
        }
    }

    /// The order has come again though the session was told of: where all that was told has arrived, it is told again.
    fn again(&self) {
        if self.shared.host.outbox.spool().pending().len() == 0 {
            self.tell(false);
            if self.entry.is_final() {
                self.shared.host.outbox.forget(self.id());
            }
        }
    }

    /// After a start of the agent, or of the session: what is true now.
    async fn take_over(&mut self) {
        self.lose_connections().await;
        match self.entry.stage.clone() {
            Stage::Over { .. } => {}
            _ if self.entry.closing.is_some() => self.finish().await,
            Stage::Starting => {
                self.sweep().await;
                self.start().await;
            }
            Stage::Living(living) if self.groups.server.populated() => self.adopt(&living).await,
            Stage::Living(_) => {
                let same_boot = self.entry.taken.boot_id == self.shared.host.clock.boot_id();
                let (how, detail) = if same_boot {
                    (How::Lost, "it was gone when the agent came back")
                } else {
                    (How::HostWentDown, "the host was started anew")
                };
                self.end(how, Some(detail.to_owned()), None).await;
            }
        }
    }

    async fn adopt(&mut self, living: &Living) {
        // Who watched does not any more, and nobody hears an answer to what the last agent asked.
        for group in self.groups.whole.parts() {
            if group.path().file_name().is_some_and(|name| name == "dialogs" || is_view(name)) {
                self.empty(&group).await;
            }
        }
        self.live(living, None, None);
        let status = if living.program_ended { self.entry.status } else { kind::at_rest(self.entry.order.kind) };
        self.entry.status = status;
        self.save();
        if self.entry.is_behind_gate() {
            return;
        }
        let mut seen = self.entry.seen(false);
        seen.adopted = true;
        self.shared.host.outbox.status(seen);
    }

    async fn start(&mut self) {
        let begun = match self.begin().await {
            Ok(begun) => begun,
            Err(error) => return self.end(How::NotStarted, Some(error.to_string()), None).await,
        };
        let now = self.shared.host.clock.boot_ms();
        self.input.touch(now);
        self.entry.stage = Stage::Living(begun.living.clone());
        self.entry.status = kind::at_rest(self.entry.order.kind);
        self.live(&begun.living, Some(begun.manager), begun.program);
        self.save();
        self.tell(false);
    }

    async fn begin(&self) -> std::io::Result<Begun> {
        let (shared, id, user) = (self.shared.clone(), self.id(), self.entry.order.account.clone());
        let Some(programs) = &self.shared.programs else {
            return Err(std::io::Error::other("this host lacks what screens are made with; its agent's log says what"));
        };
        if self.time_is_over() {
            return Err(std::io::Error::other("its time was over before it began"));
        }
        let kept = tokio::task::spawn_blocking(move || shared.accounts.find(id, &user));
        let kept = kept.await.map_err(std::io::Error::other)??;
        self.place.make(&kept.owner)?;
        begin::begin(&self.entry.order, &kept.owner, &self.place, &self.groups, programs).await
    }

    /// Watches what lives. `manager` and `program` are known where this agent has started them.
    pub(super) fn live(&mut self, living: &Living, manager: Option<Child>, program: Option<Child>) {
        let server = self.groups.server.clone();
        self.watch(async move {
            server.emptied().await;
            Ask::ServerGone
        });
        if self.entry.order.program.is_some() {
            if let Some(manager) = manager {
                begin::reap(manager);
            }
            if !living.program_ended {
                self.watch_program(program);
            }
        } else {
            if let Some(program) = program {
                begin::reap(program);
            }
            let left = process_left(self.groups.manager.clone(), living.manager_pid, manager);
            self.watch(async { Ask::Left(left.await) });
        }
        self.alone_since = Some(self.shared.host.clock.boot_ms());
    }

    /// Watches the program.
    pub(super) fn watch_program(&mut self, child: Option<Child>) {
        let left = group_left(self.groups.program.clone(), child);
        self.watch(async { Ask::Left(left.await) });
    }

    fn watch(&mut self, event: impl Future<Output = Ask> + Send + 'static) {
        let myself = self.myself.clone();
        let task = tokio::spawn(async move {
            let ask = event.await;
            if let Some(myself) = myself.upgrade() {
                let _ = myself.send(ask);
            }
        });
        self.life.get_or_insert_default().0.push(task.abort_handle());
    }

    fn is_forgotten(&self) -> bool {
        match &self.entry.stage {
            Stage::Over { at } => self.entry.is_final() && at.age_ms(&self.shared.host.clock.stamp()) > REMEMBER_MS,
            _ => false,
        }
    }

    /// Until the clocks are looked at next.
    fn pause(&self) -> Duration {
        let left = [self.time_left(), self.patience_left()].into_iter().flatten().min();
        left.map_or(LOOK, Duration::from_millis).min(LOOK)
    }

    /// Milliseconds until its time is over.
    fn time_left(&self) -> Option<u64> {
        let until = self.entry.order.valid_until.filter(|_| !self.entry.is_final())?;
        let left = until.millis().saturating_sub(self.shared.host.clock.wall().millis());
        Some(u64::try_from(left).unwrap_or(0))
    }

    fn time_is_over(&self) -> bool {
        self.time_left() == Some(0)
    }

    /// Milliseconds until what nobody has come back to ends (000).
    fn patience_left(&self) -> Option<u64> {
        let patience = match self.entry.order.kind {
            DeliveryKind::AppStream => self.shared.patience.abandoned_ms,
            DeliveryKind::RemoteAccess => self.shared.patience.behind_gate_ms,
            _ => None,
        };
        let (since, patience) = (self.alone_since?, patience?);
        self.life.is_some().then(|| (since + patience).saturating_sub(self.shared.host.clock.boot_ms()))
    }

    async fn look_at_the_clock(&mut self) {
        if self.time_is_over() {
            self.end(How::TimeOver, None, None).await;
        } else if self.patience_left() == Some(0) {
            self.end(How::Abandoned, Some("nobody came back to it".to_owned()), None).await;
        }
    }

    /// Tells the session as it is.
    pub(super) fn tell(&self, connected: bool) {
        // Behind the gate the connections are the sessions.
        if !self.entry.is_behind_gate() {
            self.shared.host.outbox.status(self.entry.seen(connected));
        }
    }

    pub(super) fn save(&mut self) {
        let (entry, input) = (self.entry.clone(), self.input.clone());
        let guests = self.guests.iter().map(|(session, guest)| (*session, guest.input.clone())).collect();
        self.shown.send_replace(Shown { entry, input, guests });
        // What is true is told all the same.
        if let Err(error) = files::replace_json(&self.shared.host.state.screen(self.id()), &self.entry) {
            tracing::error!(%error, session = %self.id(), "a session could not be written down");
        }
    }
}

/// The cgroups of views, beside the fixed parts.
pub(crate) const VIEW: &str = "view-";

fn is_view(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(VIEW))
}

/// The end of everything in a group, and how its first process ended where that is known.
async fn group_left(group: Group, child: Option<Child>) -> Left {
    let exit = child.map(|mut child| tokio::spawn(async move { child.wait().await }));
    group.emptied().await;
    let exit = match exit {
        Some(exit) => tokio::time::timeout(Duration::from_millis(500), exit).await.ok().and_then(Result::ok),
        None => None,
    };
    left(exit.and_then(Result::ok))
}

/// The end of one process.
async fn process_left(group: Group, pid: i32, child: Option<Child>) -> Left {
    if let Some(mut child) = child {
        return left(child.wait().await.ok());
    }
    // Its number can only be another process of the same session by now.
    while group.pids().iter().any(|process| process.as_raw_nonzero().get() == pid) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    left(None)
}

fn left(exit: Option<std::process::ExitStatus>) -> Left {
    Left { well: exit.is_none_or(|status| status.success()), detail: exit.map(exec::describe) }
}
