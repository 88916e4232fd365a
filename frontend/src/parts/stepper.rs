//! A command's way, station by station.

use deskwarden_types::{
    DeliveryKind,
    api::{Command, Session},
};
use leptos::prelude::*;

use super::{Icon, Moment, Remaining, icons};
use crate::{
    clock::use_clock,
    format,
    strings::{self, labels},
    words,
};

/// A command with its stations, who asked and why.
pub fn stepper(session: &Session, command: &Command) -> AnyView {
    let kind: DeliveryKind = session.kind;
    let open = words::on_its_way(command);
    let wrong = words::went_wrong(command);
    let way = words::stations(command, open && words::runs(session));
    let steps = way
        .iter()
        .filter(|(_, at)| at.is_some() || open)
        .map(|(station, at)| {
            let class = if at.is_some() { "step reached" } else { "step" };
            let icon = if at.is_some() { icons::CHECK } else { icons::IDLE };
            let time =
                at.map(|at| view! { <span class="step-time" data-tip=format::full(at)>{format::seconds(at)}</span> });
            view! {
                <li class=class>
                    <Icon icon=icon />
                    <span>{strings::station(*station)}</span>
                    {time}
                </li>
            }
        })
        .collect_view();
    let failed = wrong.then(|| {
        let text = strings::command_went_wrong(labels::verb_label(kind, command.verb), command.state, command.outcome);
        let next = strings::next_step(command.outcome, command.detail.as_deref());
        view! {
            <p class="command bad"><Icon icon=icons::ALERT /> {text}</p>
            <p class="quiet">{next}</p>
        }
    });
    let by = open.then(|| {
        let (clock, latest) = (use_clock(), words::latest(command));
        let is_late = Memo::new(move |_| latest.seconds_since(clock.now()) == 0);
        move || match is_late.get() {
            true => view! { <p class="quiet">{strings::was_due(format::seconds(latest))}</p> }.into_any(),
            false => view! {
                <p class="quiet">
                    {strings::latest()} " " <b>{format::seconds(latest)}</b> " (" <Remaining until=latest /> ")"
                </p>
            }
            .into_any(),
        }
    });
    let outcome = command.outcome.filter(|_| !wrong).map(|o| {
        let detail = command.detail.clone().map(|d| format!(" {d}"));
        view! { <p class="quiet">{labels::command_outcome_label(o)} "." {detail}</p> }
    });
    let who = command.requested_by.as_ref().map_or_else(|| strings::the_server().to_owned(), words::person);
    let said = command.reason.clone().or_else(|| command.message.clone());
    view! {
        <article class="way">
            <header>
                <b>{labels::verb_label(kind, command.verb)}</b>
                <span class="quiet">{strings::by_whom(&who)} " · " <Moment at=command.created_at /></span>
            </header>
            {said.map(|text| view! { <blockquote>{text}</blockquote> })}
            <ol class="steps">{steps}</ol>
            {by}
            {outcome}
            {failed}
        </article>
    }
    .into_any()
}
