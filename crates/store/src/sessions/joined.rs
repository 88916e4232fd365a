//! The yardstick of a page: its rows with all names joined to them, one prepared statement whose columns are all read.
//! Lists themselves read ids and know most names ([`super::names`]); `make bench` holds them against this.

use diesel::sql_types::{Binary, Nullable, SmallInt, Text};

use super::{
    row::{Head, HeadTypes, Rest, RestTypes, row},
    show::from_ids,
    sql::Dialect,
};
use crate::{Result, Scope};

row! { #[expect(dead_code, reason = "read, and measured, but not used")] Names, NamesTypes:
    username: String as Text = "u.username",
    display_name: String as Text = "u.display_name",
    email: String as Text = "u.email",
    ad_username: Option<String> as Nullable<Text> = "u.ad_username",
    resource: String as Text = "r.name",
    provision: Option<String> as Nullable<Text> = "p.name",
    delivery_method: Option<String> as Nullable<Text> = "dm.name",
    licence_kind: Option<i16> as Nullable<SmallInt> = "dm.licence_kind",
    environment: Option<String> as Nullable<Text> = "e.name",
    device: Option<String> as Nullable<Text> = "d.name",
    host: Option<String> as Nullable<Text> = "h.name",
    address: Option<Vec<u8>> as Nullable<Binary> = "a.address",
}

// no tenant: joined by the ids of a session that is the tenant's.
/// What sessions point to.
const AROUND: &str = " LEFT JOIN users u ON u.id = s.user_id \
    LEFT JOIN resources r ON r.id = s.resource_id LEFT JOIN provisions p ON p.id = s.provision_id \
    LEFT JOIN delivery_methods dm ON dm.id = s.delivery_method_id LEFT JOIN environments e ON e.id = s.environment_id \
    LEFT JOIN devices d ON d.id = s.device_id LEFT JOIN hosts h ON h.id = s.host_id \
    LEFT JOIN agents ag ON ag.id = s.agent_id LEFT JOIN addresses a ON a.id = s.address_id \
    LEFT JOIN session_beats b ON b.session_id = s.id LEFT JOIN session_extras x ON x.session_id = s.id";

/// A row of everything.
#[derive(diesel::Queryable)]
#[expect(dead_code, reason = "read, and measured, but not used")]
struct Row {
    head: Head,
    names: Names,
    rest: Rest,
}

/// Reads the rows of these sessions.
pub(super) fn read(scope: &mut Scope<'_>, ids: &[i64]) -> Result<()> {
    let columns: Vec<&str> = Head::COLUMNS.iter().chain(Names::COLUMNS).chain(Rest::COLUMNS).copied().collect();
    let mut sql = from_ids(Dialect::of(scope.conn), &columns.join(", "), ids);
    // no tenant: a part of a statement; its end names the tenant.
    sql.push(AROUND).push(" WHERE s.tenant_id = ").number(scope.tenant.0);
    let _rows: Vec<Row> = sql.load::<(HeadTypes, NamesTypes, RestTypes), Row>(scope.conn)?;
    Ok(())
}
