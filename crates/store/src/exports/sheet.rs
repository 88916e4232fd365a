//! A page's cells: what was read, with names from the dictionaries, each of which is read once.

use deskwarden_domain::Timing;
use deskwarden_types::{Phase, SessionField, Timestamp, Trust};

use super::{
    fields::{Plan, Source},
    names::{Names, WriteText},
    page::name_cells,
    raw::{Raw, Texts},
    scan::Rows,
};
use crate::{Result, Scope, names::word, sessions::names::Called, tenants};

/// A number that is not there.
pub const EMPTY: i64 = i64::MIN;

/// Bytes of names that are kept; beyond it they are read anew.
const NAMES: usize = 24 << 20;

/// A page of an export.
pub struct Sheet {
    sources: Vec<Source>,
    columns: Vec<Column>,
    rows: Rows,
    write: WriteText,
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

impl Column {
    fn of(source: &Source, write: WriteText) -> Self {
        match *source {
            Source::Number(place) => Self::Number(place),
            Source::Status { kind, status } => Self::Status { kind, status },
            Source::Name { field, .. } => Self::Names { names: Names::new(field, write), places: Vec::new() },
            Source::Trust { .. } | Source::Span { .. } | Source::Idle { .. } => Self::Made(Vec::new()),
            Source::Text(_) | Source::Product { .. } => Self::Texts(Texts::default()),
        }
    }
}

impl Sheet {
    /// Of these columns. `write` writes a text as a cell.
    pub fn new(fields: &[SessionField], write: WriteText) -> Self {
        let plan = Plan::new(fields);
        let columns = plan.columns.iter().map(|source| Column::of(source, write)).collect();
        Self { rows: Rows::new(&plan), sources: plan.columns, columns, write }
    }

    /// The one page of these rows, whose names are known.
    pub(super) fn named(
        plan: Plan,
        rows: Rows,
        names: Vec<Called>,
        write: WriteText,
        timing: &Timing,
        now: Timestamp,
    ) -> Result<Self> {
        let mut columns = Vec::with_capacity(plan.columns.len());
        for source in &plan.columns {
            columns.push(match *source {
                Source::Name { field, .. } => Column::Texts(name_cells(field, &names, write)),
                source => {
                    let mut column = Column::of(&source, write);
                    make(source, &mut column, &rows.raw, rows.count, write, timing, now)?;
                    column
                }
            });
        }
        Ok(Self { sources: plan.columns, columns, rows, write })
    }

    /// Becomes the page of these rows, and puts those of the page before in their place; after an error they are where
    /// they were, to try again. `scope.now` must stay the same, so that durations of one file have one end.
    pub fn fill(&mut self, scope: &mut Scope<'_>, rows: &mut Rows) -> Result<()> {
        self.forget();
        let timing = tenants::rules(scope)?.timing;
        std::mem::swap(&mut self.rows, rows);
        let filled =
            self.sources.iter().zip(&mut self.columns).try_for_each(|(source, column)| match (*source, column) {
                (Source::Name { id, .. }, Column::Names { names, places }) => {
                    names.find(scope, self.rows.raw.column(id), places)
                }
                (source, column) => {
                    make(source, column, &self.rows.raw, self.rows.count, self.write, &timing, scope.now)
                }
            });
        if filled.is_err() {
            std::mem::swap(&mut self.rows, rows);
        }
        filled
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cells of a column of the present page.
    pub fn cells(&self, column: usize) -> Option<Cells<'_>> {
        Some(match self.columns.get(column)? {
            Column::Number(place) => Cells::Numbers(self.rows.raw.column(*place)),
            Column::Status { kind, status } => {
                Cells::Statuses(self.rows.raw.column(*kind), self.rows.raw.column(*status))
            }
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
}

/// Makes a column of the page, unless it is of names.
fn make(
    source: Source,
    column: &mut Column,
    raw: &Raw,
    rows: usize,
    write: WriteText,
    timing: &Timing,
    now: Timestamp,
) -> Result<()> {
    match (source, column) {
        (Source::Span { started, ended }, Column::Made(numbers)) => {
            numbers.clear();
            let now = now.millis();
            let started = raw.column(started);
            match ended {
                Some(ended) => {
                    let pairs = started.iter().zip(raw.column(ended));
                    numbers.extend(pairs.map(|(start, end)| seconds(*start, if *end == EMPTY { now } else { *end })));
                }
                None => numbers.extend(started.iter().map(|start| seconds(*start, now))),
            }
        }
        (Source::Idle { since, ended }, Column::Made(numbers)) => {
            numbers.clear();
            let now = now.millis();
            let pairs = raw.column(since).iter().zip(raw.column(ended));
            let is_idle = |since: i64, ended: i64| since != EMPTY && ended == EMPTY;
            numbers.extend(pairs.map(|(at, end)| if is_idle(*at, *end) { seconds(*at, now) } else { EMPTY }));
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
                let trust = deskwarden_domain::trust(kind, observed, seen, time(offline), timing, now);
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
