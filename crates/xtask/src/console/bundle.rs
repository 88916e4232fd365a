//! Puts the bundle together in a folder of its own and swaps it in whole.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{
    budget,
    names::{self, HASHED_FOLDER},
    npm, split, translations,
};
use crate::files;

/// What shows screens (MPL-2.0), with the parts that browsers load and its licences.
const SCREENS: &str = "@novnc/novnc";
const SCREEN_PARTS: &[&str] = &["core", "vendor", "LICENSE.txt", "AUTHORS", "package.json"];

/// Addresses that the page's template asks for.
struct Addresses {
    style: String,
    script: String,
    module: String,
    parts: String,
    wasm: String,
    /// Places of translations, with their addresses.
    words: Vec<(String, String)>,
}

/// Writes `out` from what wasm-bindgen left in `work` and from `frontend/`.
pub fn write(root: &Path, work: &Path, out: &Path) -> Result<()> {
    let frontend = root.join("frontend");
    let fresh = out.with_extension("new");
    remove(&fresh)?;
    let app = fresh.join(HASHED_FOLDER);
    fs::create_dir_all(&app).with_context(|| format!("creating {}", app.display()))?;

    let wasm = fs::read(work.join(names::BINDGEN_WASM)).context("reading the wasm file")?;
    let wasm_name = put(&app, "console", "wasm", &wasm)?;
    let module = with_snippets(work, &app, files::read(&work.join(names::BINDGEN_JS))?)?;
    let (module_name, parts_name) = modules(work, &app, &module)?;
    let style = stylesheet(&frontend)?;
    let start = start_module(&module_name, &wasm_name);
    let address = |name: String| format!("/{HASHED_FOLDER}/{name}");
    let addresses = Addresses {
        style: address(put(&app, "console", "css", style.as_bytes())?),
        script: address(put(&app, "start", "js", start.as_bytes())?),
        module: address(module_name),
        parts: address(parts_name),
        wasm: address(wasm_name),
        words: translations::write(&frontend, &app)?,
    };

    let page = page(&files::read(&frontend.join("index.html"))?, &addresses)?;
    fs::write(fresh.join("index.html"), page).context("writing index.html")?;
    copy(&frontend.join("assets"), &fresh.join("assets"))?;
    npm::copy(root, SCREENS, SCREEN_PARTS, &fresh.join(names::SCREENS_FOLDER))?;
    swap(&fresh, out)
}

/// A module of its own, because the content security policy allows no script in the page.
fn start_module(module: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{module}\";\n\
         init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }}).catch((cause) => {{\n  \
           document.documentElement.dataset.failed = \"start\";\n  \
           console.error(\"Deskwarden could not start:\", cause);\n\
         }});\n"
    )
}

/// Writes wasm-bindgen's module, the module that loads the parts that come later, and these parts. The two modules name
/// each other, so both are named by the content of both. Gives both names.
fn modules(work: &Path, app: &Path, module: &str) -> Result<(String, String)> {
    let mut loader = files::read(&work.join(names::PARTS_JS))?;
    for part in split::parts(work)? {
        let stem = part.file_stem().unwrap_or_default().to_string_lossy();
        let content = fs::read(&part).with_context(|| format!("reading {}", part.display()))?;
        let later = format!("{}{}", budget::LATER, stem.trim_start_matches("split_"));
        let name = put(app, &later, "wasm", &content)?;
        let asked = format!("\"./{stem}.wasm\"");
        if !loader.contains(&asked) {
            bail!("{} does not ask for {asked}", names::PARTS_JS);
        }
        loader = loader.replace(&asked, &format!("\"./{name}\""));
    }
    let hash = names::hash(format!("{module}\n{loader}").as_bytes());
    let (module_name, loader_name) = (format!("console-{hash}.js"), format!("parts-{hash}.js"));
    // Only where it is imported: the wasm file knows the module by the old name.
    let rename = |script: &str, old: &str, new: &str| {
        // With a blank as it was written, without one as terser leaves it.
        ["from ", "from"].iter().fold(script.to_owned(), |script, from| {
            script.replace(&format!("{from}\"./{old}\""), &format!("{from}\"./{new}\""))
        })
    };
    let module = rename(module, names::PARTS_JS, &loader_name);
    let loader = rename(&loader, names::BINDGEN_JS, &module_name);
    for (name, content) in [(&module_name, module), (&loader_name, loader)] {
        fs::write(app.join(name), content).with_context(|| format!("writing {name}"))?;
    }
    Ok((module_name, loader_name))
}

/// Scripts that crates bring along move into a folder with their hash in its name.
fn with_snippets(work: &Path, app: &Path, module: String) -> Result<String> {
    let snippets = work.join("snippets");
    let scripts = files::all_under(&snippets)?;
    if scripts.is_empty() {
        return Ok(module);
    }
    let mut content = Vec::new();
    for script in &scripts {
        content.extend(fs::read(script)?);
    }
    let folder = format!("snippets-{}", names::hash(&content));
    copy(&snippets, &app.join(&folder))?;
    Ok(module.replace("./snippets/", &format!("./{folder}/")))
}

/// One stylesheet from `style/*.css`, in the order of their names.
fn stylesheet(frontend: &Path) -> Result<String> {
    let mut style = String::new();
    for path in files::with_extension(&frontend.join("style"), "css")? {
        style.push_str(&without_comments(&files::read(&path)?));
    }
    Ok(style)
}

/// Comments and indentation are for whoever works on the stylesheet.
fn without_comments(style: &str) -> String {
    let mut rest = style;
    let mut kept = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::new(), |style, line| style + line + "\n")
}

fn page(template: &str, addresses: &Addresses) -> Result<String> {
    for required in ["%STYLE%", "%SCRIPT%"] {
        if !template.contains(required) {
            bail!("frontend/index.html has no {required}");
        }
    }
    // The tag's own attributes, up to its `>`.
    let mut tags = template.split("<script").skip(1).filter_map(|rest| rest.split('>').next());
    if tags.any(|tag| !tag.contains("src=")) {
        bail!("frontend/index.html has an inline script, which the content security policy refuses");
    }
    let page = template
        .replace("%STYLE%", &addresses.style)
        .replace("%SCRIPT%", &addresses.script)
        .replace("%MODULE%", &addresses.module)
        .replace("%PARTS%", &addresses.parts)
        .replace("%WASM%", &addresses.wasm);
    let page = addresses.words.iter().fold(page, |page, (place, address)| page.replace(place, address));
    if let Some((_, missing)) = page.split_once("%WORDS_") {
        bail!("frontend/translations lacks {}", missing.chars().take(2).collect::<String>());
    }
    Ok(page)
}

/// Writes a file under a name with its hash. Returns the name.
pub fn put(folder: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
    let name = names::hashed(stem, extension, content);
    fs::write(folder.join(&name), content).with_context(|| format!("writing {name}"))?;
    Ok(name)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in files::all_under(from)? {
        let target = to.join(path.strip_prefix(from)?);
        fs::create_dir_all(target.parent().unwrap_or(to))?;
        fs::copy(&path, &target).with_context(|| format!("copying {}", path.display()))?;
    }
    Ok(())
}

/// An equal bundle is left alone: the server embeds it, and would be built again for a new date.
fn swap(fresh: &Path, out: &Path) -> Result<()> {
    if out.is_dir() && content(fresh)? == content(out)? {
        return remove(fresh);
    }
    remove(out)?;
    fs::rename(fresh, out).with_context(|| format!("moving the bundle to {}", out.display()))
}

fn content(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let read = |path: PathBuf| Ok((path.strip_prefix(folder)?.to_path_buf(), fs::read(&path)?));
    files::all_under(folder)?.into_iter().map(read).collect()
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
