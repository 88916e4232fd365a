//! The time of the last refresh, and the button that asks all agents to report now.

use std::time::Duration;

use deskwarden_types::{
    NoArgs, NoBody, Permission, Timestamp,
    api::{RefreshState, ShowRefresh, StartRefresh},
};
use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    announce::{Announce, use_announce},
    api::{Api, use_api},
    browser,
    clock::{Clock, use_clock},
    format,
    notices::{Notices, use_notices},
    parts::{Icon, explain, icons},
    router::{HOME, Router, use_router},
    strings,
};

/// Where the tabs of this browser tell each other from when on the next refresh may be asked for.
const KEY: &str = "deskwarden.refreshes";
/// No server makes anybody wait longer, in milliseconds: what says otherwise is old or damaged.
const LONGEST_MS: i64 = 120_000;
/// Between two looks at how many have answered.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of refreshes.
#[derive(Clone, Copy)]
pub struct Refreshes {
    state: RwSignal<Option<RefreshState>>,
    /// From when on the next one may be asked for, by this tab's or another one's knowledge.
    available_at: RwSignal<Option<Timestamp>>,
    busy: RwSignal<bool>,
    /// Whether somebody has asked for the state by itself.
    asked: StoredValue<bool>,
    router: Router,
    api: Api,
    clock: Clock,
    notices: Notices,
    announce: Announce,
}

impl Refreshes {
    /// Provides it to what is below, and listens to the other tabs.
    pub fn provide() -> Self {
        let refreshes = Self {
            state: RwSignal::new(None),
            available_at: RwSignal::new(None),
            busy: RwSignal::new(false),
            asked: StoredValue::new(false),
            router: use_router(),
            api: use_api(),
            clock: use_clock(),
            notices: use_notices(),
            announce: use_announce(),
        };
        provide_context(refreshes);
        let listener = window_event_listener(ev::storage, move |_| refreshes.look());
        on_cleanup(move || listener.remove());
        Effect::new(move |_| {
            if refreshes.api.me().is_some() {
                refreshes.look();
                refreshes.ask();
            }
        });
        refreshes
    }

    /// Asks when the last one was, where no list has told: each comes with its own word of it.
    fn ask(self) {
        let tells = self.router.path.with_untracked(|path| path.starts_with(HOME));
        if tells || self.asked.get_value() || !untrack(|| self.api.may(Permission::ReadSessions)) {
            return;
        }
        self.asked.set_value(true);
        spawn_local(async move {
            // A miss leaves the place empty, as it was.
            if let Ok(state) = self.api.get::<ShowRefresh>().await {
                self.hear(state);
            }
        });
    }

    /// Takes what the server says; an older word than what is known is none.
    pub fn hear(self, heard: RefreshState) {
        let known = self.state.get_untracked().unwrap_or_default();
        let earlier = heard.available_at.is_some() && heard.available_at < known.available_at;
        if earlier || heard.completed_at < known.completed_at {
            return;
        }
        let over = known.running && !heard.running;
        self.state.set(Some(heard));
        self.wait_until(heard.available_at);
        if over {
            self.say(heard);
        }
    }

    /// Says how a refresh ended.
    fn say(self, state: RefreshState) {
        match state.completed_at {
            Some(at) if state.answered > 0 && state.answered >= state.agents_asked => {
                self.announce.say(strings::refreshed_at(format::seconds(at)));
            }
            _ => self.announce.say(told(state, self.clock.now_once())),
        }
    }

    /// Takes what another tab has written, unless it is about another tenant.
    fn look(self) {
        let kept = browser::remembered(KEY).unwrap_or_default();
        let Some((tenant, at)) = kept.split_once(' ') else { return };
        let mine = self.api.who.with_untracked(|who| who.tenant()).is_some_and(|id| id.to_string() == tenant);
        if mine && let Ok(at) = at.parse() {
            self.wait_until(Some(Timestamp::from_millis(at)));
        }
    }

    fn wait_until(self, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        let ahead = at.millis() - self.clock.now_once().millis();
        if !(1..=LONGEST_MS).contains(&ahead) || self.available_at.get_untracked() >= Some(at) {
            return;
        }
        self.available_at.set(Some(at));
        if let Some(tenant) = self.api.who.with_untracked(|who| who.tenant()) {
            browser::remember(KEY, Some(&format!("{tenant} {}", at.millis())));
        }
    }

    /// How many seconds it is until the next one may be asked for; ticks.
    fn wait(self) -> usize {
        let Some(at) = self.available_at.get() else { return 0 };
        // Ticks with the clock, which is up to a second old.
        self.clock.now();
        let left = at.millis() - self.clock.now_once().millis();
        usize::try_from(left.max(0).saturating_add(999) / 1000).unwrap_or_default()
    }

    /// Asks every agent to report, and looks how many have until all have.
    fn start(self) {
        self.busy.set(true);
        spawn_local(async move {
            match self.api.call::<StartRefresh>(NoArgs {}, NoArgs {}, NoBody {}).await {
                Ok(state) => {
                    self.hear(state);
                    // Nobody was there to be asked.
                    if !state.running {
                        self.say(state);
                    }
                }
                Err(error) => match error.retry_after() {
                    // Somebody else was quicker: that is what the countdown says.
                    Some(wait) => {
                        let wait = i64::try_from(wait.as_millis()).unwrap_or(LONGEST_MS);
                        self.wait_until(Some(self.clock.now_once().plus_millis(wait)));
                    }
                    None => self.notices.failure(strings::refresh_failed().to_owned(), Some(explain(&error)), None),
                },
            }
            self.busy.set(false);
            while self.state.with_untracked(|state| state.as_ref().is_some_and(|s| s.running)) {
                browser::sleep(PAUSE).await;
                // A miss is no news: the feed tells the end, too.
                let Ok(state) = self.api.get::<ShowRefresh>().await else { return };
                self.hear(state);
            }
        });
    }
}

/// What came of the last refresh; before the first, what the agents told by themselves.
fn told(state: RefreshState, now: Timestamp) -> String {
    if state.running {
        return strings::refreshing(state.answered, state.agents_asked);
    }
    let reports = state.completed_at.map(|at| strings::reports_of(format::stamp(at, now)));
    match (state.asked_at, reports) {
        (Some(at), _) if state.agents_asked == 0 => strings::no_hosts_asked(format::stamp(at, now)),
        (Some(at), _) if state.answered == 0 => strings::no_host_answered(format::stamp(at, now)),
        (Some(_), Some(reports)) => {
            format!("{reports} · {}", strings::hosts_answered(state.answered, state.agents_asked))
        }
        (None, Some(reports)) => reports,
        (_, None) => strings::never_refreshed().to_owned(),
    }
}

/// When the agents' reports had last arrived, and the button that asks for new ones.
#[component]
pub fn LastRefresh() -> impl IntoView {
    let refreshes = expect_context::<Refreshes>();
    let clock = refreshes.clock;
    let may = Memo::new(move |_| refreshes.api.may(Permission::ReadSessions));
    let words = move || refreshes.state.get().map(|state| told(state, clock.now_once()));
    let exact = move || {
        let state = refreshes.state.get()?;
        let at = if state.answered == 0 { state.asked_at.or(state.completed_at) } else { state.completed_at };
        at.map(format::full)
    };
    let wait = Memo::new(move |_| refreshes.wait());
    let waits = move || wait.get() > 0 || refreshes.busy.get();
    let tip = move || match wait.get() {
        0 => strings::refresh_tip().to_owned(),
        seconds => strings::refresh_waits(seconds),
    };
    let click = move |_| {
        if !untrack(waits) {
            refreshes.start();
        }
    };
    view! {
        <span class="refreshed" data-tip=exact data-testid="refreshed">{words}</span>
        <button
            type="button"
            class="button small refresh"
            hidden=move || !may.get()
            aria-disabled=move || waits().then_some("true")
            aria-label=strings::refresh()
            aria-description=tip
            data-tip=tip
            on:click=click
        >
            <Icon icon=icons::AGAIN />
            {strings::refresh()}
            <span class="num">{move || Some(wait.get()).filter(|s| *s > 0).map(|s| strings::span_seconds(s.to_string()))}</span>
        </button>
    }
    .into_any()
}
