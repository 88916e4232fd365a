//! Answers held against SQL that has nothing of the server's: no index is named, nothing is estimated.

use deskwarden_types::api::Session;

use super::{
    made::{Made, Own},
    pages::Filter,
};
use deskwarden_tests::Database;

/// What a list of this order compares.
fn key(sort: &str) -> &'static str {
    match sort.trim_start_matches('-') {
        "name" => "u.display_name_folded",
        "username" => "u.username_folded",
        "email" => "u.email_folded",
        "app" => "r.name_folded",
        "status" => "s.status",
        "started_at" => "s.started_at",
        "valid_until" => "s.valid_until",
        "ended_at" => "s.ended_at",
        _ => "s.id",
    }
}

const AROUND: &str = "sessions s JOIN users u ON u.id = s.user_id JOIN resources r ON r.id = s.resource_id";

/// The same, the table of a key first: SQLite goes through tables in this order.
fn around(kind: Database, key: &str) -> &'static str {
    if kind == Database::Postgres {
        return AROUND;
    }
    match key.split('.').next() {
        Some("u") => {
            "users u CROSS JOIN sessions s ON s.tenant_id = u.tenant_id AND s.user_id = u.id \
             CROSS JOIN resources r ON r.id = s.resource_id"
        }
        Some("r") => {
            "resources r CROSS JOIN sessions s ON s.tenant_id = r.tenant_id AND s.resource_id = r.id \
             CROSS JOIN users u ON u.id = s.user_id"
        }
        _ => AROUND,
    }
}

/// What a filter of the bench means.
fn condition(filter: &Filter) -> String {
    let status = filter.q.strip_prefix("status:").map_or_else(
        || "1 = 1".to_owned(),
        |word| {
            let status = deskwarden_types::Status::ALL.iter().find(|status| status.as_str() == word);
            format!("s.status = {}", status.expect("a status").code())
        },
    );
    let from = filter.from.parse::<deskwarden_types::Timestamp>().map_or_else(
        |_| "1 = 1".to_owned(),
        |from| format!("(s.ended_at IS NULL OR s.ended_at > {0} OR s.started_at >= {0})", from.millis()),
    );
    format!("{status} AND {from}")
}

/// Between the first and the last row of a page lies nothing else that fits, in the same order.
pub fn page(made: &Made, items: &[Session], filter: &Filter, sort: &str) {
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return };
    let mut own = made.own();
    let (key, tenant) = (key(sort), made.tenant.0);
    let of = |id: i64| format!("(SELECT {key} FROM {AROUND} WHERE s.id = {id})");
    let bounds = [&of(first.id.0), &of(last.id.0)]
        .map(|of| own.number(&format!("SELECT COUNT(*) FROM (SELECT 1 WHERE {of} IS NULL) x")));
    // What has none comes in one block at the end; its rows are ordered by id alone.
    let (among, ids) = match bounds {
        [0, 0] => {
            let (low, high) = if sort.starts_with('-') { (last, first) } else { (first, last) };
            (format!("{key} >= {} AND {key} <= {}", of(low.id.0), of(high.id.0)), false)
        }
        [1, 1] => (format!("{key} IS NULL"), true),
        _ => return,
    };
    let (low, high) = (first.id.min(last.id), first.id.max(last.id));
    let ids = if ids || first.status == last.status && key == "s.status" {
        format!(" AND s.id >= {low} AND s.id <= {high}")
    } else if key == "s.status" {
        // Two statuses meet here; whole statuses are too much for a check.
        return;
    } else {
        String::new()
    };
    let direction = if sort.starts_with('-') { "DESC" } else { "ASC" };
    let found = own.numbers(&format!(
        "SELECT s.id AS n FROM {} WHERE s.tenant_id = {tenant} AND {among}{ids} AND {} \
         ORDER BY {key} {direction}, s.id {direction}",
        around(made.kind, key),
        condition(filter)
    ));
    let shown: Vec<i64> = items.iter().map(|session| session.id.0).collect();
    let begin = found
        .iter()
        .position(|id| *id == first.id.0)
        .unwrap_or_else(|| panic!("{sort} {filter:?}: {shown:?} {found:?}"));
    assert_eq!(found.get(begin..(begin + shown.len()).min(found.len())), Some(shown.as_slice()), "{sort} {filter:?}");
}

/// The newest sessions in which a text is found anywhere, or that come from a network's addresses: as many as there
/// are on the page, and no others between them.
pub fn search(made: &Made, items: &[Session], q: &str) {
    let Some(last) = items.last() else { return };
    let holds = if made.kind == Database::Sqlite { "instr" } else { "strpos" };
    let text = |column: &str| format!("{holds}({column}, '{q}') > 0");
    let condition = if let Some(network) = q.strip_prefix("ip:") {
        let start = network.trim_end_matches("0/24").trim_end_matches("0.0/16");
        format!("a.text LIKE '{start}%'")
    } else {
        let columns = [
            "u.username_folded",
            "u.display_name_folded",
            "u.email_folded",
            "r.name_folded",
            "p.name_folded",
            "d.name_folded",
        ];
        let mut any: Vec<String> = columns.iter().map(|column| text(column)).collect();
        any.extend(statuses(q));
        if q.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':') {
            any.push(format!("a.text LIKE '{q}%'"));
        }
        any.join(" OR ")
    };
    let full = items.len() == 50;
    // To the end of the list only where that does not take minutes.
    if !full && made.sessions > 1_000_000 {
        return;
    }
    let least = if full { last.id.0 } else { 0 };
    let mut own: Own = made.own();
    let found = own.numbers(&format!(
        "SELECT s.id AS n FROM {AROUND} LEFT JOIN provisions p ON p.id = s.provision_id LEFT JOIN devices d ON \
         d.id = s.device_id LEFT JOIN addresses a ON a.id = s.address_id WHERE s.tenant_id = {} AND s.id >= {least} \
         AND ({condition}) ORDER BY s.id DESC",
        made.tenant.0
    ));
    let shown: Vec<i64> = items.iter().map(|session| session.id.0).collect();
    assert_eq!(found, shown, "{q}");
}

/// Statuses whose word or label holds a text.
fn statuses(q: &str) -> Vec<String> {
    use deskwarden_domain::{labels, rules};
    let mut found = Vec::new();
    for status in deskwarden_types::Status::ALL {
        let holds = |text: &str| text.to_lowercase().contains(q);
        if holds(status.as_str()) || holds(labels::any_status_label(*status)) {
            found.push(format!("s.status = {}", status.code()));
        }
        for kind in deskwarden_types::DeliveryKind::ALL {
            if rules(*kind).phase(*status).is_some() && holds(labels::status_label(*kind, *status)) {
                found.push(format!("s.status = {} AND s.kind = {}", status.code(), kind.code()));
            }
        }
    }
    found
}
