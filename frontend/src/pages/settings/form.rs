//! The form of the settings.

use deskwarden_domain::{HISTORY_DAYS, check_settings};
use deskwarden_types::{NoArgs, NoBody, api::*};
use leptos::{prelude::*, task::spawn_local};

use super::{
    history::ShorterHistory,
    networks::{NetworkRows, Networks},
};
use crate::{
    api::use_api,
    notices::use_notices,
    parts::{Act, ButtonKind, Field, Form, explain, form_failure, whole},
    strings,
};

/// The fields' names in the API.
const FIELDS: &[&str] = &[
    "name",
    "time_zone",
    "heartbeat_seconds",
    "first_warning_seconds",
    "second_warning_seconds",
    "history_days",
    "consent_seconds",
    "poor_network_seconds",
    "disconnected_minutes",
    "seats_warn_percent",
    "networks",
];

/// All settings at once.
#[component]
pub fn SettingsForm(
    /// As they are.
    settings: Settings,
) -> impl IntoView {
    let (api, notices) = (use_api(), use_notices());
    let form = Form::new(FIELDS);
    let number = |value: u32| RwSignal::new(value.to_string());
    let name = RwSignal::new(settings.name);
    let zone = RwSignal::new(settings.time_zone);
    let heartbeat = number(settings.heartbeat_seconds);
    let first = number(settings.first_warning_seconds);
    let second = number(settings.second_warning_seconds);
    let history = number(settings.history_days);
    let kept_for = StoredValue::new(settings.history_days);
    let shorter = RwSignal::new(None::<(Settings, HistoryPreview)>);
    let consent = number(settings.consent_seconds);
    let poor = number(settings.poor_network_seconds);
    let disconnected = number(settings.disconnected_minutes);
    let seats = number(settings.seats_warn_percent);
    let networks = Networks::of(&settings.networks);
    let ad = RwSignal::new(settings.show_ad_username);
    let typed = move || -> Result<Settings, (&'static str, String)> {
        let settings = Settings {
            name: name.get_untracked().trim().to_owned(),
            time_zone: zone.get_untracked().trim().to_owned(),
            heartbeat_seconds: whole("heartbeat_seconds", heartbeat)?,
            first_warning_seconds: whole("first_warning_seconds", first)?,
            second_warning_seconds: whole("second_warning_seconds", second)?,
            show_ad_username: ad.get_untracked(),
            history_days: whole("history_days", history)?,
            consent_seconds: whole("consent_seconds", consent)?,
            poor_network_seconds: whole("poor_network_seconds", poor)?,
            disconnected_minutes: whole("disconnected_minutes", disconnected)?,
            seats_warn_percent: whole("seats_warn_percent", seats)?,
            networks: networks.typed()?,
        };
        check_settings(&settings).map_err(|bad| (bad.field, complaint(bad.field, &bad.message)))?;
        Ok(settings)
    };
    let saved = Callback::new(move |saved: Settings| {
        shorter.set(None);
        kept_for.set_value(saved.history_days);
        spawn_local(async move {
            // The tenant's name and zone stand in the sign-in; the next refresh would bring them late.
            if let Err(problem) = api.renew().await {
                form.failure.set(Some(explain(&problem)));
            }
            notices.success(strings::saved().to_owned(), None, None);
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = typed();
        if let Ok(new) = &typed
            && new.history_days < kept_for.get_value()
        {
            let (new, query) = (new.clone(), HistoryQuery { history_days: Some(new.history_days) });
            let call = |()| api.call::<PreviewHistory>(NoArgs {}, query, NoBody {});
            return form.send(Ok(()), call, move |preview| shorter.set(Some((new, preview))));
        }
        let call = |settings| api.call::<ChangeSettings>(NoArgs {}, NoArgs {}, settings);
        form.send(typed, call, move |settings| saved.run(settings));
    };
    let error = form.error;
    view! {
        <form class="form card" novalidate on:submit=submit>
            <Field name="name" label=strings::tenant_name() value=name error=error />
            <Field name="time_zone" label=strings::time_zone() value=zone hint=strings::time_zone_hint() error=error />
            <Field name="heartbeat_seconds" label=strings::heartbeat() value=heartbeat kind="number" min=5 max=300 hint=strings::heartbeat_hint() error=error />
            <Field name="first_warning_seconds" label=strings::first_warning() value=first kind="number" min=1 max=600 hint=strings::first_warning_hint() error=error />
            <Field name="second_warning_seconds" label=strings::second_warning() value=second kind="number" min=0 max=599 hint=strings::second_warning_hint() error=error />
            <Field name="history_days" label=strings::history() value=history kind="number" min=*HISTORY_DAYS.start() max=*HISTORY_DAYS.end() hint=strings::history_hint() error=error />
            <Field name="consent_seconds" label=strings::consent_time() value=consent kind="number" min=5 max=300 hint=strings::consent_time_hint() error=error />
            <Field name="poor_network_seconds" label=strings::poor_network() value=poor kind="number" min=2 max=120 hint=strings::poor_network_hint() error=error />
            <Field name="disconnected_minutes" label=strings::disconnected_time() value=disconnected kind="number" min=1 max=1440 hint=strings::disconnected_time_hint() error=error />
            <Field name="seats_warn_percent" label=strings::seats_warn() value=seats kind="number" min=1 max=100 hint=strings::seats_warn_hint() error=error />
            <NetworkRows networks=networks form=form />
            <label class="check">
                <input type="checkbox" prop:checked=move || ad.get() on:change=move |event| ad.set(event_target_checked(&event)) />
                {strings::ad_username()}
            </label>
            {form_failure(form)}
            <Act kind=ButtonKind::Primary form="submit" busy=form.busy>{strings::save()}</Act>
        </form>
        {move || shorter.get().map(|(settings, preview)| view! {
            <ShorterHistory settings=settings preview=preview on_saved=saved on_close=move || shorter.set(None) />
        })}
    }
    .into_any()
}

/// What a value must be. The rules say it in English; in another language the field's hint does.
fn complaint(field: &str, message: &str) -> String {
    if field == "networks" {
        return strings::and_server_says(strings::networks_bad(), Some(message));
    }
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
        "consent_seconds" => strings::consent_time_hint(),
        "poor_network_seconds" => strings::poor_network_hint(),
        "disconnected_minutes" => strings::disconnected_time_hint(),
        "seats_warn_percent" => strings::seats_warn_hint(),
        _ => message,
    };
    strings::must_be(hint)
}
