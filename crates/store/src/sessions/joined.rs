//! The yardstick of a page: its rows with all names joined to them, one prepared statement whose columns are all read.
//! Lists themselves read ids and know most names ([`super::names`]); `make bench` holds them against this.

use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text};

use super::{show::from_ids, sql::Dialect};
use crate::{Result, Scope, seats::TAKES_A_SEAT};

macro_rules! row {
    ($name:ident, $types:ident: $($field:ident: $type:ty as $sql:ty = $column:expr,)+) => {
        #[derive(diesel::Queryable)]
        #[expect(dead_code, reason = "read, and measured, but not used")]
        struct $name {
            $($field: $type,)+
        }

        /// The types of its columns, in their order.
        type $types = ($($sql,)+);

        impl $name {
            /// Its columns, in their order.
            const COLUMNS: &'static [&'static str] = &[$($column),+];
        }
    };
}

row! { Head, HeadTypes:
    id: i64 as BigInt = "s.id",
    kind: i16 as SmallInt = "s.kind",
    status: i16 as SmallInt = "s.status",
    observed_status: i16 as SmallInt = "s.observed_status",
    phase: i16 as SmallInt = "s.phase",
    user_id: i64 as BigInt = "s.user_id",
    username: String as Text = "u.username",
    display_name: String as Text = "u.display_name",
    email: String as Text = "u.email",
    ad_username: Option<String> as Nullable<Text> = "u.ad_username",
    resource_id: i64 as BigInt = "s.resource_id",
    resource_name: String as Text = "r.name",
    provision_id: Option<i64> as Nullable<BigInt> = "s.provision_id",
    provision_name: Option<String> as Nullable<Text> = "p.name",
    delivery_method_id: Option<i64> as Nullable<BigInt> = "s.delivery_method_id",
    delivery_method_name: Option<String> as Nullable<Text> = "dm.name",
    licence_kind: Option<i16> as Nullable<SmallInt> = "dm.licence_kind",
    environment_id: Option<i64> as Nullable<BigInt> = "s.environment_id",
    environment_name: Option<String> as Nullable<Text> = "e.name",
    device_id: Option<i64> as Nullable<BigInt> = "s.device_id",
    device_name: Option<String> as Nullable<Text> = "d.name",
    host_id: Option<i64> as Nullable<BigInt> = "s.host_id",
    host_name: Option<String> as Nullable<Text> = "h.name",
    address: Option<Vec<u8>> as Nullable<Binary> = "a.address",
    terminal: i16 as SmallInt = "s.terminal",
    access: i16 as SmallInt = "s.access",
}

row! { Rest, RestTypes:
    agent_id: Option<i64> as Nullable<BigInt> = "s.agent_id",
    agent_verbs: Option<i32> as Nullable<Integer> = "ag.verbs",
    agent_connected_until: Option<i64> as Nullable<BigInt> = "ag.connected_until",
    agent_seen_at: Option<i64> as Nullable<BigInt> = "ag.seen_at",
    source: i16 as SmallInt = "s.source",
    connected: bool as Bool = "s.connected",
    seat: bool as Bool = TAKES_A_SEAT,
    started_at: i64 as BigInt = "s.started_at",
    ended_at: Option<i64> as Nullable<BigInt> = "s.ended_at",
    last_activity_at: Option<i64> as Nullable<BigInt> = "s.last_activity_at",
    seen_at: Option<i64> as Nullable<BigInt> = "b.seen_at",
    valid_until: Option<i64> as Nullable<BigInt> = "s.valid_until",
    offline_until: Option<i64> as Nullable<BigInt> = "s.offline_until",
    listed_until: i64 as BigInt = "s.listed_until",
    end_reason: Option<i16> as Nullable<SmallInt> = "s.end_reason",
    ended_how: Option<i16> as Nullable<SmallInt> = "s.ended_how",
    version: Option<String> as Nullable<Text> = "x.version",
    server_product: Option<String> as Nullable<Text> = "x.server_product",
    server_version: Option<String> as Nullable<Text> = "x.server_version",
    command_id: Option<i64> as Nullable<BigInt> = "s.command_id",
    revision: i64 as BigInt = "s.revision",
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
    rest: Rest,
}

/// Reads the rows of these sessions.
pub(super) fn read(scope: &mut Scope<'_>, ids: &[i64]) -> Result<()> {
    let columns: Vec<&str> = Head::COLUMNS.iter().chain(Rest::COLUMNS).copied().collect();
    let mut sql = from_ids(Dialect::of(scope.conn), &columns.join(", "), ids);
    // no tenant: a part of a statement; its end names the tenant.
    sql.push(AROUND).push(" WHERE s.tenant_id = ").number(scope.tenant.0);
    let _rows: Vec<Row> = sql.load::<(HeadTypes, RestTypes), Row>(scope.conn)?;
    Ok(())
}
