//! Making an API token.

use deskwarden_types::{Name, NoArgs, Scope, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    clock::use_clock,
    parts::{Act, ButtonKind, CopyText, Dialog, Field, FieldError, explain, spoken},
    strings::{self, labels},
};

/// The spans to choose from, in days; the server allows a year at most.
const DAYS: [i64; 4] = [7, 30, 90, 365];

/// A form, then the secret.
#[component]
pub fn NewTokenDialog(
    /// Called when it is done with.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let secret = RwSignal::new(None::<String>);
    let body = move || match secret.get() {
        Some(secret) => view! {
            <div class="dialog-body">
                <p role="status">{strings::token_secret()}</p>
                <CopyText text=secret label=strings::token_secret_label() />
            </div>
            <footer class="dialog-foot"><Act on_click=move || on_close.run(())>{strings::close()}</Act></footer>
        }
        .into_any(),
        None => view! { <NewTokenForm secret=secret on_close=on_close /> }.into_any(),
    };
    view! { <Dialog title=strings::new_token().to_owned() on_close=on_close wide=true>{body}</Dialog> }.into_any()
}

#[component]
fn NewTokenForm(
    /// Where the secret goes.
    secret: RwSignal<Option<String>>,
    /// Called by Cancel.
    on_close: Callback<()>,
) -> impl IntoView {
    let (api, clock) = (use_api(), use_clock());
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![Scope::Read]);
    let days = RwSignal::new(30_i64);
    let error = RwSignal::new(None::<(&'static str, String)> as FieldError);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Ok(typed) = name.get_untracked().parse::<Name>() else {
            return error.set(Some(("name", strings::token_name_bad().to_owned())));
        };
        if scopes.with_untracked(Vec::is_empty) {
            return error.set(Some(("scopes", strings::token_scopes_bad().to_owned())));
        }
        error.set(None);
        busy.set(true);
        // A minute less than the year that is allowed, so that a clock that is a little ahead does no harm.
        let expires_at = clock.now_once().plus_seconds(days.get_untracked() * 86_400 - 60);
        let body = NewToken { name: typed, scopes: scopes.get_untracked(), expires_at };
        spawn_local(async move {
            match api.call::<CreateToken>(NoArgs {}, NoArgs {}, body).await {
                Ok(created) => secret.set(Some(created.secret)),
                Err(problem) => error.set(Some(("all", explain(&problem)))),
            }
            busy.set(false);
        });
    };
    let choice = move |scope: Scope| {
        let change = move |event| {
            let on = event_target_checked(&event);
            scopes.update(|list| {
                list.retain(|of| *of != scope);
                if on {
                    list.push(scope);
                }
            });
        };
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=move || scopes.with(|list| list.contains(&scope)) on:change=change />
                {labels::scope_label(scope)}
            </label>
        }
    };
    let spans = DAYS
        .into_iter()
        .map(|n| view! { <option value=n.to_string() selected=move || days.get() == n>{strings::days(n as usize)}</option> })
        .collect_view();
    let other = move || {
        error
            .get()
            .filter(|(of, _)| *of != "name")
            .map(|(_, text)| view! { <p class="field-error" role="alert">{spoken(text)}</p> })
    };
    view! {
        <form class="dialog-form" novalidate on:submit=submit>
            <div class="dialog-body">
                <Field name="name" label=strings::token_name() value=name error=error first=true />
                <fieldset class="field">
                    <legend>{strings::token_scopes()}</legend>
                    {Scope::ALL.iter().map(|scope| choice(*scope)).collect_view()}
                </fieldset>
                <div class="field">
                    <label for="days">{strings::token_days()}</label>
                    <select
                        id="days"
                        class="select"
                        on:change=move |event| days.set(event_target_value(&event).parse().unwrap_or(30))
                    >
                        {spans}
                    </select>
                </div>
                {other}
            </div>
            <footer class="dialog-foot">
                <Act on_click=move || on_close.run(())>{strings::cancel()}</Act>
                <Act kind=ButtonKind::Primary form="submit" busy=busy>{strings::token_create()}</Act>
            </footer>
        </form>
    }
    .into_any()
}
