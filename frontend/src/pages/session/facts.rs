//! What is known of the session.

use deskwarden_types::{DeliveryKind, api::Session};
use leptos::prelude::*;

use crate::{
    clock::use_clock,
    format,
    pages::sessions::seconds,
    parts::{Ago, Moment},
    strings::{self, labels},
    words,
};

fn fact(label: &'static str, value: Option<impl IntoView + 'static>) -> Option<impl IntoView> {
    value.map(|value| view! { <dt>{label}</dt><dd>{value}</dd> })
}

/// The facts, those that there are.
#[component]
pub fn Facts(
    /// The session.
    session: Session,
) -> impl IntoView {
    let clock = use_clock();
    let s = session.clone();
    let lasting = session.clone();
    let differs = s.status != s.observed_status;
    let duration = move || {
        let seconds = seconds(&lasting, clock);
        format!("{} ({})", format::minutes(seconds), format::clock_face(seconds))
    };
    let moment = |at: Option<deskwarden_types::Timestamp>| at.map(|at| view! { <Moment at=at /> " · " <Ago at=at /> });
    let until = |at: Option<deskwarden_types::Timestamp>| at.map(|at| view! { <Moment at=at /> });
    let observed = differs.then(|| labels::status_label(s.kind, s.observed_status));
    view! {
        <section>
            <h3>{strings::facts()}</h3>
            <dl class="facts">
                {fact(strings::fact_kind(), Some(labels::kind_label(s.kind)))}
                {fact(strings::fact_observed(), observed)}
                {fact(strings::fact_trust(), Some(labels::trust_label(s.trust)))}
                {fact(strings::fact_seen(), moment(s.seen_at))}
                {fact(strings::fact_user(), Some(format!("{} ({})", s.user.display_name, s.user.username)))}
                {fact(strings::fact_ad_username(), s.user.ad_username.clone())}
                {fact(strings::fact_device(), s.device.map(|d| d.name))}
                {fact(strings::fact_host(), s.host.map(|h| h.name))}
                {fact(strings::fact_ip(), s.ip)}
                {fact(strings::fact_terminal(), Some(labels::terminal_label(s.terminal)))}
                {fact(strings::fact_access(), Some(labels::access_label(s.access)))}
                {fact(strings::fact_connected(), Some(words::yes_or_no(s.connected)))}
                {fact(strings::fact_seat(), (s.kind == DeliveryKind::RemoteAccess).then(|| words::yes_or_no(s.seat)))}
                {fact(strings::fact_started(), moment(Some(s.started_at)))}
                {fact(strings::fact_duration(), Some(duration))}
                {fact(strings::fact_activity(), moment(s.last_activity_at))}
                {fact(strings::fact_ended(), moment(s.ended_at))}
                {fact(strings::fact_end_reason(), s.end_reason.map(labels::end_reason_label))}
                {fact(strings::fact_ended_how(), s.ended_how.map(labels::ended_how_label))}
                {fact(strings::fact_valid(), until(s.valid_until))}
                {fact(strings::fact_offline(), until(s.offline_until))}
                {fact(strings::fact_listed(), until(s.listed_until))}
                {fact(strings::fact_provision(), s.provision.map(|p| p.name))}
                {fact(strings::fact_method(), s.delivery_method.map(|d| d.name))}
                {fact(strings::fact_licence(), s.licence.map(labels::licence_label))}
                {fact(strings::fact_environment(), s.environment.map(|e| e.name))}
                {fact(strings::fact_version(), s.version)}
                {fact(strings::fact_server(), s.server)}
                {fact(strings::fact_source(), Some(labels::source_label(s.source)))}
            </dl>
        </section>
    }
    .into_any()
}
