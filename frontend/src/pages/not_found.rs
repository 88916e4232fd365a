//! No such page.

use leptos::prelude::*;

use crate::{parts::Empty, strings};

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <h1 class="unseen">{strings::product()}</h1>
        <Empty title=strings::not_found()>
            <p><a class="button primary" href="/sessions">{strings::to_sessions()}</a></p>
        </Empty>
    }
}
