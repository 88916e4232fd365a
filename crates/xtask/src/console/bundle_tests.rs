//! The bundle from a small made-up console.

use super::*;

const TEMPLATE: &str = "<link rel=stylesheet href=\"%STYLE%\"><link rel=preload href=\"%WASM%\">\
     <script type=\"module\" src=\"%SCRIPT%\"></script>";

/// A root with a frontend, and the folder that wasm-bindgen would have written.
fn console() -> (tempfile::TempDir, PathBuf) {
    let root = tempfile::tempdir().expect("folder");
    let work = root.path().join("work");
    for (path, content) in [
        ("frontend/index.html", TEMPLATE),
        ("frontend/style/20-b.css", "b {}"),
        ("frontend/style/10-a.css", "a {}\n\n"),
        ("frontend/assets/icons/i.svg", "<svg/>"),
        (
            "work/console.js",
            "import x from './snippets/lib/a.js';\nimport * as p from \"./parts.js\"; x[\"./parts.js\"]",
        ),
        (
            "work/parts.js",
            "import { initSync } from \"./console.js\"; fetch(\"./split_a.wasm\"), fetch(\"./chunk_1.wasm\")",
        ),
        ("work/split_a.wasm", "a"),
        ("work/chunk_1.wasm", "1"),
        ("work/main.wasm", "never served"),
        ("work/snippets/lib/a.js", "export default 1;"),
        ("work/console_bg.wasm", "wasm"),
        ("crates/xtask/npm/package.json", "{ \"@novnc/novnc\": \"1.2.3\" }"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/package.json", "{ \"version\": \"1.2.3\" }"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/core/input/a.js", "core"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/vendor/b.js", "vendor"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/LICENSE.txt", "MPL-2.0"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/AUTHORS", "its authors"),
        ("crates/xtask/npm/node_modules/@novnc/novnc/docs/c.md", "not served"),
    ] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, content).expect("file");
    }
    (root, work)
}

#[test]
fn every_address_leads_to_a_file() {
    let (root, work) = console();
    let out = root.path().join("dist/console");
    write(root.path(), &work, &out).expect("bundle");
    let page = files::read(&out.join("index.html")).expect("page");
    assert!(!page.contains('%'), "{page}");
    let addresses: Vec<_> = page.split('"').filter(|part| part.starts_with("/app/")).collect();
    assert_eq!(addresses.len(), 3, "{page}");
    for address in addresses {
        assert!(out.join(address.trim_start_matches('/')).is_file(), "{address}");
    }
    assert!(out.join("assets/icons/i.svg").is_file());
    for (path, content) in [("core/input/a.js", "core"), ("vendor/b.js", "vendor"), ("LICENSE.txt", "MPL-2.0")] {
        assert_eq!(files::read(&out.join("novnc").join(path)).expect(path), content);
    }
    assert!(!out.join("novnc/docs").exists());

    let app = files::all_under(&out.join("app")).expect("files");
    let named = |stem: &str, extension: &str| {
        let fits = |p: &&PathBuf| {
            files::shown(&out, p).to_string().contains(stem) && p.extension().is_some_and(|e| e == extension)
        };
        app.iter().find(fits).expect(stem)
    };
    let style = files::read(named("console-", "css")).expect("style");
    assert_eq!(style, "a {}\nb {}\n");
    let start = files::read(named("start-", "js")).expect("start");
    for import in start.split('"').filter(|part| part.starts_with("./")) {
        assert!(out.join("app").join(import).is_file(), "{import}");
    }
    let module = files::read(named("console-", "js")).expect("module");
    let snippet = module.split('\'').nth(1).expect("import");
    assert!(out.join("app").join(snippet).is_file(), "{snippet}");
    let loader = files::read(named("parts-", "js")).expect("loader");
    let named_in = |text: &str| -> Vec<_> { text.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let (by_module, by_loader) = (named_in(&module), named_in(&loader));
    assert_eq!(by_module.last().map(String::as_str), Some("./parts.js"), "the wasm file's name for it stays");
    assert_eq!((by_module.len(), by_loader.len()), (2, 3));
    for import in by_module.iter().take(1).chain(&by_loader) {
        assert!(out.join("app").join(import).is_file(), "{import}");
    }
    assert!(by_loader.iter().skip(1).all(|name| name.starts_with("./later-")), "{by_loader:?}");
    assert!(!app.iter().any(|path| fs::read(path).expect("file") == b"never served"));
}

#[test]
fn a_part_that_nothing_loads_is_refused() {
    let (root, work) = console();
    fs::write(work.join("split_b.wasm"), "b").expect("file");
    assert!(write(root.path(), &work, &root.path().join("dist/console")).is_err());
}

#[test]
fn an_equal_bundle_keeps_its_date_and_another_replaces_it() {
    let (root, work) = console();
    let out = root.path().join("dist/console");
    let date = || fs::metadata(out.join("index.html")).and_then(|m| m.modified()).expect("date");
    write(root.path(), &work, &out).expect("bundle");
    let first = date();
    write(root.path(), &work, &out).expect("bundle");
    assert_eq!(first, date());
    fs::write(root.path().join("frontend/style/10-a.css"), "c {}").expect("file");
    write(root.path(), &work, &out).expect("bundle");
    assert_ne!(first, date());
    let styles = files::with_extension(&out, "css").expect("files");
    assert_eq!(styles.len(), 1, "the old stylesheet is gone");
}

#[test]
fn a_page_with_inline_script_or_without_places_is_refused() {
    let addresses = || {
        let none = String::new;
        Addresses { style: none(), script: none(), module: none(), parts: none(), wasm: none(), words: Vec::new() }
    };
    assert!(page(TEMPLATE, &addresses()).is_ok());
    assert!(page("<link href=\"%STYLE%\">", &addresses()).is_err());
    assert!(page(&format!("{TEMPLATE}<meta data-de=\"%WORDS_DE%\">"), &addresses()).is_err());
    assert!(page(&format!("{TEMPLATE}<script>alert(1)</script>"), &addresses()).is_err());
}
