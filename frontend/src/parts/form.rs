//! What forms share: at work or not, a complaint at its field, and the rest of what went wrong below.

use std::future::Future;

use deskwarden_client::ClientError;
use deskwarden_types::Name;
use leptos::{prelude::*, task::spawn_local};

use super::{Act, ButtonKind, FieldError, explain, spoken};
use crate::strings;

/// A form's state.
#[derive(Clone, Copy)]
pub struct Form {
    /// Its fields by their names in the API. What the server says of others stands below the form.
    fields: &'static [&'static str],
    /// The complaint, and the field that it is about.
    pub error: RwSignal<FieldError>,
    /// What else went wrong.
    pub failure: RwSignal<Option<String>>,
    /// Whether the server has not answered yet.
    pub busy: RwSignal<bool>,
}

impl Form {
    /// A form with these fields.
    pub fn new(fields: &'static [&'static str]) -> Self {
        Self { fields, error: RwSignal::new(None), failure: RwSignal::new(None), busy: RwSignal::new(false) }
    }

    /// Sends what was typed, unless it is on its way already; a field that cannot be taken is complained about. `done`
    /// is told what came.
    pub fn send<B, T: 'static, W>(
        self,
        typed: Result<B, (&'static str, String)>,
        call: impl FnOnce(B) -> W,
        done: impl FnOnce(T) + 'static,
    ) where
        W: Future<Output = Result<T, ClientError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        let body = match typed {
            Ok(body) => body,
            Err(bad) => return self.error.set(Some(bad)),
        };
        self.error.set(None);
        self.busy.set(true);
        let answer = call(body);
        spawn_local(async move {
            let answer = answer.await;
            // Refused where the form was closed meanwhile.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(answer) => done(answer),
                Err(problem) => self.tell(&problem),
            }
        });
    }

    /// Tells what went wrong, at the field that it is about.
    pub fn tell(self, problem: &ClientError) {
        let field = problem.problem().and_then(|problem| problem.field.clone());
        let at = |name: &&&str| field.as_deref().is_some_and(|f| f == **name || f.starts_with(&format!("{name}[")));
        match self.fields.iter().find(at) {
            Some(field) => self.error.set(Some((*field, explain(problem)))),
            None => self.failure.set(Some(explain(problem))),
        }
    }

    /// The complaint about this field.
    pub fn complaint(self, field: &'static str) -> Option<String> {
        self.error.get().filter(|(of, _)| *of == field).map(|(_, text)| text)
    }
}

/// What went wrong with the form as a whole.
pub fn form_failure(form: Form) -> AnyView {
    view! { {move || form.failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })} }
        .into_any()
}

/// The complaint about a field that is more than one line of text.
pub fn complaint_of(form: Form, field: &'static str) -> AnyView {
    view! { {move || form.complaint(field).map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })} }
        .into_any()
}

/// A form in a dialog: its fields, what went wrong, and the two buttons.
#[component]
pub fn DialogForm(
    /// Its state.
    form: Form,
    /// What the button that sends it says.
    verb: &'static str,
    /// Whether it takes something from somebody.
    #[prop(optional)]
    kind: ButtonKind,
    /// Called when it is to be sent.
    #[prop(into)]
    on_submit: Callback<()>,
    /// Called by Cancel.
    #[prop(into)]
    on_close: Callback<()>,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !form.busy.get_untracked() {
            on_submit.run(());
        }
    };
    view! {
        <form class="dialog-form" novalidate on:submit=submit>
            <div class="dialog-body">{children()} {form_failure(form)}</div>
            <footer class="dialog-foot">
                <Act on_click=move || on_close.run(())>{strings::cancel()}</Act>
                <Act kind=kind form="submit" busy=form.busy>{verb}</Act>
            </footer>
        </form>
    }
    .into_any()
}

/// A name that was typed.
pub fn named(field: &'static str, typed: RwSignal<String>) -> Result<Name, (&'static str, String)> {
    typed.get_untracked().parse().map_err(|_| (field, strings::token_name_bad().to_owned()))
}

/// A whole number that was typed.
pub fn whole(field: &'static str, typed: RwSignal<String>) -> Result<u32, (&'static str, String)> {
    typed.with_untracked(|text| text.trim().parse()).map_err(|_| (field, strings::whole_number().to_owned()))
}

/// The same where nothing may stand.
pub fn whole_or_none(field: &'static str, typed: RwSignal<String>) -> Result<Option<u32>, (&'static str, String)> {
    if typed.with_untracked(|text| text.trim().is_empty()) { Ok(None) } else { whole(field, typed).map(Some) }
}
