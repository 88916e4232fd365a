//! Parts of the console that come when they are first needed, each in a file of its own: what the Sessions page does
//! not show must not be waited for. Which parts there are is in `later/parts.rs`.

mod parts;

use futures_util::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

pub use self::parts::*;
use crate::{
    parts::{Dialog, Failed},
    strings,
};

/// Builds a part's view, once its code is here.
pub type Build = fn() -> AnyView;
/// Loads a part's code.
pub type Load = fn() -> LocalBoxFuture<'static, Result<Build, SplitLoaderError>>;

/// What has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Coming,
    Missing,
    Here,
}

/// A part that comes later. Until then there is a quiet word; where it can't come, a button to try again.
#[component]
pub fn Later(
    /// The part.
    part: Load,
    /// For a part that is a dialog: closes what stands in its place when it can't come.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// For a part that shows nothing itself: nothing is said of it either.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let state = RwSignal::new(State::Coming);
    let here = StoredValue::new(None::<Build>);
    let load = move || {
        state.set(State::Coming);
        spawn_local(async move {
            let come = part().await.ok();
            // Whoever asked may have gone on to another page.
            if here.try_set_value(come).is_none() {
                state.set(if come.is_some() { State::Here } else { State::Missing });
            }
        });
    };
    load();
    move || match state.get() {
        State::Here => here.get_value().map(|build| build()).into_any(),
        State::Coming | State::Missing if quiet => ().into_any(),
        State::Coming => view! { <p class="later" role="status">{strings::loading()}</p> }.into_any(),
        State::Missing => missing(on_close, Callback::new(move |()| load())),
    }
}

fn missing(on_close: Option<Callback<()>>, retry: Callback<()>) -> AnyView {
    let failed = view! {
        <div class="later-missing">
            <Failed text=strings::part_missing().to_owned() on_retry=retry />
            <p class="quiet">
                {strings::part_missing_how()} " " <a href="" rel="external">{strings::load_page_again()}</a>
            </p>
        </div>
    }
    .into_any();
    match on_close {
        Some(close) => {
            view! { <Dialog title=strings::part_missing_title().to_owned() on_close=close>{failed}</Dialog> }.into_any()
        }
        None => failed,
    }
}
