//! Conditions on texts that few sessions have, such as the version of a program.
//!
//! Many sessions have the same one. So an index tells which there are, a look for each, and leads to the sessions of
//! those that fit.

use deskwarden_domain::list::{Operand, Test};
use deskwarden_types::{SessionField, TenantId};

use super::{
    super::source::{Extra, extra},
    Arm, Asked, Dialect, Lead, Maker, Reach, Sql, Wanted,
    term::commanded,
};
use crate::Result;

/// Texts that are told one by one: with more of them a walk finds their sessions soon.
const MOST_TEXTS: usize = 1_000;
/// Which share of all sessions may have one text: a guess.
const EACH: f64 = 0.005;

fn lead(extra: Extra, texts: Vec<String>) -> Lead {
    let share = (EACH * texts.len() as f64).min(1.0);
    vec![Arm { reach: Reach::Beside { extra, texts }, share, whole: true }]
}

/// `WITH t (text)`: the texts of a tenant, each once; the last one is none.
pub(in super::super) fn all_texts(dialect: Dialect, tenant: TenantId, extra: Extra) -> Sql {
    let mut next = Sql::new(dialect, "(SELECT x.");
    next.push(extra.column).push(" FROM session_extras x WHERE x.tenant_id = ").number(tenant.0);
    let order = format!(" ORDER BY x.{} LIMIT 1)", extra.column);
    // From each to the next greater one, which is one look into the index.
    let mut sql = Sql::new(dialect, "WITH RECURSIVE t (text) AS (SELECT ");
    sql.add(&next).push(&format!(" AND x.{} IS NOT NULL{order} UNION ALL SELECT ", extra.column));
    sql.add(&next).push(&format!(" AND x.{} > t.text{order} FROM t WHERE t.text IS NOT NULL) ", extra.column));
    sql
}

impl Maker<'_, '_> {
    /// Sessions that have a text that is wanted.
    pub(super) fn beside(&mut self, extra: Extra, wanted: &[Wanted]) -> Result<Asked> {
        let equal = |wanted: &Wanted| match wanted {
            Wanted::Equal(text) => Some(text.clone()),
            Wanted::Part(_) => None,
        };
        let texts = match wanted.iter().map(equal).collect::<Option<Vec<_>>>() {
            Some(mut texts) => {
                texts.sort_unstable();
                texts.dedup();
                Some(texts)
            }
            None => self.texts_beside(extra, &self.any_fits(&["t.text"], wanted))?,
        };
        if texts.as_ref().is_some_and(Vec::is_empty) {
            return Ok(self.never());
        }
        let sql = self.any_fits(&[extra.value], wanted);
        Ok(Asked::new(sql).with(texts.map(|texts| lead(extra, texts))))
    }

    /// The way to sessions that have a text or a command, for a test that says that they have none and does not fit.
    pub(super) fn there(&mut self, test: &Test) -> Result<Option<Lead>> {
        let Test::Is(field, operands) = test else { return Ok(None) };
        let [Operand::None] = operands.as_slice() else { return Ok(None) };
        let Some(extra) = extra(*field) else {
            return Ok((*field == SessionField::Command).then(commanded));
        };
        let all = self.sql("TRUE");
        Ok(self.texts_beside(extra, &all)?.map(|texts| lead(extra, texts)))
    }

    /// The texts `t.text` of the tenant that fit, each once; none where they are too many.
    fn texts_beside(&mut self, extra: Extra, fits: &Sql) -> Result<Option<Vec<String>>> {
        let mut sql = all_texts(self.dialect, self.tenant, extra);
        sql.push("SELECT t.text FROM t WHERE t.text IS NOT NULL AND ").add(fits);
        sql.push(&format!(" LIMIT {}", MOST_TEXTS + 1));
        let texts = sql.load::<diesel::sql_types::Text, String>(self.conn)?;
        Ok((texts.len() <= MOST_TEXTS).then_some(texts))
    }
}
