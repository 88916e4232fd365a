//! Ranges of time: ids rise with the time nearly everywhere, and `session_hours` knows exactly how far. So a range of
//! time is a range of ids, which every index ends with; and beside it are those that were running when it began.

use diesel::sql_types::{BigInt, Nullable};

use super::{question::Question, sql::Sql, walk::add_sessions};
use crate::{Conn, Result};

const HOUR: i64 = 3_600_000;

/// The first and the last id of the sessions that began in the range, or more; none where nothing bounds them. The
/// first is above the last where none began.
pub(super) fn ids(conn: &mut Conn, question: &Question, begun: Option<i64>) -> Result<(Option<i64>, Option<i64>)> {
    if begun.is_none() && question.to.is_none() {
        return Ok((None, None));
    }
    let mut sql =
        Sql::new(question.dialect, "SELECT MIN(h.first_id), MAX(h.last_id) FROM session_hours h WHERE h.tenant_id = ");
    sql.number(question.tenant);
    if let Some(begun) = begun {
        sql.push(" AND h.hour >= ").number(begun.div_euclid(HOUR));
    }
    if let Some(to) = question.to {
        // Half-open: nothing began in the hour that the end begins.
        sql.push(" AND h.hour <= ").number((to - 1).div_euclid(HOUR));
    }
    let found: Option<(Option<i64>, Option<i64>)> = sql.load::<(Nullable<BigInt>, Nullable<BigInt>), _>(conn)?.pop();
    Ok(match found {
        Some((Some(first), Some(last))) => (begun.map(|_| first), question.to.map(|_| last)),
        _ => (Some(1), Some(0)),
    })
}

/// The same, or the first and the last id of all that the tenant has where nothing bounds them.
pub(super) fn bounds(conn: &mut Conn, question: &Question, begun: Option<i64>) -> Result<(i64, i64)> {
    let (first, last) = ids(conn, question, begun)?;
    let mut end = |bound: Option<i64>, direction: &str| {
        if let Some(bound) = bound {
            return Ok(bound);
        }
        let mut sql = Sql::new(question.dialect, "SELECT s.id FROM ");
        add_sessions(&mut sql, question.tenant, "sessions_tenant_id");
        sql.push(&format!(" ORDER BY s.id {direction} LIMIT 1"));
        Ok::<_, crate::StoreError>(sql.numbers(conn)?.first().copied().unwrap_or(0))
    };
    Ok((end(first, "ASC")?, end(last, "DESC")?))
}

/// Sessions that may be running when a range begins; beyond it the range is no help.
const MOST_RUNNING: usize = 20_000;

/// A session that took an hour or more is in a class by how long it took: four times as long a class.
const CLASSES: &[i64] = &[4, 16, 64, 256, 1_024];

/// The class of a session, as the index `sessions_long` has it. The migrations say the same.
const CLASS: &str = "(CASE WHEN s.ended_at - s.started_at < 14400000 THEN 1 \
    WHEN s.ended_at - s.started_at < 57600000 THEN 2 WHEN s.ended_at - s.started_at < 230400000 THEN 3 \
    WHEN s.ended_at - s.started_at < 921600000 THEN 4 WHEN s.ended_at - s.started_at < 3686400000 THEN 5 ELSE 6 END)";

/// The condition of `sessions_long` for those that took so many hours, at least one, and others of the same class.
pub(super) fn took(hours: i64) -> String {
    format!(" AND s.ended_at - s.started_at >= {HOUR} AND {CLASS} >= {}", class(hours))
}

/// About which share of all sessions took so long: a guess.
pub(super) fn share_that_took(hours: i64) -> f64 {
    match class(hours) {
        1 => 0.5,
        2 => 0.2,
        3 => 0.05,
        4 => 0.02,
        5 => 0.005,
        _ => 0.001,
    }
}

fn class(hours: i64) -> usize {
    1 + CLASSES.iter().filter(|least| **least <= hours).count()
}

/// From when on a walk through a long range meets what was running at its start, too: most sessions take hours, and the
/// rows of those hours that do not fit are few beside the range's own. What began before is looked up apart.
pub(super) fn since(question: &Question, from: i64) -> i64 {
    let hours = match question.to.unwrap_or(question.now) - from {
        length if length >= 480 * HOUR => 64,
        length if length >= 96 * HOUR => 16,
        _ => 0,
    };
    from - hours * HOUR
}

/// The sessions that were running at an instant and began before another one, which is not later; none where there are
/// too many.
pub(super) fn running(conn: &mut Conn, question: &Question, at: i64, before: i64) -> Result<Option<Vec<i64>>> {
    let sql = running_sql(question, at, before);
    let ids = sql.numbers(conn)?;
    Ok(if ids.len() > MOST_RUNNING { None } else { Some(ids) })
}

/// Those that still run, those that took less than an hour, and one class after the other of those that took longer.
fn running_sql(question: &Question, at: i64, before: i64) -> Sql {
    let apart = (at - before) / HOUR;
    let mut sql = Sql::new(question.dialect, "SELECT s.id FROM ");
    add_sessions(&mut sql, question.tenant, "sessions_ended");
    sql.push(" AND s.ended_at IS NULL AND s.started_at < ").number(before);
    if apart == 0 {
        sql.push(" UNION ALL SELECT s.id FROM ");
        add_sessions(&mut sql, question.tenant, "sessions_started");
        sql.push(" AND s.started_at > ").number(at - HOUR).push(" AND s.started_at < ").number(before);
        sql.push(" AND s.ended_at > ").number(at);
        sql.push(&format!(" AND s.ended_at - s.started_at < {HOUR}"));
    }
    for (place, hours) in (1..).zip(CLASSES.iter().copied().map(Some).chain([None])) {
        // They all began later.
        if hours.is_some_and(|hours| hours <= apart) {
            continue;
        }
        sql.push(" UNION ALL SELECT s.id FROM ");
        add_sessions(&mut sql, question.tenant, "sessions_long");
        sql.push(&format!(" AND s.ended_at - s.started_at >= {HOUR} AND {CLASS} = {place}"));
        if let Some(hours) = hours {
            sql.push(" AND s.started_at > ").number(at - hours * HOUR);
        }
        sql.push(" AND s.started_at < ").number(before).push(" AND s.ended_at > ").number(at);
    }
    sql.push(&format!(" LIMIT {}", MOST_RUNNING + 1));
    sql
}
