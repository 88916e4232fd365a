//! Who works at the hosts, and with what: a small file that the server wrote.

use std::{io, path::Path};

use deskwarden_types::{Program, Username};

use crate::files;

/// Accounts of the tenant, and programs that are provided to them.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Fleet {
    pub accounts: Vec<Username>,
    pub programs: Vec<FleetProgram>,
}

/// A program.
#[derive(Debug, serde::Deserialize)]
pub(super) struct FleetProgram {
    pub program: Program,
    pub version: String,
}

impl Fleet {
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let fleet: Self = files::read_json(path)?.ok_or_else(|| {
            let path = path.display();
            io::Error::other(format!("{path} is not there: `deskwarden demo load` writes it into its data directory"))
        })?;
        if fleet.accounts.is_empty() || fleet.programs.is_empty() {
            return Err(io::Error::other(format!("{} names no account or no program", path.display())));
        }
        Ok(fleet)
    }
}
