//! *End and hold* (003): for a time nobody can launch again what is ended.

use deskwarden_domain::{MAX_HOLD_MINUTES, role_may, takes_hold};
use deskwarden_types::Verb;
use leptos::prelude::*;

use crate::{api::use_api, strings};

/// How long, in minutes: 15 minutes, 1 and 8 hours, a day, a week.
const CHOICES: [u32; 5] = [15, 60, 480, 1_440, MAX_HOLD_MINUTES];

/// The choice, for verbs that take one and whoever may use them on other people's sessions.
#[component]
pub fn Hold(
    /// The verb.
    verb: Verb,
    /// What was chosen.
    minutes: RwSignal<Option<u32>>,
) -> impl IntoView {
    let role = untrack(|| use_api().me()).map(|me| me.role);
    if !takes_hold(verb) || !role.is_some_and(|role| role_may(role, verb)) {
        return ().into_any();
    }
    let option = |of: u32| {
        view! { <option value=of.to_string() selected=move || minutes.get() == Some(of)>{in_words(of)}</option> }
    };
    view! {
        <div class="field">
            <label for="hold">{strings::hold()}</label>
            <select
                id="hold"
                class="select"
                aria-describedby="hold-about"
                on:change=move |event| minutes.set(event_target_value(&event).parse().ok())
            >
                <option value="" selected=move || minutes.get().is_none()>{strings::hold_none()}</option>
                {CHOICES.into_iter().map(option).collect_view()}
            </select>
            <p id="hold-about" class="field-about">{strings::hold_how()}</p>
        </div>
    }
    .into_any()
}

fn in_words(minutes: u32) -> String {
    match minutes {
        m if m % 1_440 == 0 => strings::count_days((m / 1_440) as usize),
        m if m % 60 == 0 => strings::span_hours((m / 60).to_string()),
        m => strings::span_minutes(m.to_string()),
    }
}
