//! The Sessions page: the list, and beside it one session.

mod above;
mod actions;
pub mod address;
mod arrange;
mod cells;
mod columns;
mod count;
pub mod find;
mod head;
mod list;
mod live;
mod load;
mod mass_bar;
mod nothing;
mod order;
mod remembered;
mod row;
mod select;
mod table;
mod walk;
mod window;

use deskwarden_domain::list::kind_of;
use leptos::prelude::*;

use self::{
    above::Above,
    count::Count,
    find::{Find, Toolbar},
    nothing::failure,
    table::Table,
};
pub use self::{
    address::Address, arrange::ArrangeDialog, cells::seconds, list::List, mass_bar::MassBar, order::OrderChoice,
    walk::focus_row_of,
};
use crate::{
    later::{self, Later},
    pages::session::SessionPanel,
    parts::Pager,
    router::{Router, use_router},
    strings::{self, labels},
};

/// Changes the address.
#[derive(Clone, Copy)]
pub struct Go {
    router: Router,
    /// Moves on when what this browser remembers of a page has changed, which no address tells.
    kept: RwSignal<u32>,
}

impl Go {
    fn provide() -> Self {
        let go = Self { router: use_router(), kept: RwSignal::new(0) };
        provide_context(go);
        go
    }

    /// Arranges the list anew, also where the address says nothing of it.
    fn arrange(self, address: &Address) {
        self.router.go(&address.link(), true);
        self.kept.update(|kept| *kept += 1);
    }

    /// Shows this list; an open session stays beside it. `replace`: without a step for the back button.
    pub fn list(self, address: &Address, replace: bool) {
        self.router.go(&address.link(), replace);
    }

    /// Opens a session beside the list.
    pub fn session(self, id: deskwarden_types::SessionId, address: &Address) {
        self.router.go(&Address { open: Some(id), ..address.clone() }.link(), false);
    }

    /// Closes the session beside the list.
    pub fn close(self, address: &Address) {
        self.router.go(&Address { open: None, ..address.clone() }.link(), false);
    }
}

/// The list, and beside it what is open.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let router = use_router();
    let go = Go::provide();
    let address = Memo::new(move |_| {
        go.kept.track();
        Address::read(&router.path.read(), &router.query.read())
    });
    // What this browser remembers of a page goes into its address, too: a link shows a colleague the same columns.
    Effect::new(move |_| {
        let unnamed = |name| router.query.with_untracked(|query| query.get(name).is_none());
        let kept = |a: &Address| !a.columns.is_empty() && unnamed("cols") || a.density.is_some() && unnamed("density");
        let link = address.with(|a| (a.unknown.is_empty() && kept(a)).then(|| a.link()));
        if let Some(link) = link {
            router.go(&link, true);
        }
    });
    let list = List::provide(address);
    Find::provide(list, go);
    let open = Memo::new(move |_| router.session().is_some());
    let unknown = move || {
        let unknown = address.with(|a| a.unknown.join(", "));
        (!unknown.is_empty()).then(|| view! { <p class="note" role="status">{strings::unknown_filters(&unknown)}</p> })
    };
    let turn = move |(cursor, first): (String, i64)| {
        let now = address.get_untracked();
        let here = list.around.with_untracked(|around| around.first);
        let to = now.with(|a| {
            a.query.cursor = Some(cursor);
            a.first = if first < here { (here - i64::from(a.rows())).max(1) } else { first };
        });
        go.list(&to, false);
    };
    let selected = Memo::new(move |_| list.selection.any());
    let heading = move || match kind_of(address.with(|a| a.page)) {
        Some(kind) => labels::kind_label(kind),
        None => strings::sessions(),
    };
    view! {
        <div class="split" class:open=open>
            <section class="list" aria-label=strings::sessions()>
                <h1 class="unseen">{heading}</h1>
                <Toolbar />
                {unknown}
                {failure()}
                <Above />
                <Table />
                <div class="list-foot">
                    <Pager
                        first=Signal::derive(move || list.around.with(|a| a.first))
                        shown=Signal::derive(move || list.rows.with(Vec::len))
                        total=Signal::derive(move || list.around.with(|a| a.total))
                        prev=Signal::derive(move || list.around.with(|a| a.prev.clone()))
                        next=Signal::derive(move || list.around.with(|a| a.next.clone()))
                        on_go=turn
                        told=true
                    />
                    <Count />
                    {move || selected.get().then(|| view! { <Later part=later::mass_bar /> })}
                </div>
            </section>
            {move || open.get().then(|| view! { <SessionPanel /> })}
        </div>
    }
    .into_any()
}
