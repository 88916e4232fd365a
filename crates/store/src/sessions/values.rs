//! Values that complete a filter.

use deskwarden_domain::list::fold;
use deskwarden_types::SessionField;
use diesel::sql_types::Text;

use super::{
    Viewer,
    source::{dictionary_text, shelf, text_place},
    sql::{Dialect, Sql},
};
use crate::{Result, Scope, tenants};

/// Names that a field has in this tenant and that contain a text, in the order of the alphabet, at most `limit`. Fields
/// whose values are not kept in a dictionary have none. Members are not told other people's names.
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
    let mut sql =
        Sql::new(dialect, format!("SELECT DISTINCT d.{folded}, d.{column} FROM {table} d WHERE d.tenant_id = "));
    sql.number(scope.tenant.0);
    let holds = if dialect == Dialect::Sqlite { "instr" } else { "strpos" };
    sql.push(&format!(" AND {holds}(d.{folded}, ")).string(fold(contains)).push(") > 0");
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
    sql.push(&format!(" ORDER BY d.{folded}, d.{column} LIMIT {}", limit.clamp(1, 100)));
    Ok(sql.load::<(Text, Text), (String, String)>(scope.conn)?.into_iter().map(|(_, name)| name).collect())
}
