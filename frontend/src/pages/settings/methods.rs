//! Delivery methods.

use deskwarden_types::{DeliveryKind, DeliveryMethodPath, LicenceKind, api::*};
use leptos::prelude::*;

use super::{
    frame::SettingsFrame,
    resource::{kind_of, kinds},
};
use crate::{
    api::use_api,
    parts::{ButtonKind, Choice, Choose, Dialog, DialogForm, Field, Form, Kept, named, save, whole_or_none},
    strings::{self, labels},
};

/// The page.
#[component]
pub fn MethodsPage() -> impl IntoView {
    view! { <SettingsFrame><Methods /></SettingsFrame> }
}

#[component]
fn Methods() -> impl IntoView {
    let kept = Kept::of::<ListDeliveryMethods>();
    let row = move |of: DeliveryMethod| {
        let name = of.method.name.to_string();
        let path = DeliveryMethodPath { id: of.id };
        let how = strings::remove_method_how();
        let buttons = kept.buttons::<RemoveDeliveryMethod>(&of, name.clone(), how, path, None);
        let managed = of.method.kind == DeliveryKind::ManagedApp;
        let licence = managed.then(|| labels::licence_label(of.method.licence));
        let days = (managed && of.method.offline_days > 0).then(|| strings::days(of.method.offline_days as usize));
        view! {
            <tr>
                <td><b>{name}</b></td>
                <td>{labels::kind_label(of.method.kind)}</td>
                <td>{licence} " " {days}</td>
                <td>{buttons}</td>
            </tr>
        }
        .into_any()
    };
    let heads = [strings::name(), strings::resource_kind(), strings::method_licence(), strings::actions()];
    let none = (strings::no_methods(), strings::no_methods_how());
    let dialog = move |of| {
        let dialog = view! { <MethodDialog of=of on_saved=kept.saved() on_close=move || kept.close() /> };
        Some(dialog.into_any())
    };
    kept.view(strings::new_method(), &heads, none, row, dialog)
}

fn licences() -> Vec<Choice> {
    LicenceKind::ALL.iter().map(|of| (of.as_str().to_owned(), labels::licence_label(*of).to_owned())).collect()
}

/// A form for one.
#[component]
fn MethodDialog(
    /// As it is; a new one without it.
    of: Option<DeliveryMethod>,
    /// Called when it was saved, with its name.
    on_saved: Callback<String>,
    /// Called when there is nothing more to ask.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let form = Form::new(&["name", "kind", "licence", "offline_days"]);
    let id = of.as_ref().map(|of| of.id);
    let known = of.map(|of| of.method);
    let name = RwSignal::new(known.as_ref().map(|k| k.name.to_string()).unwrap_or_default());
    let kind = RwSignal::new(known.as_ref().map_or(DeliveryKind::CloudDesktop, |k| k.kind).as_str().to_owned());
    let licence = RwSignal::new(known.as_ref().map_or(LicenceKind::Floating, |k| k.licence).as_str().to_owned());
    let days = RwSignal::new(
        known.as_ref().map(|k| k.offline_days).filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default(),
    );
    let fixed = move || licence.with(|l| l == LicenceKind::Fixed.as_str());
    let managed = move || kind.with(|k| k == DeliveryKind::ManagedApp.as_str());
    let typed = move || -> Result<NewDeliveryMethod, (&'static str, String)> {
        let floats = !untrack(fixed) || !untrack(managed);
        let licence = if floats { LicenceKind::Floating } else { LicenceKind::Fixed };
        let offline_days = if floats { 0 } else { whole_or_none("offline_days", days)?.unwrap_or(0) };
        Ok(NewDeliveryMethod { name: named("name", name)?, kind: kind_of(kind), licence, offline_days })
    };
    let done = move |saved: DeliveryMethod| on_saved.run(saved.method.name.to_string());
    let path = id.map(|id| DeliveryMethodPath { id });
    let submit = move || save::<CreateDeliveryMethod, ChangeDeliveryMethod>(api, form, path, typed(), done);
    let title =
        known.map_or_else(|| strings::new_method().to_owned(), |k| strings::change_resource(k.name.to_string()));
    let verb = if id.is_some() { strings::save() } else { strings::create() };
    let error = form.error;
    view! {
        <Dialog title=title on_close=on_close>
            <DialogForm form=form verb=verb kind=ButtonKind::Primary on_submit=submit on_close=on_close>
                <Field name="name" label=strings::name() value=name error=error first=true />
                <Choose name="kind" label=strings::resource_kind() value=kind choices=Signal::derive(kinds) form=form fixed=id.is_some() />
                {move || managed().then(|| view! {
                    <Choose name="licence" label=strings::method_licence() value=licence choices=Signal::derive(licences) form=form
                        hint=Some(strings::method_licence_hint()) />
                })}
                {move || (managed() && fixed()).then(|| view! {
                    <Field name="offline_days" label=strings::method_days() value=days kind="number" min=1 max=365 hint=strings::method_days_hint() error=error />
                })}
            </DialogForm>
        </Dialog>
    }
    .into_any()
}
