//! Embeds the console: each file as it is and, where that helps, compressed already.
//!
//! Where no console was built there is nothing to embed, and the server says so in the browser.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// Files that are compressed already.
const COMPRESSED: &[&str] = &["png", "jpg", "webp", "woff2", "gz", "br"];

fn main() -> io::Result<()> {
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../../dist/console");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let out = PathBuf::from(variable("OUT_DIR")?);
    let is_release = env::var("OPT_LEVEL").is_ok_and(|level| level == "3" || level == "s" || level == "z");
    let mut list = String::from("&[\n");
    let mut files = files_under(&folder)?;
    files.sort();
    for (number, path) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.strip_prefix(&folder).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let content = fs::read(path)?;
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let (mut brotli, mut gzip) = ("None".to_owned(), "None".to_owned());
        if !COMPRESSED.contains(&extension) {
            brotli = kept(&out, &format!("{number}.br"), &by_brotli(&content, is_release)?, content.len())?;
            gzip = kept(&out, &format!("{number}.gz"), &by_gzip(&content)?, content.len())?;
        }
        let hash: String = Sha256::digest(&content).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let plain = path.display().to_string();
        list.push_str(&format!(
            "    Embedded {{ name: {name:?}, hash: {hash:?}, plain: include_bytes!({plain:?}), \
             brotli: {brotli}, gzip: {gzip} }},\n"
        ));
    }
    list.push(']');
    fs::write(out.join("console_files.rs"), list)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

/// Every file but those whose names begin with a dot.
fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match path.is_dir() {
            _ if is_hidden => {}
            true => found.extend(files_under(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

/// Writes a compressed form, unless it is no smaller.
fn kept(out: &Path, name: &str, compressed: &[u8], plain: usize) -> io::Result<String> {
    if compressed.len() >= plain {
        return Ok("None".to_owned());
    }
    let path = out.join(name);
    fs::write(&path, compressed)?;
    Ok(format!("Some(include_bytes!({:?}))", path.display().to_string()))
}

/// As small as can be for a release; quickly otherwise.
fn by_brotli(content: &[u8], is_release: bool) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, if is_release { 11 } else { 4 }, 22);
    writer.write_all(content)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn by_gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer.write_all(content)?;
    writer.finish()
}
