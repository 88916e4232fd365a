//! wasm-opt and terser, from npm. Only releases need them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::{compile::finish, npm::tool};

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

/// Makes a module of JavaScript smaller in place.
pub fn module(root: &Path, script: &Path) -> Result<()> {
    let mut minify = Command::new(tool(root, "terser")?);
    minify.args(["--module", "--ecma", "2020", "--compress", "passes=2", "--mangle"]);
    minify.arg("--output").arg(script).arg(script);
    finish(minify)
}

/// Makes a wasm file smaller in place.
pub fn wasm(root: &Path, wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("opt.wasm");
    let mut optimise = Command::new(tool(root, "wasm-opt")?);
    optimise.arg("-Oz").args(FEATURES);
    optimise.arg(wasm).arg("-o").arg(&smaller);
    finish(optimise)?;
    fs::rename(&smaller, wasm).context("replacing the wasm file")
}
