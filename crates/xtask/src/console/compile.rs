//! cargo and wasm-bindgen: from Rust to a wasm file and the module that loads it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::names;
use super::toolchain::{TARGET, Toolchain};

const PACKAGE: &str = "deskwarden-console";

/// Builds the console's program and returns its wasm file.
pub fn build(root: &Path, profile: &str, toolchain: &Toolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo(root, "build");
    cargo.args(["--package", PACKAGE, "--bin", PACKAGE, "--profile", profile]);
    finish(cargo)?;
    let folder = root.join(super::TARGET_DIR).join(TARGET).join(profile);
    Ok(folder.join(format!("{PACKAGE}.wasm")))
}

/// Lints the console and the browser's half of the client.
pub fn clippy(root: &Path, toolchain: &Toolchain) -> Result<()> {
    let mut cargo = toolchain.cargo_clippy(root)?;
    cargo.args(["--package", PACKAGE, "--package", "deskwarden-client", "--profile", "quick"]);
    cargo.args(["--", "-D", "warnings"]);
    finish(cargo)
}

/// Writes the module for `<script type="module">` into `work`.
pub fn bindgen(wasm: &Path, work: &Path, release: bool) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(names::BINDGEN_STEM)
        .web(true)?
        .typescript(false)
        // The start-up module passes the address, since only it knows the hashed name.
        .omit_default_module_path(true)
        // The parts that come later share the table of functions and the stack.
        .keep_lld_exports(true)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(work)
        .context("wasm-bindgen")
}

/// Runs a command on this terminal and fails when it does.
pub fn finish(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("running {command:?}"))?;
    if !status.success() {
        bail!("{status}: {command:?}");
    }
    Ok(())
}
