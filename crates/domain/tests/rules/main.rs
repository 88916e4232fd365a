//! The rules against tables written from the seeds, not from the code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test; a helper may fail it as well"
)]

mod cleanup;
mod commands;
mod conditions;
mod explanations;
mod facts;
mod filters;
mod labels;
mod launches;
mod permissions;
mod properties;
mod retention;
mod roles;
mod settings;
mod shown;
mod statuses;
mod timing;
mod transitions;
mod verbs;
