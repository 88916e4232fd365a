//! The exact number, for those who want to wait for it.

use deskwarden_types::Counting;
use leptos::prelude::*;

use super::List;
use crate::strings;

/// Beside the pager, where the number is only the least there are.
#[component]
pub fn Count() -> impl IntoView {
    let list = expect_context::<List>();
    move || {
        if list.counting.get() {
            return Some(
                view! {
                    <span class="quiet" role="status">{strings::counting()}</span>
                    <button type="button" class="button small quiet" on:click=move |_| list.stop_counting()>{strings::stop_counting()}</button>
                }
                .into_any(),
            );
        }
        let least = list.around.with(|around| around.total.is_some_and(|total| !total.exact));
        least.then(|| {
            view! {
                <button type="button" class="button small quiet" on:click=move |_| list.count(Counting::Exact)>{strings::count_exactly()}</button>
            }
            .into_any()
        })
    }
}
