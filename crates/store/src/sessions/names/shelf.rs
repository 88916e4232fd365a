//! The folded texts of one dictionary, in memory.

use memchr::memmem::Finder;

/// What a text is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The whole text.
    Equal(String),
    /// A part of it.
    Part(String),
}

/// The texts of one column, one after the other.
#[derive(Debug, Default)]
struct Column {
    text: String,
    /// Where each row's text ends, the separator included.
    ends: Vec<usize>,
}

/// No text holds it: neither the databases nor the grammar let it in.
const SEPARATOR: char = '\0';

impl Column {
    fn push(&mut self, text: Option<&str>) {
        self.text.push_str(text.unwrap_or_default());
        self.text.push(SEPARATOR);
        self.ends.push(self.text.len());
    }

    fn truncate(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn row(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).map_or(start, |end| end.saturating_sub(SEPARATOR.len_utf8()));
        self.text.get(start..end).unwrap_or_default()
    }

    /// The rows that hold the part, in order, until `found` has enough.
    fn holding(&self, part: &str, mut found: impl FnMut(usize) -> bool) {
        let finder = Finder::new(part);
        let mut from = 0;
        while let Some(at) = self.text.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let row = self.ends.partition_point(|end| *end <= from + at);
            if found(row) {
                return;
            }
            let Some(end) = self.ends.get(row) else { return };
            from = *end;
        }
    }
}

/// The texts of one dictionary.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Rising.
    ids: Vec<i64>,
    columns: Vec<Column>,
}

impl Texts {
    pub(super) fn last_id(&self) -> i64 {
        self.ids.last().copied().unwrap_or(0)
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// About how many bytes it takes.
    pub(super) fn size(&self) -> usize {
        let columns: usize =
            self.columns.iter().map(|column| column.text.capacity() + column.ends.capacity() * 8).sum();
        columns + self.ids.capacity() * 8
    }

    /// Forgets what comes after an id.
    pub(super) fn forget_after(&mut self, id: i64) {
        let rows = self.ids.partition_point(|known| *known <= id);
        self.ids.truncate(rows);
        for column in &mut self.columns {
            column.truncate(rows);
        }
    }

    /// Adds a row; ids rise.
    pub(super) fn push<'a>(&mut self, id: i64, texts: impl IntoIterator<Item = Option<&'a str>>) {
        self.ids.push(id);
        for (place, text) in texts.into_iter().enumerate() {
            if self.columns.len() <= place {
                self.columns.push(Column::default());
            }
            if let Some(column) = self.columns.get_mut(place) {
                column.push(text);
            }
        }
    }

    /// The rows with a text that is wanted, in any of these columns; nothing where they are more than `most`.
    pub(super) fn find(&self, columns: &[usize], wanted: &[Wanted], most: usize) -> Option<Vec<i64>> {
        let mut rows = Vec::new();
        // A row may hold several, in several columns.
        let mut met = vec![false; self.ids.len()];
        let mut meet = |row: usize| {
            if let Some(met) = met.get_mut(row).filter(|met| !**met) {
                *met = true;
                rows.push(row);
            }
            rows.len() > most
        };
        for column in columns.iter().filter_map(|place| self.columns.get(*place)) {
            for wanted in wanted {
                match wanted {
                    Wanted::Part(part) => column.holding(part, &mut meet),
                    // Equal texts hold it; an empty text is none.
                    Wanted::Equal(text) if !text.is_empty() => {
                        column.holding(text, |row| column.row(row) == text && meet(row))
                    }
                    Wanted::Equal(_) => {}
                }
            }
        }
        rows.sort_unstable();
        (rows.len() <= most).then(|| rows.into_iter().filter_map(|row| self.ids.get(row).copied()).collect())
    }

    /// The folded texts of a row.
    #[cfg(test)]
    fn row(&self, row: usize) -> Vec<&str> {
        self.columns.iter().map(|column| column.row(row)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Vec<Wanted> {
        vec![Wanted::Part(text.to_owned())]
    }

    fn found(texts: &Texts, columns: &[usize], wanted: &[Wanted]) -> Vec<i64> {
        texts.find(columns, wanted, 100).unwrap()
    }

    #[test]
    fn texts_are_found_and_forgotten() {
        let mut texts = Texts::default();
        for (id, name, email) in [(3, "joe", Some("joe@a")), (5, "john", None), (9, "amy", Some("amyjo@a"))] {
            texts.push(id, [Some(name), email]);
        }
        assert_eq!(found(&texts, &[0], &part("jo")), [3, 5]);
        assert_eq!(found(&texts, &[0, 1], &part("jo")), [3, 5, 9]);
        assert_eq!(found(&texts, &[0], &[Wanted::Equal("joe".into()), Wanted::Equal("amy".into())]), [3, 9]);
        assert_eq!(found(&texts, &[0], &[Wanted::Equal("jo".into())]), Vec::<i64>::new());
        assert_eq!(found(&texts, &[1], &part("")), [3, 5, 9]);
        assert_eq!(texts.row(1), ["john", ""]);
        assert_eq!(texts.find(&[0], &part("jo"), 1), None);
        texts.forget_after(5);
        assert_eq!((found(&texts, &[0, 1], &part("a")), texts.last_id()), (vec![3], 5));
        texts.push(6, [Some("ana"), None]);
        assert_eq!(found(&texts, &[0], &part("an")), [6]);
    }

    #[test]
    fn a_row_that_is_met_often_counts_once() {
        let mut texts = Texts::default();
        for (id, text) in [(1, "abcdefgh"), (2, "z"), (3, "z")] {
            texts.push(id, [Some(text), Some(text)]);
        }
        let wanted: Vec<Wanted> = "abcdefghz".chars().map(|letter| Wanted::Part(letter.into())).collect();
        assert_eq!(texts.find(&[0, 1], &wanted, 3), Some(vec![1, 2, 3]));
        assert_eq!(texts.find(&[0, 1], &wanted, 2), None);
    }

    #[test]
    fn parts_do_not_reach_over_rows() {
        let mut texts = Texts::default();
        texts.push(1, [Some("ab")]);
        texts.push(2, [Some("cd")]);
        assert_eq!(found(&texts, &[0], &part("bc")), Vec::<i64>::new());
        assert_eq!(found(&texts, &[0], &part("b")), [1]);
        assert_eq!(found(&texts, &[0], &part("cd")), [2]);
    }
}
