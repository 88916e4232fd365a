//! When there is nothing to show, and when something went wrong.

use deskwarden_client::ClientError;
use deskwarden_types::ErrorCode;
use leptos::prelude::*;

use super::{Icon, icons, spoken};
use crate::strings;

/// A failure in the words of the server, with what finds it in the server's log.
pub fn explain(error: &ClientError) -> String {
    match error {
        ClientError::Problem(refusal) => {
            let title = strings::t(refusal.code.title());
            let said = match refusal.why_not {
                _ if refusal.code == ErrorCode::TooManySessions => {
                    format!("{title}. {}", strings::too_many_match_how())
                }
                Some(why) if strings::in_other_language() => {
                    format!("{title}: {}", strings::labels::why_not_label(why))
                }
                _ => strings::and_server_says(title, Some(&refusal.detail)),
            };
            let wait = refusal.retry_after.map(|time| strings::try_again_in(time.as_secs()));
            let request = (refusal.status >= 500).then(|| strings::request_id(&refusal.request_id));
            [Some(said), wait, request].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        ClientError::Transport(_) => strings::cannot_reach().to_owned(),
        ClientError::Decode(_) => strings::cannot_understand().to_owned(),
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
            <span>{move || spoken(text.get())}</span>
            <button type="button" class="button small" on:click=move |_| on_retry.run(())>{strings::try_again()}</button>
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
