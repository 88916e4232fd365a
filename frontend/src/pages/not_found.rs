//! No such page.

use leptos::prelude::*;

use crate::{parts::Empty, strings};

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Empty title=strings::NOT_FOUND>
            <p><a class="button primary" href="/sessions">{strings::TO_SESSIONS}</a></p>
        </Empty>
    }
}
