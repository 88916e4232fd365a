//! Follows every relative link of the README and of docs/ to its file.

use std::path::Path;

use anyhow::Result;

use crate::files;

/// Fails on a link to a file that is not there.
pub fn run(root: &Path) -> Result<()> {
    let mut pages = files::with_extension(&root.join("docs"), "md")?;
    let readme = root.join("README.md");
    if readme.is_file() {
        pages.push(readme);
    }
    let mut violations = Vec::new();
    for page in &pages {
        let folder = page.parent().unwrap_or(root);
        for (line, target) in links(&files::read(page)?) {
            if !folder.join(&target).exists() {
                violations.push(format!("{}:{line}: no such file: {target}", files::shown(root, page)));
            }
        }
    }
    files::verdict("check-docs", pages.len(), "pages", &violations)
}

/// The relative targets of `[text](target)`, `![text](target)` and `[name]: target`, with their line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let reference = line.strip_prefix('[').and_then(|l| l.split_once("]: ")).map(|(_, target)| target);
        for target in inline.chain(reference) {
            let path = target.split('#').next().unwrap_or_default().trim();
            // An anchor alone stays on the page; `scheme:` and `/path` lead out of the repository.
            if !(path.is_empty() || path.contains(':') || path.starts_with('/')) {
                found.push((index + 1, path.to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "See [a](a.md#part), ![b](img/b.png \"t\") and [w](https://x.org).\n```\n[c](c.md)\n```\n[d]: d.md\n[e](#here)";
        let found: Vec<_> = links(text).into_iter().map(|(line, target)| format!("{line} {target}")).collect();
        assert_eq!(found, ["1 a.md", "1 img/b.png", "5 d.md"]);
    }

    #[test]
    fn a_broken_link_fails_and_no_pages_fail() {
        let root = tempfile::tempdir().expect("folder");
        assert!(run(root.path()).is_err(), "no page");
        fs::create_dir(root.path().join("docs")).expect("folder");
        fs::write(root.path().join("docs/a.md"), "[up](../README.md)").expect("page");
        assert!(run(root.path()).is_err(), "broken link");
        fs::write(root.path().join("README.md"), "[a](docs/a.md)").expect("page");
        assert!(run(root.path()).is_ok());
    }
}
