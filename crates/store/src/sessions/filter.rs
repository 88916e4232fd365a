//! Which sessions.

use deskwarden_types::{DeliveryKind, HostId, ListState, Phase, SessionId, Status, UserId, api::SessionQuery};

use super::{query::Query, sort::fold};
use crate::{Conn, Scope};

/// What a list is restricted to. The default restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Current, historical or all.
    pub state: Option<ListState>,
    /// Only this kind.
    pub kind: Option<DeliveryKind>,
    /// Only this status.
    pub status: Option<Status>,
    /// Only sessions of this host.
    pub host: Option<HostId>,
    /// Text found in the user's or the app's names, or an exact id.
    pub contains: Option<String>,
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only these.
    pub ids: Option<Vec<SessionId>>,
    /// Only those changed after this revision.
    pub after_revision: Option<i64>,
}

impl Filter {
    /// The filter of a list's parameters.
    pub fn from_query(query: &SessionQuery) -> Self {
        Self {
            state: query.state,
            kind: query.kind,
            status: query.status,
            host: query.host,
            contains: query.contains.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            ..Self::default()
        }
    }

    /// Adds the conditions to a query whose tables are `s`, `u` and `r`. The tenant comes first.
    pub(super) fn add_to(&self, scope: &Scope<'_>, query: &mut Query) {
        query.push(" WHERE s.tenant_id = ");
        query.number(scope.tenant.0);
        match self.state {
            Some(ListState::Current) => {
                query.push(" AND s.listed_until > ");
                query.number(scope.now.millis());
            }
            Some(ListState::Historical) => query.push(&format!(" AND s.phase = {}", Phase::Over.code())),
            Some(ListState::All) | None => {}
        }
        if let Some(kind) = self.kind {
            query.push(" AND s.kind = ");
            query.number(kind.code().into());
        }
        if let Some(status) = self.status {
            query.push(" AND s.status = ");
            query.number(status.code().into());
        }
        if let Some(host) = self.host {
            query.push(" AND s.host_id = ");
            query.number(host.0);
        }
        if let Some(user) = self.user {
            query.push(" AND s.user_id = ");
            query.number(user.0);
        }
        if let Some(revision) = self.after_revision {
            query.push(" AND s.revision > ");
            query.number(revision);
        }
        if let Some(ids) = &self.ids {
            // Integers of our own: no value needed.
            let list: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
            query.push(&format!(" AND s.id IN ({})", if list.is_empty() { "NULL".to_owned() } else { list.join(",") }));
        }
        if let Some(text) = &self.contains {
            add_contains(scope.conn, query, text);
        }
    }
}

fn add_contains(conn: &Conn, query: &mut Query, text: &str) {
    let pattern = format!("%{}%", escape(&text.to_ascii_lowercase()));
    query.push(" AND (");
    for (position, column) in ["u.username", "u.email", "u.display_name", "r.name"].into_iter().enumerate() {
        query.push(&format!("{}{} LIKE ", if position == 0 { "" } else { " OR " }, fold(conn, column)));
        query.string(pattern.clone());
        query.push(" ESCAPE '\\'");
    }
    if let Ok(id) = text.parse::<SessionId>() {
        query.push(" OR s.id = ");
        query.number(id.0);
    }
    query.push(")");
}

/// Takes the meaning from what LIKE would read as a pattern.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
