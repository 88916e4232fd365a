//! What stands where rows will be.

use leptos::prelude::*;

/// Rows of the height of real ones, so that nothing jumps when these come.
#[component]
pub fn SkeletonRows(
    /// How many columns.
    columns: usize,
    /// How many rows.
    #[prop(default = 12)]
    rows: usize,
) -> impl IntoView {
    let row = move || {
        let cells = (0..columns).map(|_| view! { <td><span class="bone"></span></td> }).collect_view();
        view! { <tr class="skeleton" aria-hidden="true">{cells}</tr> }
    };
    (0..rows).map(|_| row()).collect_view().into_any()
}
