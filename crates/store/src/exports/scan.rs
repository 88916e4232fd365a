//! Reading page after page, newest first, each in a transaction of its own.
//!
//! Pages go on below the last id, so that rows neither repeat nor are passed over, whatever is written meanwhile: new
//! sessions have greater ids. Nothing is held between two pages, neither a connection nor a state of the database.

use deskwarden_domain::list::Selection;
use deskwarden_types::SessionField;

use super::{fields::Plan, raw::Raw};
use crate::{
    Result, Scope,
    sessions::{Portion, Sql, Viewer, newest_first},
};

/// Rows of the first page, which is to be there at once.
const FIRST: usize = 500;
/// Rows of each further page.
const PAGE: usize = 4096;

/// Reads an export's rows, as numbers. While one page is made into a file the next one can be read.
pub struct Scan {
    plan: Plan,
    viewer: Viewer,
    selection: Selection,
    below: i64,
    page: usize,
    spare: Option<Rows>,
}

/// The rows of a page.
pub struct Rows {
    pub(super) raw: Raw,
    pub(super) count: usize,
}

impl Rows {
    pub(super) fn new(plan: &Plan) -> Self {
        Self { raw: Raw::new(plan.numbers.len(), plan.texts.len()), count: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none: the page before was the last.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Scan {
    /// Of these columns, of what of this the viewer sees.
    pub fn new(fields: &[SessionField], viewer: Viewer, selection: Selection) -> Self {
        Self { plan: Plan::new(fields), viewer, selection, below: i64::MAX, page: FIRST, spare: None }
    }

    /// Takes rows that are done with, for their memory.
    pub fn reuse(&mut self, rows: Option<Rows>) {
        self.spare = rows.or(self.spare.take());
    }

    /// Reads the next page. `scope.now` must stay the same, so that a filter means the same on each.
    pub fn read(&mut self, scope: &mut Scope<'_>) -> Result<Rows> {
        let statement = self.statement(scope)?;
        let mut rows = self.spare.take().unwrap_or_else(|| Rows::new(&self.plan));
        rows.count = match statement {
            Some(statement) => rows.raw.read(scope.conn, statement)?,
            None => rows.raw.nothing(),
        };
        self.page = PAGE;
        if let Some(last) = rows.raw.column(0).last() {
            self.below = *last;
        }
        Ok(rows)
    }

    /// Reads the next portion; none where nothing can match.
    fn statement(&self, scope: &mut Scope<'_>) -> Result<Option<Sql>> {
        let (select, joins) = (self.plan.select(), self.plan.joins());
        let portion = Portion { select: &select, joins: &joins, below: self.below, limit: self.page };
        newest_first(scope, &self.viewer, &self.selection, &portion)
    }
}
