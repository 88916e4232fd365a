//! Packages from npm at the versions in `npm/package-lock.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::compile::finish;
use crate::files;

/// A tool of the release bundle.
pub fn tool(root: &Path, name: &str) -> Result<PathBuf> {
    let tool = folder(root).join("node_modules/.bin").join(name);
    if !tool.is_file() {
        install(root, name)?;
    }
    Ok(tool)
}

/// The folder of a package, as it was published.
pub fn package(root: &Path, name: &str) -> Result<PathBuf> {
    let package = folder(root).join("node_modules").join(name);
    let wanted = version_in(&folder(root).join("package.json"), name)?;
    let is_here = || version_in(&package.join("package.json"), "version").is_ok_and(|here| here == wanted);
    if !is_here() {
        install(root, name)?;
    }
    if !is_here() {
        bail!("{name} {wanted} is not in {} after npm ci", package.display());
    }
    Ok(package)
}

fn folder(root: &Path) -> PathBuf {
    root.join("crates/xtask/npm")
}

/// The value of `"key": "value"` in a package's description.
fn version_in(description: &Path, key: &str) -> Result<String> {
    let text = files::read(description)?;
    let (_, rest) =
        text.split_once(&format!("\"{key}\":")).with_context(|| format!("{} has no {key}", description.display()))?;
    rest.split('"').nth(1).map(str::to_owned).with_context(|| format!("{}: {key} has no value", description.display()))
}

/// Installs all of them, which happens once.
fn install(root: &Path, what: &str) -> Result<()> {
    println!("console: installing {what} (npm ci)");
    let mut install = Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder(root));
    finish(install).context("npm is needed for the console: scripts/setup.sh run")
}

/// Copies the parts of a package that browsers load, unmodified, and what says whose they are.
pub fn copy(root: &Path, name: &str, parts: &[&str], out: &Path) -> Result<()> {
    let package = package(root, name)?;
    for part in parts {
        let from = package.join(part);
        let paths = if from.is_dir() { files::all_under(&from)? } else { vec![from.clone()] };
        if paths.is_empty() {
            bail!("{} is empty", from.display());
        }
        for path in paths {
            let target = out.join(path.strip_prefix(&package)?);
            fs::create_dir_all(target.parent().unwrap_or(out))?;
            fs::copy(&path, &target).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    Ok(())
}
