//! When there is nothing to show, and when something went wrong.

use deskwarden_client::ClientError;
use leptos::prelude::*;

use super::{Icon, icons};
use crate::strings;

/// A failure in the words of the server, with what finds it in the server's log.
pub fn explain(error: &ClientError) -> String {
    match error {
        ClientError::Problem(refusal) => {
            let wait = match refusal.retry_after {
                Some(time) => strings::try_again_in(time.as_secs()),
                None => String::new(),
            };
            let request = match refusal.status {
                500.. => strings::request_id(&refusal.request_id),
                _ => String::new(),
            };
            format!("{}{wait}{request}", refusal.detail)
        }
        ClientError::Transport(_) => strings::CANNOT_REACH.to_owned(),
        ClientError::Decode(_) => strings::CANNOT_UNDERSTAND.to_owned(),
    }
}

/// What could not be loaded, with a button to try again.
#[component]
pub fn Failed(
    /// What went wrong.
    #[prop(into)]
    text: Signal<String>,
    /// What the button does.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="failed" role="alert">
            <Icon icon=icons::ALERT />
            <span>{text}</span>
            <button type="button" class="button small" on:click=move |_| on_retry.run(())>{strings::TRY_AGAIN}</button>
        </div>
    }
    .into_any()
}

/// Nothing here, and what to do about it.
#[component]
pub fn Empty(
    /// The thing in one line.
    title: &'static str,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
