//! Setting a first password by a one-time link.

use deskwarden_types::{ErrorCode, Name, Password, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::sign_in::Door;
use crate::{
    api::use_api,
    format,
    parts::{Act, ButtonKind, Failed, Field, FieldError, explain, spoken},
    router::use_router,
    strings,
};

/// What is known of the link.
#[derive(Clone)]
enum Link {
    Checking,
    Missing,
    Bad,
    Unchecked(String),
    Good(SetUpFor),
}

/// The form, if the link is good. The secret is in the address's fragment, which no server and no log sees.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let api = use_api();
    let link = RwSignal::new(Link::Checking);
    let secret = StoredValue::new(String::new());
    let check = move || {
        let hash = window().location().hash().unwrap_or_default();
        let text = hash.trim_start_matches('#').trim().to_owned();
        secret.set_value(text.clone());
        if text.is_empty() {
            return link.set(Link::Missing);
        }
        link.set(Link::Checking);
        spawn_local(async move {
            link.set(match api.check_set_up(text).await {
                Ok(whom) => Link::Good(whom),
                Err(error) if error.problem().is_some_and(|p| p.status < 429) => Link::Bad,
                Err(error) => Link::Unchecked(explain(&error)),
            });
        });
    };
    check();
    let listener = window_event_listener(leptos::ev::hashchange, move |_| check());
    on_cleanup(move || listener.remove());
    let body = move || match link.get() {
        Link::Checking => view! { <p class="quiet" role="status">{strings::checking_link()}</p> }.into_any(),
        Link::Missing => bad(strings::link_missing_how()).into_any(),
        Link::Bad => bad(strings::link_bad_how()).into_any(),
        Link::Unchecked(text) => view! { <Failed text=text on_retry=move || check() /> }.into_any(),
        Link::Good(whom) => {
            let used = move || link.set(Link::Bad);
            view! { <SetUpForm whom=whom secret=secret on_used=used /> }.into_any()
        }
    };
    view! { <Door title=strings::set_up()>{body}</Door> }
}

fn bad(how: &'static str) -> impl IntoView {
    view! {
        <div role="alert">
            <p><b>{strings::link_bad()}</b></p>
            <p>{how}</p>
        </div>
        <p><a class="button" href="/sign-in">{strings::sign_in()}</a></p>
    }
}

/// Email, name and password.
#[component]
fn SetUpForm(
    /// Whom the link is for.
    whom: SetUpFor,
    /// The secret of the link.
    secret: StoredValue<String>,
    /// Called when the link turns out to be used up.
    #[prop(into)]
    on_used: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let router = use_router();
    let email = RwSignal::new(whom.email.clone().unwrap_or_default());
    let name = RwSignal::new(whom.display_name.clone().unwrap_or_default());
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<(&'static str, String)> as FieldError);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        let body = match typed(secret, &email.get_untracked(), &name.get_untracked(), password.get_untracked()) {
            Ok(body) => body,
            Err((field, text)) => return error.set(Some((field, text.to_owned()))),
        };
        error.set(None);
        busy.set(true);
        spawn_local(async move {
            match api.set_up(body).await {
                Ok(()) => router.go(untrack(|| api.home()), true),
                Err(problem) if problem.code() == Some(ErrorCode::CodeNotValid) => on_used.run(()),
                Err(problem) => match problem.problem().and_then(|p| known_field(p.field.as_deref())) {
                    Some(field) => error.set(Some((field, explain(&problem)))),
                    None => failure.set(Some(explain(&problem))),
                },
            }
            busy.set(false);
        });
    };
    view! {
        <p class="quiet">{strings::set_up_for(&whom.username, &whom.tenant, format::full(whom.expires_at))}</p>
        <form class="form" novalidate on:submit=submit>
            <Field name="email" label=strings::email() value=email kind="email" autocomplete="username" error=error first=true />
            <Field name="display_name" label=strings::your_name() value=name autocomplete="name" error=error />
            <Field
                name="password"
                label=strings::password()
                value=password
                kind="password"
                autocomplete="new-password"
                hint=strings::password_rules()
                error=error
            />
            {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
            <Act kind=ButtonKind::Primary form="submit" busy=busy>{strings::set_up_finish()}</Act>
        </form>
    }
    .into_any()
}

fn typed(
    secret: StoredValue<String>,
    email: &str,
    name: &str,
    password: String,
) -> Result<SetUp, (&'static str, &'static str)> {
    let email = email.trim();
    if email.split_once('@').is_none_or(|(user, host)| user.is_empty() || host.is_empty()) {
        return Err(("email", strings::email_bad()));
    }
    let display_name = name.parse::<Name>().map_err(|_| ("display_name", strings::name_bad()))?;
    // A password with spaces at its ends would be trimmed; what was typed is what counts.
    let password = Password::try_from(password).map_err(|_| ("password", strings::password_bad()))?;
    Ok(SetUp { link: secret.get_value(), email: email.to_owned(), display_name: display_name.into(), password })
}

fn known_field(field: Option<&str>) -> Option<&'static str> {
    ["email", "display_name", "password"].into_iter().find(|known| Some(*known) == field)
}
