//! The table: headers to sort by, rows to walk through with the keyboard.

use deskwarden_types::SessionId;
use leptos::{ev::KeyboardEvent, prelude::*};
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::{
    Go, List,
    columns::{COLUMNS, Column},
    list::Row,
    row::SessionRow,
};
use crate::{
    browser,
    feed::{Connection, Liveness},
    parts::{CopyText, Empty, Icon, SkeletonRows, icons},
    strings,
};

/// What rows share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The row that the keyboard is on.
    pub cursor: RwSignal<Option<SessionId>>,
    /// The row whose session is open beside the list.
    pub open: Memo<Option<SessionId>>,
}

/// The table, or what stands in its place.
#[component]
pub fn Table() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let path = use_location().pathname;
    let cursor = RwSignal::new(None);
    let open = Memo::new(move |_| path.read().strip_prefix("/sessions/").and_then(|id| id.parse().ok()));
    provide_context(Shared { cursor, open });
    let empty = move || list.loaded.get() && list.rows.with(Vec::is_empty);
    let liveness = expect_context::<Liveness>();
    let offline = move || matches!(liveness.connection.get(), Connection::Offline(_));
    let heads = COLUMNS.iter().map(|column| view! { <Head column=column /> }).collect_view();
    let all = move || {
        let rows = list.rows.get();
        !rows.is_empty() && list.selected.with(|selected| rows.iter().all(|row| selected.contains(&row.id)))
    };
    let some = move || !all() && list.selected.with(|selected| !selected.is_empty());
    let select_all = move |event| {
        let checked = event_target_checked(&event);
        let ids = list.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
        list.selected.update(|selected| {
            selected.clear();
            if checked {
                selected.extend(ids);
            }
        });
    };
    view! {
        <div class="table-box" class:loading=move || list.loading.get() && list.loaded.get() class:offline=offline aria-busy=move || list.loading.get().to_string()>
            <table class="table sessions" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th class="c-check" role="columnheader">
                            <input
                                type="checkbox"
                                aria-label=strings::SELECT_ALL
                                prop:checked=all
                                prop:indeterminate=some
                                on:change=select_all
                            />
                        </th>
                        {heads}
                    </tr>
                </thead>
                <tbody
                    role="rowgroup"
                    on:pointermove=move |_| list.pointer_moved()
                    on:pointerleave=move |_| list.pointer_left()
                    on:keydown=move |event| keys(&event, list, go, cursor)
                >
                    {move || (!list.loaded.get()).then(|| view! { <SkeletonRows columns=COLUMNS.len() + 1 /> })}
                    <For each=move || list.rows.get() key=|row| row.id let(row)>
                        <SessionRow row=row />
                    </For>
                </tbody>
            </table>
            {move || empty().then(|| view! { <Nothing /> })}
        </div>
    }
    .into_any()
}

/// A header; a click sorts upwards, the next one downwards.
#[component]
fn Head(
    /// The column.
    column: &'static Column,
) -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let Some(key) = column.sort else {
        return view! {
            <th class=column.class role="columnheader" scope="col"><span class="head" data-tip=column.tip>{column.label}</span></th>
        }
        .into_any();
    };
    // The plain list has the newest ids first.
    let state = Memo::new(move |_| {
        let sort = list.address.with(|a| a.query.sort.clone()).unwrap_or_else(|| "-id".to_owned());
        match sort.strip_prefix('-') {
            Some(of) if of == key => Some(false),
            None if sort == key => Some(true),
            _ => None,
        }
    });
    let sort = move |_| {
        let to = if state.get_untracked() == Some(true) { format!("-{key}") } else { key.to_owned() };
        let sort = Some(to).filter(|to| to != "-id");
        go.list(&list.address.with_untracked(|a| a.with(|q| q.sort = sort)), false);
    };
    let word = move || match state.get() {
        Some(true) => "ascending",
        Some(false) => "descending",
        None => "none",
    };
    let arrow = move || state.get().map(|up| view! { <Icon icon=if up { icons::UP } else { icons::DOWN } /> });
    view! {
        <th class=column.class role="columnheader" scope="col" aria-sort=word>
            <button type="button" class="head sortable" data-tip=column.tip on:click=sort>{column.label} {arrow}</button>
        </th>
    }
    .into_any()
}

/// What stands in place of rows.
#[component]
fn Nothing() -> impl IntoView {
    let list = expect_context::<List>();
    move || {
        let clear = list.address.with(|a| {
            a.with(|q| *q = deskwarden_types::api::SessionQuery { kind: q.kind, ..Default::default() }).write()
        });
        if list.address.with(super::Address::is_filtered) {
            view! {
                <Empty title=strings::NOTHING_MATCHES>
                    <p>{strings::NOTHING_MATCHES_HOW}</p>
                    <p><a class="button" href=format!("/sessions{clear}")>{strings::CLEAR_FILTER}</a></p>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Empty title=strings::NO_SESSIONS>
                    <p>{strings::NO_SESSIONS_HOW}</p>
                    <CopyText text=strings::LAUNCH_COMMAND.to_owned() label=strings::LAUNCH_LABEL />
                </Empty>
            }
            .into_any()
        }
    }
}

/// Up and down walk, Enter opens, Space selects.
fn keys(event: &KeyboardEvent, list: List, go: Go, cursor: RwSignal<Option<SessionId>>) {
    // Only for the row itself: buttons and boxes in it have keys of their own.
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(element) = target.filter(|e| e.tag_name() == "TR") else { return };
    let Some(id) = cursor.get_untracked() else { return };
    let walk = |row: Option<web_sys::Element>| {
        if let Some(row) = row {
            browser::focus(&row);
        }
    };
    match event.key().as_str() {
        "ArrowDown" => walk(element.next_element_sibling()),
        "ArrowUp" => walk(element.previous_element_sibling()),
        "Enter" => go.session(id, &list.address.get_untracked()),
        " " => toggle(list, id),
        _ => return,
    }
    event.prevent_default();
}

/// Selects a row, or no more.
pub fn toggle(list: List, id: SessionId) {
    list.selected.update(|selected| {
        if !selected.remove(&id) {
            selected.insert(id);
        }
    });
}

/// Whether this is the row that Tab reaches: the one the keyboard was on, else the first.
pub fn is_stop(list: List, shared: Shared, id: SessionId) -> bool {
    let first = |rows: &Vec<Row>| rows.first().is_some_and(|row| row.id == id);
    match shared.cursor.get() {
        Some(on) if list.rows.with(|rows| rows.iter().any(|row| row.id == on)) => on == id,
        _ => list.rows.with(first),
    }
}
