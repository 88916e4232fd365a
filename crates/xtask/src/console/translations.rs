//! The console's translations: each a file of its own, loaded by pages in that language only.

use std::path::Path;

use anyhow::{Context, Result};

use super::{budget::LATER, bundle::put, names::HASHED_FOLDER};
use crate::files;

/// Puts the translations into the bundle. Returns the place in the page's template and the address of each.
pub fn write(frontend: &Path, app: &Path) -> Result<Vec<(String, String)>> {
    let folder = frontend.join("translations");
    let files = if folder.is_dir() { files::with_extension(&folder, "po")? } else { Vec::new() };
    let mut places = Vec::new();
    for path in files {
        let language = path.file_stem().context("a translation without a name")?.to_string_lossy().into_owned();
        let name = put(app, &format!("{LATER}words-{language}"), "txt", shorter(&files::read(&path)?).as_bytes())?;
        places.push((format!("%WORDS_{}%", language.to_uppercase()), format!("/{HASHED_FOLDER}/{name}")));
    }
    Ok(places)
}

/// Without comments and empty lines, which are for translators.
fn shorter(file: &str) -> String {
    let mut text = String::with_capacity(file.len());
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_translation_is_a_file_without_comments() {
        let root = tempfile::tempdir().expect("folder");
        let (folder, app) = (root.path().join("translations"), root.path().join("app"));
        assert!(write(root.path(), &app).expect("none").is_empty());
        std::fs::create_dir_all(&folder).expect("folder");
        std::fs::create_dir_all(&app).expect("folder");
        std::fs::write(folder.join("de.po"), "# to whom\n\nmsgid \"Yes\"\nmsgstr \"Ja\"\n").expect("file");
        let places = write(root.path(), &app).expect("one");
        let [(place, address)] = places.as_slice() else { panic!("{places:?}") };
        assert_eq!(place, "%WORDS_DE%");
        let file = files::read(&root.path().join(address.trim_start_matches('/'))).expect("file");
        assert_eq!(file, "msgid \"Yes\"\nmsgstr \"Ja\"\n");
    }
}
