//! Takes the parts that come later out of the program, each into a file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use super::names;

/// Writes the first part, the other parts and the module that loads them into an emptied `work`. Returns the first.
pub fn run(wasm: &Path, work: &Path) -> Result<PathBuf> {
    if work.exists() {
        fs::remove_dir_all(work).with_context(|| format!("emptying {}", work.display()))?;
    }
    let whole = fs::read(wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let first = work.join(names::MAIN_WASM);
    let (link, module) = (format!("./{}", names::PARTS_JS), format!("./{}", names::BINDGEN_JS));
    let mut options = Options::new(&whole);
    options.output_dir = work;
    options.main_out_path = &first;
    options.link_name = &link;
    options.main_module = &module;
    transform(options).map_err(|error| anyhow!("splitting {}: {error:?}", wasm.display()))?;
    Ok(first)
}

/// The parts that come later, in the order of their names.
pub fn parts(work: &Path) -> Result<Vec<PathBuf>> {
    let mut parts = crate::files::with_extension(work, "wasm")?;
    parts.retain(|path| !(path.ends_with(names::MAIN_WASM) || path.ends_with(names::BINDGEN_WASM)));
    Ok(parts)
}
