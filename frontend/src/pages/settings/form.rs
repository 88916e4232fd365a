//! The form of the settings.

use deskwarden_domain::check_settings;
use deskwarden_types::{NoArgs, api::*};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::use_api,
    notices::use_notices,
    parts::{Act, ButtonKind, Field, FieldError, explain, spoken},
    strings,
};

/// The fields' names in the API.
const FIELDS: [&str; 6] =
    ["name", "time_zone", "heartbeat_seconds", "first_warning_seconds", "second_warning_seconds", "history_days"];

/// All settings at once.
#[component]
pub fn SettingsForm(
    /// As they are.
    settings: Settings,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let name = RwSignal::new(settings.name);
    let zone = RwSignal::new(settings.time_zone);
    let heartbeat = RwSignal::new(settings.heartbeat_seconds.to_string());
    let first = RwSignal::new(settings.first_warning_seconds.to_string());
    let second = RwSignal::new(settings.second_warning_seconds.to_string());
    let history = RwSignal::new(settings.history_days.to_string());
    let ad = RwSignal::new(settings.show_ad_username);
    let error = RwSignal::new(None::<(&'static str, String)> as FieldError);
    let failure = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let typed = move || -> Result<Settings, (&'static str, String)> {
        let settings = Settings {
            name: name.get_untracked().trim().to_owned(),
            time_zone: zone.get_untracked().trim().to_owned(),
            heartbeat_seconds: number("heartbeat_seconds", heartbeat)?,
            first_warning_seconds: number("first_warning_seconds", first)?,
            second_warning_seconds: number("second_warning_seconds", second)?,
            show_ad_username: ad.get_untracked(),
            history_days: number("history_days", history)?,
        };
        check_settings(&settings).map_err(|bad| (bad.field, complaint(bad.field, &bad.message)))?;
        Ok(settings)
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        let settings = match typed() {
            Ok(settings) => settings,
            Err(bad) => return error.set(Some(bad)),
        };
        error.set(None);
        busy.set(true);
        spawn_local(async move {
            match api.call::<ChangeSettings>(NoArgs {}, NoArgs {}, settings).await {
                Ok(_) => {
                    // The tenant's name and zone stand in the sign-in; the next refresh would bring them late.
                    if let Err(problem) = api.renew().await {
                        failure.set(Some(explain(&problem)));
                    }
                    notices.success(strings::saved().to_owned(), None, None);
                }
                Err(problem) => {
                    let field = problem.problem().and_then(|p| p.field.clone());
                    match FIELDS.into_iter().find(|known| field.as_deref() == Some(*known)) {
                        Some(field) => error.set(Some((field, explain(&problem)))),
                        None => failure.set(Some(explain(&problem))),
                    }
                }
            }
            busy.set(false);
        });
    };
    view! {
        <form class="form card" novalidate on:submit=submit>
            <Field name="name" label=strings::tenant_name() value=name error=error />
            <Field name="time_zone" label=strings::time_zone() value=zone hint=strings::time_zone_hint() error=error />
            <Field name="heartbeat_seconds" label=strings::heartbeat() value=heartbeat kind="number" min=5 max=300 hint=strings::heartbeat_hint() error=error />
            <Field name="first_warning_seconds" label=strings::first_warning() value=first kind="number" min=1 max=600 hint=strings::first_warning_hint() error=error />
            <Field name="second_warning_seconds" label=strings::second_warning() value=second kind="number" min=0 max=599 hint=strings::second_warning_hint() error=error />
            <Field name="history_days" label=strings::history() value=history kind="number" min=1 max=3650 hint=strings::history_hint() error=error />
            <label class="check">
                <input type="checkbox" prop:checked=move || ad.get() on:change=move |event| ad.set(event_target_checked(&event)) />
                {strings::ad_username()}
            </label>
            {move || failure.get().map(|text| view! { <p class="field-error" role="alert">{spoken(text)}</p> })}
            <Act kind=ButtonKind::Primary form="submit" busy=busy>{strings::save()}</Act>
        </form>
    }
    .into_any()
}

/// What a value must be. The rules say it in English; in another language the field's hint does.
fn complaint(field: &str, message: &str) -> String {
    if !strings::in_other_language() {
        return strings::must_be(message);
    }
    let hint = match field {
        "name" => strings::token_name_bad(),
        "time_zone" => strings::time_zone_hint(),
        "heartbeat_seconds" => strings::heartbeat_hint(),
        "first_warning_seconds" => strings::first_warning_hint(),
        "second_warning_seconds" => strings::second_warning_hint(),
        "history_days" => strings::history_hint(),
        _ => message,
    };
    strings::must_be(hint)
}

fn number(field: &'static str, typed: RwSignal<String>) -> Result<u32, (&'static str, String)> {
    typed.with_untracked(|text| text.trim().parse()).map_err(|_| (field, strings::whole_number().to_owned()))
}
