//! A table of a few columns. Where there is no room for it, each row is a card whose lines have the columns' names.

use leptos::{html, prelude::*};

/// The table with its head; `rows` are its body's.
pub fn table(heads: &[&'static str], rows: AnyView) -> AnyView {
    let node = NodeRef::<html::Table>::new();
    let names: Vec<_> = heads.iter().enumerate().map(|(place, head)| (format!("--h{}", place + 1), *head)).collect();
    // The stylesheet has the names from here: it knows how wide the table is, and a cell does not know its column.
    node.on_load(move |table| {
        for (name, head) in &names {
            // Fails only for names that are no properties.
            let _ = table.style((name.clone(), format!("\"{head}\"")));
        }
    });
    let heads = heads.iter().map(|label| view! { <th scope="col"><span class="head">{*label}</span></th> }.into_any());
    view! {
        <table class="table stacks" node_ref=node>
            <thead><tr>{heads.collect::<Vec<_>>()}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The same in a box of its own, which is moved sideways where even a card's line is too long.
pub fn boxed_table(heads: &[&'static str], rows: AnyView) -> AnyView {
    view! { <div class="table-box" tabindex="0">{table(heads, rows)}</div> }.into_any()
}
