//! Signing in.

use deskwarden_types::api::SignIn;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{SignedInAs, use_api},
    parts::{Act, ButtonKind, Field, FieldError, explain, spoken},
    router::use_router,
    strings,
};

/// Email and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let api = use_api();
    let router = use_router();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<(&'static str, String)> as FieldError);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        if let SignedInAs::Person(_) = api.who.get() {
            let back = router.query.read_untracked().get("back").filter(|b| stays_here(b));
            // Who opened the bare address is asked to begin where the role has its home.
            let back = back.filter(|_| !router.bare.get_value());
            router.bare.set_value(false);
            router.go(back.as_deref().unwrap_or(api.home()), true);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = SignIn { email: email.get_untracked().trim().to_owned(), password: password.get_untracked() };
        error.set(match &body {
            b if !b.email.contains('@') => Some(("email", strings::email_bad().to_owned())),
            b if b.password.is_empty() => Some(("password", strings::password_missing().to_owned())),
            _ => None,
        });
        if busy.get_untracked() || error.with_untracked(Option::is_some) {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            if let Err(problem) = api.sign_in(body).await {
                failure.set(Some(explain(&problem)));
            }
            busy.set(false);
        });
    };
    view! {
        <Door title=strings::sign_in()>
            {router.query.read_untracked().get("ended").map(|_| view! { <p role="status">{strings::signed_out()}</p> })}
            <form class="form" novalidate on:submit=submit>
                <Field name="email" label=strings::email() value=email kind="email" autocomplete="username" error=error first=true />
                <Field
                    name="password"
                    label=strings::password()
                    value=password
                    kind="password"
                    autocomplete="current-password"
                    error=error
                />
                {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
                <Act kind=ButtonKind::Primary form="submit" busy=busy>{strings::sign_in()}</Act>
            </form>
        </Door>
    }
}

/// Only paths of this site are a way back: nobody is led elsewhere by a link to the sign-in page.
fn stays_here(back: &str) -> bool {
    back.starts_with('/') && !back.starts_with("//") && !back.contains('\\') && !back.starts_with("/sign-in")
}

/// What is around the pages for people who are not signed in.
#[component]
pub fn Door(
    /// What the page is for.
    title: &'static str,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="door">
            <div class="door-card">
                <p class="rail-brand"><img src="/assets/mark.svg" alt="" width="20" height="20" /><span>{strings::product()}</span></p>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
    .into_any()
}
