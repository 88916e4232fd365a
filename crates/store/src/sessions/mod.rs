//! Sessions: the list and one of them, with what the viewer may ask.

mod changed;
mod count;
mod cursor;
mod explain;
mod gather;
mod ground;
mod ids;
mod joined;
mod known;
mod list;
mod many;
pub(crate) mod names;
mod near;
mod newest;
mod order;
mod place;
mod plan;
mod portions;
mod question;
mod range;
mod ranged;
mod row;
mod show;
mod source;
mod sql;
pub(crate) mod state;
mod values;
mod walk;
mod zone;

pub use changed::{ChangedRow, Changes, audited, changed_rows, changes, for_viewer};
pub use count::count;
pub use cursor::{Cursor, Key};
pub use explain::{Explained, explained, timed};
pub use ground::Ground;
pub(crate) use ground::{COLUMNS as GROUND, JOINS as GROUND_JOINS, Row as GroundRow, Types as GroundTypes};
pub use ids::{matching_ids, matching_ids_below};
pub(crate) use known::{Known, known};
pub use list::{Asked, SessionPage, list};
pub(crate) use list::{Placed, placed};
pub(crate) use portions::{Portion, Portions};
pub use row::Loaded;
pub(crate) use row::SYSTEM;
pub(crate) use show::from_ids;
pub use show::{find, load, show};
pub(crate) use source::{Shelf, shelf, text_place};
pub(crate) use sql::{Dialect, Sql, generation};
pub use values::values;
pub(crate) use walk::add_sessions;
pub use zone::TenantZone;

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
