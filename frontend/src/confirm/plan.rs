//! What would happen, to whom, by when, and what stays possible.

use std::collections::{BTreeMap, BTreeSet};

use deskwarden_domain::rules;
use deskwarden_types::{DeliveryKind, PlanOutcome, SessionId, Timestamp, Verb, WhyNot, api::*};
use leptos::prelude::*;

use crate::{
    clock::use_clock,
    format,
    parts::{Icon, Remaining, icons, ways},
    strings::{self, labels},
    words,
};

/// A list of more sessions than this is opened by whoever wants to read it.
const LISTED: usize = 8;
/// The same for those that nothing will be done to for one reason.
const LEFT_OUT: usize = 4;
/// So many different times stand there each with its sessions.
const FEW_TIMES: usize = 3;
/// The most lines of one list.
const MOST: usize = 500;
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
    let (yes, no): (Vec<_>, Vec<_>) = plan.items.iter().partition(acts);
    let left = groups(&no, plan.verb);
    if yes.is_empty() {
        let is_so = plan.summary.no_op as usize == no.len();
        let why = if is_so { strings::all_so_already() } else { strings::nothing_to_do() };
        return view! {
            <p class="note"><Icon icon=icons::WARNING /> {why}</p>
            {left}
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
    let times = times(&yes);
    let by = (!times.is_empty()).then(|| {
        view! { <dt>{strings::by_when()}</dt><dd>{by_when_each(times, made_at)}</dd> }
    });
    let effects = [
        Some(plan.summary.users_warned).filter(|n| *n > 0).map(|n| strings::users_warned(n as usize)),
        Some(plan.summary.seats_freed).filter(|n| *n > 0).map(|n| strings::seats_freed(n as usize)),
    ];
    let effects = effects.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    // Each once, in the order of their names.
    let open: BTreeMap<_, _> = yes
        .iter()
        .flat_map(|item| &item.ways_still_open)
        .map(|way| ((&way.provision.name, &way.through), way))
        .collect();
    let resources: BTreeSet<_> = yes
        .iter()
        .filter(|item| !item.ways_still_open.is_empty())
        .filter_map(|item| item.resource.as_ref().map(|resource| resource.name.as_str()))
        .collect();
    let resources: Vec<_> = resources.into_iter().collect();
    let ways = (!open.is_empty()).then(|| {
        view! {
            <dt>{strings::still_open()}</dt>
            <dd>{strings::still_open_why()} {ways(open.into_values(), &resources, true)}</dd>
        }
    });
    let left = (!no.is_empty()).then(|| {
        view! {
            <dt>{strings::not_these()}</dt>
            <dd>{left}</dd>
        }
    });
    let acted = yes.iter().map(|item| line(item)).collect();
    view! {
        {what}
        <dl class="plan">
            <dt>{strings::to_whom()}</dt>
            <dd>
                {listed(strings::count_sessions(yes.len()), LISTED, acted)}
                {(!effects.is_empty()).then(|| view! { <p class="quiet">{effects}</p> })}
            </dd>
            {by}
            {ways}
            {left}
        </dl>
    }
    .into_any()
}

/// By when, and for how many of them, the earliest first. What differs by less than a second is one.
fn times(items: &[&PlanItem]) -> Vec<(Timestamp, usize)> {
    let mut times: Vec<(Timestamp, usize)> = Vec::new();
    let mut all: Vec<_> = items.iter().filter_map(|item| item.effective_by).collect();
    all.sort_unstable();
    for at in all {
        match times.last_mut() {
            Some((last, count)) if at.millis() - last.millis() < 1_000 => (*last, *count) = (at, *count + 1),
            _ => times.push((at, 1)),
        }
    }
    times
}

/// One time for all, few times with the number of sessions of each, or of many the first and the last.
fn by_when_each(times: Vec<(Timestamp, usize)>, made_at: Timestamp) -> AnyView {
    match times.as_slice() {
        [] => ().into_any(),
        [(at, _)] => by_when(*at, made_at),
        few if few.len() <= FEW_TIMES => {
            let line = |(at, count): &(Timestamp, usize)| {
                view! { <li>{strings::count_sessions(*count)} ": " {by_when(*at, made_at)}</li> }
            };
            view! { <ul class="ways">{few.iter().map(line).collect_view()}</ul> }.into_any()
        }
        [(first, _), .., (last, _)] => view! {
            <ul class="ways">
                <li>{strings::the_first()} ": " {by_when(*first, made_at)}</li>
                <li>{strings::the_last()} ": " {by_when(*last, made_at)}</li>
            </ul>
        }
        .into_any(),
    }
}

/// By when: the time runs from the moment of going ahead, not while somebody types. What is far off is the end of a
/// licence, which waits for nobody.
fn by_when(at: Timestamp, made_at: Timestamp) -> AnyView {
    let clock = use_clock();
    let span = (at.millis() - made_at.millis()).max(0);
    if span > FAR_OFF_MS {
        return view! { <b>{format::short(at, clock.now_once())}</b> " (" <Remaining until=at /> ")" }.into_any();
    }
    let if_now = move || strings::if_now(format::seconds(clock.now().plus_millis(span)));
    view! {
        <b>{strings::within(format::span((span + 999) / 1000))}</b>
        " " {strings::of_going_ahead()} " " <span class="quiet num">{if_now}</span>
    }
    .into_any()
}

/// One line of a list: what it is about, and what there is to say of it.
pub type Line = (String, String);

/// Lines under a heading that opens and closes them; few of them stand there at once, without a heading.
pub fn listed(heading: String, few: usize, lines: Vec<Line>) -> AnyView {
    if lines.len() <= few {
        return people(&lines, false);
    }
    let (lines, open) = (StoredValue::new(lines), RwSignal::new(false));
    view! {
        <details class="fold" on:toggle=move |_| open.set(true)>
            <summary>{heading}</summary>
            {move || open.get().then(|| lines.with_value(|lines| people(lines, true)))}
        </details>
    }
    .into_any()
}

fn people(lines: &[Line], scrolls: bool) -> AnyView {
    let line = |(name, about): &Line| {
        view! {
            <li>
                <span>{name.clone()}</span>
                <span class="quiet">{about.clone()}</span>
            </li>
        }
    };
    let more = lines.len().saturating_sub(MOST);
    view! {
        <ul class="people" tabindex=scrolls.then_some("0")>{lines.iter().take(MOST).map(line).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="quiet">{strings::and_more(more)}</p> })}
    }
    .into_any()
}

fn acts(item: &&PlanItem) -> bool {
    item.outcome == PlanOutcome::WillAct
}

/// The sessions that something will be done to.
pub fn acted_on(plan: &Plan) -> Vec<SessionId> {
    plan.items.iter().filter(acts).map(|item| item.session_id).collect()
}

/// Why nothing is done to a session, in short.
fn why(item: &PlanItem) -> &'static str {
    let is_over = item.kind.zip(item.status).is_some_and(|(kind, status)| rules(kind).is_over(status));
    let over = (item.outcome == PlanOutcome::NoOp && is_over).then_some(WhyNot::SessionIsOver);
    over.or(item.why_not).map(labels::why_not_label).unwrap_or_else(|| labels::plan_outcome_label(item.outcome))
}

/// Those that nothing is done to, by the reason: the one with the most first.
fn groups(items: &[&PlanItem], verb: Verb) -> AnyView {
    let mut groups: Vec<(&'static str, Vec<Line>)> = Vec::new();
    for item in items {
        let short = why(item);
        let about = match status(item).filter(|_| item.outcome == PlanOutcome::NoOp) {
            Some(status) => format!("{short} · {status}"),
            None => strings::planned_why_not(item, verb, short),
        };
        let line = (name(item), about);
        match groups.iter_mut().find(|(of, _)| *of == short) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((short, vec![line])),
        }
    }
    groups.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.len()));
    let group = |(short, lines): (&'static str, Vec<Line>)| {
        listed(strings::left_for(strings::count_sessions(lines.len()), short), LEFT_OUT, lines)
    };
    groups.into_iter().map(group).collect_view().into_any()
}

/// Who and what: `Ada Lovelace (ada) · xterm`.
pub fn name(item: &PlanItem) -> String {
    match (&item.user, &item.resource) {
        (Some(user), Some(resource)) => format!("{} ({}) · {}", words::person(user), user.username, resource.name),
        _ => strings::session_title(item.session_id),
    }
}

fn status(item: &PlanItem) -> Option<&'static str> {
    item.kind.zip(item.status).map(|(kind, status)| labels::status_label(kind, status))
}

fn line(item: &PlanItem) -> Line {
    (name(item), status(item).unwrap_or_default().to_owned())
}
