//! Conditions on words that an index has together, as one number: sessions with a word are found at once, however few
//! they are.

use deskwarden_domain::list::{Dictionary, Operand, Test};
use deskwarden_types::SessionField;

use super::{
    super::{source::WORDS, walk::add_sessions},
    Arm, Asked, Lead, Maker, Reach, arm,
};
use crate::Result;

/// What the words of one field are multiplied by in [`WORDS`]; each has two decimal places.
const fn unit(field: SessionField) -> Option<i64> {
    match field {
        SessionField::Terminal => Some(1),
        SessionField::Access => Some(100),
        SessionField::Source => Some(10_000),
        SessionField::EndedHow => Some(1_000_000),
        SessionField::EndReason => Some(100_000_000),
        _ => None,
    }
}

/// Which share of all sessions may have a word: a guess, so low that it is counted before all are walked through.
const SHARE: f64 = 0.05;

impl Maker<'_, '_> {
    /// Adds the way to sessions with one of these words, of which 0 is none; nothing fits where no session has one.
    pub(super) fn by_words(&mut self, asked: Asked, field: SessionField, codes: &[i64]) -> Result<Asked> {
        let lead = match field {
            SessionField::Licence => self.licensed(codes)?,
            _ => self.worded(field, |code| codes.contains(&code))?,
        };
        Ok(match lead {
            Some(lead) if lead.is_empty() => self.never(),
            lead => asked.with(lead),
        })
    }

    /// The way to sessions that do not fit a test of words; an empty one where all fit.
    pub(super) fn other_words(&mut self, test: &Test) -> Result<Option<Lead>> {
        let Test::Is(field, operands) = test else { return Ok(None) };
        let code = |operand: &Operand| match operand {
            Operand::Word(code) => Some(i64::from(*code)),
            Operand::None => Some(0),
            _ => None,
        };
        match operands.iter().map(code).collect::<Option<Vec<_>>>() {
            Some(codes) => self.worded(*field, |code| !codes.contains(&code)),
            None => Ok(None),
        }
    }

    /// The way to sessions whose word of a field fits; none where the index does not have the field.
    fn worded(&mut self, field: SessionField, fits: impl Fn(i64) -> bool) -> Result<Option<Lead>> {
        let Some(unit) = unit(field) else { return Ok(None) };
        let values: Vec<i64> = self.combinations()?.into_iter().filter(|words| fits(words / unit % 100)).collect();
        if values.is_empty() {
            return Ok(Some(Lead::new()));
        }
        let reach = Reach::Values { column: WORDS, index: "sessions_words", values };
        Ok(Some(vec![Arm { reach, share: SHARE, whole: true }]))
    }

    /// The combinations of words that the tenant's sessions have: from each to the next greater one, which is one look
    /// into the index.
    fn combinations(&mut self) -> Result<Vec<i64>> {
        let mut next = self.sql(&format!("SELECT {WORDS} FROM "));
        add_sessions(&mut next, self.tenant.0, "sessions_words");
        let order = format!(" ORDER BY {WORDS} LIMIT 1)");
        let mut sql = self.sql("WITH RECURSIVE t (words) AS (SELECT (");
        sql.add(&next).push(&order).push(" UNION ALL SELECT (").add(&next);
        sql.push(&format!(" AND {WORDS} > t.words{order} FROM t WHERE t.words IS NOT NULL) "));
        sql.push("SELECT t.words FROM t WHERE t.words IS NOT NULL");
        sql.numbers(self.conn)
    }

    /// The way to sessions whose delivery method has one of these licences.
    fn licensed(&mut self, codes: &[i64]) -> Result<Option<Lead>> {
        let mut sql = self.sql("SELECT dm.id FROM delivery_methods dm WHERE dm.tenant_id = ");
        sql.number(self.tenant.0).push(" AND ").one_of("dm.licence_kind", codes);
        let methods = sql.numbers(self.conn)?;
        if methods.is_empty() {
            return Ok(Some(Lead::new()));
        }
        let of = methods.len();
        Ok(arm(Dictionary::DeliveryMethod, methods, of).map(|arm| vec![arm]))
    }
}
