//! The Sessions page: the list, and beside it one session.

mod actions;
mod address;
mod columns;
mod list;
mod mass_bar;
mod row;
mod table;
mod toolbar;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Outlet,
    hooks::{use_location, use_navigate, use_query_map},
};

pub use self::{address::Address, list::List, row::seconds};
use self::{mass_bar::MassBar, table::Table, toolbar::Toolbar};
use crate::{
    parts::{Failed, Pager},
    strings,
};

/// Changes the address.
#[derive(Clone, Copy)]
pub struct Go(StoredValue<GoTo, LocalStorage>);

type GoTo = Box<dyn Fn(&str, bool)>;

impl Go {
    fn provide() -> Self {
        let navigate = use_navigate();
        let go: GoTo = Box::new(move |to, replace| {
            navigate(to, NavigateOptions { replace, scroll: false, ..Default::default() });
        });
        let go = Self(StoredValue::new_local(go));
        provide_context(go);
        go
    }

    /// Shows this list; an open session stays beside it. `replace`: without a step for the back button.
    pub fn list(self, address: &Address, replace: bool) {
        let path = window().location().pathname().unwrap_or_default();
        self.0.with_value(|go| go(&format!("{path}{}", address.write()), replace));
    }

    /// Opens a session beside the list.
    pub fn session(self, id: deskwarden_types::SessionId, address: &Address) {
        self.0.with_value(|go| go(&format!("/sessions/{id}{}", address.write()), false));
    }

    /// Closes the session beside the list.
    pub fn close(self, address: &Address) {
        self.0.with_value(|go| go(&format!("/sessions{}", address.write()), false));
    }
}

/// The list, and beside it what is open.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let params = use_query_map();
    let address = Memo::new(move |_| Address::read(&params.read()));
    let go = Go::provide();
    let list = List::provide(address);
    let path = use_location().pathname;
    let open = Memo::new(move |_| path.read().strip_prefix("/sessions/").is_some_and(|rest| !rest.is_empty()));
    let failed = move || list.failure.get().map(|text| view! { <Failed text=text on_retry=move || list.load() /> });
    let unknown = move || {
        let unknown = address.with(|a| a.unknown.join(", "));
        (!unknown.is_empty()).then(|| view! { <p class="note" role="status">{strings::unknown_filters(&unknown)}</p> })
    };
    let turn = move |(cursor, first): (String, i64)| {
        let now = address.get_untracked();
        let mut to = now.with(|query| query.cursor = Some(cursor));
        to.first = first;
        go.list(&to, false);
    };
    view! {
        <div class="split" class:open=open>
            <section class="list" aria-label=strings::SESSIONS>
                <Toolbar />
                {unknown}
                {failed}
                <Table />
                <div class="list-foot">
                    <Pager
                        first=Signal::derive(move || list.around.with(|a| a.first))
                        shown=Signal::derive(move || list.rows.with(Vec::len))
                        total=Signal::derive(move || list.around.with(|a| a.total))
                        prev=Signal::derive(move || list.around.with(|a| a.prev.clone()))
                        next=Signal::derive(move || list.around.with(|a| a.next.clone()))
                        on_go=turn
                    />
                    <MassBar />
                </div>
                <p class="unseen" role="status" aria-live="polite">{move || list.said.get()}</p>
            </section>
            <Outlet />
        </div>
    }
    .into_any()
}
