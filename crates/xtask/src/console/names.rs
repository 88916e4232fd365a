//! Names of files in the bundle: what never changes has its content's hash in its name.

use sha2::{Digest, Sha256};

/// What wasm-bindgen writes before anything is renamed.
pub const BINDGEN_STEM: &str = "console";
pub const BINDGEN_JS: &str = "console.js";
pub const BINDGEN_WASM: &str = "console_bg.wasm";

/// What the splitter writes: the module that loads the other parts, and the part that is loaded first.
pub const PARTS_JS: &str = "parts.js";
pub const MAIN_WASM: &str = "main.wasm";

/// The folder of the bundle whose files may be cached for ever.
pub const HASHED_FOLDER: &str = "app";

/// The folder of the bundle with what shows screens.
pub const SCREENS_FOLDER: &str = "novnc";

/// Enough of SHA-256 that two builds of one file never share a name.
pub fn hash(content: &[u8]) -> String {
    use std::fmt::Write;
    let mut hex = String::new();
    for byte in Sha256::digest(content).iter().take(8) {
        // Writing to a String can't fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// `console.js` → `console-0123456789abcdef.js`.
pub fn hashed(stem: &str, extension: &str, content: &[u8]) -> String {
    format!("{stem}-{}.{extension}", hash(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_the_content() {
        assert_eq!(hashed("a", "js", b"x"), hashed("a", "js", b"x"));
        assert_ne!(hashed("a", "js", b"x"), hashed("a", "js", b"y"));
        assert_eq!(hashed("a", "js", b"x").len(), "a-.js".len() + 16);
    }
}
