//! Above the table: the search box, which is the filter's text, and what else narrows the list, keeps it or takes it away.

pub mod chips;
mod choices;
pub mod dates;
mod download;
mod draft;
pub mod export;
mod export_columns;
pub mod fault;
pub mod filter;
mod panel;
mod range;
mod search;
pub mod suggest;
mod values;
pub mod views;
pub mod views_panel;

use deskwarden_domain::list::Choice;
use deskwarden_types::{Permission, SessionField, api::ListViews};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

pub use self::panel::Panel;
use self::{
    panel::{close_panels, panel_button},
    search::Search,
    views::Views,
};
use super::{Address, Go, List};
use crate::{
    api::use_api,
    later::{self, Later},
    parts::{Icon, icons},
    shell::Refreshes,
    strings,
};

/// What the box and the parts around it share.
#[derive(Clone, Copy)]
pub struct Find {
    /// The list that is narrowed.
    pub list: List,
    /// Changes the address.
    pub go: Go,
    /// What stands in the box.
    pub text: RwSignal<String>,
    /// Where its cursor is, in characters.
    pub cursor: RwSignal<usize>,
    /// Whether suggestions are wanted.
    pub open: RwSignal<bool>,
    /// What is suggested.
    pub options: RwSignal<Vec<Choice>>,
    /// Which of it the keyboard is on.
    pub active: RwSignal<Option<usize>>,
    /// Whether the text cannot be read; the list stays what it was.
    pub faulty: RwSignal<bool>,
    /// What stands open below its button.
    pub panel: RwSignal<Option<Panel>>,
    /// Saved views; what knows them comes later, where there are any.
    pub views: RwSignal<Option<Views>>,
    /// What stands on their button, where the list came from one.
    pub views_words: RwSignal<Option<String>>,
    /// Moves on whenever somebody needs them.
    pub views_wanted: RwSignal<u32>,
    /// Whether the dialog for exports is open.
    pub exporting: RwSignal<bool>,
    field: NodeRef<html::Input>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    help: StoredValue<Option<Help>>,
}

/// What knows the grammar. It comes later; until then a text is taken as it is.
#[derive(Clone, Copy)]
pub struct Help {
    /// Whether a text can be read.
    pub reads: fn(&str) -> bool,
    /// What a key does with the suggestions; says whether it did anything.
    pub key: fn(Find, &str) -> bool,
}

impl Find {
    /// Provides it to what is below.
    pub fn provide(list: List, go: Go) {
        provide_context(Self {
            list,
            go,
            text: RwSignal::default(),
            cursor: RwSignal::new(0),
            open: RwSignal::new(false),
            options: RwSignal::default(),
            active: RwSignal::new(None),
            faulty: RwSignal::new(false),
            panel: RwSignal::new(None),
            views: RwSignal::new(None),
            views_words: RwSignal::new(None),
            views_wanted: RwSignal::new(0),
            exporting: RwSignal::new(false),
            field: NodeRef::new(),
            waiting: StoredValue::new(None),
            help: StoredValue::new(None),
        });
    }

    /// The filter that the list has now.
    pub fn q(self) -> String {
        self.list.address.with(|a| a.query.q.clone()).unwrap_or_default()
    }

    /// Wants saved views, if there are any: a page may have one that it opens with.
    fn look_for_views(self) {
        let api = use_api();
        spawn_local(async move {
            // Without them the list works all the same; their panel says what is wrong.
            let has_some = api.reply::<ListViews>().await.is_ok_and(|reply| !reply.has_no_items());
            let is_named = self.list.address.try_with_untracked(|a| a.view.is_some()) == Some(true);
            if has_some || is_named {
                // The page may have been left meanwhile.
                let _ = self.views_wanted.try_update(|wanted| *wanted += 1);
            }
        });
    }

    /// What the page calls a field.
    fn name_of(self, field: SessionField) -> &'static str {
        self.list.address.with_untracked(|a| a.name_of(field))
    }

    /// Shows the list with something changed.
    pub fn change(self, change: impl FnOnce(&mut Address)) {
        self.go.list(&self.list.address.with_untracked(|a| a.with(change)), false);
    }

    /// Shows the list with this filter, in its text form.
    pub fn set_q(self, q: String) {
        self.change(|a| a.query.q = Some(q.trim().to_owned()).filter(|q| !q.is_empty()));
    }

    /// Shows everything again; the tab stays.
    pub fn clear(self) {
        let to = self.list.address.with_untracked(|a| {
            let state = a.query.state;
            a.unfiltered().with(|a| a.query.state = state)
        });
        self.go.list(&to, false);
        // What could not be read was never in the address.
        self.text.set(String::new());
    }
}

/// Search, filters, dates, views, export; below them what is wrong with the filter.
#[component]
pub fn Toolbar() -> impl IntoView {
    let find = expect_context::<Find>();
    find.look_for_views();
    let refreshes = expect_context::<Refreshes>();
    Effect::new(move |_| {
        if find.list.loaded.get() {
            refreshes.hear(find.list.refresh.get());
        }
    });
    let api = use_api();
    let may_export = Memo::new(move |_| api.may(Permission::ReadSessions));
    let close = move || find.exporting.set(false);
    close_panels(find);
    view! {
        <div class="toolbar">
            <Search />
            {panel_button(find, Panel::Filter, strings::filter().to_owned().into(), icons::FILTER)}
            {panel_button(find, Panel::Dates, strings::by_date_range().to_owned().into(), icons::DATES)}
            {panel_button(find, Panel::Views, Signal::derive(move || find.views_words.get().unwrap_or_else(|| strings::views().to_owned())), icons::VIEWS)}
            <span class="grow"></span>
            <button
                type="button"
                class="button"
                hidden=move || !may_export.get()
                on:click=move |_| find.exporting.set(true)
            >
                <Icon icon=icons::EXPORT />
                {strings::export()}
            </button>
        </div>
        {move || (find.views_wanted.get() > 0).then(|| view! { <Later part=later::kept_views quiet=true /> })}
        {move || find.faulty.get().then(|| view! { <Later part=later::filter_fault /> })}
        {move || find.exporting.get().then(|| view! { <Later part=later::export on_close=close /> })}
    }
    .into_any()
}

/// What narrows the list, in the line above the table; takes the room that is left there.
#[component]
pub fn Narrowed() -> impl IntoView {
    let find = expect_context::<Find>();
    let narrowed = Memo::new(move |_| find.list.address.with(Address::is_filtered));
    view! {
        <div class="narrowed">{move || narrowed.get().then(|| view! { <Later part=later::active_filters /> })}</div>
    }
    .into_any()
}
