//! The line above the table: which of its tabs, what is new, selecting, and the columns.

use deskwarden_types::{ListState, SessionId};
use leptos::prelude::*;

use super::{Address, Find, Go, List, find::Narrowed, nothing::OnlyOwn};
use crate::{
    format,
    later::{self, Later},
    parts::{Icon, icons},
    strings::{self, labels},
};

/// The line.
#[component]
pub fn Above() -> impl IntoView {
    let list = expect_context::<List>();
    let arranging = ArrangeOpen(RwSignal::new(false));
    provide_context(arranging);
    let close = move || arranging.0.set(false);
    view! {
        <OnlyOwn />
        <div class="above">
            <nav class="tabs" aria-label=strings::lists()>
                {tab(list, ListState::All)} {tab(list, ListState::Current)} {tab(list, ListState::Historical)}
            </nav>
            {move || list.cards.get().then(|| view! { <Later part=later::order_choice quiet=true /> })}
            {news(list)}
            <Narrowed />
            {more(list)}
            <button
                type="button"
                class="button small"
                disabled=move || list.is_between()
                on:click=move |_| list.select_page()
            >
                {strings::select_every()}
            </button>
            <button
                type="button"
                class="button small"
                disabled=move || !list.selection.any()
                on:click=move |_| list.deselect()
            >
                {strings::deselect_every()}
            </button>
            <button type="button" class="button small" aria-haspopup="dialog" on:click=move |_| arranging.0.set(true)>
                <Icon icon=icons::COLUMNS /> {strings::columns()}
            </button>
        </div>
        {move || arranging.0.get().then(|| view! { <Later part=later::arrange on_close=close /> })}
    }
    .into_any()
}

/// Whether the dialog that arranges the columns is open.
#[derive(Clone, Copy)]
pub struct ArrangeOpen(pub RwSignal<bool>);

fn tab(list: List, state: ListState) -> impl IntoView {
    let address = list.address;
    let current = move || address.with(|a| a.state() == state).then_some("true");
    let asked = (state != ListState::All).then_some(state);
    let href = move || address.with(|a| a.in_state(asked).link());
    view! { <a class="tab" href=href aria-current=current>{labels::list_state_label(state)}</a> }
}

/// How many sessions are new that are not shown yet.
fn news(list: List) -> impl IntoView {
    let go = expect_context::<Go>();
    let show = move |_| {
        if list.address.with_untracked(Address::takes_new_on_top) {
            list.show_held();
        } else {
            list.elsewhere.update(|ids| ids.clear());
            go.list(&list.address.with_untracked(|a| a.with(|a| a.query.sort = None)), false);
        }
    };
    move || {
        let count = list.held.with(Vec::len) + list.elsewhere.with(|ids| ids.len());
        (count > 0).then(|| {
            view! {
                <button type="button" class="button small new" on:click=show>
                    {strings::waiting_sessions(count)} " – " {strings::show()}
                </button>
            }
        })
    }
}

/// When the whole page is selected and there are more: these, too.
fn more(list: List) -> impl IntoView {
    let find = expect_context::<Find>();
    // The rows of a page that was selected as a whole: one that comes on top of them takes nothing away.
    let whole = Memo::new(move |before: Option<&Vec<SessionId>>| {
        let is_selected = |id: &SessionId| list.selection.has(*id);
        let rows: Vec<SessionId> = list.rows.with(|rows| rows.iter().map(|row| row.id).collect());
        let kept = || before.into_iter().flatten().copied().filter(|id| rows.contains(id)).collect::<Vec<_>>();
        let whole = if rows.iter().all(is_selected) { rows } else { kept() };
        if whole.iter().all(is_selected) { whole } else { Vec::new() }
    });
    move || {
        // What the box says matches nothing, and what the rows match does not stand in the box.
        if find.faulty.get() || list.refused() {
            return None;
        }
        let rows = list.rows.with(Vec::len);
        let beyond = list.around.with(|around| around.next.is_some() || around.prev.is_some());
        if list.selection.matching.get() {
            return Some(view! { <span class="selected-all">{list.matching_in_words()}</span> }.into_any());
        }
        (beyond && whole.with(|whole| !whole.is_empty())).then(|| {
            let total = list.around.with(|around| around.total).filter(|total| total.exact);
            let label = match total {
                Some(total) => strings::select_matching(format::number(total.count)),
                None => strings::select_matching_all().to_owned(),
            };
            view! {
                {list.page_selected().then(|| view! { <span class="quiet">{strings::all_on_page_selected(rows)}</span> })}
                <button type="button" class="button small quiet" on:click=move |_| list.select_matching()>{label}</button>
            }
            .into_any()
        })
    }
}
