//! What a fleet of simulated hosts needs to know of the institution: a small file beside the database.

use deskwarden_types::DeliveryKind;

use super::World;

/// Accounts that are named; a fleet needs no more.
const MOST_ACCOUNTS: usize = 500;

/// Accounts that exist and programs that are provided.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fleet {
    /// Usernames of users of the tenant.
    pub accounts: Vec<String>,
    /// Managed apps.
    pub programs: Vec<FleetProgram>,
}

/// A program of a managed app.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FleetProgram {
    /// Its path on the host.
    pub program: String,
    /// What it says of its version.
    pub version: String,
}

impl Fleet {
    /// Of an institution: its most active people first.
    pub fn of(world: &World) -> Self {
        let programs = world.apps.iter().filter(|app| app.kind == DeliveryKind::ManagedApp).filter_map(|app| {
            Some(FleetProgram { program: app.program.clone()?, version: app.version.clone().unwrap_or_default() })
        });
        let accounts = world.active.iter().filter_map(|user| world.users.get(*user as usize));
        Self {
            accounts: accounts.take(MOST_ACCOUNTS).map(|user| user.username.clone()).collect(),
            programs: programs.collect(),
        }
    }
}
