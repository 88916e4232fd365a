//! How many sessions match.

use std::time::{Duration, Instant};

use deskwarden_domain::list::Selection;
use deskwarden_types::{Counting, api::Total};

use super::{
    Viewer,
    gather::{Among, count as matching, reached},
    ground::ground,
    plan::best,
    question::{Question, question},
    range,
};
use crate::{Conn, Result, Scope};

/// Matches that are counted at once.
const CAPPED: i64 = 10_000;
/// Rows that an index may lead to, where each must be looked at.
const FEW_ROWS: i64 = 6_000;
/// The same where the index alone knows.
const FEW_KNOWN: i64 = 30_000;
/// Where no index leads to few, sessions are looked at for so long. What was found by then is how many there are at least.
const TIME: Duration = Duration::from_millis(20);
/// So many ids are looked at in any case.
const LEAST: i64 = 4_000;

/// Counts the sessions that match: not at all, at once, or to the last one. At once is exact up to 10,000 where an index
/// leads to them or there are few sessions; or else `exact` is false, and it says how many there are at least.
pub fn count(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    selection: &Selection,
    counting: Counting,
) -> Result<Option<Total>> {
    if counting == Counting::None {
        return Ok(None);
    }
    let ground = ground(scope)?;
    let question = question(scope, &ground, viewer, selection)?;
    if question.nothing {
        return Ok(Some(Total { count: 0, exact: true }));
    }
    match counting {
        Counting::Exact => {
            let among = best(&question).map_or(Among::All, |lead| Among::Arms(lead));
            let count = matching(scope.conn, &question, &among, None)?;
            Ok(Some(Total { count, exact: true }))
        }
        _ => capped(scope.conn, &question).map(Some),
    }
}

fn total(count: i64) -> Total {
    Total { count: count.min(CAPPED), exact: count <= CAPPED }
}

fn capped(conn: &mut Conn, question: &Question) -> Result<Total> {
    if question.conditions.is_empty() {
        return Ok(total(matching(conn, question, &Among::All, Some(CAPPED + 1))?));
    }
    if let Some(lead) = best(question) {
        // Without more that they must fit, an index knows: of one arm exactly, of several at least.
        let alone = question.conditions.len() == 1 && lead.iter().all(|arm| arm.whole);
        if alone {
            for arm in lead {
                let count = reached(conn, question, std::slice::from_ref(arm), false, CAPPED + 1)?;
                if count > CAPPED || lead.len() == 1 {
                    return Ok(total(count));
                }
            }
            if reached(conn, question, lead, false, FEW_KNOWN)? < FEW_KNOWN {
                return Ok(total(reached(conn, question, lead, true, CAPPED + 1)?));
            }
        } else if reached(conn, question, lead, false, FEW_ROWS)? < FEW_ROWS {
            return Ok(total(matching(conn, question, &Among::Arms(lead), None)?));
        }
    }
    in_slices(conn, question)
}

/// The newest sessions first, slice by slice, as far as the time goes.
fn in_slices(conn: &mut Conn, question: &Question) -> Result<Total> {
    let started = Instant::now();
    let mut count = 0;
    let mut begun = None;
    // A range of time: what was running when it began, and then what began in it.
    if let Some(from) = question.from {
        let since = range::since(question, from);
        if question.begun.is_some_and(|begun| begun >= since) {
            begun = question.begun;
        } else if let Some(running) = range::running(conn, question, from, since)? {
            count = matching(conn, question, &Among::Ids(&running), Some(CAPPED + 1))?;
            begun = Some(since);
        }
    }
    let (first, last) = range::bounds(conn, question, question.begun.max(begun))?;
    let question = question.begun_since(begun);
    let (mut end, mut width) = (last, LEAST);
    while end >= first && count <= CAPPED {
        let begin = first.max(end - width + 1);
        count += matching(conn, &question, &Among::Slice(begin, end), None)?;
        end = begin - 1;
        let took = started.elapsed();
        if took >= TIME && count <= CAPPED && end >= first {
            return Ok(Total { count, exact: false });
        }
        // As many as should fit into what is left of the time.
        let each = took.as_secs_f64() / (last - end) as f64;
        width = ((TIME.saturating_sub(took).as_secs_f64() / each) as i64).clamp(LEAST / 4, width * 4);
    }
    Ok(total(count))
}
