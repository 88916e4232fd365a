//! What would happen, to whom, by when, and what stays possible.

use std::collections::BTreeSet;

use deskwarden_domain::labels;
use deskwarden_types::{DeliveryKind, PlanOutcome, Timestamp, api::*};
use leptos::prelude::*;

use crate::{
    clock::use_clock,
    format,
    parts::{Icon, Remaining, icons},
    strings, words,
};

/// How many sessions are listed by name.
const LISTED: usize = 8;
/// How many sessions are listed by name that nothing will be done to.
const LEFT_OUT: usize = 4;
/// No warning and no heartbeat takes longer: an end later than this is that of an offline licence, in milliseconds.
const FAR_OFF_MS: i64 = 7_200_000;

/// A plan for people.
#[component]
pub fn PlanView(
    /// The plan.
    plan: Plan,
    /// When it was asked for.
    made_at: Timestamp,
    /// The kind of the sessions asked for; used where the plan names none.
    kind: Option<DeliveryKind>,
) -> impl IntoView {
    let acts = |item: &&PlanItem| matches!(item.outcome, PlanOutcome::WillAct | PlanOutcome::NoOp);
    let (yes, no): (Vec<_>, Vec<_>) = plan.items.iter().partition(acts);
    if yes.is_empty() {
        return view! {
            <p class="note"><Icon icon=icons::WARNING /> {strings::NOTHING_TO_DO}</p>
            <ul class="people">{no.iter().take(LEFT_OUT).map(|item| left_out(item)).collect_view()}</ul>
        }
        .into_any();
    }
    let seconds = plan.first_warning_seconds;
    let kinds: BTreeSet<_> = yes.iter().filter_map(|item| item.kind).chain(kind).collect();
    let several = kinds.len() > 1;
    let what = kinds
        .into_iter()
        .map(|kind| {
            let text = labels::confirmation(kind, plan.verb, seconds);
            let of = several.then(|| view! { <b>{labels::kind_label(kind)} ": "</b> });
            view! { <p class="what">{of} {text}</p> }
        })
        .collect_view();
    let by = plan.summary.effective_by.map(|at| {
        view! { <dt>{strings::BY_WHEN}</dt><dd>{by_when(at, made_at)}</dd> }
    });
    let effects = [
        Some(plan.summary.users_warned).filter(|n| *n > 0).map(strings::users_warned),
        Some(plan.summary.seats_freed).filter(|n| *n > 0).map(strings::seats_freed),
    ];
    let effects = effects.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let ways: BTreeSet<_> = yes
        .iter()
        .flat_map(|item| &item.ways_still_open)
        .map(|way| strings::way_open(&way.provision.name, &way.through))
        .collect();
    let ways = (!ways.is_empty()).then(|| {
        let list = ways.into_iter().map(|way| view! { <li>{way}</li> }).collect_view();
        view! {
            <dt>{strings::STILL_OPEN}</dt>
            <dd>{strings::STILL_OPEN_WHY} <ul class="ways">{list}</ul></dd>
        }
    });
    let left = (!no.is_empty()).then(|| {
        view! {
            <dt>{strings::NOT_THESE}</dt>
            <dd>
                <ul class="people">{no.iter().take(LEFT_OUT).map(|item| left_out(item)).collect_view()}</ul>
                {more(no.len(), LEFT_OUT)}
            </dd>
        }
    });
    view! {
        {what}
        <dl class="plan">
            <dt>{strings::TO_WHOM}</dt>
            <dd>
                <ul class="people">{yes.iter().take(LISTED).map(|item| acted_on(item)).collect_view()}</ul>
                {more(yes.len(), LISTED)}
                {(!effects.is_empty()).then(|| view! { <p class="quiet">{effects}</p> })}
            </dd>
            {by}
            {ways}
            {left}
        </dl>
    }
    .into_any()
}

/// By when: the time runs from the moment of going ahead, not while somebody types. What is far off is the end of a
/// licence, which waits for nobody.
fn by_when(at: Timestamp, made_at: Timestamp) -> AnyView {
    let clock = use_clock();
    let span = (at.millis() - made_at.millis()).max(0);
    if span > FAR_OFF_MS {
        return view! { <b>{format::short(at, clock.now_once())}</b> " (" <Remaining until=at /> ")" }.into_any();
    }
    let if_now = move || strings::if_now(&format::seconds(clock.now().plus_millis(span)));
    view! {
        <b>{strings::within(&format::span((span + 999) / 1000))}</b>
        " " {strings::OF_GOING_AHEAD} " " <span class="quiet num">{if_now}</span>
    }
    .into_any()
}

fn more(count: usize, listed: usize) -> Option<impl IntoView> {
    (count > listed).then(|| view! { <p class="quiet">{strings::and_more(count - listed)}</p> })
}

/// Who and what: `Ada Lovelace (ada) · xterm`.
fn name(item: &PlanItem) -> String {
    match (&item.user, &item.resource) {
        (Some(user), Some(resource)) => format!("{} ({}) · {}", words::person(user), user.username, resource.name),
        _ => strings::session_title(item.session_id),
    }
}

fn acted_on(item: &PlanItem) -> impl IntoView + use<> {
    let status = item.kind.zip(item.status).map(|(kind, status)| labels::status_label(kind, status));
    let so = (item.outcome == PlanOutcome::NoOp).then(|| labels::plan_outcome_label(item.outcome));
    view! {
        <li>
            <span>{name(item)}</span>
            <span class="quiet">{so.or(status)}</span>
        </li>
    }
}

fn left_out(item: &PlanItem) -> impl IntoView + use<> {
    let short = item.why_not.map(labels::why_not_label).unwrap_or_else(|| labels::plan_outcome_label(item.outcome));
    let why = item.explanation.clone().unwrap_or_else(|| short.to_owned());
    view! {
        <li>
            <span>{name(item)}</span>
            <span class="quiet">{why}</span>
        </li>
    }
}
