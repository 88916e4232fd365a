//! Writing what a transaction has changed.

use std::collections::BTreeSet;

use deskwarden_types::{SessionId, TenantId};

use super::{
    Ledger,
    held::{FLAGS, NAMES, STEP_NAMES},
};
use crate::{
    Conn, Result, WriteScope,
    sets::{Change, update, update_texts},
};

/// Writes sessions that were settled and gives them, and those that were touched otherwise, their revision.
pub(crate) fn write_sessions(
    conn: &mut Conn,
    tenant: TenantId,
    ledger: &Ledger,
    touched: &BTreeSet<SessionId>,
    revision: i64,
) -> Result<()> {
    let none = [None; NAMES.len()];
    let changes = touched.iter().map(|id| {
        let held = ledger.sessions.get(id).and_then(|held| Some((held.stored, held.settled?)));
        let (before, after) = held.unwrap_or((none, none));
        Change { id: id.0, before, after }
    });
    update(conn, (tenant, "sessions"), NAMES, &FLAGS, Some(("revision", revision)), changes)
}

/// Writes sessions that were settled so far, for statements that read them in the same transaction. Their revision
/// follows when it ends.
pub(crate) fn flush(scope: &mut WriteScope<'_>) -> Result<()> {
    let tenant = scope.tenant;
    let mut changes = Vec::new();
    for (id, held) in &mut scope.ledger.sessions {
        let Some(after) = held.settled.take() else { continue };
        changes.push(Change { id: id.0, before: held.stored, after });
        held.stored = after;
    }
    update(scope.conn, (tenant, "sessions"), NAMES, &FLAGS, None, changes)
}

/// Writes commands' steps.
pub(crate) fn write_commands(conn: &mut Conn, tenant: TenantId, ledger: &Ledger) -> Result<()> {
    let changed = ledger.commands.iter().filter(|(_, command)| command.steps != command.stored);
    let changes = changed.map(|(id, command)| Change { id: id.0, before: command.stored, after: command.steps });
    update(conn, (tenant, "commands"), STEP_NAMES, &[], None, changes)?;
    let (ids, details): (Vec<_>, Vec<_>) =
        ledger.commands.iter().filter_map(|(id, command)| Some((id.0, command.detail.clone()?))).unzip();
    update_texts(conn, (tenant, "commands"), "detail", ids, details)
}
