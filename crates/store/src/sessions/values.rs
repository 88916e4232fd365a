//! Values that complete a filter.

use deskwarden_domain::list::fold;
use deskwarden_types::SessionField;
use diesel::sql_types::{Integer, Text};

use super::{
    Viewer,
    question::all_texts,
    source::{Extra, dictionary_text, extra, shelf, text_place},
    sql::{Dialect, Sql},
};
use crate::{Result, Scope, tenants};

/// Names that a field has in this tenant and that contain a text, at most `limit`: first those that begin with it, each
/// part in the order of the alphabet. Fields whose values are no names have none. Members are not told other people's names.
pub fn values(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    field: SessionField,
    contains: &str,
    limit: u32,
) -> Result<Vec<String>> {
    let field = if field == SessionField::User { SessionField::Username } else { field };
    let dialect = Dialect::of(scope.conn);
    if field == SessionField::AdUsername && !tenants::rules(scope)?.show_ad_username {
        return Ok(Vec::new());
    }
    if let Some(extra) = extra(field) {
        return values_beside(scope, viewer, extra, contains, limit);
    }
    let (table, column, folded) = if field == SessionField::Group {
        ("groups", "name", "name_folded")
    } else {
        let deskwarden_domain::list::Stored::Dictionary(dictionary, column) =
            deskwarden_domain::list::definition(field).stored
        else {
            return Ok(Vec::new());
        };
        let Some((_, place)) = dictionary_text(field) else { return Ok(Vec::new()) };
        debug_assert_eq!(text_place(dictionary, column), Some(place));
        let shelf = shelf(dictionary);
        let folded = shelf.texts.get(place).copied().unwrap_or("name_folded");
        (shelf.table, if folded == "text" { "text" } else { column }, folded)
    };
    let holds = if dialect == Dialect::Sqlite { "instr" } else { "strpos" };
    let part = fold(contains);
    let mut sql = Sql::new(dialect, format!("SELECT DISTINCT CASE WHEN {holds}(d.{folded}, "));
    sql.string(part.clone())
        .push(&format!(") <= 1 THEN 0 ELSE 1 END AS inside, d.{folded}, d.{column} FROM {table} d"));
    sql.push(" WHERE d.tenant_id = ").number(scope.tenant.0);
    sql.push(&format!(" AND {holds}(d.{folded}, ")).string(part).push(") > 0");
    if let Some(user) = viewer.only() {
        match table {
            "users" => {
                sql.push(" AND d.id = ").number(user.0);
            }
            "groups" => {
                // no tenant: by the ids of users and groups that are the tenant's.
                sql.push(" AND EXISTS (SELECT 1 FROM group_members m WHERE m.group_id = d.id AND m.user_id = ");
                sql.number(user.0).push(")");
            }
            _ => {
                let points = match field {
                    SessionField::App => "resource_id",
                    SessionField::Environment => "environment_id",
                    SessionField::Provision => "provision_id",
                    SessionField::DeliveryMethod => "delivery_method_id",
                    SessionField::Device => "device_id",
                    SessionField::Host => "host_id",
                    _ => "address_id",
                };
                sql.push(" AND EXISTS (SELECT 1 FROM sessions s WHERE s.tenant_id = d.tenant_id AND s.user_id = ");
                sql.number(user.0).push(&format!(" AND s.{points} = d.id)"));
            }
        }
    }
    sql.push(&format!(" ORDER BY inside, d.{folded}, d.{column} LIMIT {}", limit.clamp(1, 100)));
    let found: Vec<(i32, String, String)> = sql.load::<(Integer, Text, Text), _>(scope.conn)?;
    Ok(found.into_iter().map(|(.., name)| name).collect())
}

/// Texts that stand beside sessions. Many have the same one: of those that differ in case alone any is told.
fn values_beside(
    scope: &mut Scope<'_>,
    viewer: &Viewer,
    extra: Extra,
    contains: &str,
    limit: u32,
) -> Result<Vec<String>> {
    let dialect = Dialect::of(scope.conn);
    let holds = if dialect == Dialect::Sqlite { "instr" } else { "strpos" };
    let (part, tenant) = (fold(contains), scope.tenant.0);
    let Extra { column, written, .. } = extra;
    let mut sql = all_texts(dialect, scope.tenant, extra);
    sql.push(&format!("SELECT CASE WHEN {holds}(t.text, ")).string(part.clone());
    sql.push(&format!(
        ") <= 1 THEN 0 ELSE 1 END AS inside, t.text, (SELECT {written} FROM session_extras x WHERE x.tenant_id = "
    ));
    sql.number(tenant).push(&format!(" AND x.{column} = t.text LIMIT 1) FROM t"));
    sql.push(&format!(" WHERE t.text IS NOT NULL AND {holds}(t.text, ")).string(part).push(") > 0");
    if let Some(user) = viewer.only() {
        let own = "SELECT 1 FROM sessions s JOIN session_extras x ON x.session_id = s.id WHERE s.tenant_id = ";
        sql.push(" AND EXISTS (").push(own).number(tenant).push(" AND s.user_id = ").number(user.0);
        sql.push(&format!(" AND x.{column} = t.text)"));
    }
    sql.push(&format!(" ORDER BY inside, t.text LIMIT {}", limit.clamp(1, 100)));
    let found: Vec<(i32, String, String)> = sql.load::<(Integer, Text, Text), _>(scope.conn)?;
    Ok(found.into_iter().map(|(.., text)| text).collect())
}
