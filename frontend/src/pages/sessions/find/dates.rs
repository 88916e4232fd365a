//! From and to: sessions any part of which lies in the range.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::{Find, panel::begin_at, range::Range};
use crate::{
    parts::{Act, ButtonKind},
    strings,
};

/// The panel *Filter by date range* (000).
#[component]
pub fn DatesPanel() -> impl IntoView {
    let find = expect_context::<Find>();
    let node = NodeRef::<html::Div>::new();
    begin_at(node);
    let range = Range::new();
    let (from, to) = find.list.address.with_untracked(|a| (a.query.from.clone(), a.query.to.clone()));
    range.read(from, to);
    let narrow = move |from: Option<String>, to: Option<String>| {
        find.panel.set(None);
        find.change(|a| {
            a.query.from = from;
            a.query.to = to;
        });
    };
    let apply = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some((from, to)) = range.parameters() {
            narrow(from, to);
        }
    };
    let quick = move |days: i32| {
        // Relative, so that a link or a view with it goes along with the days.
        let from = if days == 1 { "today".to_owned() } else { format!("today-{}d", days - 1) };
        narrow(Some(from), None);
    };
    view! {
        <div node_ref=node class="drop-body">
            <form class="range" novalidate on:submit=apply>
                {range.fields(Callback::new(quick))}
                <div class="drop-foot">
                    <Act on_click=move || narrow(None, None)>{strings::reset()}</Act>
                    <Act kind=ButtonKind::Primary form="submit">{strings::apply()}</Act>
                </div>
            </form>
        </div>
    }
    .into_any()
}
