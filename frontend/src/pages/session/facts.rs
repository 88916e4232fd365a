//! What is known of the session.

use deskwarden_domain::labels;
use deskwarden_types::api::Session;
use leptos::prelude::*;

use crate::{
    clock::use_clock,
    format,
    pages::sessions::seconds,
    parts::{Ago, Moment},
    strings,
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
            <h3>{strings::FACTS}</h3>
            <dl class="facts">
                {fact("Kind", Some(labels::kind_label(s.kind)))}
                {fact("Last observed", observed)}
                {fact("How sure", Some(labels::trust_label(s.trust)))}
                {fact("Heard of", moment(s.seen_at))}
                {fact("User", Some(format!("{} ({})", s.user.display_name, s.user.username)))}
                {fact("AD username", s.user.ad_username.clone())}
                {fact("Device", s.device.map(|d| d.name))}
                {fact("Host", s.host.map(|h| h.name))}
                {fact("IP address", s.ip)}
                {fact("Terminal", Some(labels::terminal_label(s.terminal)))}
                {fact("Access", Some(labels::access_label(s.access)))}
                {fact("Connected", Some(if s.connected { strings::YES } else { strings::NO }))}
                {fact("Started", moment(Some(s.started_at)))}
                {fact("Duration", Some(duration))}
                {fact("Last activity", moment(s.last_activity_at))}
                {fact("Ended", moment(s.ended_at))}
                {fact("End reason", s.end_reason.map(labels::end_reason_label))}
                {fact("Ended how", s.ended_how.map(labels::ended_how_label))}
                {fact("Valid until", until(s.valid_until))}
                {fact("May run offline until", until(s.offline_until))}
                {fact("Listed until", until(s.listed_until))}
                {fact("Provision", s.provision.map(|p| p.name))}
                {fact("Delivery method", s.delivery_method.map(|d| d.name))}
                {fact("Environment", s.environment.map(|e| e.name))}
                {fact("Version", s.version)}
                {fact("Found by", Some(labels::source_label(s.source)))}
            </dl>
        </section>
    }
    .into_any()
}
