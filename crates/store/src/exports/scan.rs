//! Reading page after page, newest first, each in a transaction of its own.
//!
//! Pages go on below the last id, so that rows neither repeat nor are passed over, whatever is written meanwhile: new
//! sessions have greater ids. Nothing is held between two pages, neither a connection nor a state of the database.

use deskwarden_domain::list::Selection;
use deskwarden_types::SessionField;

use super::{fields::Plan, raw::Raw};
use crate::{
    Result, Scope,
    sessions::{Portion, Portions, Viewer},
};

/// Rows of the first page, which is to be there at once.
const FIRST: usize = 500;
/// Rows of each further page.
const PAGE: usize = 4096;

/// Reads an export's rows, as numbers. While one page is made into a file the next one can be read.
pub struct Scan {
    plan: Plan,
    portions: Portions,
    page: usize,
    spare: Option<Rows>,
}

/// The rows of a page; none where none was found yet.
pub struct Rows {
    pub(super) raw: Raw,
    pub(super) count: usize,
    is_last: bool,
}

impl Rows {
    pub(super) fn new(plan: &Plan) -> Self {
        Self { raw: Raw::new(plan.numbers.len(), plan.texts.len()), count: 0, is_last: false }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether nothing comes behind them.
    pub fn is_last(&self) -> bool {
        self.is_last
    }
}

impl Scan {
    /// Of these columns, of what of this the viewer sees.
    pub fn new(fields: &[SessionField], viewer: Viewer, selection: Selection) -> Self {
        Self { plan: Plan::new(fields), portions: Portions::new(viewer, selection), page: FIRST, spare: None }
    }

    /// Takes rows that are done with, for their memory.
    pub fn reuse(&mut self, rows: Option<Rows>) {
        self.spare = rows.or(self.spare.take());
    }

    /// Reads the next page. `scope.now` must stay the same, so that a filter means the same on each.
    pub fn read(&mut self, scope: &mut Scope<'_>) -> Result<Rows> {
        let (select, joins) = (self.plan.select(), self.plan.joins());
        let portion = Portion { select: &select, joins: &joins, limit: self.page };
        let mut rows = self.spare.take().unwrap_or_else(|| Rows::new(&self.plan));
        let raw = &mut rows.raw;
        raw.clear();
        rows.count = self.portions.read(scope, &portion, |conn, statement| {
            let count = raw.read(conn, statement)?;
            Ok((count, raw.column(0).last().copied()))
        })?;
        rows.is_last = self.portions.is_over();
        self.page = PAGE;
        Ok(rows)
    }
}
