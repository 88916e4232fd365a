//! Words as cells, by their codes: labels in CSV, wire words in JSON Lines.

use std::{collections::HashMap, sync::LazyLock};

use deskwarden_domain::{
    labels,
    list::{DEFINITIONS, ValueKind, definition},
};
use deskwarden_types::{DeliveryKind, ExportFormat, SessionField, Status};

use super::text;

/// Cells by code.
#[derive(Debug, Clone, Default)]
pub struct Words(Vec<Vec<u8>>);

/// All words in one format, made once: pages of a list come by the thousand.
struct All {
    words: HashMap<SessionField, Words>,
    statuses: Statuses,
}

impl All {
    fn of(format: ExportFormat) -> &'static Self {
        static CSV: LazyLock<All> = LazyLock::new(|| All::make(ExportFormat::Csv));
        static JSONL: LazyLock<All> = LazyLock::new(|| All::make(ExportFormat::Jsonl));
        match format {
            ExportFormat::Csv => &CSV,
            ExportFormat::Jsonl => &JSONL,
        }
    }

    fn make(format: ExportFormat) -> Self {
        let fields = DEFINITIONS.iter().filter(|one| one.kind == ValueKind::Word).map(|one| one.field);
        let words = fields.map(|field| (field, Words::make(format, definition(field).coded_words().into_iter())));
        Self { words: words.collect(), statuses: Statuses::make(format) }
    }
}

impl Words {
    /// The words of a field; none for one that takes no words.
    pub fn of(field: SessionField, format: ExportFormat) -> &'static Self {
        static NONE: Words = Words(Vec::new());
        All::of(format).words.get(&field).unwrap_or(&NONE)
    }

    /// The statuses in the words of a kind.
    fn of_kind(kind: DeliveryKind, format: ExportFormat) -> Self {
        let words = Status::ALL.iter().map(|s| (s.code(), s.as_str(), labels::status_label(kind, *s)));
        Self::make(format, words)
    }

    fn make(format: ExportFormat, words: impl Iterator<Item = (i16, &'static str, &'static str)>) -> Self {
        let mut cells = Vec::new();
        for (code, word, label) in words {
            let place = usize::try_from(code).unwrap_or(0);
            if cells.len() <= place {
                cells.resize(place + 1, Vec::new());
            }
            if let Some(cell) = cells.get_mut(place) {
                match format {
                    ExportFormat::Csv => text::csv(label, cell),
                    ExportFormat::Jsonl => text::json(word, cell),
                }
            }
        }
        Self(cells)
    }

    /// The cell of a code; empty where there is none.
    pub fn get(&self, code: i64) -> &[u8] {
        usize::try_from(code).ok().and_then(|code| self.0.get(code)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Statuses, each in the words of its kind's page.
#[derive(Debug, Clone)]
pub struct Statuses(Vec<Words>);

impl Statuses {
    /// The statuses of all kinds.
    pub fn of(format: ExportFormat) -> &'static Self {
        &All::of(format).statuses
    }

    fn make(format: ExportFormat) -> Self {
        let mut kinds = Vec::new();
        for kind in DeliveryKind::ALL {
            let place = usize::try_from(kind.code()).unwrap_or(0);
            if kinds.len() <= place {
                kinds.resize(place + 1, Words::default());
            }
            if let Some(words) = kinds.get_mut(place) {
                *words = Words::of_kind(*kind, format);
            }
        }
        Self(kinds)
    }

    /// The cell of a status of a kind; empty where there is none.
    pub fn get(&self, kind: i64, status: i64) -> &[u8] {
        let words = usize::try_from(kind).ok().and_then(|kind| self.0.get(kind));
        words.map(|words| words.get(status)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use deskwarden_types::Terminal;

    use super::*;

    #[test]
    fn words_are_labels_in_csv_and_wire_words_in_json() {
        let csv = Words::of(SessionField::Terminal, ExportFormat::Csv);
        assert_eq!(csv.get(Terminal::OwnComputer.code().into()), b"Own computer");
        let json = Words::of(SessionField::Terminal, ExportFormat::Jsonl);
        assert_eq!(json.get(Terminal::OwnComputer.code().into()), b"\"own_computer\"");
        assert_eq!(csv.get(i64::MIN), b"");
        assert_eq!(csv.get(99), b"");
        let active = (DeliveryKind::AppStream.code().into(), Status::Active.code().into());
        // (000)
        assert_eq!(Statuses::of(ExportFormat::Csv).get(active.0, active.1), b"Connected");
        assert_eq!(Statuses::of(ExportFormat::Jsonl).get(active.0, active.1), b"\"active\"");
    }
}
