//! Things that a page makes, changes and removes: their list, its buttons, its questions.

use std::future::Future;

use deskwarden_client::ClientError;
use deskwarden_types::{
    Endpoint, NoArgs, NoBody,
    api::{Page, PageQuery},
};
use leptos::prelude::*;

use super::{Act, Asks, ButtonKind, Empty, Form, Icon, Paged, icons, listing};
use crate::{
    api::{Api, use_api},
    notices::{Notices, use_notices},
    strings,
};

/// What cannot be taken of what was typed: the field and why.
pub type Typed<B> = Result<B, (&'static str, String)>;

/// A list of things that can be changed.
pub struct Kept<T: Send + Sync + 'static> {
    /// The list.
    pub list: Paged<T>,
    /// What is asked before harm.
    pub asks: Asks,
    api: Api,
    notices: Notices,
    /// None: no dialog; a new one without a thing.
    editing: RwSignal<Option<Option<T>>>,
}

impl<T: Send + Sync + 'static> Copy for Kept<T> {}
impl<T: Send + Sync + 'static> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Kept<T> {
    /// The list of this endpoint.
    pub fn of<E>() -> Self
    where
        E: Endpoint<Path = NoArgs, Query = PageQuery, Body = NoBody, Answer = Page<T>>,
    {
        let (api, notices) = (use_api(), use_notices());
        Self { list: Paged::of::<E>(api), asks: Asks::new(), api, notices, editing: RwSignal::new(None) }
    }

    /// Asks whether to do something to a thing: title, what will happen, the button; then `told` is told.
    pub fn ask<W, A: 'static>(
        self,
        question: (String, &'static str, &'static str),
        told: String,
        call: impl Fn() -> W + Send + Sync + 'static,
    ) where
        W: Future<Output = Result<A, ClientError>> + 'static,
    {
        self.asks.ask(question, told, self.list.load, call);
    }

    /// The buttons of one, behind those of its own. `how` says what removing it does.
    pub fn buttons<R>(self, of: &T, name: String, how: &'static str, path: R::Path, own: Option<AnyView>) -> AnyView
    where
        R: Endpoint<Query = NoArgs, Body = NoBody>,
        R::Path: Copy + Send + Sync,
    {
        let (of, api) = (of.clone(), self.api);
        let change = move |_| self.editing.set(Some(Some(of.clone())));
        let remove = move |_| {
            let question = (strings::remove_title(&name), how, strings::remove());
            self.ask(question, strings::removed(&name), move || api.call::<R>(path, NoArgs {}, NoBody {}));
        };
        view! {
            <div class="actions">
                {own}
                <button type="button" class="button small" on:click=change>{strings::change()}</button>
                <button type="button" class="button small" on:click=remove>{strings::remove()}</button>
            </div>
        }
        .into_any()
    }

    /// The whole: a button that makes one, the table, and what stands in its place when there is none. `dialog` changes
    /// one or makes a new one; it may have to wait for what it needs.
    pub fn view(
        self,
        new: &'static str,
        heads: &[&'static str],
        (none, none_how): (&'static str, &'static str),
        row: impl Fn(T) -> AnyView + Send + Sync + 'static,
        dialog: impl Fn(Option<T>) -> Option<AnyView> + Send + Sync + 'static,
    ) -> AnyView {
        view! {
            <div class="list-tools">
                <Act kind=ButtonKind::Primary on_click=move || self.editing.set(Some(None))><Icon icon=icons::ADD />{new}</Act>
            </div>
            {listing(self.list, heads, row, move || view! { <Empty title=none><p>{none_how}</p></Empty> }.into_any())}
            {move || self.editing.get().and_then(&dialog)}
            {self.asks.layer()}
        }
        .into_any()
    }

    /// Called when one was saved, with its name.
    pub fn saved(self) -> Callback<String> {
        Callback::new(move |name: String| {
            self.notices.success(strings::saved_thing(name), None, None);
            self.close();
            self.list.load.run(());
        })
    }

    /// Closes the dialog.
    pub fn close(self) {
        self.editing.set(None);
    }
}

/// Makes a thing, or changes the one at a path.
pub fn save<C, U>(
    api: Api,
    form: Form,
    at: Option<U::Path>,
    typed: Typed<C::Body>,
    done: impl FnOnce(C::Answer) + 'static,
) where
    C: Endpoint<Path = NoArgs, Query = NoArgs>,
    U: Endpoint<Query = NoArgs, Body = C::Body, Answer = C::Answer>,
{
    match at {
        Some(path) => form.send(typed, |new| api.call::<U>(path, NoArgs {}, new), done),
        None => form.send(typed, |new| api.call::<C>(NoArgs {}, NoArgs {}, new), done),
    }
}
