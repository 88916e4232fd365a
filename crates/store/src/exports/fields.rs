//! From fields to what a page's query reads: each number and text once, whatever columns are made of it.

use deskwarden_types::SessionField;

use crate::seats::TAKES_A_SEAT;

/// What a column is made of, by places in the row that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A number as it is.
    Number(usize),
    /// A status, whose label depends on the kind.
    Status { kind: usize, status: usize },
    /// A name in a dictionary, by its id.
    Name { field: SessionField, id: usize },
    /// How far the row may be believed.
    Trust { kind: usize, observed: usize, phase: usize, seen: usize, started: usize, offline: usize },
    /// Seconds from the start to the end, or to now.
    Span { started: usize, ended: Option<usize> },
    /// Seconds since then, until the end.
    Idle { since: usize, ended: usize },
    /// A text of the session's own.
    Text(usize),
    /// A product and its version.
    Product { name: usize, version: usize },
}

/// What a page's query reads.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Expressions that are numbers.
    pub(super) numbers: Vec<&'static str>,
    /// Expressions that are texts; they follow the numbers.
    pub(super) texts: Vec<&'static str>,
    /// One for each column.
    pub(super) columns: Vec<Source>,
}

impl Plan {
    /// The plan of these columns. The first number is always the id.
    pub(super) fn new(fields: &[SessionField]) -> Self {
        let mut plan = Self { numbers: vec!["s.id"], ..Self::default() };
        for field in fields {
            let source = plan.source(*field);
            plan.columns.push(source);
        }
        plan
    }

    fn number(&mut self, expression: &'static str) -> usize {
        place(&mut self.numbers, expression)
    }

    fn text(&mut self, expression: &'static str) -> usize {
        place(&mut self.texts, expression)
    }

    fn name(&mut self, field: SessionField, id: &'static str) -> Source {
        Source::Name { field, id: self.number(id) }
    }

    fn source(&mut self, field: SessionField) -> Source {
        use SessionField as F;
        match field {
            F::User | F::Username | F::Name | F::Email | F::AdUsername => self.name(field, "s.user_id"),
            F::App => self.name(field, "s.resource_id"),
            F::Environment => self.name(field, "s.environment_id"),
            F::Provision => self.name(field, "s.provision_id"),
            F::DeliveryMethod => self.name(field, "s.delivery_method_id"),
            F::Device => self.name(field, "s.device_id"),
            F::Host => self.name(field, "s.host_id"),
            F::Ip => self.name(field, "s.address_id"),
            F::Status => Source::Status { kind: self.number("s.kind"), status: self.number("s.status") },
            F::Trust => Source::Trust {
                kind: self.number("s.kind"),
                observed: self.number("s.observed_status"),
                phase: self.number("s.phase"),
                seen: self.number("b.seen_at"),
                started: self.number("s.started_at"),
                offline: self.number("s.offline_until"),
            },
            F::Duration => {
                Source::Span { started: self.number("s.started_at"), ended: Some(self.number("s.ended_at")) }
            }
            F::StartedAgo => Source::Span { started: self.number("s.started_at"), ended: None },
            F::Idle => Source::Idle { since: self.number("s.last_activity_at"), ended: self.number("s.ended_at") },
            F::Version => Source::Text(self.text("x.version")),
            F::Server => {
                Source::Product { name: self.text("x.server_product"), version: self.text("x.server_version") }
            }
            F::Id => self.own("s.id"),
            F::Kind => self.own("s.kind"),
            F::UserId => self.own("s.user_id"),
            F::Phase => self.own("s.phase"),
            F::Connected => self.own("s.connected"),
            F::Seat => self.own(TAKES_A_SEAT),
            F::EnvironmentId => self.own("s.environment_id"),
            F::Licence => self.own("dm.licence_kind"),
            F::Terminal => self.own("s.terminal"),
            F::Access => self.own("s.access"),
            F::StartedAt => self.own("s.started_at"),
            F::EndedAt => self.own("s.ended_at"),
            F::LastActivityAt => self.own("s.last_activity_at"),
            F::SeenAt => self.own("b.seen_at"),
            F::ValidUntil => self.own("s.valid_until"),
            F::OfflineUntil => self.own("s.offline_until"),
            F::EndReason => self.own("s.end_reason"),
            F::EndedHow => self.own("s.ended_how"),
            F::Source => self.own("s.source"),
            F::Command => self.own("c.verb"),
            // No column: refused before it comes here.
            F::Group => self.own("NULL"),
        }
    }

    fn own(&mut self, expression: &'static str) -> Source {
        Source::Number(self.number(expression))
    }

    /// The columns of the statement.
    pub(super) fn select(&self) -> String {
        self.numbers.iter().chain(&self.texts).copied().collect::<Vec<_>>().join(", ")
    }

    // no tenant: joined by the ids of a session of the tenant.
    /// The tables beside the sessions' own.
    pub(super) fn joins(&self) -> String {
        let speaks_of = |table: &str| self.numbers.iter().chain(&self.texts).any(|e| e.starts_with(table));
        let mut text = String::new();
        // no tenant: by the id of a session that is the tenant's.
        for (table, join) in [
            ("b.", " LEFT JOIN session_beats b ON b.session_id = s.id"),
            ("x.", " LEFT JOIN session_extras x ON x.session_id = s.id"),
            ("c.", " LEFT JOIN commands c ON c.id = s.command_id"),
            ("dm.", " LEFT JOIN delivery_methods dm ON dm.id = s.delivery_method_id"),
        ] {
            if speaks_of(table) {
                text.push_str(join);
            }
        }
        text
    }
}

fn place(list: &mut Vec<&'static str>, expression: &'static str) -> usize {
    list.iter().position(|known| *known == expression).unwrap_or_else(|| {
        list.push(expression);
        list.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_columns_share_is_read_once() {
        let plan = Plan::new(&[SessionField::Username, SessionField::Email, SessionField::Status, SessionField::Kind]);
        assert_eq!(plan.select(), "s.id, s.user_id, s.kind, s.status");
        assert_eq!(plan.joins(), "");
        assert_eq!(plan.columns.last(), Some(&Source::Number(2)));
        let plan = Plan::new(&[SessionField::Server, SessionField::Trust]);
        assert!(plan.joins().contains("session_beats") && plan.joins().contains("session_extras"));
        assert!(!plan.joins().contains("commands"));
    }
}
