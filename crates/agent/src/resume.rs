//! Commands that a crash interrupted, when the agent starts again.

use std::sync::Arc;

use deskwarden_types::{CommandOutcome, Verb, agent::CommandStep};

use crate::{host::Host, journal::Taken, source::SessionSource};

/// Goes on with each, or tells how it ended.
pub(crate) fn resume(host: &Arc<Host>, sources: &[Arc<dyn SessionSource>]) {
    for taken in host.journal.open_commands() {
        let id = taken.order.id;
        host.outbox.command(id, CommandStep::Acknowledged {});
        if taken.end.is_none() && sources.iter().any(|source| source.goes_on(id)) {
            continue;
        }
        let source = sources.iter().find(|source| source.knows(taken.order.session_id));
        let end = match (&taken.end, source) {
            (Some(end), _) => end.clone(),
            (None, _) if taken.begun => interrupted(&taken),
            (None, Some(source)) => {
                source.carry_out(taken.order);
                continue;
            }
            (None, None) => CommandStep::Failed {
                outcome: CommandOutcome::UnknownSession,
                detail: format!("this host has no session {}", taken.order.session_id),
            },
        };
        let host = host.clone();
        tokio::spawn(async move { host.journal.end(&host.outbox, id, end).await });
    }
}

/// What was on the screen is not shown again.
fn interrupted(taken: &Taken) -> CommandStep {
    let (outcome, what) = match taken.order.known_verb() {
        Some(Verb::View) => (CommandOutcome::QuestionClosed, "question"),
        _ => (CommandOutcome::HostError, "message"),
    };
    CommandStep::Failed { outcome, detail: format!("the agent was started anew while the {what} was on the screen") }
}
