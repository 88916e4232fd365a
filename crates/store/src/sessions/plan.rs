//! How a page is read: chosen by how many sessions may fit.

use deskwarden_domain::list::SMALL_SORT;
use deskwarden_types::{ErrorCode, SessionField};

use super::{
    cursor::Key,
    gather::{Among, count, gather, reached},
    newest::newest,
    order::Order,
    place::Place,
    question::{Arm, Lead, Question, Reach},
    ranged::ranged,
    sql::{Dialect, Sql},
    walk::{Walk, add_sessions, walk},
};
use crate::{Conn, Result, StoreError};

/// So many sessions are read by their ids quicker than a long list is walked for the few of its rows that fit.
pub(super) const FEW: i64 = 20_000;
/// Looking a session up and putting it in order costs so many times what a row of a walk costs.
const GATHERED: f64 = 3.0;
/// Numbers of sessions up to which they are gathered: few numbers, so that there are few statements.
const STEPS: [i64; 6] = [20_000, 12_000, 6_000, 3_000, 1_500, 500];
/// Above this share of all sessions a walk finds a page soon; nothing needs to be counted.
const SPARSE: f64 = 0.1;
/// A row of a walk, whose conditions are all looked at, costs so many times what a value of a lead costs: a look into an
/// index, and one more for those that are on the page. PostgreSQL has what fits in a hash.
const fn walked(dialect: Dialect) -> f64 {
    match dialect {
        Dialect::Sqlite => 1.0,
        Dialect::Postgres => 0.3,
    }
}
/// Leads that are counted.
const TRIED: usize = 3;
/// A walk that should find enough gives up after so many times the rows that it should need.
const PATIENCE: f64 = 8.0;

/// What is to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'q> {
    pub(super) question: &'q Question,
    pub(super) order: &'q Order,
    pub(super) after: Option<(&'q [Key], i64)>,
    pub(super) limit: usize,
}

/// Reads the places of a page.
pub(super) fn page(conn: &mut Conn, wanted: Wanted<'_>, indexed: bool) -> Result<Vec<Place>> {
    let question = wanted.question;
    if question.nothing {
        return Ok(Vec::new());
    }
    let lead = best(question);
    if !indexed {
        return small(conn, wanted, lead);
    }
    let by_id = wanted.order.keys.first().is_some_and(|key| key.field == SessionField::Id);
    // Looked at once, not for each value until one fits.
    let at_once = !by_id || question.conditions.len() > 1 || lead.is_some_and(|lead| in_no_order(lead));
    if at_once && let Some(lead) = few(conn, wanted)? {
        return gather(conn, question, &Among::Arms(lead), wanted.order, wanted.after, wanted.limit);
    }
    match lead {
        Some(lead) if by_id && by_lead(wanted, lead) => {
            newest(conn, question, lead, wanted.order, wanted.after, wanted.limit)
        }
        Some(lead) if by_id => walk_or_newest(conn, wanted, lead),
        _ => ranged(conn, wanted),
    }
}

/// A lead to few sessions, if one is soon found.
fn few<'q>(conn: &mut Conn, wanted: Wanted<'q>) -> Result<Option<&'q Lead>> {
    let mut leads: Vec<&Lead> = wanted.question.leads.iter().filter(|lead| share(lead) < SPARSE).collect();
    leads.sort_by(|a, b| share(a).total_cmp(&share(b)));
    for lead in leads.into_iter().take(TRIED) {
        if is_few(conn, wanted, lead)? {
            return Ok(Some(lead));
        }
    }
    Ok(None)
}

/// Whether what a lead reaches costs less than a walk: of n among N, a walk passes N / n rows for each that fits.
fn is_few(conn: &mut Conn, wanted: Wanted<'_>, lead: &[Arm]) -> Result<bool> {
    let all = sessions(conn, wanted.question)?;
    let even = (wanted.limit as f64 * all as f64 / GATHERED).sqrt();
    let few = STEPS.into_iter().find(|step| (*step as f64) <= even).unwrap_or(500);
    let (question, most) = (wanted.question, few + 1);
    if question.many.more_than(question.tenant, lead, few) {
        return Ok(false);
    }
    let reached = reached(conn, question, lead, false, most)?;
    if reached >= most {
        question.many.remember(question.tenant, lead, most);
    }
    Ok(reached < most)
}

/// About how many sessions the tenant has: at most so many.
fn sessions(conn: &mut Conn, question: &Question) -> Result<i64> {
    let mut sql = Sql::new(question.dialect, "SELECT COALESCE((SELECT s.id FROM ");
    for direction in ["DESC", "ASC"] {
        add_sessions(&mut sql, question.tenant, "sessions_tenant_id");
        sql.push(&format!(" ORDER BY s.id {direction} LIMIT 1)"));
        if direction == "DESC" {
            sql.push(" - (SELECT s.id FROM ");
        }
    }
    sql.push(" + 1, 0)");
    Ok(sql.numbers(conn)?.first().copied().unwrap_or(0))
}

/// Whether all that a lead reaches has to be put in order, however many are wanted.
fn in_no_order(lead: &[Arm]) -> bool {
    lead.iter().any(|arm| matches!(arm.reach, Reach::Long(_) | Reach::Since { .. }))
}

pub(super) fn share(lead: &[Arm]) -> f64 {
    lead.iter().map(|arm| arm.share).sum()
}

/// The lead to the fewest sessions, as far as can be guessed.
pub(super) fn best(question: &Question) -> Option<&Lead> {
    question.leads.iter().min_by(|a, b| share(a).total_cmp(&share(b)))
}

/// Whether the values of a lead cost less than the rows that a walk would look at.
fn by_lead(wanted: Wanted<'_>, lead: &[Arm]) -> bool {
    let limit = wanted.limit as f64;
    let each = |arm: &Arm| match (arm.reach.values(), &arm.reach) {
        // Of each as many as are wanted: rows one after the other, which PostgreSQL reads for less than a look each.
        (Some(values), _) if values < wanted.limit => match wanted.question.dialect {
            Dialect::Sqlite => values as f64 * limit,
            Dialect::Postgres => values as f64 * limit / 10.0,
        },
        (Some(values), _) => values as f64,
        (None, Reach::Long(_) | Reach::Since { .. }) => f64::INFINITY,
        (None, _) => limit,
    };
    lead.iter().map(each).sum::<f64>() < limit / share(lead).max(f64::MIN_POSITIVE) * walked(wanted.question.dialect)
}

/// Many should fit: some of the first rows are looked at. Where too few of them do, the lead leads on.
fn walk_or_newest(conn: &mut Conn, wanted: Wanted<'_>, lead: &Lead) -> Result<Vec<Place>> {
    if wanted.question.from.is_some() || wanted.question.to.is_some() || wanted.question.begun.is_some() {
        return ranged(conn, wanted);
    }
    let most = rounded(wanted.limit as f64 / share(lead).max(0.000_1) * PATIENCE);
    let mut first = plain_walk(wanted);
    first.most = Some(most);
    let found = walk(conn, &first)?;
    if found.len() >= wanted.limit {
        return Ok(found);
    }
    newest(conn, wanted.question, lead, wanted.order, wanted.after, wanted.limit)
}

/// A round number: statements with other numbers in them are other statements.
fn rounded(rows: f64) -> usize {
    [2_000, 10_000, 50_000, 200_000].into_iter().find(|step| rows <= *step as f64).unwrap_or(200_000)
}

pub(super) fn plain_walk(wanted: Wanted<'_>) -> Walk<'_> {
    let Wanted { question, order, after, limit } = wanted;
    Walk { question, order, after, limit, ids: (None, None), begun: None, ended: (None, None), valid: None, most: None }
}

/// An order without an index, or of several keys: all that fit are put in order, where they are few enough.
fn small(conn: &mut Conn, wanted: Wanted<'_>, lead: Option<&Lead>) -> Result<Vec<Place>> {
    let question = wanted.question;
    let among = lead.map_or(Among::All, |lead| Among::Arms(lead));
    if count(conn, question, &among, Some(SMALL_SORT + 1))? > SMALL_SORT {
        let detail = "More than 100,000 sessions match, and this order has no index: filter more closely (by time, user \
                      or status), or sort by one of id, name, username, email, app, status, started_at, valid_until or \
                      ended_at alone.";
        return Err(StoreError::refused(ErrorCode::SortTooWide, detail));
    }
    gather(conn, question, &among, wanted.order, wanted.after, wanted.limit)
}
