//! What a screen reader is told of changes that the eye sees by itself.

use leptos::prelude::*;

/// What was said last.
#[derive(Clone, Copy)]
struct Said(RwSignal<String>);

/// Provides the region's text to what is below.
pub fn provide() {
    provide_context(Said(RwSignal::default()));
}

/// Says it when whoever listens has heard the rest; a later word takes the place of one that was not begun.
#[derive(Clone, Copy)]
pub struct Announce(Said);

/// The one who announces, from the context; taken when a component is made.
pub fn use_announce() -> Announce {
    Announce(expect_context::<Said>())
}

impl Announce {
    /// Says a text, politely.
    pub fn say(self, mut text: String) {
        self.0.0.update(|said| {
            // The same text once more is only heard when it is another one.
            if *said == text {
                text.push('\u{a0}');
            }
            *said = text;
        });
    }
}

/// The region that is listened to; once in the page.
#[component]
pub fn Announcements() -> impl IntoView {
    let said = expect_context::<Said>();
    view! { <p class="unseen" role="status" aria-live="polite">{move || said.0.get()}</p> }.into_any()
}
