//! The panel of saved views: choose, save, overwrite, rename, remove.

use deskwarden_client::ClientError;
use deskwarden_domain::list;
use deskwarden_types::{
    Density, Name, NoArgs, NoBody, Role, ViewId, ViewPath, ViewReach,
    api::{ChangeView, CreateView, NewView, RemoveView, View, ViewColumn, ViewVersion},
};
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};

use super::{
    Find,
    panel::begin_at,
    views::{Views, applied},
};
use crate::{
    api::{Api, SignedInAs, use_api},
    notices::{Notices, use_notices},
    parts::{Act, ButtonKind, Failed, Icon, explain, icons, spoken},
    strings, words,
};

/// What the panel is about to do with a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Renaming(ViewId),
    Removing(ViewId),
}

#[derive(Clone, Copy)]
struct Shelf {
    find: Find,
    views: Views,
    api: Api,
    notices: Notices,
    doing: RwSignal<Option<Doing>>,
    failure: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    node: NodeRef<html::Div>,
}

/// The panel, as soon as the views' keeper is there.
#[component]
pub fn ViewsPanel() -> impl IntoView {
    let find = expect_context::<Find>();
    if find.views.with_untracked(Option::is_none) {
        find.views_wanted.update(|wanted| *wanted += 1);
    }
    move || find.views.get().map(|views| shelf(find, views))
}

fn shelf(find: Find, views: Views) -> AnyView {
    let shelf = Shelf {
        find,
        views,
        api: use_api(),
        notices: use_notices(),
        doing: RwSignal::new(None),
        failure: RwSignal::new(None),
        busy: RwSignal::new(false),
        node: NodeRef::new(),
    };
    // Others save views, too.
    shelf.views.load();
    begin_at(shelf.node);
    let page = shelf.find.list.address.with_untracked(|a| a.page);
    let lists = move || {
        let all = shelf.views.all.get().unwrap_or_default();
        let (own, shared): (Vec<_>, Vec<_>) =
            all.into_iter().filter(|view| view.view.page == page).partition(|view| view.view.reach == ViewReach::Own);
        if let Some(failure) = shelf.views.failure.get() {
            return view! { <Failed text=failure on_retry=move |()| shelf.views.load() /> }.into_any();
        }
        if shelf.views.all.with(Option::is_none) {
            return view! { <p class="quiet" role="status">{strings::loading()}</p> }.into_any();
        }
        if own.is_empty() && shared.is_empty() {
            return view! { <p class="quiet">{strings::no_views()}</p> }.into_any();
        }
        [(strings::own_views(), own), (strings::shared_views(), shared)]
            .into_iter()
            .filter(|(_, views)| !views.is_empty())
            .map(|(title, views)| {
                let lines = views.into_iter().map(|view| shelf.line(view)).collect_view();
                view! {
                    <h3 class="menu-title">{title}</h3>
                    <ul class="views">{lines}</ul>
                }
            })
            .collect_view()
            .into_any()
    };
    let overwrite = move || {
        let (view, same) = shelf.views.here()?;
        (view.may_change && !same).then(|| {
            let words = strings::overwrite_view(view.view.name.as_str());
            let save = move || shelf.change(&view, shelf.as_now(view.view.clone()), strings::view_saved);
            view! { <Act busy=shelf.busy on_click=save>{words}</Act> }
        })
    };
    let failure =
        move || shelf.failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> });
    view! {
        <div node_ref=shelf.node class="drop-body views-panel">
            {lists}
            {overwrite}
            {failure}
            {shelf.save_form()}
        </div>
    }
    .into_any()
}

impl Shelf {
    /// What the list shows now, under the name and reach of a view.
    fn as_now(self, view: NewView) -> NewView {
        self.find.list.address.with_untracked(|a| {
            let own = list::columns(a.page, a.state(), false).into_iter().filter(|column| column.shown);
            let own = || own.map(|column| ViewColumn { field: column.field, width: None }).collect();
            NewView {
                page: a.page,
                selection: a.selection(),
                sort: a.query.sort.clone(),
                columns: if a.columns.is_empty() { own() } else { a.columns.clone() },
                density: Some(a.density.unwrap_or(Density::Comfortable)),
                ..view
            }
        })
    }

    fn line(self, view: View) -> AnyView {
        let (id, name) = (view.id, view.view.name.to_string());
        let href = self.find.list.address.with_untracked(|a| applied(&view, a).link());
        let here = move || self.views.here().is_some_and(|(here, _)| here.id == id).then_some("true");
        let by = (view.view.reach != ViewReach::Own).then(|| strings::by_owner(words::person(&view.owner)));
        let first = (view.view.reach == ViewReach::Default)
            .then(|| view! { <span class="mark">{strings::default_view()}</span> });
        let may_change = view.may_change;
        let (rename, remove) = (strings::rename_view(&name), strings::remove_view(&name));
        let tools = may_change.then(|| {
            let button = |label: String, icon, doing| {
                view! {
                    <button
                        type="button"
                        class="button small icon-only"
                        aria-label=label.clone()
                        data-tip=label
                        on:click=move |_| {
                            self.failure.set(None);
                            self.doing.set(Some(doing));
                        }
                    >
                        <Icon icon=icon />
                    </button>
                }
            };
            [button(rename, icons::RENAME, Doing::Renaming(id)), button(remove, icons::REMOVE, Doing::Removing(id))]
                .into_iter()
                .collect_view()
        });
        let view = StoredValue::new(view);
        let doing = move || match self.doing.get() {
            Some(Doing::Renaming(of)) if of == id => self.rename_form(view.get_value()).into_any(),
            Some(Doing::Removing(of)) if of == id => self.remove_question(view.get_value()).into_any(),
            _ => ().into_any(),
        };
        view! {
            <li>
                <a class="view" href=href aria-current=here on:click=move |_| self.find.panel.set(None)>{name}</a>
                {first}
                <span class="quiet">{by}</span>
                <span class="grow"></span>
                {tools}
                {doing}
            </li>
        }
        .into_any()
    }

    fn rename_form(self, view: View) -> AnyView {
        let name = RwSignal::new(view.view.name.to_string());
        let view = StoredValue::new(view);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            let view = view.get_value();
            if let Some(name) = self.name(&name.get_untracked()) {
                self.change(&view, NewView { name, ..view.view.clone() }, strings::view_renamed);
            }
        };
        view! {
            <form class="line-form" novalidate on:submit=submit>
                <input
                    type="text"
                    autofocus=true
                    aria-label=strings::view_name()
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <Act kind=ButtonKind::Primary form="submit" busy=self.busy>{strings::rename()}</Act>
                <Act on_click=move || self.doing.set(None)>{strings::cancel()}</Act>
            </form>
        }
        .into_any()
    }

    fn remove_question(self, view: View) -> AnyView {
        let question = strings::remove_sure(view.view.name.as_str());
        let name = view.view.name.to_string();
        let remove = move || {
            let name = name.clone();
            let call = self.api.call::<RemoveView>(ViewPath { id: view.id }, NoArgs {}, NoBody {});
            self.run(async move { call.await.map(|_| ()) }, move || {
                self.notices.success(strings::view_removed(&name), None, None);
                if self.find.list.address.with_untracked(|a| a.view) == Some(view.id) {
                    self.find.change(|a| a.view = None);
                }
            });
        };
        view! {
            <div class="line-form" role="alert">
                <span>{question}</span>
                <Act kind=ButtonKind::Danger busy=self.busy on_click=remove>{strings::remove()}</Act>
                <Act on_click=move || self.doing.set(None)>{strings::cancel()}</Act>
            </div>
        }
        .into_any()
    }

    fn save_form(self) -> AnyView {
        let (name, reach) = (RwSignal::new(String::new()), RwSignal::new(ViewReach::Own));
        let role = self.api.who.with_untracked(|who| match who {
            SignedInAs::Person(me) => Some(me.role),
            _ => None,
        });
        let option = |of: ViewReach| {
            let (words, may) = match of {
                ViewReach::Own => (strings::seen_by_me(), true),
                ViewReach::Shared => {
                    (strings::seen_by_all(), matches!(role, Some(Role::Manager | Role::Admin | Role::Owner)))
                }
                ViewReach::Default => (strings::seen_first(), matches!(role, Some(Role::Admin | Role::Owner))),
            };
            may.then(|| view! { <option value=of.as_str()>{words}</option> })
        };
        let options = ViewReach::ALL.iter().map(|of| option(*of)).collect_view();
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            let Some(typed) = self.name(&name.get_untracked()) else { return };
            let page = self.find.list.address.with_untracked(|a| a.page);
            let plain = NewView {
                name: typed,
                page,
                reach: reach.get_untracked(),
                selection: Default::default(),
                sort: None,
                columns: Vec::new(),
                density: None,
            };
            let call = self.api.call::<CreateView>(NoArgs {}, NoArgs {}, self.as_now(plain));
            let made = StoredValue::new(None::<View>);
            let keep = async move { call.await.map(|view| drop(made.try_set_value(Some(view)))) };
            self.run(keep, move || {
                let Some(view) = made.get_value() else { return };
                name.set(String::new());
                self.notices.success(strings::view_saved(view.view.name.as_str()), None, None);
                self.find.panel.set(None);
                self.find.go.list(&self.find.list.address.with_untracked(|a| applied(&view, a)), true);
            });
        };
        view! {
            <form class="save-view" novalidate on:submit=submit>
                <h3 class="menu-title">{strings::save_view()}</h3>
                <div class="field">
                    <label for="view-name">{strings::view_name()}</label>
                    <input
                        id="view-name"
                        type="text"
                        prop:value=move || name.get()
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </div>
                <div class="field">
                    <label for="view-reach">{strings::seen_by()}</label>
                    <select
                        id="view-reach"
                        class="select"
                        on:change=move |event| reach.set(event_target_value(&event).parse().unwrap_or(ViewReach::Own))
                    >
                        {options}
                    </select>
                </div>
                <Act kind=ButtonKind::Primary form="submit" busy=self.busy>{strings::save()}</Act>
            </form>
        }
        .into_any()
    }

    /// What was typed as a name, or a complaint.
    fn name(self, typed: &str) -> Option<Name> {
        let name = typed.trim().parse::<Name>();
        self.failure.set(name.as_ref().err().map(|error| strings::server_says(&error.to_string())));
        name.ok()
    }

    /// Changes a view as it was seen: what somebody else has made of it since is told, not undone.
    fn change(self, seen: &View, view: NewView, done: fn(String) -> String) {
        let name = view.name.to_string();
        let version = ViewVersion { version: Some(seen.version.clone()) };
        let call = self.api.call::<ChangeView>(ViewPath { id: seen.id }, version, view);
        self.run(async move { call.await.map(|_| ()) }, move || self.notices.success(done(name), None, None));
    }

    /// Does something on the server, then `after`; what goes wrong stands in the panel.
    fn run(self, call: impl Future<Output = Result<(), ClientError>> + 'static, after: impl FnOnce() + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = call.await;
            // The panel may be closed by now; the list of views is not.
            let _ = self.busy.try_set(false);
            self.views.load();
            match answer {
                Ok(()) => {
                    let _ = self.doing.try_set(None);
                    after();
                    // What was pressed may be gone; the keyboard stays in the panel.
                    if let Some(Some(inside)) = self.node.try_get_untracked() {
                        request_animation_frame(move || crate::browser::focus_first(&inside));
                    }
                }
                Err(error) => {
                    if let Some(text) = self.failure.try_set(Some(explain(&error))).flatten() {
                        self.notices.failure(text, None, None);
                    }
                }
            }
        });
    }
}
