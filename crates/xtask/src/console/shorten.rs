//! The names by which the program imports from its glue end in a hash each, which no compression makes smaller. Within
//! one bundle a number tells them apart as well.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::names;
use crate::files;

/// How wasm-bindgen's names of imports begin, and how many digits their hash has.
const PREFIX: &str = "__wbg_";
const DIGITS: usize = 16;

/// Gives the imports other names of the same length in the glue and in all wasm files.
pub fn run(work: &Path) -> Result<()> {
    let glue = files::read(&work.join(names::BINDGEN_JS))?;
    let renamed = renamed(&glue);
    let mut files = files::with_extension(work, "wasm")?;
    files.extend(files::with_extension(work, "js")?);
    for path in files {
        let mut content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        replace(&mut content, &renamed);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// Each name with its new one.
fn renamed(glue: &str) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (at, _) in glue.match_indices(PREFIX) {
        let rest = glue.get(at..).unwrap_or_default();
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let Some((stem, hash)) = name.rsplit_once('_') else { continue };
        if hash.len() == DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()) && !renamed.contains_key(&name) {
            let count = counts.entry(stem.to_owned()).or_default();
            renamed.insert(name.clone(), format!("{stem}_{count:0DIGITS$x}"));
            *count += 1;
        }
    }
    renamed
}

/// In one go: the length of nothing changes.
fn replace(content: &mut [u8], renamed: &BTreeMap<String, String>) {
    let mut at = 0;
    while let Some(found) = content.get(at..).and_then(|rest| position(rest, PREFIX.as_bytes())) {
        let start = at + found;
        let is_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
        let length = content.iter().skip(start).take_while(is_name).count();
        at = start + length.max(1);
        let Some(place) = content.get_mut(start..start + length) else { continue };
        // In a wasm file other bytes that look like a name's may follow.
        let known = |end: usize| std::str::from_utf8(place.get(..end)?).ok().and_then(|name| renamed.get(name));
        let name = (PREFIX.len()..=length).rev().find_map(|end| known(end).cloned());
        if let Some(name) = name {
            at = start + name.len();
            if let Some(place) = place.get_mut(..name.len()) {
                place.copy_from_slice(name.as_bytes());
            }
        }
    }
}

fn position(content: &[u8], part: &[u8]) -> Option<usize> {
    content.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_hashes_and_stay_apart() {
        let glue = "__wbg_get_0123456789abcdef: f, __wbg_get_fedcba9876543210: g, __wbg_other: h";
        let names = renamed(glue);
        assert_eq!(names.len(), 2);
        // As in a wasm file, where the next thing may begin like a letter.
        let mut wasm = b"\x01__wbg_get_fedcba9876543210a\x00__wbg_get_0123456789abcdef__wbg_other".to_vec();
        replace(&mut wasm, &names);
        assert_eq!(wasm, b"\x01__wbg_get_0000000000000001a\x00__wbg_get_0000000000000000__wbg_other");
    }
}
