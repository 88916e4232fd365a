//! The dialog that arranges the table: which columns, in which order, how high and how many rows. What is chosen shows
//! at once.

use deskwarden_domain::list::Column;
use deskwarden_types::{Density, SessionField, api::ViewColumn};
use leptos::{
    ev::{DragEvent, KeyboardEvent},
    prelude::*,
};

use super::{
    Go, List,
    above::ArrangeOpen,
    address::{MOST_ROWS, NARROWEST, WIDEST},
    columns::{self, usual_width},
    head::arrange,
};
use crate::{
    browser,
    parts::{Act, Dialog, Icon, icons},
    strings::{self, labels},
};

/// How many rows a page can have.
const ROWS: [u32; 5] = [50, 100, 200, 500, MOST_ROWS];

/// The dialog.
#[component]
pub fn ArrangeDialog() -> impl IntoView {
    let list = expect_context::<List>();
    let go = expect_context::<Go>();
    let ArrangeOpen(open) = expect_context::<ArrangeOpen>();
    let close = move || open.set(false);
    let desk = Desk { list, go, dragged: RwSignal::new(None) };
    let reset = move || arrange(list, go, Vec::new(), None);
    let density = move || list.address.with(|a| a.density.unwrap_or(Density::Comfortable));
    let set_density = move |event| {
        let chosen = event_target_value(&event).parse().ok().filter(|density| *density != Density::Comfortable);
        arrange(list, go, list.address.with_untracked(|a| a.columns.clone()), chosen);
    };
    let rows = move || list.address.with(super::Address::rows);
    let set_rows = move |event| {
        let chosen = event_target_value(&event).parse().ok().filter(|rows| *rows != ROWS[0]);
        go.list(&list.address.with_untracked(|a| a.with(|a| a.query.limit = chosen)), true);
    };
    let heights = [(Density::Comfortable, strings::comfortable()), (Density::Compact, strings::compact())];
    let heights = heights.map(|(of, label)| {
        view! { <option value=of.as_str() selected=move || density() == of>{label}</option> }
    });
    let counts = ROWS.map(|of| {
        view! { <option value=of.to_string() selected=move || rows() == of>{crate::format::number(i64::from(of))}</option> }
    });
    view! {
        <Dialog title=strings::columns().to_owned() on_close=close>
            <div class="dialog-body">
                <p class="quiet">{strings::columns_how()}</p>
                <ul class="arrange">
                    <For each=move || desk.lines() key=|line| line.column.field children=move |line| desk.line(&line.column) />
                </ul>
                <div class="arrange-more">
                    <label class="field"><span>{strings::row_height()}</span>
                        <select class="select" on:change=set_density>{heights}</select>
                    </label>
                    <label class="field"><span>{strings::rows_on_page()}</span>
                        <select class="select" on:change=set_rows>{counts}</select>
                    </label>
                </div>
            </div>
            <footer class="dialog-foot">
                <Act on_click=reset>{strings::reset_columns()}</Act>
                <Act kind=crate::parts::ButtonKind::Primary on_click=close>{strings::close()}</Act>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// A column that the page offers.
#[derive(Clone)]
struct Line {
    column: Column,
}

/// What the lines share.
#[derive(Clone, Copy)]
struct Desk {
    list: List,
    go: Go,
    dragged: RwSignal<Option<SessionField>>,
}

impl Desk {
    /// The columns shown, from left to right.
    fn shown(self) -> Vec<ViewColumn> {
        self.list.address.with(|a| columns::arranged(a, self.list.ad_username.get()))
    }

    /// Those that are shown, in their order, then the others.
    fn lines(self) -> Vec<Line> {
        let offered = self.list.address.with(|a| columns::offered(a, self.list.ad_username.get()));
        let shown = self.shown();
        let place = |field| shown.iter().position(|column| column.field == field);
        let mut lines: Vec<Line> = offered.into_iter().map(|column| Line { column }).collect();
        // Stable: those that are not shown keep the order in which the page offers them.
        lines.sort_by_key(|line| place(line.column.field).unwrap_or(usize::MAX));
        lines
    }

    fn set(self, columns: Vec<ViewColumn>) {
        // A table without columns shows nothing that could be understood.
        if !columns.is_empty() {
            arrange(self.list, self.go, columns, self.list.address.with_untracked(|a| a.density));
        }
    }

    fn show(self, field: SessionField, shown: bool) {
        let mut columns = untrack(|| self.shown());
        columns.retain(|column| column.field != field);
        if shown {
            columns.push(ViewColumn { field, width: None });
        }
        self.set(columns);
    }

    /// Puts a column where another one is.
    fn move_to(self, field: SessionField, to: usize) {
        let mut columns = untrack(|| self.shown());
        let Some(at) = columns.iter().position(|column| column.field == field) else { return };
        let column = columns.remove(at);
        columns.insert(to.min(columns.len()), column);
        self.set(columns);
    }

    fn widen(self, field: SessionField, width: Option<u16>) {
        let mut columns = untrack(|| self.shown());
        if let Some(column) = columns.iter_mut().find(|column| column.field == field) {
            column.width = width;
        }
        self.set(columns);
    }

    fn line(self, column: &Column) -> AnyView {
        let field = column.field;
        let (label, tip) = (labels::column_label(column), labels::column_tip(column));
        let about = tip.clone();
        let place = Memo::new(move |_| self.shown().iter().position(|shown| shown.field == field));
        let last = move || place.get().is_none_or(|at| at + 1 >= self.shown().len());
        let width = move || {
            let shown = self.shown();
            let chosen = shown.iter().find(|column| column.field == field).and_then(|column| column.width);
            chosen.map(|width| width.to_string()).unwrap_or_default()
        };
        let step = move |by: isize| {
            let Some(at) = place.get_untracked() else { return };
            self.move_to(field, at.saturating_add_signed(by));
            // The line is taken out and put in again, and would lose the keyboard.
            let on = document().active_element();
            request_animation_frame(move || {
                if let Some(on) = on {
                    browser::focus(&on);
                }
            });
        };
        let keys = move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" if event.alt_key() => -1,
                "ArrowDown" if event.alt_key() => 1,
                _ => return,
            };
            event.prevent_default();
            step(by);
        };
        let drop_here = move |event: DragEvent| {
            event.prevent_default();
            if let (Some(dragged), Some(at)) = (self.dragged.get_untracked(), place.get_untracked()) {
                self.move_to(dragged, at);
            }
            self.dragged.set(None);
        };
        view! {
            <li
                class:dragged=move || self.dragged.get() == Some(field)
                draggable=move || place.get().is_some().to_string()
                on:dragstart=move |_| self.dragged.set(Some(field))
                on:dragend=move |_| self.dragged.set(None)
                on:dragover=move |event| event.prevent_default()
                on:drop=drop_here
                on:keydown=keys
            >
                <Icon icon=icons::GRIP />
                <label class="check" data-tip=tip>
                    <input
                        type="checkbox"
                        aria-description=about
                        prop:checked=move || place.get().is_some()
                        on:change=move |event| self.show(field, event_target_checked(&event))
                    />
                    {label}
                </label>
                <span class="grow"></span>
                <input
                    type="number"
                    class="arrange-width"
                    min=NARROWEST.to_string()
                    max=WIDEST.to_string()
                    step="10"
                    aria-label=strings::column_width(label)
                    placeholder=usual_width(field).to_string()
                    disabled=move || place.get().is_none()
                    prop:value=width
                    on:change=move |event| {
                        let typed = event_target_value(&event).parse::<i64>().ok();
                        let width = typed.map(|width| width.clamp(NARROWEST.into(), WIDEST.into()) as u16);
                        // What was too much or too little is seen to have become the most or the least.
                        let shown = width.map(|width| width.to_string()).unwrap_or_default();
                        event_target::<web_sys::HtmlInputElement>(&event).set_value(&shown);
                        self.widen(field, width);
                    }
                />
                <button
                    type="button"
                    class="button small icon-only"
                    aria-label=strings::move_up(label)
                    disabled=move || place.get().is_none_or(|at| at == 0)
                    on:click=move |_| step(-1)
                >
                    <Icon icon=icons::UP />
                </button>
                <button
                    type="button"
                    class="button small icon-only"
                    aria-label=strings::move_down(label)
                    disabled=last
                    on:click=move |_| step(1)
                >
                    <Icon icon=icons::DOWN />
                </button>
            </li>
        }
        .into_any()
    }
}
