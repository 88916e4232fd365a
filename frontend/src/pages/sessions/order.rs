//! The order of the list in words.

use deskwarden_domain::list::{SortKey, sort_key};
use leptos::prelude::*;

use super::{Address, Go, List, columns};
use crate::strings::{self, labels};

/// What a screen reader is told of it: `Sorted by Start time, descending.`
pub fn in_words(address: &Address) -> String {
    let offered = columns::offered(address, true);
    let name = |key: &SortKey| {
        let own = offered.iter().find(|column| column.field == key.field);
        let label = own.map_or_else(|| address.name_of(key.field), labels::column_label);
        if key.descending { strings::sorted_down(label) } else { strings::sorted_up(label) }
    };
    strings::sorted_by(address.sort().iter().map(name).collect::<Vec<_>>().join("; "))
}

/// Where there are cards instead of a table, and so no headers: the order as a choice.
#[component]
pub fn OrderChoice() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let options = move || {
        let address = list.address.get();
        let now = address.sort();
        let one = |descending: bool, column: &deskwarden_domain::list::Column| {
            let (field, reversed) = sort_key(column.field)?;
            let order = vec![SortKey { field, descending: descending != reversed }];
            let label = labels::column_label(column);
            let words = if descending { strings::sorted_down(label) } else { strings::sorted_up(label) };
            Some(view! { <option value=text(&order) selected=order == now>{words}</option> })
        };
        let offered = columns::offered(&address, list.ad_username.get());
        let several =
            (now.len() > 1).then(|| view! { <option value=text(&now) selected=true>{strings::sort_own()}</option> });
        let each = offered.iter().flat_map(|column| [one(false, column), one(true, column)]).flatten().collect_view();
        view! { {several} {each} }
    };
    let chosen = move |event| {
        let sort = event_target_value(&event);
        let sort = Some(sort).filter(|sort| sort != "-id");
        go.list(&list.address.with_untracked(|a| a.with(|a| a.query.sort = sort)), false);
    };
    view! { <select class="select order-choice" aria-label=strings::sort_list() on:change=chosen>{options}</select> }
        .into_any()
}

fn text(order: &[SortKey]) -> String {
    let key = |key: &SortKey| format!("{}{}", if key.descending { "-" } else { "" }, key.field);
    order.iter().map(key).collect::<Vec<_>>().join(",")
}
