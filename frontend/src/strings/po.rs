//! Reads a translation: gettext's PO, as translators' tools write it, with every text on one line.

/// A text and its translation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Tells texts apart that are the same in English; mostly empty.
    pub context: &'a str,
    /// The English text.
    pub english: &'a str,
    /// The English plural; empty where there is none.
    pub plural: &'a str,
    /// The translation; of the singular where there is a plural.
    pub one: &'a str,
    /// The translation of the plural.
    pub many: &'a str,
}

/// All entries but the header, in the order of the file.
pub fn read(file: &str) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut entry = Entry::default();
    for line in file.lines() {
        let Some((word, text)) = line.split_once(" \"") else { continue };
        let text = text.strip_suffix('"').unwrap_or(text);
        match word {
            "msgctxt" => entry.context = text,
            "msgid" => entry.english = text,
            "msgid_plural" => entry.plural = text,
            "msgstr" | "msgstr[0]" => entry.one = text,
            "msgstr[1]" => entry.many = text,
            _ => {}
        }
        let whole = word == "msgstr[1]" || word == "msgstr";
        if whole {
            if !entry.english.is_empty() {
                entries.push(entry);
            }
            entry = Entry::default();
        }
    }
    entries
}
