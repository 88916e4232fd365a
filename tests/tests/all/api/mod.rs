//! The API, address by address, on both databases.

mod actions;
mod actions_at_once;
pub mod audit;
mod auth;
mod bad_input;
mod bulk;
mod bulk_became;
mod bulk_list;
pub mod bulk_long;
mod connected;
mod consents;
mod docs;
mod exports;
mod filters;
mod health;
mod hosts;
mod institution;
mod jobs;
mod launches;
mod live;
mod names;
mod openapi;
mod permissions;
mod plans;
mod refreshes;
mod reports;
mod retention;
pub mod seats;
pub mod session;
mod sessions;
mod set_up;
mod settings;
pub mod start;
pub mod streams;
mod table;
mod tenants;
pub mod tokens;
mod users;
mod views;

use deskwarden_client::ClientError;
use deskwarden_types::ErrorCode;

/// The code with which the server refused.
fn refused<T: std::fmt::Debug>(result: Result<T, ClientError>) -> ErrorCode {
    let error = result.expect_err("this must be refused");
    error.code().unwrap_or_else(|| panic!("no refusal of the server: {error:?}"))
}
