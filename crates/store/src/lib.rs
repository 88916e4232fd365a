//! Rows, queries and migrations, on SQLite and PostgreSQL, chosen by the database's URL.
//!
//! Everything goes through [`Store::read`] and [`Store::write`], which hand a [`Scope`] (one
//! tenant, one transaction) to a closure that runs off the async workers. A query that belongs to no
//! tenant goes through [`Store::read_all`] or [`Store::write_all`] and says why.

mod conn;
mod error;
mod head;
mod migrate;
mod notify;
mod parts;
mod read_pool;
mod reads;
mod schema;
mod scope;
mod sets;
mod store;
mod turns;
mod watch;
mod writer;

pub mod actions;
pub mod agents;
mod answers;
pub mod audit;
pub mod bulk;
pub mod commands;
pub mod consents;
pub mod demo;
pub mod events;
pub mod exports;
pub mod hosts;
pub mod identity;
pub mod institution;
pub mod jobs;
mod language;
pub mod launches;
pub mod names;
pub mod plans;
pub mod refreshes;
pub mod reports;
pub mod retention;
pub mod seats;
pub mod sessions;
pub mod streams;
pub mod tenants;
pub mod views;

pub use conn::{Conn, DatabaseUrl, Durability};
pub use error::{Refusal, StoreError};
pub use migrate::{expected_columns, migrate, unmigrate};
pub use notify::Change;
pub use scope::{Actor, AuditDraft, Scope, WriteScope};
pub use store::{Options, Store};

/// What a store call gives.
pub type Result<T> = std::result::Result<T, StoreError>;
