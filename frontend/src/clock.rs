//! The time, as the server has it, ticking once a second.

use std::time::Duration;

use deskwarden_types::Timestamp;
use leptos::prelude::*;

/// The server's time in this page. Reading it inside a view makes that part tick.
#[derive(Clone, Copy)]
pub struct Clock {
    tick: RwSignal<i64>,
    /// How far the server is ahead of this machine, in milliseconds.
    ahead: RwSignal<i64>,
}

impl Clock {
    /// Starts ticking and provides the clock to what is below.
    pub fn provide() -> Self {
        let clock = Self { tick: RwSignal::new(millis()), ahead: RwSignal::new(0) };
        set_interval(move || clock.tick.set(millis()), Duration::from_secs(1));
        provide_context(clock);
        clock
    }

    /// Sets it by a token that the server has just made.
    pub fn set_by_token(self, token: &str) {
        if let Some(issued) = issued_at(token) {
            // The token's time has whole seconds; less than two is no skew.
            let ahead = issued + 500 - millis();
            self.ahead.set(if ahead.abs() < 2_000 { 0 } else { ahead });
        }
    }

    /// Now, ticking.
    pub fn now(self) -> Timestamp {
        Timestamp::from_millis(self.tick.get().max(0) + self.ahead.get())
    }

    /// Now, once.
    pub fn now_once(self) -> Timestamp {
        Timestamp::from_millis(millis() + self.ahead.get_untracked())
    }
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    expect_context::<Clock>()
}

fn millis() -> i64 {
    js_sys::Date::now() as i64
}

/// When a JWT says that it was made, in milliseconds. Only read, never trusted: the server checks it.
fn issued_at(token: &str) -> Option<i64> {
    let payload = token.split('.').nth(1)?.replace('-', "+").replace('_', "/");
    let json = window().atob(&payload).ok()?;
    let claims = js_sys::JSON::parse(&json).ok()?;
    let seconds = js_sys::Reflect::get(&claims, &"iat".into()).ok()?.as_f64()?;
    Some(seconds as i64 * 1000)
}
