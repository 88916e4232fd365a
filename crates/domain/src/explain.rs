//! Why a verb is not allowed, in a sentence that says what would be needed.

use deskwarden_types::{Verb, WhyNot};

use crate::{Facts, labels, rules};

/// A full sentence: what the verb would need, and what is so instead.
pub fn explain(facts: &Facts, verb: Verb, why: WhyNot) -> String {
    let name = labels::verb_label(facts.kind, verb);
    let kind = labels::kind_label(facts.kind);
    let status = labels::status_label(facts.kind, facts.status);
    match why {
        WhyNot::KindHasNoSuchVerb => format!("{kind} sessions have no {name}."),
        WhyNot::WrongStatus => wrong_status(facts, verb),
        WhyNot::SessionIsOver => format!("{name} needs a session that is not over: this one is {status}."),
        WhyNot::AppIsRunning => {
            format!("{name} needs an app that is not running: this one is running; evict it first.")
        }
        WhyNot::AppIsNotRunning => format!("{name} needs an app that is running: this one is {status}."),
        WhyNot::NobodyConnected => {
            format!("{name} needs somebody who is connected: nobody is connected to this session.")
        }
        WhyNot::RoleNotAllowed => format!("{name} needs the role {}.", needed_role(verb)),
        WhyNot::CommandOnItsWay => {
            let open = facts.open_command.map_or("another command", |open| labels::verb_label(facts.kind, open));
            format!("{name} is not needed: {open} is already on its way; wait until it is done.")
        }
        WhyNot::RecordIsTrusted => {
            format!("{name} needs a session that is stale, or whose last command failed or timed out: this one is not.")
        }
        WhyNot::ServerTooOld => {
            let version = facts.server_version.as_deref().unwrap_or("older");
            format!("{name} needs RealVNC Server 7.13.0 or later on that computer: it has {version}.")
        }
        WhyNot::ServerUnknown => format!(
            "{name} needs our gate, or RealVNC Server 7.13.0 or later on that computer: what serves this session is not \
             known to obey."
        ),
        WhyNot::HostCannotShow => format!("{name} needs a host that can show its sessions: this one cannot."),
        WhyNot::AgentTooOld => format!("{name} needs an agent that can do it: update the agent on this host."),
        WhyNot::OwnSession => format!("{name} is for sessions of others: this one is your own."),
    }
}

/// Names the statuses in which the verb works.
fn wrong_status(facts: &Facts, verb: Verb) -> String {
    let name = labels::verb_label(facts.kind, verb);
    let status = labels::status_label(facts.kind, facts.status);
    let works: Vec<&str> = rules(facts.kind)
        .table
        .iter()
        .filter(|row| row.verbs.iter().any(|(named, need)| *named == verb && !matches!(need, crate::Need::Never(_))))
        .map(|row| row.label)
        .collect();
    match works.split_last() {
        Some((last, [])) => format!("{name} needs a session that is {last}: this one is {status}."),
        Some((last, others)) => {
            format!("{name} needs a session that is {} or {last}: this one is {status}.", others.join(", "))
        }
        None => format!("{name} does not fit a session that is {status}."),
    }
}

fn needed_role(verb: Verb) -> &'static str {
    match verb {
        Verb::View | Verb::Message => "support, manager, admin or owner",
        Verb::Disconnect | Verb::Evict | Verb::Expire | Verb::Kill | Verb::End => {
            "manager, admin or owner, or a session of your own"
        }
        Verb::CloseRecord => "admin or owner",
    }
}
