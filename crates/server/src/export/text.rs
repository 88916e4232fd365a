//! Texts as cells.

use std::borrow::Cow;

use csv_core::{WriteResult, Writer};

/// What a spreadsheet would take for the start of a formula.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r'];

/// A text as a cell of CSV: a formula loses its meaning to a `'`; commas, quotes and line breaks are quoted (RFC 4180).
/// A zero byte, at which many readers stop, becomes the replacement character.
pub fn csv(text: &str, out: &mut Vec<u8>) {
    if text.is_empty() {
        // A record's only field would be quoted.
        return;
    }
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) };
    let text = if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { text };
    let mut writer = Writer::new();
    let (mut rest, mut buffer) = (text.as_bytes(), [0; 256]);
    loop {
        let (result, read, written) = writer.field(rest, &mut buffer);
        rest = rest.get(read..).unwrap_or_default();
        out.extend_from_slice(buffer.get(..written).unwrap_or_default());
        if result == WriteResult::InputEmpty {
            break;
        }
    }
    // A quoted field has its last quote still to come.
    let (_, written) = writer.finish(&mut buffer);
    out.extend_from_slice(buffer.get(..written).unwrap_or_default());
}

/// A text in JSON.
pub fn json(text: &str, out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: fn(&str, &mut Vec<u8>), text: &str) -> String {
        let mut out = Vec::new();
        write(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_lose_their_meaning_and_marks_are_quoted() {
        for (text, cell) in [
            ("plain", "plain"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("+44 20", "'+44 20"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("a=b", "a=b"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("two\nlines", "\"two\nlines\""),
            ("\rx", "\"'\rx\""),
            ("a\0b", "a\u{fffd}b"),
            ("Zoë 👩‍💻", "Zoë 👩‍💻"),
        ] {
            assert_eq!(written(csv, text), cell, "{text:?}");
        }
        let long = "x\"".repeat(1000);
        assert_eq!(written(csv, &long), format!("\"{}\"", "x\"\"".repeat(1000)));
        assert_eq!(written(json, "a\0\"b\"\n"), r#""a\u0000\"b\"\n""#);
    }
}
