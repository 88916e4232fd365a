//! How many sessions match.

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
/// Rows that are looked at for them, where no index leads to what fits.
const LOOKED_AT: usize = 100_000;
/// Rows that an index may lead to.
const FEW_RAW: i64 = 50_000;

/// Counts the sessions that match: not at all, to 10,000 and at once (then the count is exact below that, or else
/// `exact` is false and it says how many there are at least), or to the last one.
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

fn capped(conn: &mut Conn, question: &Question) -> Result<Total> {
    let most = Some(CAPPED + 1);
    let total = |count: i64| Total { count: count.min(CAPPED), exact: count <= CAPPED };
    if question.conditions.is_empty() {
        return Ok(total(matching(conn, question, &Among::All, most)?));
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
        }
        if reached(conn, question, lead, false, FEW_RAW)? < FEW_RAW {
            return match alone {
                true => Ok(total(reached(conn, question, lead, true, CAPPED + 1)?)),
                false => Ok(total(matching(conn, question, &Among::Arms(lead), most)?)),
            };
        }
    }
    if let Some(count) = range::count(conn, question, CAPPED + 1)? {
        return Ok(total(count));
    }
    let count = matching(conn, question, &Among::Newest(LOOKED_AT), most)?;
    if count > CAPPED {
        return Ok(total(count));
    }
    // All there is may be less than what was to be looked at.
    let all = matching(conn, &question.without_conditions(), &Among::All, Some(LOOKED_AT as i64 + 1))?;
    Ok(Total { count, exact: all <= LOOKED_AT as i64 })
}
