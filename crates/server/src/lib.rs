//! The server program: the API for people and scripts, the agents' API, the console's files, the API pages, jobs.
//!
//! [`start`] brings it up; the program `deskwarden` does that from its command line, and so do the tests.

mod agent_api;
mod api;
mod app;
mod auth;
pub mod cli;
mod clock;
mod console;
mod export;
mod first_start;
mod http;
mod jobs;
mod listen;
mod live;
mod memory;
mod openapi;
mod options;
mod relay;
mod routes;
mod server;
mod state;
mod tls;

pub use clock::{Clock, SystemClock};
pub use options::{DatabaseOptions, DurabilityOption, ServeOptions};
pub use server::{Running, StartError, start};
