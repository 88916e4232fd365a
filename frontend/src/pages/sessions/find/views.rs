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
    parts::explain,
    strings,
};

/// The views that this person sees.
#[derive(Clone, Copy)]
pub struct Views {
    /// All of them, once they are here.
    pub all: RwSignal<Option<Vec<View>>>,
    /// Why they could not be loaded.
    pub failure: RwSignal<Option<String>>,
    find: Find,
    api: Api,
}

impl Views {
    /// Asks for them, and opens a page with its default view where the address names nothing else.
    fn start(find: Find) -> Self {
        let views = Self { all: RwSignal::new(None), failure: RwSignal::new(None), find, api: use_api() };
        views.load();
        let address = find.list.address;
        let place = Memo::new(move |_| address.with(|a| (a.page, a.bare)));
        Effect::new(move |before: Option<(ListPage, bool)>| {
            let (page, bare) = place.get();
            // Only on arrival: whoever takes the filter away wants to see everything, and so does who gets that link.
            let arrives = bare && before.is_none_or(|(before, awaits)| awaits || before != page);
            if views.all.with(Option::is_none) {
                return (page, arrives);
            }
            let is_default = |view: &&View| view.view.page == page && view.view.reach == ViewReach::Default;
            let default = views.all.with_untracked(|all| all.iter().flatten().find(is_default).cloned());
            if let Some(view) = default.filter(|_| bare) {
                let everything = |a: &Address| a.with(|a| a.no_view = true);
                let to = address.with_untracked(|a| if arrives { applied(&view, a) } else { everything(a) });
                find.go.list(&to, true);
            }
            (page, false)
        });
        views
    }

    /// Asks for them once more. Without them the list works all the same; the panel says what is wrong.
    pub fn load(self) {
        spawn_local(async move {
            let found = self.api.get::<ListViews>().await;
            // The page may have been left meanwhile.
            let _ = self.failure.try_set(found.as_ref().err().map(explain));
            if let Ok(found) = found {
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

/// Keeps them for the panel and the button, and says where a link names one that is not there.
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
    let missing = Memo::new(move |_| {
        let named = find.list.address.with(|a| a.view);
        named.is_some_and(|id| views.all.with(|all| all.as_ref().is_some_and(|all| all.iter().all(|v| v.id != id))))
    });
    move || missing.get().then(|| view! { <p class="note" role="status">{strings::view_missing()}</p> })
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
