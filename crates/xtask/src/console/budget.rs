//! What the Sessions page makes a browser load, as it goes over the wire.

use std::fmt;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::names;
use crate::files;

/// The most that the Sessions page may load, in bytes, compressed: the first visit over a slow line stays bearable.
const BUDGET: usize = 300_000;

/// The names of what comes later, when somebody needs it; all else is loaded by every page.
pub const LATER: &str = "later-";

/// Kinds of files and what they take, in bytes, compressed as the server does it.
pub struct Weight {
    /// By the file's extension, in the order of the files.
    first: Vec<(String, usize)>,
    later: usize,
}

impl Weight {
    /// Compresses everything in the bundle, as the server's build does.
    pub fn of(bundle: &Path) -> Result<Self> {
        let mut weight = Self { first: Vec::new(), later: 0 };
        for path in files::all_under(bundle)? {
            let content = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            let size = compressed(&content)?.min(content.len());
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // What shows screens is for the pages that have one.
            if name.starts_with(LATER) || path.starts_with(bundle.join(names::SCREENS_FOLDER)) {
                weight.later += size;
                continue;
            }
            let kind = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_owned();
            match weight.first.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => *sum += size,
                None => weight.first.push((kind, size)),
            }
        }
        Ok(weight)
    }

    /// What the Sessions page loads.
    pub fn first(&self) -> usize {
        self.first.iter().map(|(_, size)| size).sum()
    }

    /// Fails when the Sessions page loads too much.
    pub fn check(&self) -> Result<()> {
        self.check_against(BUDGET)
    }

    fn check_against(&self, budget: usize) -> Result<()> {
        if self.first() > budget {
            bail!(
                "{self}: more than {budget} bytes; what the Sessions page does not show can come later (docs/CONSOLE.md)"
            );
        }
        Ok(())
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the Sessions page loads {} bytes by brotli (", self.first())?;
        for (place, (kind, size)) in self.first.iter().enumerate() {
            write!(f, "{}{kind} {size}", if place > 0 { ", " } else { "" })?;
        }
        write!(f, "), {} come later", self.later)
    }
}

fn compressed(content: &[u8]) -> Result<usize> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(content)?;
    writer.flush()?;
    Ok(writer.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_is_not_counted_and_too_much_fails() {
        let folder = tempfile::tempdir().expect("folder");
        // Hash after hash: what brotli can't make smaller.
        let noise = |n: usize| (0..n / 16).map(|i| super::super::names::hash(&i.to_le_bytes())).collect::<String>();
        let put = |name: &str, content: &str| std::fs::write(folder.path().join(name), content).expect("file");
        put("index.html", "<html>");
        put("console-1.wasm", &noise(10_000));
        put("later-pages-1.wasm", &noise(40_000));
        let weight = Weight::of(folder.path()).expect("weight");
        assert!(weight.first() > 3_000 && weight.first() < 10_100, "{weight}");
        assert!(weight.later > 12_000, "{weight}");
        weight.check_against(10_100).expect("small");
        put("console-2.wasm", &noise(40_000));
        let error = Weight::of(folder.path()).expect("weight").check_against(10_100).expect_err("too much");
        assert!(error.to_string().contains("more than 10100 bytes"), "{error}");
    }
}
