//! Words that come from the server. It speaks English: what the translation does not know stays so, and is marked for
//! whoever has the page read aloud.

use super::language::{in_other_language, known};

/// Stands before words of the server and behind them, in a page in another language. Nobody sees it, and no text of the
/// server has it: characters of this kind are taken out there.
const MARK: char = '\u{2063}';

/// Words of the server: translated where they are known, else marked.
pub fn server_says(english: &str) -> String {
    match known(english) {
        Some(text) => text.to_owned(),
        None if in_other_language() => format!("{MARK}{english}{MARK}"),
        None => english.to_owned(),
    }
}

/// The same after a short text that says it in the page's language. In English the server's words say all.
pub fn and_server_says(short: &str, english: Option<&str>) -> String {
    match english {
        None => short.to_owned(),
        Some(english) if in_other_language() => match known(english) {
            Some(text) => text.to_owned(),
            None => format!("{short} ({})", server_says(english)),
        },
        Some(english) => english.to_owned(),
    }
}

/// The pieces of a text, each with whether it is the server's English.
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    text.split(MARK).enumerate().map(|(at, piece)| (at % 2 == 1, piece)).filter(|(_, piece)| !piece.is_empty())
}

/// The text without marks, for places that hold no elements, such as a tip.
pub fn plain(text: &str) -> String {
    text.replace(MARK, "")
}
