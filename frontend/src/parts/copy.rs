//! A text to take away.

use leptos::{prelude::*, task::spawn_local};

use super::{Icon, icons};
use crate::{browser, strings};

/// A text with a button that copies it.
#[component]
pub fn CopyText(
    /// The text.
    text: String,
    /// What it is, for screen readers.
    label: &'static str,
) -> impl IntoView {
    let state = RwSignal::new(None::<bool>);
    let copied = text.clone();
    let copy = move |_| {
        let text = copied.clone();
        spawn_local(async move { state.set(Some(browser::copy(&text).await)) });
    };
    // A word is read and typed as one: none is broken at its hyphens.
    let words: Vec<_> = text.split_inclusive(' ').map(str::to_owned).collect();
    let words = words.into_iter().map(|word| view! { <span class="word">{word}</span><wbr /> }).collect_view();
    view! {
        <div class="copy">
            <code class="copy-text" aria-label=label tabindex="0">{words}</code>
            <button type="button" class="button" on:click=copy>
                {move || {
                    let icon = if state.get() == Some(true) { icons::CHECK } else { icons::COPY };
                    view! { <Icon icon=icon /> }
                }}
                <span aria-live="polite">
                    {move || match state.get() {
                        None => strings::copy(),
                        Some(true) => strings::copied(),
                        Some(false) => strings::copy_by_hand(),
                    }}
                </span>
            </button>
        </div>
    }
    .into_any()
}
