//! What the tests drive: the real server on a database of its own, agents, displays and browsers.
//!
//! Nothing here is a stand-in for the server: tests speak HTTP to the program that ships. A program or
//! a right that is missing fails the test with a sentence that says what to install.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed, and says so on the terminal"
)]

mod agent;
mod app;
mod browser;
mod certificate;
mod clock;
mod database;
mod display;
mod fake_agent;
mod on_both;
mod people;
mod postgres;
mod process;
mod random;
mod raw;
mod server;
mod small_disk;
mod sockets;
mod tenant;
mod wait;

pub use agent::{Agent, Local, agent_program};
pub use app::TestApp;
pub use browser::Browser;
pub use certificate::Certificate;
pub use clock::now;
pub use database::{Database, TestDatabase};
pub use display::Display;
pub use fake_agent::{FakeAgent, Orders, seen};
pub use on_both::{run, run_on};
pub use people::{PASSWORD, Person};
pub use process::{Process, required};
pub use random::Random;
pub use raw::{Raw, RawAnswer};
pub use server::{Server, ServerLog, ServerOptions, server_program};
pub use small_disk::SmallDisk;
pub use sockets::{NotOpened, Socket, VIEWER_HEAD, screen_head};
pub use tenant::Tenant;
pub use wait::{eventually, within};
