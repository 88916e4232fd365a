//! A session's status: shape, colour and word, and the command beside it.

use deskwarden_types::{CommandState, Phase, Trust, Verb, api::Session};
use leptos::prelude::*;

use super::Icon;
use crate::{
    clock::use_clock,
    format,
    strings::{self, labels},
    words::{self, Station},
};

/// Shape, colour and word.
pub fn status_mark(session: &Session) -> AnyView {
    let (icon, filled, class) = words::status_look(session.phase, session.status, session.trust);
    let (note, tip) = match session.trust {
        Trust::Fresh => (None, None),
        Trust::Stale => (Some(strings::stale()), Some(strings::stale_since(session.seen_at))),
        Trust::OfflineUntil => {
            (Some(strings::runs_offline()), session.offline_until.map(|t| strings::offline_until(format::full(t))))
        }
    };
    view! {
        <span class=class data-tip=tip>
            <Icon icon=icon filled=filled />
            <span class="status-word">{labels::status_label(session.kind, session.status)}</span>
            {note.map(|note| view! { <span class="status-note">{note}</span> })}
        </span>
    }
    .into_any()
}

/// Beside the status: that its app runs without being authorised and when it is closed, and the command that is on its
/// way or went wrong.
pub fn command_line(session: &Session) -> AnyView {
    (unauthorised(session), command(session)).into_any()
}

/// An expired app that was started again: it works, and its agent closes it (003).
fn unauthorised(session: &Session) -> Option<AnyView> {
    let until = words::unauthorised_until(session)?;
    let clock = use_clock();
    let text = move || match until.seconds_since(clock.now()) {
        0 => strings::was_to_be_closed(format::time(until)),
        _ => strings::not_authorised(format::time(until)),
    };
    let tip = move || strings::not_authorised_tip(format::left(until, clock.now()), format::full(until));
    Some(view! { <span class="command unauthorised" data-tip=tip>{text}</span> }.into_any())
}

/// How far the command is, and by when it will be done.
fn command(session: &Session) -> AnyView {
    let Some(command) = &session.command else {
        return view! { <span class="command">{words::still(session)}</span> }.into_any();
    };
    let verb = labels::verb_label(session.kind, command.verb);
    if words::went_wrong(command) {
        let text = strings::command_went_wrong(verb, command.state, command.outcome);
        let tip = strings::next_step(command.outcome, command.detail.as_deref());
        return view! { <span class="command bad" data-tip=tip>{text}</span> }.into_any();
    }
    if command.verb == Verb::Message && command.state == CommandState::Done && session.phase != Phase::Over {
        let text = strings::message_told_here(strings::message_end(command.outcome));
        return view! { <span class="command" data-tip=command.message.clone()>{text}</span> }.into_any();
    }
    if !words::on_its_way(command) {
        return view! { <span class="command">{words::still(session)}</span> }.into_any();
    }
    let way = words::stations(command, words::runs(session));
    let reached = way.iter().rev().find(|(_, at)| at.is_some()).map_or(Station::Queued, |(station, _)| *station);
    let dots = way
        .iter()
        .map(|(_, at)| view! { <i class=if at.is_some() { "dot reached" } else { "dot" }></i> })
        .collect_view();
    let (clock, latest) = (use_clock(), words::latest(command));
    let (is_message, runs) = (command.verb == Verb::Message, words::runs(session));
    let by = move || {
        let by = format::time(latest);
        match latest.seconds_since(clock.now()) {
            0 => strings::overdue_since(by),
            _ if runs => strings::gone_by(by),
            _ => strings::done_by(by),
        }
    };
    // Where the status has not changed, the verb says what is going on.
    let before = words::still(session).unwrap_or_else(|| verb.to_owned());
    // The time first, and no word for what a time says: there is little room, and the end of the line is cut.
    let timed = !is_message && reached == Station::Warning;
    let station = (!timed).then(|| format!(" · {}", strings::lower(strings::station(reached))));
    let rest = format!("{before}{}", station.unwrap_or_default());
    let text = move || if is_message { rest.clone() } else { format!("{} · {rest}", by()) };
    view! {
        <span class="command" data-tip=strings::way_tip(verb, &way)>
            <span class="dots" aria-hidden="true">{dots}</span>
            <span>{text}</span>
        </span>
    }
    .into_any()
}
