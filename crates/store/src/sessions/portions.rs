//! All that matches, newest first, portion by portion: for files.
//!
//! The way is chosen at the start and stays. A statement looks at a slice of the ids, which is made as large as can be
//! looked through in a moment: so it does not matter how few of the sessions fit, and nobody waits long for a file.

use std::time::{Duration, Instant};

use deskwarden_domain::list::Selection;

use super::{
    Viewer,
    gather::{Among, reached, select},
    ground::ground,
    plan::{FEW, best, share},
    question::{Lead, Question, question},
    range,
    sql::Sql,
};
use crate::{Conn, Result, Scope};

/// After so long without a row it is told that there was none yet.
const MOMENT: Duration = Duration::from_secs(1);
/// A statement that takes less is given a larger slice the next time, and one that takes more a smaller one.
const QUICK: Duration = Duration::from_millis(80);
const SLOW: Duration = Duration::from_millis(400);
/// Above this share of all sessions a slice is read from its start to its end rather than by a lead.
const SCATTERED: f64 = 0.06;
/// Ids of the first slice, of the smallest and of the largest.
const FIRST_SLICE: i64 = 20_000;
const SLICES: (i64, i64) = (5_000, 5_000_000);
/// How much larger or smaller.
const FACTOR: i64 = 4;

/// What is read of each session, and how many of them at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portion<'a> {
    /// The columns, over the session `s` and what is joined.
    pub(crate) select: &'a str,
    /// Joins, each to at most one row of each session, with a space in front.
    pub(crate) joins: &'a str,
    /// At most so many.
    pub(crate) limit: usize,
}

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// Nothing is known yet.
    Start,
    /// Few can fit: all of them are looked at.
    Few,
    /// Slices of the ids down to the first; with a lead, of the ids that it leads to. Then those that are named.
    Slices { first: i64, by_lead: bool, then: Vec<i64> },
    /// These, which were running when the range began: those with a lower id than the range's come after its slices, and
    /// those with a higher one, which were told late, before them. `below`: where it goes on behind them.
    Running { ids: Vec<i64>, below: i64, next: Box<Stage> },
    /// Nothing more fits.
    Over,
}

impl Stage {
    /// These, and then the next stage.
    fn running(ids: Vec<i64>, below: i64, next: Self) -> Self {
        if ids.is_empty() { next } else { Self::Running { ids, below, next: Box::new(next) } }
    }
}

/// All that a viewer sees of a selection, as far as it was not read yet.
#[derive(Debug)]
pub(crate) struct Portions {
    viewer: Viewer,
    selection: Selection,
    stage: Stage,
    /// What has this id or a greater one was read.
    below: i64,
    slice: i64,
}

impl Portions {
    pub(crate) fn new(viewer: Viewer, selection: Selection) -> Self {
        Self { viewer, selection, stage: Stage::Start, below: i64::MAX, slice: FIRST_SLICE }
    }

    /// Whether everything was read.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Reads on; tells how many rows came: none also where a moment found none, but not all was looked at. `read` gives
    /// a statement's rows and the id of the last one. After an error it is where it was. `scope.now` must stay the same,
    /// so that a filter means the same for all portions.
    pub(crate) fn read(
        &mut self,
        scope: &mut Scope<'_>,
        portion: &Portion<'_>,
        mut read: impl FnMut(&mut Conn, Sql) -> Result<(usize, Option<i64>)>,
    ) -> Result<usize> {
        let ground = ground(scope)?;
        let question = question(scope, &ground, &self.viewer, &self.selection)?;
        if question.nothing {
            self.stage = Stage::Over;
        }
        if self.stage == Stage::Start {
            self.start(scope.conn, &question)?;
        }
        let begun = Instant::now();
        while let Some((among, floor)) = self.next(&question) {
            let mut sql = select(&question, &among, &Sql::new(question.dialect, portion.select), portion.joins);
            sql.push(" AND s.id < ").number(self.below).push(" AND s.id >= ").number(floor);
            sql.push(&format!(" ORDER BY s.id DESC LIMIT {}", portion.limit));
            let asked = Instant::now();
            let (count, last) = read(scope.conn, sql)?;
            let last = last.filter(|_| count >= portion.limit);
            self.go_on(last, floor, asked.elapsed());
            if count > 0 || begun.elapsed() > MOMENT {
                return Ok(count);
            }
        }
        Ok(0)
    }

    /// Chooses the way.
    fn start(&mut self, conn: &mut Conn, question: &Question) -> Result<()> {
        let lead = best(question);
        if let Some(lead) = lead
            && reached(conn, question, lead, false, FEW + 1)? <= FEW
        {
            self.stage = Stage::Few;
            return Ok(());
        }
        // What began before the range, shortly before or long, is looked up apart where it is not too much.
        let (mut begun, mut then) = (question.begun, Vec::new());
        if let Some(from) = question.from {
            let since = range::since(question, from);
            if begun.is_none_or(|begun| begun < since)
                && let Some(running) = range::running(conn, question, from, since)?
            {
                (begun, then) = (Some(since), running);
            }
        }
        let (first, last) = range::bounds(conn, question, begun)?;
        if first > last {
            // None began in the range.
            self.stage = Stage::running(then, i64::MIN, Stage::Over);
            return Ok(());
        }
        // Those between are met by the slices.
        let late: Vec<i64> = then.iter().copied().filter(|id| *id > last).collect();
        then.retain(|id| *id < first);
        let below = last.saturating_add(1);
        let slices = Stage::Slices { first, by_lead: lead.is_some_and(leads), then };
        if late.is_empty() {
            self.below = below;
        }
        self.stage = Stage::running(late, below, slices);
        Ok(())
    }

    /// Among which sessions the next statement looks, and down to which id.
    fn next<'q>(&'q self, question: &'q Question) -> Option<(Among<'q>, i64)> {
        match &self.stage {
            Stage::Start | Stage::Over => None,
            Stage::Few => Some((best(question).map_or(Among::All, |lead| Among::Arms(lead)), i64::MIN)),
            Stage::Running { ids, .. } => Some((Among::Ids(ids), i64::MIN)),
            Stage::Slices { first, by_lead, .. } => {
                let floor = self.below.saturating_sub(self.slice).max(*first);
                let among = match best(question).filter(|_| *by_lead) {
                    Some(lead) => Among::Between(lead, Some(floor), Some(self.below.saturating_sub(1))),
                    None => Among::All,
                };
                Some((among, floor))
            }
        }
    }

    /// Goes on below what was read: below the last row of a full portion, else below where it has looked to.
    fn go_on(&mut self, last: Option<i64>, floor: i64, took: Duration) {
        match (&mut self.stage, last) {
            (Stage::Slices { first, by_lead, .. }, last) => {
                let first = *first;
                self.slice = match last {
                    // More than a portion: a lead would be followed through all of it each time.
                    Some(_) if *by_lead => self.slice / 2,
                    Some(_) => self.slice,
                    None if took < QUICK => self.slice.saturating_mul(FACTOR),
                    None if took > SLOW => self.slice / FACTOR,
                    None => self.slice,
                }
                .clamp(SLICES.0, SLICES.1);
                self.below = last.unwrap_or(floor);
                self.pass(first);
            }
            (_, Some(last)) => self.below = last,
            (Stage::Running { below, next, .. }, None) => {
                self.below = *below;
                self.stage = std::mem::replace(next, Stage::Over);
            }
            (_, None) => self.stage = Stage::Over,
        }
    }

    /// Ends the slices at the first id.
    fn pass(&mut self, first: i64) {
        if self.below > first {
            return;
        }
        if let Stage::Slices { then, .. } = &mut self.stage {
            let then = std::mem::take(then);
            self.below = first;
            self.stage = Stage::running(then, i64::MIN, Stage::Over);
        }
    }
}

/// Whether it leads to few enough, by indexes that have the ids in order.
fn leads(lead: &Lead) -> bool {
    share(lead) < SCATTERED && lead.iter().all(|arm| arm.reach.values().is_some())
}
