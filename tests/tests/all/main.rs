//! All tests that drive the real programs: `api` mirrors the addresses of the API, `faults` kills things.
#![cfg(test)]

mod api;
mod faults;
mod harness;
mod migrations;
mod story;
