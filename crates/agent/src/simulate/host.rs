//! One host that does not exist: its apps, what their users do, and what becomes of it. Pure: time (milliseconds since
//! the boot) comes from outside, chance from a seed.

use std::{collections::BTreeMap, sync::Arc};

use deskwarden_types::{
    CommandId, EndReason, SessionId, Status,
    agent::{AgentSettings, Beat, CommandSeen, CommandStep, KnownSession, NewLaunch, Observation, StatusSeen},
};

use super::{dice::Dice, fleet::Fleet, notes::Notes, options::Rates, orders::Closing};

/// A moment that never comes.
const NEVER: u64 = u64::MAX;

/// An app in the player.
#[derive(Debug)]
pub(super) struct App {
    pub status: Status,
    /// What its user does next, and when.
    next: (u64, Status),
    /// An admin has expired it; it may run, and is closed again (003).
    pub expired: bool,
    pub closing: Option<Closing>,
}

impl App {
    /// How long it is left, where it runs though an admin has expired it.
    fn closes_in_ms(&self, now: u64) -> Option<u64> {
        let closing = self.closing.as_ref().filter(|_| self.expired && self.status == Status::Running)?;
        Some(closing.close.saturating_sub(now))
    }
}

/// A launch that the server has not answered yet.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub launch: NewLaunch,
    pub at: u64,
}

/// A host.
#[derive(Debug)]
pub(super) struct Host {
    pub dice: Dice,
    pub notes: Notes,
    pub settings: AgentSettings,
    pub apps: BTreeMap<SessionId, App>,
    /// What is done at a moment without an app: messages that are read.
    pub deeds: Vec<(u64, CommandId, CommandStep)>,
    /// Commands that came to their end since somebody asked.
    ended: Vec<(CommandId, CommandStep)>,
    wish: Option<Wish>,
    rates: Rates,
    fleet: Arc<Fleet>,
    name: String,
    started: u64,
    launches: u64,
    next_launch: u64,
    next_silence: u64,
}

impl Host {
    pub(super) fn new(seed: u64, number: usize, rates: Rates, fleet: Arc<Fleet>, now: u64) -> Self {
        let mut host = Self {
            dice: Dice::new(seed, number),
            notes: Notes::default(),
            settings: AgentSettings {
                heartbeat_seconds: 60,
                first_warning_seconds: 120,
                second_warning_seconds: 60,
                consent_seconds: 30,
                poor_network_seconds: 15,
            },
            apps: BTreeMap::new(),
            deeds: Vec::new(),
            ended: Vec::new(),
            wish: None,
            rates,
            fleet,
            name: format!("{seed}-{number}-{now}"),
            started: now,
            launches: 0,
            next_launch: now,
            next_silence: NEVER,
        };
        host.plan_silence(now);
        host
    }

    /// Apps that run.
    pub(super) fn running(&self) -> usize {
        self.apps.values().filter(|app| app.status == Status::Running).count()
    }

    /// The next moment at which something happens by itself.
    pub(super) fn due(&self) -> u64 {
        let apps = self.apps.values().map(|app| {
            let closing = app.closing.as_ref().map_or(NEVER, Closing::due);
            app.next.0.min(closing)
        });
        let deeds = self.deeds.iter().map(|(at, ..)| *at);
        apps.chain(deeds).min().unwrap_or(NEVER)
    }

    /// When contact is lost next.
    pub(super) fn next_silence(&self) -> u64 {
        self.next_silence
    }

    /// How long it is lost, in milliseconds.
    pub(super) fn begin_silence(&mut self, now: u64) -> u64 {
        let length = self.rates.silence_ms;
        self.plan_silence(now + length);
        self.dice.between(length * 3 / 4, length * 5 / 4)
    }

    fn plan_silence(&mut self, now: u64) {
        let every = self.rates.silence_every_ms;
        self.next_silence = if every == 0 { NEVER } else { now + self.dice.wait(every).max(5_000) };
    }

    /// Does what is due.
    pub(super) fn step(&mut self, now: u64) {
        let due: Vec<SessionId> = self.apps.iter().filter(|(_, app)| app.next.0 <= now).map(|(id, _)| *id).collect();
        for id in due {
            let next = self.apps.get(&id).map(|app| app.next.1);
            if let Some(status) = next {
                self.becomes(id, status, now, None);
            }
        }
        self.close_what_is_due(now);
        let (due, later) = std::mem::take(&mut self.deeds).into_iter().partition(|(at, ..)| *at <= now);
        self.deeds = later;
        for (_, command, step) in due as Vec<(u64, CommandId, CommandStep)> {
            self.command(command, step, now);
        }
    }

    /// A session has another status; its user plans what comes next.
    pub(super) fn becomes(&mut self, id: SessionId, status: Status, now: u64, why: Option<EndReason>) {
        let Some(app) = self.apps.get_mut(&id) else { return };
        // What ran to its end by the user's own hand while it was being closed is closed.
        if status == Status::Stopped && app.closing.is_some() {
            return self.gone(id, now);
        }
        let why = why.or((status == Status::Removed).then_some(EndReason::Removed));
        app.status = status;
        app.next = plan(&mut self.dice, &self.rates, status, now);
        if status == Status::Running && app.expired {
            app.closing = Some(Closing::of_expired(&self.settings, now));
        }
        let closes_in_ms = app.closes_in_ms(now);
        self.notes.tell(now, Observation::Status(StatusSeen { end_reason: why, closes_in_ms, ..seen(id, status) }));
        if status == Status::Removed {
            self.apps.remove(&id);
        }
    }

    /// Tells how far a command is.
    pub(super) fn command(&mut self, command_id: CommandId, step: CommandStep, now: u64) {
        if matches!(step, CommandStep::Done { .. } | CommandStep::Failed { .. }) {
            self.ended.push((command_id, step.clone()));
        }
        self.notes.tell(now, Observation::Command(CommandSeen { command_id, step }));
    }

    /// Commands that came to their end.
    pub(super) fn take_ended(&mut self) -> Vec<(CommandId, CommandStep)> {
        std::mem::take(&mut self.ended)
    }

    /// The launch to ask for now, if any: the one without an answer, or a new one while too few apps run. The same
    /// one comes until [`Self::launched`] or [`Self::refused`].
    pub(super) fn wish(&mut self, now: u64) -> Option<Wish> {
        if self.wish.is_none() && now >= self.next_launch && self.lacks_apps() {
            let account = self.dice.one_of(&self.fleet.accounts)?.clone();
            let program = self.dice.one_of(&self.fleet.programs)?;
            self.launches += 1;
            let launch = NewLaunch {
                launch_key: format!("simulated-{}-{}", self.name, self.launches),
                account,
                program: program.program.clone(),
                version: Some(program.version.clone()),
                age_ms: 0,
            };
            self.wish = Some(Wish { launch, at: now });
        }
        let wish = self.wish.as_mut()?;
        wish.launch.age_ms = now.saturating_sub(wish.at);
        Some(wish.clone())
    }

    /// When to look for a wish again.
    pub(super) fn next_wish(&self, now: u64) -> u64 {
        match self.wish {
            Some(_) => now,
            None if self.lacks_apps() => self.next_launch,
            None => NEVER,
        }
    }

    /// Apps that run, and those that are about to.
    fn lacks_apps(&self) -> bool {
        let up = |app: &&App| matches!(app.status, Status::Launched | Status::Added | Status::Running);
        self.apps.values().filter(up).count() < self.rates.target
    }

    /// The server has made the session.
    pub(super) fn launched(&mut self, id: SessionId, now: u64) {
        self.wish = None;
        let ramping = now < self.started + self.rates.ramp_ms;
        let even = self.rates.ramp_ms / self.rates.target.max(1) as u64;
        let pause = if ramping { self.dice.between(even / 2, even) } else { self.dice.between(200, 4_000) };
        self.next_launch = now + pause;
        self.adopt(id, Status::Launched, now);
    }

    /// The server has refused: somebody else will want something else, a little later.
    pub(super) fn refused(&mut self, now: u64) {
        self.wish = None;
        self.next_launch = now + self.dice.between(2_000, 10_000);
    }

    /// The sessions that the server knows of this host, when the fleet starts anew.
    pub(super) fn adopt_all(&mut self, known: &[KnownSession], now: u64) {
        for session in known {
            self.adopt(session.session_id, session.observed_status, now);
        }
    }

    fn adopt(&mut self, id: SessionId, status: Status, now: u64) {
        let next = plan(&mut self.dice, &self.rates, status, now);
        let expired = status == Status::Expired;
        self.apps.entry(id).or_insert(App { status, next, expired, closing: None });
    }

    /// The server does not know these: they are nobody's.
    pub(super) fn forget(&mut self, unknown: &[SessionId]) {
        self.apps.retain(|id, _| !unknown.contains(id));
    }

    /// Tells the whole truth.
    pub(super) fn tell_everything(&mut self, now: u64) {
        let known =
            |(id, app): (&SessionId, &App)| StatusSeen { closes_in_ms: app.closes_in_ms(now), ..seen(*id, app.status) };
        let sessions = self.apps.iter().map(known).collect();
        self.notes.tell(now, Observation::Inventory { sessions });
    }

    /// Every session lives; most users have typed something just now.
    pub(super) fn beats(&mut self) -> Vec<Beat> {
        let dice = &mut self.dice;
        let beat = |(id, app): (&SessionId, &App)| Beat {
            session_id: *id,
            idle_seconds: (app.status == Status::Running).then(|| {
                let seconds = if dice.chance(0.75) { dice.between(0, 45) } else { dice.between(45, 1_500) };
                u32::try_from(seconds).unwrap_or(0)
            }),
        };
        self.apps.iter().map(beat).collect()
    }
}

/// What the user of an app in this status does next.
fn plan(dice: &mut Dice, rates: &Rates, status: Status, now: u64) -> (u64, Status) {
    let rest = |dice: &mut Dice| now + dice.wait(rates.rest_ms).max(1_000);
    match status {
        Status::Launched => (now + dice.between(300, 2_500), Status::Added),
        Status::Added => (now + dice.between(500, 4_000), Status::Running),
        Status::Running => (now + dice.wait(rates.run_ms).max(2_000), Status::Stopped),
        Status::Stopped if dice.chance(0.45) => (rest(dice), Status::Running),
        Status::Evicted if dice.chance(0.4) => (rest(dice), Status::Running),
        Status::Expired if dice.chance(0.1) => (rest(dice), Status::Running),
        _ => (rest(dice), Status::Removed),
    }
}

fn seen(session_id: SessionId, status: Status) -> StatusSeen {
    StatusSeen {
        session_id,
        status,
        end_reason: None,
        adopted: false,
        connected: None,
        closes_in_ms: None,
        detail: None,
    }
}
