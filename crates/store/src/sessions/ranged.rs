//! Pages of a range of time: what began in it, by a walk of the order's index within a range of ids, and beside it what
//! was running at its start.

use deskwarden_types::SessionField;

use super::{
    cursor::Key,
    gather::{Among, gather},
    near::near,
    place::{Place, merge},
    plan::{Wanted, plain_walk},
    question::{Arm, Reach},
    range,
    walk::{Walk, walk},
};
use crate::{Conn, Result};

/// Sessions that were running are looked up so many pages at a time, where they stand in the order wanted.
const AT_A_TIME: usize = 4;

/// A range that has a start.
struct Range<'q> {
    wanted: Wanted<'q>,
    from: i64,
    /// What began from here on is met by the walk, also what began before the range; all else is looked up.
    since: i64,
    /// What began from here on can fit.
    begun: i64,
    /// The walk.
    walk: Walk<'q>,
}

/// Reads the places of a page.
pub(super) fn ranged(conn: &mut Conn, wanted: Wanted<'_>) -> Result<Vec<Place>> {
    let question = wanted.question;
    let mut walk = plain_walk(wanted);
    let field = wanted.order.keys.first().map(|key| key.field);
    if field == Some(SessionField::EndedAt) {
        return by_end(conn, wanted, walk);
    }
    let Some(from) = question.from else {
        walk.ids = range::ids(conn, question, question.begun)?;
        return began(conn, wanted, walk, question.begun);
    };
    let since = range::since(question, from);
    let begun = question.begun.map_or(since, |begun| begun.max(since));
    walk.begun = Some(since);
    walk.ids = range::ids(conn, question, Some(begun))?;
    let range = Range { wanted, from, since, begun, walk };
    match field {
        // Nothing that began before fits.
        _ if question.begun.is_some_and(|begun| begun >= since) => range.began(conn),
        Some(SessionField::Id) => range.by_id(conn),
        Some(SessionField::StartedAt) => range.by_start(conn),
        _ => range.by_both(conn),
    }
}

impl Range<'_> {
    fn began(&self, conn: &mut Conn) -> Result<Vec<Place>> {
        began(conn, self.wanted, self.walk.clone(), Some(self.begun))
    }

    /// What was running at the start and is not met by the walk; none where it is too much.
    fn running(&self, conn: &mut Conn) -> Result<Option<Vec<i64>>> {
        range::running(conn, self.wanted.question, self.from, self.since)
    }

    fn ran(&self, conn: &mut Conn, running: &[i64]) -> Result<Vec<Place>> {
        let Wanted { question, order, after, limit } = self.wanted;
        if running.is_empty() {
            Ok(Vec::new())
        } else {
            gather(conn, question, &Among::Ids(running), order, after, limit)
        }
    }

    /// The range is no help: more was running than is looked up.
    fn by_walk_alone(self, conn: &mut Conn) -> Result<Vec<Place>> {
        let mut all = self.walk;
        all.begun = None;
        all.ids = (None, range::ids(conn, self.wanted.question, None)?.1);
        walk(conn, &all)
    }

    fn descending(&self) -> bool {
        self.wanted.order.keys.first().is_some_and(|key| key.descending)
    }

    /// One part, and the other where the first does not fill the page: all that was running began before all that the
    /// walk meets.
    fn by_start(self, conn: &mut Conn) -> Result<Vec<Place>> {
        let limit = self.wanted.limit;
        let later = match self.wanted.after {
            Some(([Key::Number(at), ..], _)) => Some(*at >= self.since),
            _ => None,
        };
        let mut found = Vec::new();
        if self.descending() {
            if later != Some(false) {
                found = self.began(conn)?;
            }
            if found.len() >= limit {
                return Ok(found);
            }
            let Some(running) = self.running(conn)? else { return self.by_walk_alone(conn) };
            found.extend(self.ran(conn, &running)?);
        } else {
            if later != Some(true) {
                let Some(running) = self.running(conn)? else { return self.by_walk_alone(conn) };
                found = self.ran(conn, &running)?;
            }
            if found.len() < limit {
                found.extend(self.began(conn)?);
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Ids rise with the time nearly everywhere: of what was running little stands where the page is.
    fn by_id(self, conn: &mut Conn) -> Result<Vec<Place>> {
        let Wanted { order, after, limit, .. } = self.wanted;
        let descending = self.descending();
        let Some(mut running) = self.running(conn)? else { return self.by_walk_alone(conn) };
        running.sort_unstable();
        if let Some((_, after)) = after {
            running.retain(|id| if descending { *id < after } else { *id > after });
        }
        if descending {
            running.reverse();
            let began = self.began(conn)?;
            if let Some(last) = began.last().filter(|_| began.len() >= limit) {
                running.retain(|id| *id > last.id);
            }
            let ran = self.in_turn(conn, &running)?;
            return Ok(merge(order, began, ran, limit));
        }
        let ran = self.in_turn(conn, &running)?;
        // All that the walk meets comes after it.
        if ran.len() >= limit && ran.last().map(|last| last.id) < self.walk.ids.0 {
            return Ok(ran);
        }
        let began = self.began(conn)?;
        Ok(merge(order, began, ran, limit))
    }

    /// A page of these sessions, which stand in the order wanted.
    fn in_turn(&self, conn: &mut Conn, running: &[i64]) -> Result<Vec<Place>> {
        let mut found = Vec::new();
        for some in running.chunks((AT_A_TIME * self.wanted.limit).max(1)) {
            found.extend(self.ran(conn, some)?);
            if found.len() >= self.wanted.limit {
                break;
            }
        }
        found.truncate(self.wanted.limit);
        Ok(found)
    }

    /// Both parts, put together.
    fn by_both(self, conn: &mut Conn) -> Result<Vec<Place>> {
        let Some(mut running) = self.running(conn)? else { return self.by_walk_alone(conn) };
        let began = self.began(conn)?;
        if let Some(last) = began.last().filter(|_| began.len() >= self.wanted.limit) {
            running = near(conn, self.wanted, last, running)?;
        }
        let ran = self.ran(conn, &running)?;
        Ok(merge(self.wanted.order, began, ran, self.wanted.limit))
    }
}

/// A walk among those that began at or after an instant. By how long they are valid: nearly all of them are so until
/// after that instant, and an index has the others.
fn began(conn: &mut Conn, wanted: Wanted<'_>, mut first: Walk<'_>, begun: Option<i64>) -> Result<Vec<Place>> {
    let by_valid = wanted.order.keys.first().is_some_and(|key| key.field == SessionField::ValidUntil);
    let Some(begun) = begun.filter(|_| by_valid) else { return walk(conn, &first) };
    first.valid = Some(begun);
    let found = walk(conn, &first)?;
    let others = [Arm { reach: Reach::ValidBefore, share: 0.0, whole: false }];
    let question = wanted.question.begun_since(Some(begun)).valid_before(begun);
    let others = gather(conn, &question, &Among::Arms(&others), wanted.order, wanted.after, wanted.limit)?;
    Ok(merge(wanted.order, found, others, wanted.limit))
}

/// By their end: nothing that ended before the range can fit, and what ended after it, or has not, was running at its
/// end.
fn by_end(conn: &mut Conn, wanted: Wanted<'_>, mut first: Walk<'_>) -> Result<Vec<Place>> {
    let question = wanted.question;
    first.ended = (question.from.max(question.begun), None);
    let Some(to) = question.to else { return walk(conn, &first) };
    let Some(running) = range::running(conn, question, to, to)? else { return walk(conn, &first) };
    first.ended.1 = Some(to);
    let ended = walk(conn, &first)?;
    let ran = gather(conn, question, &Among::Ids(&running), wanted.order, wanted.after, wanted.limit)?;
    Ok(merge(wanted.order, ended, ran, wanted.limit))
}
