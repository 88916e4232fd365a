//! One term.

use deskwarden_domain::list::{Comparison, Dictionary, Operand, Test, definition, fold};
use deskwarden_types::{Phase, SessionField, Trust};

use super::{
    super::{
        range,
        source::{dictionary_text, kind_status, plain},
    },
    Arm, Asked, ENDLESS, Lead, Maker, Reach, Wanted,
    pairs::of_kinds,
    value::IDLE,
};
use crate::Result;

impl Asked {
    pub(super) fn new(sql: super::Sql) -> Self {
        Self { sql, lead: None, nothing: false }
    }

    pub(super) fn with(mut self, lead: Option<Lead>) -> Self {
        self.lead = lead;
        self
    }
}

/// A history of so many milliseconds: a guess.
const USUAL_HISTORY: f64 = 500.0 * 86_400_000.0;

/// The column of a time that has an index, and the index: it begins with the tenant and the column and goes on with the id.
fn timed(field: SessionField) -> Option<(&'static str, &'static str)> {
    match field {
        SessionField::EndedAt => Some(("ended_at", "sessions_ended")),
        SessionField::ValidUntil => Some(("valid_until", "sessions_valid")),
        _ => None,
    }
}

/// The way to sessions beside which a command stands.
pub(super) fn commanded() -> Lead {
    vec![Arm { reach: Reach::Commanded, share: 0.001, whole: false }]
}

/// Of those that took less there are so many that a walk finds them.
const LONG_HOURS: i64 = 16;

/// The way to sessions that are not over.
fn endless() -> Arm {
    Arm { reach: ENDLESS, share: 0.001, whole: false }
}

/// The way to sessions that took long, or that were left alone.
fn long(field: SessionField, comparison: Comparison, operand: &Operand) -> Option<Lead> {
    if field == SessionField::Idle {
        return Some(vec![endless()]);
    }
    let (SessionField::Duration, Operand::Seconds(seconds)) = (field, operand) else { return None };
    let hours = seconds / 3600;
    if hours < LONG_HOURS || !matches!(comparison, Comparison::Greater | Comparison::GreaterOrEqual) {
        return None;
    }
    let took = Arm { reach: Reach::Long(hours), share: range::share_that_took(hours), whole: false };
    Some(vec![took, endless()])
}

impl Maker<'_, '_> {
    /// What a test asks.
    pub(super) fn test(&mut self, test: &Test) -> Result<Asked> {
        match test {
            Test::Anywhere(text) => self.anywhere(text),
            Test::Contains(field, texts) => {
                self.texts(*field, texts.iter().map(|text| Wanted::Part(fold(text))).collect())
            }
            Test::Compare(field, comparison, operand) => {
                let lead = long(*field, *comparison, operand).or_else(|| self.since(*field, *comparison, operand));
                Ok(Asked::new(self.compare(*field, *comparison, operand)).with(lead))
            }
            Test::Is(field, operands) => self.is(*field, operands),
        }
    }

    pub(super) fn never(&self) -> Asked {
        Asked { sql: self.sql("FALSE"), lead: Some(Vec::new()), nothing: true }
    }

    /// One of them is enough.
    pub(super) fn any(&self, parts: Vec<Asked>) -> Asked {
        let mut parts: Vec<Asked> = parts.into_iter().filter(|part| !part.nothing).collect();
        if parts.len() <= 1 {
            return parts.pop().unwrap_or_else(|| self.never());
        }
        let mut sql = self.sql("");
        let mut lead = Some(Vec::new());
        for (place, part) in parts.into_iter().enumerate() {
            sql.push(if place == 0 { "(" } else { " OR (" }).add(&part.sql).push(")");
            lead = lead.zip(part.lead).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
        Asked { sql, lead, nothing: false }
    }

    pub(super) fn is(&mut self, field: SessionField, operands: &[Operand]) -> Result<Asked> {
        let mut wanted = Vec::new();
        let mut parts = Vec::new();
        let mut codes = Vec::new();
        let mut ids = Vec::new();
        for operand in operands {
            match operand {
                Operand::Text(text) => wanted.push(Wanted::Equal(fold(text))),
                Operand::Word(code) => codes.push(*code),
                Operand::Status(None, status) => codes.push(status.code()),
                Operand::Status(Some(kind), status) => {
                    let mut sql = self.sql("s.kind = ");
                    sql.number(kind.code().into()).push(" AND s.status = ").number(status.code().into());
                    parts.push(Asked::new(sql).with(Some(vec![of_kinds(vec![kind_status(*kind, *status)])])));
                }
                Operand::Id(id) => ids.push(*id),
                Operand::Me => {
                    let me = self.context.me.0;
                    let mut sql = self.sql("s.user_id = ");
                    sql.number(me);
                    parts.push(Asked::new(sql).with(self.lead(SessionField::UserId, vec![me])));
                }
                Operand::None => parts.push(self.none(field)?),
                Operand::Network(network) => parts.push(self.network(network)?),
                Operand::YesNo(yes) => {
                    let value = plain(field).unwrap_or_else(|| "FALSE".to_owned());
                    let asked = Asked::new(self.sql(&format!("{value} = {}", if *yes { "TRUE" } else { "FALSE" })));
                    let arm = match field {
                        SessionField::Connected => Arm { reach: Reach::Connected, share: 0.001, whole: true },
                        _ => Arm { reach: Reach::Open, share: 0.001, whole: false },
                    };
                    parts.push(asked.with(yes.then(|| vec![arm])));
                }
                Operand::Time(_) | Operand::Seconds(_) => parts.push(Asked::new(self.equal(field, operand))),
            }
        }
        if !wanted.is_empty() {
            parts.push(self.texts(field, wanted)?);
        }
        if !codes.is_empty() {
            parts.push(self.words(field, codes)?);
        }
        if !ids.is_empty() {
            let column = if field == SessionField::Host { Some("s.host_id".to_owned()) } else { plain(field) };
            let mut sql = self.sql("");
            sql.among(&column.unwrap_or_else(|| "NULL".to_owned()), &ids);
            parts.push(Asked::new(sql).with(self.lead(field, ids)));
        }
        Ok(self.any(parts))
    }

    fn words(&mut self, field: SessionField, codes: Vec<i16>) -> Result<Asked> {
        if field == SessionField::Trust {
            // Only what is not over is ever anything but fresh.
            let open = !codes.contains(&Trust::Fresh.code());
            let lead = open.then(|| vec![Arm { reach: Reach::Open, share: 0.001, whole: false }]);
            return Ok(Asked::new(self.trust(&codes)).with(lead));
        }
        let value = match field {
            // no tenant: by the id that a session of the tenant's has.
            SessionField::Command => "(SELECT c.verb FROM commands c WHERE c.id = s.command_id)".to_owned(),
            _ => plain(field).unwrap_or_else(|| "NULL".to_owned()),
        };
        let codes: Vec<i64> = codes.into_iter().map(Into::into).collect();
        let mut sql = self.sql("");
        sql.among(&value, &codes);
        if field == SessionField::Command {
            return Ok(Asked::new(sql).with(Some(commanded())));
        }
        match self.lead(field, codes.clone()) {
            Some(lead) => Ok(Asked::new(sql).with(Some(lead))),
            None => self.by_words(Asked::new(sql), field, &codes),
        }
    }

    /// The way to sessions whose time is an instant or later.
    fn since(&self, field: SessionField, comparison: Comparison, operand: &Operand) -> Option<Lead> {
        let Operand::Time(time) = operand else { return None };
        let (column, index) = timed(field)?;
        let span = self.context.span(*time);
        let at = match comparison {
            Comparison::Greater => span.to.millis(),
            Comparison::GreaterOrEqual => span.from.millis(),
            Comparison::Less | Comparison::LessOrEqual => return None,
        };
        let share = (self.ground.now.millis() - at) as f64 / USUAL_HISTORY;
        Some(vec![Arm { reach: Reach::Since { column, index, at }, share: share.clamp(0.001, 1.0), whole: true }])
    }

    /// The way to sessions with one of these values.
    pub(super) fn lead(&self, field: SessionField, values: Vec<i64>) -> Option<Lead> {
        // The share of each value, and of however many: of words nobody knows how rare they are.
        let (column, index, each, most) = match field {
            SessionField::Id => ("id", "sessions_tenant_id", 0.0, 1.0),
            SessionField::UserId => ("user_id", "sessions_user", 0.000_1, 1.0),
            SessionField::Host => ("host_id", "sessions_host", 0.002, 1.0),
            SessionField::EnvironmentId => ("environment_id", "sessions_environment", 0.05, 0.08),
            SessionField::Status => ("status", "sessions_status", 0.05, 0.08),
            SessionField::Kind => ("kind", "sessions_kind", 0.09, 0.09),
            SessionField::Phase if values.iter().all(|code| *code < i64::from(Phase::Over.code())) => {
                return Some(vec![Arm { reach: Reach::Open, share: 0.001, whole: false }]);
            }
            _ => return None,
        };
        let share = (each * values.len() as f64).min(most);
        Some(vec![Arm { reach: Reach::Values { column, index, values }, share, whole: true }])
    }

    /// There is no value.
    fn none(&mut self, field: SessionField) -> Result<Asked> {
        use SessionField::{AdUsername, Command, Group, Idle};
        let text = match field {
            // no tenant: by the ids of users and groups that are the tenant's.
            Group => "NOT EXISTS (SELECT 1 FROM group_members m WHERE m.user_id = s.user_id)".to_owned(),
            // no tenant: by the ids of a session's user, who is the tenant's.
            AdUsername => "(SELECT u.ad_username FROM users u WHERE u.id = s.user_id) IS NULL".to_owned(),
            Command => "s.command_id IS NULL".to_owned(),
            Idle => format!("NOT ({IDLE})"),
            _ => match (dictionary_text(field), plain(field), super::super::source::extra(field)) {
                (Some((dictionary, _)), ..) => format!("s.{} IS NULL", super::shelf(dictionary).key),
                (None, Some(value), _) => format!("{value} IS NULL"),
                (None, None, Some(extra)) => format!("{} IS NULL", extra.value),
                // What every session has is never empty.
                (None, None, None) => "FALSE".to_owned(),
            },
        };
        debug_assert!(definition(field).optional, "{field} is never empty");
        if matches!(field, SessionField::EndReason | SessionField::EndedHow) {
            return self.by_words(Asked::new(self.sql(&text)), field, &[0]);
        }
        let named = || {
            let shelf = super::shelf(dictionary_text(field).filter(|_| field != AdUsername)?.0);
            Some((shelf.key, shelf.index?))
        };
        let lead = named().or_else(|| timed(field)).map(|(column, index)| {
            let share = if column == "ended_at" { 0.001 } else { 0.01 };
            vec![Arm { reach: Reach::Empty { column, index }, share, whole: true }]
        });
        Ok(Asked::new(self.sql(&text)).with(lead))
    }

    /// From which instant on a session must have begun to fit.
    pub(super) fn begun_after(&self, test: &Test) -> Option<i64> {
        let span = |operand: &Operand| match operand {
            Operand::Time(time) => Some(self.context.span(*time)),
            _ => None,
        };
        match test {
            Test::Compare(SessionField::StartedAt, Comparison::Greater, operand) => Some(span(operand)?.to.millis()),
            Test::Compare(SessionField::StartedAt, Comparison::GreaterOrEqual, operand) => {
                Some(span(operand)?.from.millis())
            }
            Test::Is(SessionField::StartedAt, operands) => operands
                .iter()
                .map(|operand| span(operand).map(|span| span.from.millis()))
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .min(),
            _ => None,
        }
    }

    /// Before which instant a session must have begun to fit.
    pub(super) fn begun_before(&self, test: &Test) -> Option<i64> {
        let span = |operand: &Operand| match operand {
            Operand::Time(time) => Some(self.context.span(*time)),
            _ => None,
        };
        match test {
            Test::Compare(SessionField::StartedAt, Comparison::Less, operand) => Some(span(operand)?.from.millis()),
            Test::Compare(SessionField::StartedAt, Comparison::LessOrEqual, operand) => {
                Some(span(operand)?.to.millis())
            }
            Test::Is(SessionField::StartedAt, operands) => operands
                .iter()
                .map(|operand| span(operand).map(|span| span.to.millis()))
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .max(),
            _ => None,
        }
    }

    /// The dictionary and the columns that hold a field's names, in memory.
    pub(super) fn names_of(&self, field: SessionField) -> Option<(Dictionary, Vec<usize>)> {
        match field {
            SessionField::User => Some((Dictionary::User, vec![0, 1, 2])),
            _ => dictionary_text(field).map(|(dictionary, place)| (dictionary, vec![place])),
        }
    }
}
