//! Rows as text: CSV, JSON Lines, or the rows of a JSON document.
//!
//! The hot path: nothing is allocated for a row. Names and words come as they are written; numbers and times are
//! written straight into the buffer.

use chrono_tz::Tz;
use deskwarden_domain::list::{ValueKind, columns, definition, page_of};
use deskwarden_store::exports::{Cells, EMPTY, Sheet, TextCells, WriteText};
use deskwarden_types::{ExportFormat, ListState, SessionField, api::NewExport};

use super::{
    text,
    time::Clock,
    words::{Statuses, Words},
};

/// The mark with which Excel knows UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Writes rows.
pub struct Table {
    form: Form,
    head: Vec<u8>,
    columns: Vec<Column>,
}

/// What rows are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A line of cells.
    Csv,
    /// An object on a line.
    Lines,
    /// An array, among others.
    Rows,
}

impl Form {
    /// Whose words and texts it has.
    fn format(self) -> ExportFormat {
        match self {
            Self::Csv => ExportFormat::Csv,
            Self::Lines | Self::Rows => ExportFormat::Jsonl,
        }
    }
}

struct Column {
    /// What stands before each cell: a comma, in JSON with the name.
    before: Vec<u8>,
    shape: Shape,
}

/// How a column's numbers are written.
enum Shape {
    Id,
    Word(&'static Words),
    Status(&'static Statuses),
    YesNo,
    Time(Clock),
    Duration,
    Text,
}

impl Table {
    /// An export as it was asked for; times of CSV in this zone.
    pub fn new(asked: &NewExport, zone: Tz) -> Self {
        match asked.format {
            ExportFormat::Csv => Self::of(&asked.columns, Form::Csv, zone, head(asked)),
            ExportFormat::Jsonl => Self::of(&asked.columns, Form::Lines, zone, Vec::new()),
        }
    }

    /// Rows of a JSON document, each an array of these columns.
    pub fn rows(columns: &[SessionField]) -> Self {
        Self::of(columns, Form::Rows, Tz::UTC, Vec::new())
    }

    fn of(columns: &[SessionField], form: Form, zone: Tz, head: Vec<u8>) -> Self {
        let format = form.format();
        let column = |(place, field): (usize, &SessionField)| {
            let mut before = Vec::new();
            match (form, place) {
                (Form::Csv | Form::Rows, 0) => {}
                (Form::Csv | Form::Rows, _) => before.push(b','),
                (Form::Lines, _) => {
                    before.push(if place == 0 { b'{' } else { b',' });
                    text::json(field.as_str(), &mut before);
                    before.push(b':');
                }
            }
            let shape = match definition(*field).kind {
                ValueKind::Id => Shape::Id,
                ValueKind::Word if *field == SessionField::Status => Shape::Status(Statuses::of(format)),
                ValueKind::Word => Shape::Word(Words::of(*field, format)),
                ValueKind::YesNo => Shape::YesNo,
                ValueKind::Time => Shape::Time(if form == Form::Csv { Clock::local(zone) } else { Clock::utc() }),
                ValueKind::Duration => Shape::Duration,
                ValueKind::Text | ValueKind::Address => Shape::Text,
            };
            Column { before, shape }
        };
        Self { form, head, columns: columns.iter().enumerate().map(column).collect() }
    }

    /// How texts are written.
    pub fn write_text(&self) -> WriteText {
        match self.form.format() {
            ExportFormat::Csv => text::csv,
            ExportFormat::Jsonl => text::json,
        }
    }

    /// What stands before the rows: in CSV the header, with the mark for Excel where it was asked for.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Writes a page; `full` is told after each row and may take what was written.
    pub fn write(&mut self, sheet: &Sheet, out: &mut Vec<u8>, mut full: impl FnMut(&mut Vec<u8>)) {
        let (between, start, end): (&[u8], &[u8], &[u8]) = match self.form {
            Form::Csv => (b"", b"", b"\r\n"),
            Form::Lines => (b"", b"", b"}\n"),
            Form::Rows => (b",", b"[", b"]"),
        };
        let json = self.form != Form::Csv;
        let cells: Vec<Option<Cells<'_>>> = (0..self.columns.len()).map(|column| sheet.cells(column)).collect();
        for row in 0..sheet.len() {
            if row > 0 {
                out.extend_from_slice(between);
            }
            out.extend_from_slice(start);
            for (column, cells) in self.columns.iter_mut().zip(&cells) {
                out.extend_from_slice(&column.before);
                let start = out.len();
                match cells {
                    Some(Cells::Numbers(numbers)) => {
                        let number = numbers.get(row).copied().unwrap_or(EMPTY);
                        if number != EMPTY {
                            write_number(&mut column.shape, number, json, out);
                        }
                    }
                    Some(Cells::Statuses(kinds, statuses)) => {
                        if let (Shape::Status(words), Some(kind), Some(status)) =
                            (&column.shape, kinds.get(row), statuses.get(row))
                        {
                            out.extend_from_slice(words.get(*kind, *status));
                        }
                    }
                    Some(Cells::Texts(texts)) => out.extend_from_slice(TextCells::get(texts, row)),
                    None => {}
                }
                if json && out.len() == start {
                    out.extend_from_slice(b"null");
                }
            }
            out.extend_from_slice(end);
            full(out);
        }
    }
}

fn write_number(shape: &mut Shape, number: i64, json: bool, out: &mut Vec<u8>) {
    let mut digits = itoa::Buffer::new();
    match shape {
        // Browsers lose integers above 2^53: in JSON an id is a text, as everywhere in the API.
        Shape::Id if json => {
            out.push(b'"');
            out.extend_from_slice(digits.format(number).as_bytes());
            out.push(b'"');
        }
        Shape::Id => out.extend_from_slice(digits.format(number).as_bytes()),
        Shape::Word(words) => out.extend_from_slice(words.get(number)),
        Shape::YesNo => {
            let word = match (json, number != 0) {
                (true, true) => "true",
                (true, false) => "false",
                (false, true) => "Yes",
                (false, false) => "No",
            };
            out.extend_from_slice(word.as_bytes());
        }
        Shape::Time(clock) if json => {
            out.push(b'"');
            clock.write(number, out);
            out.push(b'"');
        }
        Shape::Time(clock) => clock.write(number, out),
        // Minutes for people (000), seconds for programs, as on the wire.
        Shape::Duration => {
            let number = if json { number } else { number / 60 };
            out.extend_from_slice(digits.format(number).as_bytes());
        }
        Shape::Status(_) | Shape::Text => {}
    }
}

/// The header: each column in the words of the page.
fn head(asked: &NewExport) -> Vec<u8> {
    let page = asked.page.unwrap_or_else(|| page_of(asked.selection.kind));
    let labels = columns(page, asked.selection.state.unwrap_or(ListState::All), true);
    let mut out = Vec::new();
    if asked.bom {
        out.extend_from_slice(BOM);
    }
    for (place, field) in asked.columns.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let column = labels.iter().find(|column| column.field == *field);
        text::csv(column.map_or(definition(*field).label, |column| column.label), &mut out);
    }
    out.extend_from_slice(b"\r\n");
    out
}
