//! Conditions on names and other texts.

use deskwarden_domain::list::Dictionary;
use deskwarden_types::SessionField;

use super::{super::source::extra, Asked, Maker, Sql, Wanted, arm, most_ids, shelf};
use crate::Result;

/// Members of groups that are told one by one: with more of them a walk finds their sessions soon.
const MOST_MEMBERS: usize = 10_000;

impl Maker<'_, '_> {
    /// A text that is wanted in a folded column.
    fn fits(&self, column: &str, wanted: &Wanted) -> Sql {
        let mut sql = self.sql("");
        match wanted {
            Wanted::Equal(text) => sql.push(column).push(" = ").string(text.clone()),
            Wanted::Part(text) => {
                let holds = match self.dialect {
                    super::Dialect::Sqlite => "instr(",
                    super::Dialect::Postgres => "strpos(",
                };
                sql.push(holds).push(column).push(", ").string(text.clone()).push(") > 0")
            }
        };
        sql
    }

    pub(super) fn any_fits(&self, columns: &[&str], wanted: &[Wanted]) -> Sql {
        let mut sql = self.sql("(");
        let mut first = true;
        for column in columns {
            for wanted in wanted {
                sql.push(if first { "" } else { " OR " }).add(&self.fits(column, wanted));
                first = false;
            }
        }
        sql.push(")");
        sql
    }

    /// `field:text` and `field~text`.
    pub(super) fn texts(&mut self, field: SessionField, wanted: Vec<Wanted>) -> Result<Asked> {
        if field == SessionField::Group {
            return self.group(&wanted);
        }
        match (self.names_of(field), extra(field)) {
            (Some((Dictionary::Address, _)), _) => {
                Ok(Asked::new(self.points_to(Dictionary::Address, &self.any_fits(&["a.text"], &wanted))))
            }
            (Some((dictionary, columns)), _) => self.named(dictionary, &columns, &wanted),
            (None, Some(extra)) => self.beside(extra, &wanted),
            (None, None) => Ok(self.never()),
        }
    }

    /// Sessions of the rows of a dictionary that have a text that is wanted.
    pub(super) fn named(&mut self, dictionary: Dictionary, columns: &[usize], wanted: &[Wanted]) -> Result<Asked> {
        let found = self.find(dictionary, columns, wanted)?;
        if found.ids.as_ref().is_some_and(Vec::is_empty) {
            return Ok(self.never());
        }
        let shelf = shelf(dictionary);
        if let Some(ids) = found.ids.as_ref().filter(|ids| ids.len() <= most_ids(self.dialect)) {
            let mut sql = self.sql("");
            sql.among(&format!("s.{}", shelf.key), ids);
            let lead = arm(dictionary, ids.clone(), found.of).map(|arm| vec![arm]);
            return Ok(Asked::new(sql).with(lead));
        }
        let alias = shelf.alias;
        let columns: Vec<String> =
            columns.iter().filter_map(|place| shelf.texts.get(*place)).map(|text| format!("{alias}.{text}")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let sql = self.points_to(dictionary, &self.any_fits(&columns, wanted));
        // So many that a walk finds them: but a count goes through them.
        let lead = found.ids.and_then(|ids| arm(dictionary, ids, found.of)).map(|arm| vec![arm]);
        Ok(Asked::new(sql).with(lead))
    }

    /// Sessions of users who are in a group of such a name.
    fn group(&mut self, wanted: &[Wanted]) -> Result<Asked> {
        let mut groups = self.sql("SELECT g.id FROM groups g WHERE g.tenant_id = ");
        groups.number(self.tenant.0).push(" AND ").add(&self.any_fits(&["g.name_folded"], wanted));
        let ids = groups.numbers(self.conn)?;
        if ids.is_empty() {
            return Ok(self.never());
        }
        // no tenant: by the ids of users and groups that are the tenant's.
        let mut sql = self.sql("EXISTS (SELECT 1 FROM group_members m WHERE m.user_id = s.user_id AND ");
        sql.one_of("m.group_id", &ids).push(")");
        // no tenant: by the ids of groups that are the tenant's.
        let mut members = self.sql("SELECT m.user_id FROM group_members m WHERE ");
        members.one_of("m.group_id", &ids).push(&format!(" LIMIT {}", MOST_MEMBERS + 1));
        let mut members = members.numbers(self.conn)?;
        if members.is_empty() {
            return Ok(self.never());
        }
        if members.len() > MOST_MEMBERS {
            return Ok(Asked::new(sql));
        }
        members.sort_unstable();
        members.dedup();
        Ok(Asked::new(sql).with(self.lead(SessionField::UserId, members)))
    }
}
