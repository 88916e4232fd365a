//! The commands that a host took on, on disk: after a kill of the fleet they are finished, and none is begun twice.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use deskwarden_types::{
    CommandId,
    agent::{CommandOrder, CommandStep},
};

use crate::files;

/// Commands with an end that are remembered.
const ENDED: usize = 200;

/// A command that was taken on, and its end.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Taken {
    order: CommandOrder,
    end: Option<CommandStep>,
}

/// The commands of one host.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    commands: BTreeMap<CommandId, Taken>,
}

impl Memory {
    pub(super) fn open(directory: &Path) -> io::Result<Self> {
        let path = directory.join("commands.json");
        let all: Vec<Taken> = files::read_json(&path)?.unwrap_or_default();
        Ok(Self { path, commands: all.into_iter().map(|taken| (taken.order.id, taken)).collect() })
    }

    /// Takes a command on, durably; false if it is known.
    pub(super) fn take(&mut self, order: &CommandOrder) -> io::Result<bool> {
        if self.commands.contains_key(&order.id) {
            return Ok(false);
        }
        self.commands.insert(order.id, Taken { order: order.clone(), end: None });
        let written = self.write();
        if written.is_err() {
            self.commands.remove(&order.id);
        }
        written.map(|()| true)
    }

    /// Notes ends, durably.
    pub(super) fn end(&mut self, ends: &[(CommandId, CommandStep)]) -> io::Result<()> {
        if ends.is_empty() {
            return Ok(());
        }
        for (id, step) in ends {
            if let Some(taken) = self.commands.get_mut(id) {
                taken.end = Some(step.clone());
            }
        }
        let ended: Vec<CommandId> =
            self.commands.iter().filter(|(_, taken)| taken.end.is_some()).map(|(id, _)| *id).collect();
        for old in ended.iter().take(ended.len().saturating_sub(ENDED)) {
            self.commands.remove(old);
        }
        self.write()
    }

    /// Commands without an end, to go on with; and ends, which the server may not have heard of.
    pub(super) fn after_a_start(&self) -> (Vec<CommandOrder>, Vec<(CommandId, CommandStep)>) {
        let open = self.commands.values().filter(|taken| taken.end.is_none()).map(|taken| taken.order.clone());
        let ended = self.commands.iter().filter_map(|(id, taken)| Some((*id, taken.end.clone()?)));
        (open.collect(), ended.collect())
    }

    fn write(&self) -> io::Result<()> {
        files::replace_json(&self.path, &self.commands.values().collect::<Vec<_>>())
    }
}
