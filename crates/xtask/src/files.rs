//! Finding and reading files of the work tree, in an order that is the same everywhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The folder that holds the workspace's Cargo.toml.
///
/// Cargo tells it at run time, so that a binary copied to another clone looks at that clone.
pub fn workspace_root() -> Result<PathBuf> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::current_dir()?,
    };
    let is_root = |folder: &&Path| folder.join("Cargo.lock").is_file() && folder.join("crates").is_dir();
    match start.ancestors().find(is_root) {
        Some(root) => Ok(root.to_path_buf()),
        None => bail!("{} is not inside the Deskwarden workspace", start.display()),
    }
}

/// All files under `folder`, sorted, without build output and installed packages.
pub fn all_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(folder, &mut found)?;
    found.sort();
    Ok(found)
}

/// The files under `folder` whose name ends in `.extension`.
pub fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = all_under(folder)?;
    found.retain(|path| path.extension().is_some_and(|e| e == extension));
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !(name.starts_with('.') || name.starts_with("target") || name == "node_modules") {
                walk(&path, found)?;
            }
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of `path`; an error names the file.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// `path` as a person would type it at the root.
pub fn shown<'p>(root: &Path, path: &'p Path) -> std::path::Display<'p> {
    path.strip_prefix(root).unwrap_or(path).display()
}

/// Prints the violations and fails when there are any, or when there was nothing to look at:
/// a check that matches nothing proves nothing.
pub fn verdict(check: &str, looked_at: usize, of_what: &str, violations: &[String]) -> Result<()> {
    for violation in violations {
        println!("  {violation}");
    }
    if looked_at == 0 {
        bail!("{check}: found no {of_what}, so it checked nothing");
    }
    if !violations.is_empty() {
        bail!("{check}: {} violations in {looked_at} {of_what}", violations.len());
    }
    println!("{check}: {looked_at} {of_what}, all good");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_of_nothing_fails() {
        assert!(verdict("check", 0, "files", &[]).is_err());
        assert!(verdict("check", 3, "files", &["bad".to_owned()]).is_err());
        assert!(verdict("check", 3, "files", &[]).is_ok());
    }

    #[test]
    fn build_output_is_not_walked() {
        let folder = tempfile::tempdir().expect("folder");
        for path in ["src/b.rs", "src/a.rs", "target/c.rs", "node_modules/d.rs"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, "").expect("file");
        }
        let found = with_extension(folder.path(), "rs").expect("walk");
        let shown: Vec<_> = found.iter().map(|p| shown(folder.path(), p).to_string()).collect();
        assert_eq!(shown, ["src/a.rs", "src/b.rs"]);
    }
}
