//! Measures the hand-written Rust files and refuses over-long ones and unfinished work.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{files, rust_text};

/// A longer file says why in its module doc, in a sentence that begins with [`EXCUSE`].
const LONGEST: usize = 600;
const EXCUSE: &str = "Long:";

/// Marks of unfinished work. In two halves, so that this file doesn't find itself.
const UNFINISHED: &[&str] = &[concat!("to", "do!("), concat!("unimple", "mented!("), concat!("#[", "ignore")];
const UNFINISHED_WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Prints how long files are, and fails on what the style forbids.
pub fn run(root: &Path) -> Result<()> {
    let mut paths = Vec::new();
    for folder in ["crates", "frontend", "tests"] {
        paths.extend(files::with_extension(&root.join(folder), "rs")?);
    }
    let mut violations = Vec::new();
    let mut sizes: Vec<(usize, PathBuf)> = Vec::new();
    for path in paths {
        let text = files::read(&path)?;
        if text.lines().take(5).any(|line| line.contains("@generated")) {
            continue;
        }
        let found = faults(&text);
        violations.extend(found.into_iter().map(|f| format!("{}:{f}", files::shown(root, &path))));
        sizes.push((text.lines().count(), path));
    }
    sizes.sort();
    for (label, share) in [("median", 50), ("p90", 90), ("longest", 100)] {
        let position = (sizes.len() * share).div_ceil(100).saturating_sub(1);
        if let Some((lines, path)) = sizes.get(position) {
            println!("  {label}: {lines} lines ({})", files::shown(root, path));
        }
    }
    files::verdict("check-files", sizes.len(), "hand-written .rs files", &violations)
}

/// What is wrong with a file, each as `line: what`.
fn faults(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    let excused = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .any(|line| line.split_once(EXCUSE).is_some_and(|(_, reason)| !reason.trim().is_empty()));
    if lines > LONGEST && !excused {
        found.push(format!("{lines}: over {LONGEST} lines, and no `{EXCUSE} reason` in the module doc"));
    }
    for (index, line) in text.lines().enumerate() {
        let marks = UNFINISHED.iter().filter(|mark| line.contains(**mark));
        let words = UNFINISHED_WORDS.iter().filter(|word| rust_text::words(line).any(|w| w == **word));
        found.extend(marks.chain(words).map(|mark| format!("{}: unfinished: {mark}", index + 1)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn unfinished_work_is_found() {
        for sample in [
            concat!("fn f() { to", "do!() }"),
            concat!("fn f() { unimple", "mented!() }"),
            concat!("#[", "ignore = \"slow\"]"),
            concat!("// TO", "DO: later"),
            concat!("// FIX", "ME"),
        ] {
            assert_eq!(faults(sample).len(), 1, "{sample}");
        }
        assert!(faults("// MASTODONS and to_do_list!()").is_empty());
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let body = "fn f() {}\n".repeat(LONGEST + 1);
        assert_eq!(faults(&body).len(), 1);
        assert_eq!(faults(&format!("//! Long:\n{body}")).len(), 1, "a reason, not the word alone");
        assert!(faults(&format!("//! Words.\n//! Long: one table of words.\n{body}")).is_empty());
        assert!(faults(&"fn f() {}\n".repeat(LONGEST)).is_empty());
    }

    #[test]
    fn no_files_fail() {
        let root = tempfile::tempdir().expect("folder");
        assert!(run(root.path()).is_err());
        fs::create_dir(root.path().join("crates")).expect("folder");
        fs::write(root.path().join("crates/a.rs"), "fn a() {}").expect("file");
        assert!(run(root.path()).is_ok());
    }
}
