//! Whether anything changed since the last bundle, so that a second `make run` takes seconds.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::toolchain::Toolchain;
use crate::files;

/// Everything that the bundle is made from, this pipeline included.
const FOLDERS: &[&str] = &["frontend", "crates/types", "crates/domain", "crates/client", "crates/xtask/src"];
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "crates/xtask/npm/package-lock.json"];

/// One line of hex over names and contents of all inputs.
pub fn of_inputs(root: &Path, profile: &str, toolchain: &Toolchain) -> Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(profile);
    hasher.update(toolchain.version()?);
    let mut inputs: Vec<PathBuf> = FILES.iter().map(|file| root.join(file)).filter(|f| f.is_file()).collect();
    for folder in FOLDERS {
        inputs.extend(files::all_under(&root.join(folder))?);
    }
    if !inputs.iter().any(|path| path.starts_with(root.join("frontend"))) {
        bail!("{} has no frontend/", root.display());
    }
    for path in inputs {
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        // The length keeps two files from passing as one.
        hasher.update(format!("\n{} {}\n", files::shown(root, &path), content.len()));
        hasher.update(content);
    }
    Ok(super::names::hash(&hasher.finalize()))
}

/// Whether `out` is a whole bundle made from the same inputs.
pub fn matches(out: &Path, fingerprint: &str) -> bool {
    let saved = fs::read_to_string(beside(out)).unwrap_or_default();
    saved == fingerprint && out.join("index.html").is_file()
}

/// Remembers what `out` was made from; called last, so a broken build is never taken for a whole one.
pub fn save(out: &Path, fingerprint: &str) -> Result<()> {
    fs::write(beside(out), fingerprint).context("saving the fingerprint")
}

/// Beside the bundle, not in it: what is in it is served.
fn beside(out: &Path) -> PathBuf {
    out.with_extension("fingerprint")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_content_name_or_profile_is_seen() {
        let root = tempfile::tempdir().expect("folder");
        let source = root.path().join("frontend/src");
        assert!(of_inputs(root.path(), "quick", &Toolchain::Rustup).is_err(), "no frontend");
        fs::create_dir_all(&source).expect("folder");
        let take = |profile| of_inputs(root.path(), profile, &Toolchain::Rustup).expect("fingerprint");
        fs::write(source.join("a.rs"), "a").expect("file");
        let first = take("quick");
        assert_eq!(first, take("quick"));
        assert_ne!(first, take("console"));
        fs::write(source.join("a.rs"), "b").expect("file");
        let second = take("quick");
        assert_ne!(first, second);
        fs::rename(source.join("a.rs"), source.join("b.rs")).expect("rename");
        assert_ne!(second, take("quick"));
    }

    #[test]
    fn a_bundle_without_its_page_is_not_up_to_date() {
        let root = tempfile::tempdir().expect("folder");
        let out = root.path().join("console");
        fs::create_dir(&out).expect("folder");
        save(&out, "abc").expect("save");
        assert!(!matches(&out, "abc"));
        fs::write(out.join("index.html"), "").expect("file");
        assert!(matches(&out, "abc"));
        assert!(!matches(&out, "def"));
    }
}
