//! The list's state in the page's address.

use deskwarden_types::api::SessionQuery;
use leptos_router::params::ParamsMap;

use crate::strings::PAGE_ROWS;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// What to list.
    pub query: SessionQuery,
    /// The number of the first row, from 1.
    pub first: i64,
    /// What could not be understood, as `name=value`.
    pub unknown: Vec<String>,
}

impl Address {
    /// Reads the address's parameters.
    pub fn read(params: &ParamsMap) -> Self {
        let mut unknown = Vec::new();
        let word = |name: &'static str| params.get(name).filter(|v| !v.is_empty()).map(|v| (name, v));
        let mut query = SessionQuery {
            contains: params.get("contains").filter(|c| !c.trim().is_empty()),
            sort: params.get("sort").filter(|s| !s.is_empty()),
            cursor: params.get("cursor").filter(|c| !c.is_empty()),
            limit: u32::try_from(PAGE_ROWS).ok(),
            ..Default::default()
        };
        query.state = parsed(word("state"), &mut unknown);
        query.kind = parsed(word("kind"), &mut unknown);
        query.status = parsed(word("status"), &mut unknown);
        query.host = parsed(word("host"), &mut unknown);
        let first = params.get("from").and_then(|f| f.parse().ok()).filter(|f| *f > 0 && query.cursor.is_some());
        Self { query, first: first.unwrap_or(1), unknown }
    }

    /// The address's parameters with the `?`; empty for the plain list.
    pub fn write(&self) -> String {
        let q = &self.query;
        let text = |value: &Option<String>| value.clone();
        let pairs = [
            ("state", q.state.map(|v| v.to_string())),
            ("kind", q.kind.map(|v| v.to_string())),
            ("status", q.status.map(|v| v.to_string())),
            ("host", q.host.map(|v| v.to_string())),
            ("contains", text(&q.contains)),
            ("sort", text(&q.sort)),
            ("cursor", text(&q.cursor)),
            ("from", q.cursor.is_some().then(|| self.first.to_string())),
        ];
        let mut written = String::new();
        for (name, value) in pairs {
            if let Some(value) = value {
                written.push(if written.is_empty() { '?' } else { '&' });
                written.push_str(name);
                written.push('=');
                written.push_str(&String::from(js_sys::encode_uri_component(&value)));
            }
        }
        written
    }

    /// The same list with something changed, from its first page.
    pub fn with(&self, change: impl FnOnce(&mut SessionQuery)) -> Self {
        let mut query = SessionQuery { cursor: None, ..self.query.clone() };
        change(&mut query);
        Self { query, first: 1, unknown: Vec::new() }
    }

    /// Whether newly made sessions belong on top of these rows.
    pub fn takes_new_on_top(&self) -> bool {
        self.query.cursor.is_none() && matches!(self.query.sort.as_deref(), None | Some("-id"))
    }

    /// Whether anything but the kind narrows the list.
    pub fn is_filtered(&self) -> bool {
        let q = &self.query;
        q.state.is_some() || q.status.is_some() || q.host.is_some() || q.contains.is_some()
    }
}

fn parsed<T: std::str::FromStr>(word: Option<(&'static str, String)>, unknown: &mut Vec<String>) -> Option<T> {
    let (name, value) = word?;
    let read = value.parse().ok();
    if read.is_none() {
        unknown.push(format!("{name}={}", value.chars().take(40).collect::<String>()));
    }
    read
}
