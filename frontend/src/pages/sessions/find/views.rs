//! Saved views: which there are, which one the list came from, and the one that a page opens with.

use deskwarden_types::{
    ListPage, ViewReach,
    api::{ListViews, SessionQuery, SessionSelection, View},
};
use leptos::{prelude::*, task::spawn_local};

use super::Find;
use crate::{
    api::{Api, use_api},
    pages::sessions::Address,
    strings,
};

/// The views that this person sees.
#[derive(Clone, Copy)]
pub struct Views {
    /// All of them, once they are here.
    pub all: RwSignal<Option<Vec<View>>>,
    find: Find,
    api: Api,
}

impl Views {
    /// Asks for them, and opens a page with its default view where the address names nothing else.
    fn start(find: Find) -> Self {
        let views = Self { all: RwSignal::new(None), find, api: use_api() };
        views.load();
        let address = find.list.address;
        let page = Memo::new(move |_| address.with(|a| a.page));
        let opened = RwSignal::new(None::<ListPage>);
        Effect::new(move |before: Option<ListPage>| {
            let page = page.get();
            // Only on arrival: whoever takes the filter away wants to see everything.
            if before != Some(page) {
                opened.set(address.with_untracked(|a| a.bare).then_some(page));
            }
            page
        });
        Effect::new(move |_| {
            let (Some(page), true) = (opened.get(), views.all.with(Option::is_some)) else { return };
            opened.set(None);
            let is_default = |view: &&View| view.view.page == page && view.view.reach == ViewReach::Default;
            let default = views.all.with_untracked(|all| all.iter().flatten().find(is_default).cloned());
            if let Some(view) = default.filter(|_| address.with_untracked(|a| a.bare && a.page == page)) {
                find.go.list(&address.with_untracked(|a| applied(&view, a)), true);
            }
        });
        views
    }

    /// Asks for them once more. Without them the list works all the same; the panel says what is wrong.
    pub fn load(self) {
        spawn_local(async move {
            if let Ok(found) = self.api.get::<ListViews>().await {
                // The page may have been left meanwhile.
                let _ = self.all.try_set(Some(found.items));
            }
        });
    }

    /// The view that the list came from, and whether the list is still what it says.
    pub fn here(self) -> Option<(View, bool)> {
        let id = self.find.list.address.with(|a| a.view)?;
        let view = self.all.with(|all| all.iter().flatten().find(|view| view.id == id).cloned())?;
        let same = self.find.list.address.with(|a| is_same(&view, a));
        Some((view, same))
    }

    /// What stands on the button.
    pub fn words(self) -> String {
        match self.here() {
            Some((view, true)) => strings::view_named(view.view.name.as_str()),
            Some((view, false)) => strings::view_changed(view.view.name.as_str()),
            None => strings::views().to_owned(),
        }
    }
}

/// Keeps them for the panel and the button.
#[component]
pub fn KeptViews() -> impl IntoView {
    let find = expect_context::<Find>();
    let views = Views::start(find);
    find.views.set(Some(views));
    Effect::new(move |_| find.views_words.set(Some(views.words())));
    on_cleanup(move || {
        // The page may be on its way out, too.
        let _ = find.views.try_set(None);
    });
}

/// The list as a view has it.
pub fn applied(view: &View, now: &Address) -> Address {
    now.with(|a| {
        let of = &view.view;
        a.page = of.page;
        a.query = SessionQuery { kind: None, sort: of.sort.clone(), limit: a.query.limit, ..of.selection.query() };
        a.columns = of.columns.clone();
        a.density = of.density;
        a.view = Some(view.id);
    })
}

/// Whether a list is what a view says. What a view leaves open is everybody's own.
fn is_same(view: &View, now: &Address) -> bool {
    let of = &view.view;
    let plain = |selection: SessionSelection| SessionSelection { kind: None, ..selection };
    let order = |sort: &Option<String>| sort.clone().filter(|sort| sort != "-id");
    of.page == now.page
        && plain(of.selection.clone()) == plain(now.query.selection())
        && order(&of.sort) == order(&now.query.sort)
        && (of.columns.is_empty() || of.columns == now.columns)
        && (of.density.is_none() || of.density == now.density)
}
