//! Making and changing an app or desktop.

use deskwarden_types::{
    DeliveryKind, Program, ResourcePath,
    api::{ChangeResource, CreateResource, NewResource, Resource},
};
use leptos::prelude::*;

use crate::{
    api::use_api,
    parts::{ButtonKind, Choice, Choose, Dialog, DialogForm, Field, Form, named, save, whole_or_none},
    strings::{self, labels},
};

const FIELDS: &[&str] = &["name", "kind", "program", "version", "max_sessions_per_user", "valid_hours"];

/// The kinds to choose from.
pub fn kinds() -> Vec<Choice> {
    DeliveryKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), labels::kind_label(*kind).to_owned())).collect()
}

/// The kind that was chosen.
pub fn kind_of(chosen: RwSignal<String>) -> DeliveryKind {
    chosen.get_untracked().parse().unwrap_or(DeliveryKind::AppStream)
}

/// A form for one.
#[component]
pub fn ResourceDialog(
    /// As it is; a new one without it.
    of: Option<Resource>,
    /// Called when it was saved, with its name.
    on_saved: Callback<String>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(FIELDS);
    let id = of.as_ref().map(|of| of.id);
    let known = of.map(|of| of.resource);
    let text = |of: Option<String>| RwSignal::new(of.unwrap_or_default());
    let number = |of: Option<u32>| RwSignal::new(of.map(|n| n.to_string()).unwrap_or_default());
    let name = text(known.as_ref().map(|k| k.name.to_string()));
    let kind = text(Some(known.as_ref().map_or(DeliveryKind::CloudDesktop, |k| k.kind).as_str().to_owned()));
    let program = text(known.as_ref().and_then(|k| k.program.as_ref().map(ToString::to_string)));
    let version = text(known.as_ref().and_then(|k| k.version.clone()));
    let limit = number(known.as_ref().and_then(|k| k.max_sessions_per_user));
    let hours = number(known.as_ref().and_then(|k| k.valid_hours));
    let typed = move || -> Result<NewResource, (&'static str, String)> {
        let optional =
            |of: RwSignal<String>| Some(of.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        let program = optional(program).map(|text| text.parse::<Program>()).transpose();
        Ok(NewResource {
            name: named("name", name)?,
            kind: kind_of(kind),
            program: program.map_err(|_| ("program", strings::program_bad().to_owned()))?,
            version: optional(version),
            max_sessions_per_user: whole_or_none("max_sessions_per_user", limit)?,
            valid_hours: whole_or_none("valid_hours", hours)?,
        })
    };
    let done = move |saved: Resource| on_saved.run(saved.resource.name.to_string());
    let path = id.map(|id| ResourcePath { id });
    let submit = move || save::<CreateResource, ChangeResource>(api, form, path, typed(), done);
    let title =
        known.map_or_else(|| strings::new_resource().to_owned(), |k| strings::change_resource(k.name.to_string()));
    let verb = if id.is_some() { strings::save() } else { strings::create() };
    let error = form.error;
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=verb kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="name" label=strings::name() value=name error=error first=true />
                <Choose name="kind" label=strings::resource_kind() value=kind choices=Signal::derive(kinds) form=form fixed=id.is_some() />
                <Field name="program" label=strings::resource_program() value=program hint=strings::resource_program_hint() error=error />
                <Field name="version" label=strings::resource_version() value=version hint=strings::resource_version_hint() error=error />
                <Field name="max_sessions_per_user" label=strings::resource_limit() value=limit kind="number" min=1 max=1000 hint=strings::resource_limit_hint() error=error />
                <Field name="valid_hours" label=strings::resource_hours() value=hours kind="number" min=1 max=8760 hint=strings::resource_hours_hint() error=error />
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
