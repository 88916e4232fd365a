//! `xtask console`: from the console's crate to a folder that any web server can serve.
//!
//! ```text
//! index.html            small, never cached
//! app/*-<hash>.*        start-up module, bindgen module, wasm, stylesheet: cache for ever
//! app/later-*-<hash>.*  parts of the program that are loaded when they are first needed
//! assets/*              frontend/assets as it is
//! novnc/*               what shows screens, as it was published; loaded by the pages that have one
//! ```

mod budget;
mod bundle;
mod compile;
mod fingerprint;
mod names;
mod npm;
mod optimise;
mod shorten;
mod split;
mod toolchain;
mod translations;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use self::toolchain::Toolchain;

/// Where cargo builds for wasm: apart from `target/`, so that neither waits for the other's lock.
const TARGET_DIR: &str = "target-console";

/// How the console is built.
#[derive(clap::Args)]
pub struct Options {
    /// Small over the wire: profile `console`, then wasm-opt and terser (takes minutes)
    #[arg(long, conflicts_with = "quick")]
    release: bool,
    /// Quick to build: profile `quick` (the default)
    #[arg(long)]
    quick: bool,
    /// The folder to write, replaced as a whole
    #[arg(long, value_name = "DIR", default_value = "dist/console")]
    out: PathBuf,
}

impl Options {
    fn profile(&self) -> &'static str {
        if self.release { "console" } else { "quick" }
    }
}

/// Builds the bundle, unless the one that is there came from the same inputs.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let started = Instant::now();
    let out = root.join(&options.out);
    let toolchain = toolchain::find()?;
    let fingerprint = fingerprint::of_inputs(root, options.profile(), &toolchain)?;
    if fingerprint::matches(&out, &fingerprint) {
        println!("console: {} is up to date", options.out.display());
        return Ok(());
    }
    println!("console: building with profile {} and {toolchain}", options.profile());
    let wasm = compile::build(root, options.profile(), &toolchain)?;
    let work = root.join(TARGET_DIR).join("bindgen").join(options.profile());
    let first = split::run(&wasm, &work)?;
    compile::bindgen(&first, &work, options.release)?;
    if options.release {
        println!("console: terser, wasm-opt");
        shorten::run(&work)?;
        for script in [names::BINDGEN_JS, names::PARTS_JS] {
            optimise::module(root, &work.join(script))?;
        }
        optimise::wasm(root, &work.join(names::BINDGEN_WASM))?;
        for part in split::parts(&work)? {
            optimise::wasm(root, &part)?;
        }
    }
    bundle::write(root, &work, &out)?;
    if options.release {
        let weight = budget::Weight::of(&out)?;
        println!("console: {weight}");
        weight.check()?;
    }
    fingerprint::save(&out, &fingerprint)?;
    println!("console: {} is ready, after {} s", options.out.display(), started.elapsed().as_secs());
    Ok(())
}

/// Lints what only exists on wasm, which the native clippy never sees.
pub fn clippy(root: &Path) -> Result<()> {
    compile::clippy(root, &toolchain::find()?)
}

/// Prints which toolchain would be used; its exit code tells the set-up whether there is one.
pub fn report_toolchain() -> Result<()> {
    let found: Toolchain = toolchain::find()?;
    println!("wasm: {found}");
    Ok(())
}
