//! All tests that drive the real programs: `api` mirrors the addresses of the API, `faults` kills things, `console` reads the
//! console's sources.
#![cfg(test)]

mod api;
mod booted;
mod console;
mod faults;
mod gate;
mod harness;
mod lists;
mod migrations;
mod packaging;
mod story;
