//! Which columns an export has, and in which order.

use deskwarden_domain::list;
use deskwarden_types::SessionField;
use leptos::prelude::*;

use crate::{
    pages::sessions::Address,
    parts::{Icon, icons},
    strings::{self, labels},
};

/// A column that may be exported.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Column {
    field: SessionField,
    label: &'static str,
    chosen: bool,
}

/// The columns of the page, in the order of the export.
#[derive(Clone, Copy)]
pub struct Columns {
    all: RwSignal<Vec<Column>>,
    /// As the list has them.
    first: StoredValue<Vec<Column>>,
}

impl Columns {
    /// Those that the list shows are chosen, in its order; the others stand behind them.
    pub fn of(address: &Address, ad_username: bool) -> Self {
        let known = list::columns(address.page, address.state(), ad_username);
        let make =
            |column: &list::Column, chosen| Column { field: column.field, label: labels::column_label(column), chosen };
        let mut all: Vec<Column> = Vec::new();
        for column in &address.columns {
            all.extend(known.iter().find(|known| known.field == column.field).map(|known| make(known, true)));
        }
        let own = all.is_empty();
        for column in &known {
            if !all.iter().any(|other| other.field == column.field) {
                all.push(make(column, own && column.shown));
            }
        }
        Self { all: RwSignal::new(all.clone()), first: StoredValue::new(all) }
    }

    /// The fields to export.
    pub fn chosen(self) -> Vec<SessionField> {
        self.all.with_untracked(|all| all.iter().filter(|column| column.chosen).map(|column| column.field).collect())
    }

    /// The list to choose from.
    pub fn list(self) -> AnyView {
        let count = move || self.all.with(|all| all.iter().filter(|column| column.chosen).count());
        let as_list = move |_| self.all.set(self.first.get_value());
        let every = move |_| self.all.update(|all| all.iter_mut().for_each(|column| column.chosen = true));
        let lines =
            move || self.all.get().into_iter().enumerate().map(|(at, column)| self.line(at, column)).collect_view();
        view! {
            <details class="fold">
                <summary>{strings::export_columns()} " " <span class="count">{count}</span></summary>
                <div class="quick">
                    <button type="button" class="button small" on:click=as_list>{strings::export_chosen()}</button>
                    <button type="button" class="button small" on:click=every>{strings::export_every()}</button>
                </div>
                <ul class="export-columns">{lines}</ul>
            </details>
        }
        .into_any()
    }

    fn line(self, at: usize, column: Column) -> AnyView {
        let change = move |event| {
            let chosen = event_target_checked(&event);
            self.all.update(|all| {
                for other in all.iter_mut().filter(|other| other.field == column.field) {
                    other.chosen = chosen;
                }
            });
        };
        let id = move |to: usize| format!("export-{to}-{}", column.field);
        let step = move |label: String, icon, to: Option<usize>| {
            let end = to.is_none_or(|to| to >= self.all.with_untracked(Vec::len));
            let click = move |_| {
                let Some(to) = to.filter(|_| !end) else { return };
                self.all.update(|all| all.swap(at, to));
                // The line is made anew in its new place; the keyboard goes along.
                request_animation_frame(move || {
                    if let Some(button) =
                        document().get_element_by_id(&format!("export-{}-{}", usize::from(to > at), column.field))
                    {
                        crate::browser::focus(&button);
                    }
                });
            };
            view! {
                <button
                    type="button"
                    id=id(usize::from(to.is_some_and(|to| to > at)))
                    class="button small icon-only"
                    aria-label=label
                    aria-disabled=end.then_some("true")
                    on:click=click
                >
                    <Icon icon=icon />
                </button>
            }
        };
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" checked=column.chosen on:change=change />
                    <span>{column.label}</span>
                </label>
                <span class="grow"></span>
                {step(strings::move_up(column.label), icons::UP, at.checked_sub(1))}
                {step(strings::move_down(column.label), icons::DOWN, Some(at + 1))}
            </li>
        }
        .into_any()
    }
}
