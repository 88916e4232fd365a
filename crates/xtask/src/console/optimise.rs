//! wasm-opt, from npm's `binaryen` at the version in `npm/package-lock.json`. Only releases need it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::compile::finish;

/// What rustc emits and browsers have had for years. Not `--all-features`: with those, wasm-opt writes
/// encodings that no browser reads yet, and the page stays empty.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Makes the file smaller in place; installs the tool the first time.
pub fn run(root: &Path, wasm: &Path) -> Result<()> {
    let npm = root.join("crates/xtask/npm");
    let tool = npm.join("node_modules/.bin/wasm-opt");
    if !tool.is_file() {
        println!("console: installing wasm-opt (npm ci)");
        let mut install = Command::new("npm");
        install.args(["ci", "--no-audit", "--no-fund"]).current_dir(&npm);
        finish(install).context("npm is needed for the release bundle: scripts/setup.sh release")?;
    }
    let smaller = wasm.with_extension("opt.wasm");
    let mut optimise = Command::new(tool);
    optimise.arg("-Oz").args(FEATURES);
    optimise.arg(wasm).arg("-o").arg(&smaller);
    finish(optimise)?;
    fs::rename(&smaller, wasm).context("replacing the wasm file")
}
