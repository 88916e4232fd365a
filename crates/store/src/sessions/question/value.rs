//! Conditions on numbers, times and addresses.

use std::net::IpAddr;

use deskwarden_domain::list::{Comparison, Dictionary, Network, Operand};
use deskwarden_types::SessionField;

use super::{super::source::plain, Asked, Maker, Sql, arm, most_ids};
use crate::Result;

/// Addresses that are looked up before they count as many.
const MOST_ADDRESSES: usize = 5_000;

/// Whether a session can be left alone for some time.
pub(in super::super) const IDLE: &str = "s.ended_at IS NULL AND s.last_activity_at IS NOT NULL";

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

impl Maker<'_, '_> {
    /// The value of a field that is compared as a number.
    fn compared(&self, field: SessionField) -> Sql {
        let mut sql = self.sql("");
        let least = match self.dialect {
            super::Dialect::Sqlite => "MAX",
            super::Dialect::Postgres => "GREATEST",
        };
        match field {
            // Whole seconds, never below 0, as the wire has them.
            SessionField::Duration => {
                sql.push(least).push("((COALESCE(s.ended_at, ").number(self.ground.now.millis());
                sql.push(") - s.started_at) / 1000, 0)")
            }
            SessionField::StartedAgo => {
                sql.push(least).push("((").number(self.ground.now.millis()).push(" - s.started_at) / 1000, 0)")
            }
            // Of no last use PostgreSQL would make 0.
            SessionField::Idle => {
                sql.push("CASE WHEN ").push(IDLE).push(" THEN ").push(least).push("((");
                sql.number(self.ground.now.millis()).push(" - s.last_activity_at) / 1000, 0) END")
            }
            _ => sql.push(&plain(field).unwrap_or_else(|| "NULL".to_owned())),
        };
        sql
    }

    /// `field:value` of a time or a span.
    pub(super) fn equal(&self, field: SessionField, operand: &Operand) -> Sql {
        let value = self.compared(field);
        let mut sql = self.sql("");
        match operand {
            Operand::Time(time) => {
                let span = self.context.span(*time);
                sql.add(&value).push(" >= ").number(span.from.millis()).push(" AND ");
                sql.add(&value).push(" < ").number(span.to.millis());
            }
            Operand::Seconds(seconds) => {
                sql.add(&value).push(" = ").number(*seconds);
            }
            _ => {
                sql.push("FALSE");
            }
        }
        sql
    }

    /// `field>value` and its like.
    pub(super) fn compare(&self, field: SessionField, comparison: Comparison, operand: &Operand) -> Sql {
        use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
        let mut sql = self.compared(field);
        let (sign, number) = match (operand, comparison) {
            // After a day is after all of it.
            (Operand::Time(time), Less) => (" < ", self.context.span(*time).from.millis()),
            (Operand::Time(time), LessOrEqual) => (" < ", self.context.span(*time).to.millis()),
            (Operand::Time(time), Greater) => (" >= ", self.context.span(*time).to.millis()),
            (Operand::Time(time), GreaterOrEqual) => (" >= ", self.context.span(*time).from.millis()),
            (Operand::Seconds(number) | Operand::Id(number), comparison) => {
                let sign = match comparison {
                    Less => " < ",
                    LessOrEqual => " <= ",
                    Greater => " > ",
                    GreaterOrEqual => " >= ",
                };
                (sign, *number)
            }
            // The grammar lets nothing else be compared.
            _ => return self.sql("FALSE"),
        };
        sql.push(sign).number(number);
        sql
    }

    /// The addresses of a network.
    pub(super) fn network(&mut self, network: &Network) -> Result<Asked> {
        let (first, last) = (octets(network.address), octets(network.last()));
        let mut range = self.sql("a.address >= ");
        // A shorter one can lie between two longer ones.
        let length = first.len();
        range.bytes(first).push(" AND a.address <= ").bytes(last).push(&format!(" AND length(a.address) = {length}"));
        self.addresses(range)
    }

    /// Sessions from the addresses `a` that a condition with an index lets through.
    pub(super) fn addresses(&mut self, range: Sql) -> Result<Asked> {
        let mut few = self.sql("SELECT a.id FROM addresses a WHERE a.tenant_id = ");
        few.number(self.tenant.0).push(" AND ").add(&range).push(&format!(" LIMIT {}", MOST_ADDRESSES + 1));
        let ids = few.numbers(self.conn)?;
        if ids.is_empty() {
            return Ok(self.never());
        }
        let mut sql = self.sql("");
        if ids.len() <= most_ids(self.dialect).min(MOST_ADDRESSES) {
            sql.among("s.address_id", &ids);
        } else {
            sql = self.points_to(Dictionary::Address, &range);
        }
        if ids.len() > MOST_ADDRESSES {
            return Ok(Asked::new(sql));
        }
        // At most so many there are: the share is at least this.
        // no tenant: by the id that a session of the tenant's has; or how many there are at most.
        let all = self.sql("SELECT COALESCE(MAX(a.id), 0) FROM addresses a").numbers(self.conn)?;
        let all = all.first().and_then(|all| usize::try_from(*all).ok()).unwrap_or(0);
        let lead = arm(Dictionary::Address, ids, all).map(|arm| vec![arm]);
        Ok(Asked::new(sql).with(lead))
    }
}
