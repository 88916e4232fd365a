//! Sessions: the list and one of them, with what the viewer may ask.

mod changed;
mod cursor;
mod filter;
mod list;
mod query;
mod row;
mod show;
mod sort;
pub(crate) mod state;

pub use changed::{Changed, changed_since};
pub use cursor::{Cursor, Key};
pub use filter::Filter;
pub use list::{SessionPage, list};
pub use row::Loaded;
pub(crate) use row::SYSTEM;
pub use show::{find, load, show};
pub use sort::{Sort, SortKey};

use deskwarden_types::{Role, UserId};

/// For whom rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// The user.
    pub user: UserId,
    /// The role; members see their own sessions only.
    pub role: Role,
}

impl Viewer {
    /// The user to whom the list is restricted, if any.
    pub(crate) fn only(&self) -> Option<UserId> {
        (self.role == Role::Member).then_some(self.user)
    }
}
