//! What a screen reader is told of changes that the eye sees by itself.

use leptos::prelude::*;

/// So many words stay, so that a later one does not take away one that was not begun.
const KEPT: usize = 3;

/// What was said last, each with its number.
#[derive(Clone, Copy)]
struct Said(RwSignal<Vec<(u32, String)>>);

/// Provides the region's text to what is below.
pub fn provide() -> Announce {
    let said = Said(RwSignal::default());
    provide_context(said);
    Announce(said)
}

/// Says it when whoever listens has heard the rest.
#[derive(Clone, Copy)]
pub struct Announce(Said);

/// The one who announces, from the context; taken when a component is made.
pub fn use_announce() -> Announce {
    Announce(expect_context::<Said>())
}

impl Announce {
    /// Says a text, politely.
    pub fn say(self, text: String) {
        self.0.0.update(|said| {
            let number = said.last().map_or(0, |(number, _)| number + 1);
            said.push((number, text));
            let first = said.len().saturating_sub(KEPT);
            said.drain(..first);
        });
    }

    /// Leaves nothing to be read again.
    pub fn forget(self) {
        self.0.0.update(|said| {
            let number = said.last().map_or(0, |(number, _)| number + 1);
            said.clear();
            said.push((number, String::new()));
        });
    }
}

/// The region that is listened to: once in the page, and once in each dialog, whose outside is not heard.
#[component]
pub fn Announcements() -> impl IntoView {
    let said = expect_context::<Said>();
    // What was said before it was there is no news.
    let before = said.0.with_untracked(|said| said.last().map(|(number, _)| *number));
    let news = move || {
        let new = |(number, _): &(u32, String)| before.is_none_or(|before| *number > before);
        said.0.with(|said| said.iter().filter(|word| new(word)).cloned().collect::<Vec<_>>())
    };
    view! {
        <div class="unseen" role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions">
            <For each=news key=|(number, _)| *number children=|(_, text)| view! { <p>{text}</p> } />
        </div>
    }
    .into_any()
}
