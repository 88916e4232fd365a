//! Who sees a session's screen: its user, and with the user's consent somebody else.

use deskwarden_types::{
    CommandOutcome, SessionId, Status, StreamId, StreamReach,
    agent::{CommandOrder, StreamOrder, stream_close},
};
use tokio::sync::oneshot;

use super::{
    begin,
    desktop::{Ask, Control, Desktop, VIEW},
    entry::Stage,
    kind,
};
use crate::{
    display::find,
    streams::{self, Close, Ending, Source},
    watch::{self, Grant, Question, Watch},
};

impl Desktop {
    /// Shows the screen to a viewer, or says why not.
    pub(super) async fn stream(&mut self, order: StreamOrder) {
        if self.entry.living().is_none() {
            let close = Close { code: stream_close::SESSION_OVER, why: "the session is over" };
            return streams::refuse(self.shared.dialer.clone(), order, close);
        }
        let wrong = match order.reach {
            StreamReach::Control => self.entry.is_behind_gate(),
            StreamReach::View => self.entry.is_behind_gate() && !self.guests.contains_key(&order.session_id),
        };
        if wrong {
            let close = Close { code: stream_close::AGAINST_THE_RULES, why: "this is shown through the gate alone" };
            return streams::refuse(self.shared.dialer.clone(), order, close);
        }
        match order.reach {
            StreamReach::Control => self.show_user(order).await,
            StreamReach::View => self.show_watcher(order),
        }
    }

    async fn show_user(&mut self, order: StreamOrder) {
        if let Err(error) = self.revive().await {
            tracing::warn!(%error, session = %self.id(), "the program of a delivery could not be started again");
            let close = Close { code: stream_close::NORMAL, why: "the program could not be started again" };
            return streams::refuse(self.shared.dialer.clone(), order, close);
        }
        let (close, told) = oneshot::channel();
        let control = Control { id: order.stream_id, close, opened: false };
        if let Some(older) = self.control.replace(control) {
            let _ = older.close.send(Close { code: stream_close::OPENED_ELSEWHERE, why: "opened elsewhere" });
        }
        let (dialer, source) = (self.shared.dialer.clone(), self.source());
        let (input, clock) = (self.input.clone(), self.shared.host.clock.clone());
        let (stream, myself) = (order.stream_id, self.myself.clone());
        tokio::spawn(async move {
            let tell = |ask| {
                if let Some(myself) = myself.upgrade() {
                    let _ = myself.send(ask);
                }
            };
            let opened = || tell(Ask::Opened(stream));
            let ending = streams::control(&dialer, &order, &source, &input, &clock, opened, told).await;
            tell(Ask::Closed(stream, ending));
        });
    }

    /// Starts the program of a delivery again whose program has ended.
    async fn revive(&mut self) -> std::io::Result<()> {
        let Some(living) = self.entry.living().filter(|living| living.program_ended).cloned() else { return Ok(()) };
        let Some(programs) = &self.shared.programs else {
            return Err(std::io::Error::other("this host lacks what screens are made with"));
        };
        let child = begin::begin_program(&self.entry.order, &living, &self.place, &self.groups, programs).await?;
        self.watch_program(Some(child));
        if let Stage::Living(living) = &mut self.entry.stage {
            living.program_ended = false;
        }
        self.entry.status = kind::at_rest(self.entry.order.kind);
        self.save();
        Ok(())
    }

    /// The session's own screen.
    pub(super) fn source(&self) -> Source {
        let uid = self.entry.living().map(|living| living.owner.account.uid).unwrap_or(u32::MAX);
        Source { socket: self.place.socket(), uid, group: self.groups.server.clone() }
    }

    pub(super) fn opened(&mut self, stream: StreamId) {
        let Some(control) = self.control.as_mut().filter(|control| control.id == stream) else { return };
        control.opened = true;
        self.alone_since = None;
        self.entry.status = kind::in_use(self.entry.order.kind);
        self.entry.detail = None;
        self.save();
        self.tell(true);
    }

    pub(super) fn closed(&mut self, stream: StreamId, ending: &Ending) {
        tracing::info!(session = %self.id(), %stream, %ending, "a stream has ended");
        self.views.remove(&stream);
        // One that another has taken the place of, or that an admin cut, was told of then.
        if self.control.take_if(|control| control.id == stream).is_none() || self.alone_since.is_some() {
            return;
        }
        let poor = ending.code == Some(stream_close::POOR_NETWORK);
        let status = (poor && self.tells_poor_network()).then_some(Status::PoorNetwork);
        self.alone(&ending.why, status);
    }

    /// Its user has left: there is nobody to ask, and nobody who sees that they are watched.
    pub(super) fn nobody_there(&mut self) {
        self.question = None;
        self.grants.clear();
        self.close_views(Close { code: stream_close::NORMAL, why: "the user has left" });
    }

    fn close_views(&mut self, close: Close) {
        for (_, (_, view)) in std::mem::take(&mut self.views) {
            let _ = view.send(close);
        }
    }

    /// Nobody watches this session any more.
    pub(super) fn close_views_of(&mut self, session: SessionId, close: Close) {
        for (_, (_, view)) in self.views.extract_if(.., |_, (of, _)| *of == session) {
            let _ = view.send(close);
        }
    }

    pub(super) fn close_streams(&mut self, close: Close) {
        if let Some(control) = self.control.take() {
            let _ = control.close.send(close);
        }
        self.close_views(close);
        self.nobody_there();
    }

    /// Asks the user whether somebody may watch.
    pub(super) async fn ask_consent(&mut self, order: CommandOrder) {
        let Some(screen) = self.screen() else {
            return self.failed(&order, CommandOutcome::NoDisplay, "the session has no display".to_owned()).await;
        };
        if self.shared.programs.as_ref().is_none_or(|programs| programs.scraper.is_none()) || find("zenity").is_none() {
            let detail = "nobody can watch on this host: its agent's log says what is missing".to_owned();
            return self.failed(&order, CommandOutcome::HostError, detail).await;
        }
        if order.consent_id.is_none() {
            return self.failed(&order, CommandOutcome::HostError, "the order names no consent".to_owned()).await;
        }
        if !self.is_open() {
            let detail = "nobody has the session open who could be asked".to_owned();
            return self.failed(&order, CommandOutcome::NobodyThere, detail).await;
        }
        if self.question.is_some() {
            let detail = "the user is being asked by somebody else just now".to_owned();
            return self.failed(&order, CommandOutcome::HostError, detail).await;
        }
        if let Err(error) = self.shared.host.journal.begin(order.id) {
            let detail = format!("the agent cannot write to its disk: {error}");
            return self.failed(&order, CommandOutcome::HostError, detail).await;
        }
        let (kept, taken_back) = oneshot::channel();
        self.question = Some((order.id, kept));
        let question = Question::of(&self.entry.order.name, &order, self.shared.host.settings().consent_seconds);
        let myself = self.myself.clone();
        tokio::spawn(async move {
            let (outcome, detail) = watch::ask(&screen, &question, taken_back).await;
            if let Some(myself) = myself.upgrade() {
                let _ = myself.send(Ask::Answered(Box::new(order), outcome, detail));
            }
        });
    }

    pub(super) async fn answered(&mut self, order: &CommandOrder, outcome: CommandOutcome, detail: String) {
        // A yes counts for the session as it was when the user was asked.
        let stands = self.question.take_if(|(id, _)| *id == order.id).is_some() && self.is_open();
        let (outcome, detail) = match outcome {
            CommandOutcome::Granted if !stands => (CommandOutcome::NobodyThere, "the user has left".to_owned()),
            outcome => (outcome, detail),
        };
        match (outcome, order.consent_id) {
            (CommandOutcome::Granted, Some(consent)) => {
                self.grants.insert(consent, Grant::of(order, self.shared.host.clock.boot_ms()));
                self.done(order, CommandOutcome::Granted).await;
            }
            _ => self.failed(order, outcome, detail).await,
        }
    }

    /// Shows the screen to who has the user's consent, once.
    fn show_watcher(&mut self, order: StreamOrder) {
        let now = self.shared.host.clock.boot_ms();
        let grant = order.consent_id.and_then(|consent| self.grants.remove(&consent));
        let scraper = self.shared.programs.as_ref().and_then(|programs| programs.scraper.clone());
        let (Some(grant), Some(screen), Some(scraper)) =
            (grant.filter(|grant| grant.holds(now)), self.screen(), scraper)
        else {
            let close = Close {
                code: stream_close::AGAINST_THE_RULES,
                why: "the user has not agreed, or too long ago, or it was used",
            };
            return streams::refuse(self.shared.dialer.clone(), order, close);
        };
        let (close, told) = oneshot::channel();
        self.views.insert(order.stream_id, (order.session_id, close));
        let part = format!("{VIEW}{}", order.stream_id);
        let watch = Watch {
            screen,
            group: self.groups.whole.part(&part),
            socket: self.place.runtime().join(format!("{part}.sock")),
            scraper,
            who: grant.who,
        };
        let (dialer, stream, myself) = (self.shared.dialer.clone(), order.stream_id, self.myself.clone());
        tokio::spawn(async move {
            let ending = watch.run(&dialer, &order, told).await;
            if let Some(myself) = myself.upgrade() {
                let _ = myself.send(Ask::Closed(stream, ending));
            }
        });
    }
}
