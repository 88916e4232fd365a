//! Build steps that cargo alone can't do: the console's bundle, and checks of rules that no lint knows.
//!
//! `cargo xtask help` lists them; the Makefile calls them. Each command is one file.
#![expect(clippy::print_stdout, reason = "a build step talks to the person at the terminal")]

mod check_docs;
mod check_files;
mod check_layers;
mod check_tenants;
mod console;
mod files;
mod rust_text;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Deskwarden's build steps.
#[derive(Parser)]
#[command(name = "xtask")]
enum Command {
    /// Build the console's files into dist/console (skipped when nothing changed)
    Console(console::Options),
    /// Run clippy on the console and the client, for wasm
    ConsoleClippy,
    /// Say which wasm toolchain is used; fails when there is none
    Wasm,
    /// Fail on a dependency between our crates that the design forbids
    CheckLayers,
    /// Fail on a database statement that names no tenant
    CheckTenants,
    /// Fail on over-long files and on unfinished work
    CheckFiles,
    /// Fail on a broken link in README.md and docs/
    CheckDocs,
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let root = files::workspace_root()?;
    match command {
        Command::Console(options) => console::run(&root, &options),
        Command::ConsoleClippy => console::clippy(&root),
        Command::Wasm => console::report_toolchain(),
        Command::CheckLayers => check_layers::run(&root),
        Command::CheckTenants => check_tenants::run(&root),
        Command::CheckFiles => check_files::run(&root),
        Command::CheckDocs => check_docs::run(&root),
    }
}
