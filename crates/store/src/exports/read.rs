//! Reading page after page, newest first, each in a transaction of its own.
//!
//! A page is read into columns of numbers, without a row of ours between; names come from the dictionaries, each read
//! once. Pages go on below the last id, so that rows neither repeat nor are passed over, whatever is written meanwhile:
//! new sessions have greater ids. Nothing is held between two pages, neither a connection nor a state of the database.

use deskwarden_domain::{Timing, list::Selection};
use deskwarden_types::{Phase, SessionField, Timestamp, Trust};

use super::{
    fields::{Plan, Source},
    names::{Names, WriteText},
    raw::{Raw, Texts},
};
use crate::{
    Result, Scope,
    names::word,
    sessions::{Portion, Sql, Viewer, newest_first},
    tenants,
};

/// A number that is not there.
pub const EMPTY: i64 = i64::MIN;

/// Rows of the first page, which is to be there at once.
const FIRST: usize = 500;
/// Rows of each further page.
const PAGE: usize = 4096;
/// Bytes of names that are kept; beyond it they are read anew.
const NAMES: usize = 24 << 20;

/// Reads an export's rows.
pub struct Reader {
    plan: Plan,
    viewer: Viewer,
    selection: Selection,
    raw: Raw,
    columns: Vec<Column>,
    write: WriteText,
    below: i64,
    page: usize,
    rows: usize,
}

/// A column made from what was read.
enum Column {
    Number(usize),
    Status { kind: usize, status: usize },
    Made(Vec<i64>),
    Names { names: Names, places: Vec<usize> },
    Texts(Texts),
}

/// A column's cells of the present page.
#[derive(Clone, Copy)]
pub enum Cells<'a> {
    /// Numbers: ids, codes of words, milliseconds, seconds, 0 and 1; [`EMPTY`] where there is none.
    Numbers(&'a [i64]),
    /// Statuses with their kinds, both as codes.
    Statuses(&'a [i64], &'a [i64]),
    /// Texts as they are written.
    Texts(TextCells<'a>),
}

/// Texts of a column, as they are written; empty where there is none.
#[derive(Clone, Copy)]
pub struct TextCells<'a>(Lookup<'a>);

#[derive(Clone, Copy)]
enum Lookup<'a> {
    Names(&'a Names, &'a [usize]),
    Own(&'a Texts),
}

impl<'a> TextCells<'a> {
    /// The text in a row.
    pub fn get(&self, row: usize) -> &'a [u8] {
        match self.0 {
            Lookup::Names(names, places) => places.get(row).map(|place| names.get(*place)).unwrap_or_default(),
            Lookup::Own(texts) => texts.get(row),
        }
    }
}

impl Reader {
    /// Of these columns. `write` writes a text as a cell.
    pub fn new(fields: &[SessionField], viewer: Viewer, selection: Selection, write: WriteText) -> Self {
        let plan = Plan::new(fields);
        let column = |source: &Source| match *source {
            Source::Number(place) => Column::Number(place),
            Source::Status { kind, status } => Column::Status { kind, status },
            Source::Name { field, .. } => Column::Names { names: Names::new(field, write), places: Vec::new() },
            Source::Trust { .. } | Source::Span { .. } => Column::Made(Vec::new()),
            Source::Text(_) | Source::Product { .. } => Column::Texts(Texts::default()),
        };
        let columns = plan.columns.iter().map(column).collect();
        let raw = Raw::new(plan.numbers.len(), plan.texts.len());
        Self { plan, viewer, selection, raw, columns, write, below: i64::MAX, page: FIRST, rows: 0 }
    }

    /// Reads the next page; tells how many rows it has: 0 at the end. `scope.now` must stay the same, so that durations
    /// of one file have one end.
    pub fn read(&mut self, scope: &mut Scope<'_>) -> Result<usize> {
        self.forget();
        self.rows = match self.statement(scope)? {
            Some(statement) => self.raw.read(scope.conn, statement)?,
            None => self.raw.nothing(),
        };
        self.page = PAGE;
        if let Some(last) = self.raw.column(0).last() {
            self.below = *last;
        }
        let timing = tenants::rules(scope)?.timing;
        for (source, column) in self.plan.columns.iter().zip(&mut self.columns) {
            make(*source, column, &self.raw, self.rows, self.write, &timing, scope)?;
        }
        Ok(self.rows)
    }

    /// The cells of a column of the present page.
    pub fn cells(&self, column: usize) -> Option<Cells<'_>> {
        Some(match self.columns.get(column)? {
            Column::Number(place) => Cells::Numbers(self.raw.column(*place)),
            Column::Status { kind, status } => Cells::Statuses(self.raw.column(*kind), self.raw.column(*status)),
            Column::Made(numbers) => Cells::Numbers(numbers),
            Column::Names { names, places } => Cells::Texts(TextCells(Lookup::Names(names, places))),
            Column::Texts(texts) => Cells::Texts(TextCells(Lookup::Own(texts))),
        })
    }

    fn forget(&mut self) {
        let sizes = self.columns.iter().map(|column| match column {
            Column::Names { names, .. } => names.size(),
            _ => 0,
        });
        if sizes.sum::<usize>() > NAMES {
            for column in &mut self.columns {
                if let Column::Names { names, .. } = column {
                    names.clear();
                }
            }
        }
    }

    /// Reads the next portion; none where nothing can match.
    fn statement(&self, scope: &mut Scope<'_>) -> Result<Option<Sql>> {
        let (select, joins) = (self.plan.select(), self.plan.joins());
        let portion = Portion { select: &select, joins: &joins, below: self.below, limit: self.page };
        newest_first(scope, &self.viewer, &self.selection, &portion)
    }
}

/// Makes a column of the page.
fn make(
    source: Source,
    column: &mut Column,
    raw: &Raw,
    rows: usize,
    write: WriteText,
    timing: &Timing,
    scope: &mut Scope<'_>,
) -> Result<()> {
    match (source, column) {
        (Source::Name { id, .. }, Column::Names { names, places }) => names.find(scope, raw.column(id), places)?,
        (Source::Span { started, ended }, Column::Made(numbers)) => {
            numbers.clear();
            let now = scope.now.millis();
            let started = raw.column(started);
            match ended {
                Some(ended) => {
                    let pairs = started.iter().zip(raw.column(ended));
                    numbers.extend(pairs.map(|(start, end)| seconds(*start, if *end == EMPTY { now } else { *end })));
                }
                None => numbers.extend(started.iter().map(|start| seconds(*start, now))),
            }
        }
        (Source::Trust { kind, observed, phase, seen, started, offline }, Column::Made(numbers)) => {
            numbers.clear();
            let at = |place: usize, row: usize| raw.column(place).get(row).copied().unwrap_or(EMPTY);
            for row in 0..rows {
                if at(phase, row) == i64::from(Phase::Over.code()) {
                    numbers.push(Trust::Fresh.code().into());
                    continue;
                }
                let code = |place| i16::try_from(at(place, row)).unwrap_or(0);
                let time = |place| Some(at(place, row)).filter(|at| *at != EMPTY).map(Timestamp::from_millis);
                let seen = time(seen).or_else(|| time(started)).unwrap_or(Timestamp::MIN);
                let (kind, observed) = (word(code(kind))?, word(code(observed))?);
                let trust = deskwarden_domain::trust(kind, observed, seen, time(offline), timing, scope.now);
                numbers.push(trust.code().into());
            }
        }
        (Source::Text(text), Column::Texts(texts)) => {
            texts.clear();
            for row in 0..rows {
                texts.add(|cell| write_some(raw.text(text, row), write, cell));
            }
        }
        (Source::Product { name, version }, Column::Texts(texts)) => {
            texts.clear();
            for row in 0..rows {
                let (name, version) = (raw.text(name, row), raw.text(version, row));
                let space = if name.is_empty() || version.is_empty() { "" } else { " " };
                let both = if name.is_empty() { String::new() } else { format!("{name}{space}{version}") };
                texts.add(|cell| write_some(&both, write, cell));
            }
        }
        _ => {}
    }
    Ok(())
}

fn write_some(text: &str, write: WriteText, cell: &mut Vec<u8>) {
    if !text.is_empty() {
        write(text, cell);
    }
}

/// Whole seconds from one time to another; never below 0.
fn seconds(from: i64, to: i64) -> i64 {
    (to.saturating_sub(from) / 1000).max(0)
}
