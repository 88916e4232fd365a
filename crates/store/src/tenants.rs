//! Tenants and their settings.

use deskwarden_domain::{Timing, check_settings, default_settings};
use deskwarden_types::{
    AuditAction, TenantId, Timestamp,
    api::{Network, Settings, TenantBrief},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Actor, AuditDraft, Conn, Result, Scope, StoreError, WriteScope, retention,
    schema::{agents, networks, tenant_heads, tenants},
};

/// What of a tenant's settings the rules need.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Heartbeat and warnings.
    pub timing: Timing,
    /// Whether AD usernames may be shown (000).
    pub show_ad_username: bool,
}

/// The tenant's own networks; none while it has named none (002).
pub(crate) fn own_networks(scope: &mut Scope<'_>) -> Result<Vec<deskwarden_domain::list::Network>> {
    let settings = settings(scope)?;
    Ok(deskwarden_domain::networks(&settings))
}

#[derive(diesel::Queryable)]
struct Row {
    name: String,
    time_zone: String,
    heartbeat_seconds: i32,
    first_warning_seconds: i32,
    second_warning_seconds: i32,
    show_ad_username: bool,
    history_days: i32,
    consent_seconds: i32,
    poor_network_seconds: i32,
    disconnected_minutes: i32,
    seats_warn_percent: i32,
}

/// Settings are checked before they are written: none is negative.
fn seconds(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn stored(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// The tenant's settings.
pub fn settings(scope: &mut Scope<'_>) -> Result<Settings> {
    let row: Row = tenants::table
        .filter(tenants::id.eq(scope.tenant.0))
        .select((
            tenants::name,
            tenants::time_zone,
            tenants::heartbeat_seconds,
            tenants::first_warning_seconds,
            tenants::second_warning_seconds,
            tenants::show_ad_username,
            tenants::history_days,
            tenants::consent_seconds,
            tenants::poor_network_seconds,
            tenants::disconnected_minutes,
            tenants::seats_warn_percent,
        ))
        .first(scope.conn)?;
    let networks = networks(scope)?;
    Ok(Settings {
        name: row.name,
        time_zone: row.time_zone,
        heartbeat_seconds: seconds(row.heartbeat_seconds),
        first_warning_seconds: seconds(row.first_warning_seconds),
        second_warning_seconds: seconds(row.second_warning_seconds),
        show_ad_username: row.show_ad_username,
        history_days: seconds(row.history_days),
        consent_seconds: seconds(row.consent_seconds),
        poor_network_seconds: seconds(row.poor_network_seconds),
        disconnected_minutes: seconds(row.disconnected_minutes),
        seats_warn_percent: seconds(row.seats_warn_percent),
        networks,
    })
}

fn networks(scope: &mut Scope<'_>) -> Result<Vec<Network>> {
    let rows: Vec<(String, String)> = networks::table
        .filter(networks::tenant_id.eq(scope.tenant.0))
        .order(networks::id)
        .select((networks::name, networks::cidr))
        .load(scope.conn)?;
    let network = |(name, cidr): (String, String)| {
        let name = name.parse().map_err(|_| StoreError::Corrupt(format!("a network's name {name:?}")))?;
        Ok(Network { name, cidr })
    };
    rows.into_iter().map(network).collect()
}

fn change_networks(scope: &mut WriteScope<'_>, new: &[Network]) -> Result<()> {
    let tenant = scope.tenant.0;
    diesel::delete(networks::table.filter(networks::tenant_id.eq(tenant))).execute(scope.conn)?;
    for network in new {
        diesel::insert_into(networks::table)
            .values((
                networks::tenant_id.eq(tenant),
                networks::name.eq(network.name.as_str()),
                networks::cidr.eq(network.cidr.trim()),
            ))
            .execute(scope.conn)?;
    }
    Ok(())
}

/// What the rules need of the settings.
pub(crate) fn rules(scope: &mut Scope<'_>) -> Result<Rules> {
    let settings = settings(scope)?;
    Ok(Rules {
        timing: Timing {
            heartbeat_seconds: settings.heartbeat_seconds,
            first_warning_seconds: settings.first_warning_seconds,
            second_warning_seconds: settings.second_warning_seconds,
        },
        show_ad_username: settings.show_ad_username,
    })
}

/// Changes all settings at once. Every agent of the tenant hears of it.
pub fn change_settings(scope: &mut WriteScope<'_>, actor: &Actor, new: &Settings) -> Result<Settings> {
    check_settings(new).map_err(|bad| StoreError::bad_field(bad.field, bad.message))?;
    let before = settings(scope)?;
    diesel::update(tenants::table.filter(tenants::id.eq(scope.tenant.0)))
        .set((
            tenants::name.eq(new.name.trim()),
            tenants::time_zone.eq(&new.time_zone),
            tenants::heartbeat_seconds.eq(stored(new.heartbeat_seconds)),
            tenants::first_warning_seconds.eq(stored(new.first_warning_seconds)),
            tenants::second_warning_seconds.eq(stored(new.second_warning_seconds)),
            tenants::show_ad_username.eq(new.show_ad_username),
            tenants::history_days.eq(stored(new.history_days)),
            tenants::consent_seconds.eq(stored(new.consent_seconds)),
            tenants::poor_network_seconds.eq(stored(new.poor_network_seconds)),
            tenants::disconnected_minutes.eq(stored(new.disconnected_minutes)),
            tenants::seats_warn_percent.eq(stored(new.seats_warn_percent)),
        ))
        .execute(scope.conn)?;
    change_networks(scope, &new.networks)?;
    if new.history_days != before.history_days {
        retention::changed(scope)?;
    }
    let tenant = scope.tenant;
    let all: Vec<i64> = agents::table
        .filter(agents::tenant_id.eq(tenant.0))
        .filter(agents::revoked_at.is_null())
        .select(agents::id)
        .load(scope.conn)?;
    for agent in all {
        scope.wake(deskwarden_types::AgentId(agent));
    }
    scope.audit(AuditDraft {
        actor: actor.clone(),
        action: AuditAction::SettingsChanged,
        session: None,
        object: Some(describe(new)),
        reason: None,
    });
    settings(scope)
}

fn describe(settings: &Settings) -> String {
    format!(
        "heartbeat {} s, warnings {} s and {} s, AD usernames {}, history {} days, consent {} s, poor network {} s, \
         disconnected {} min, warned at {} % of the seats, networks {}",
        settings.heartbeat_seconds,
        settings.first_warning_seconds,
        settings.second_warning_seconds,
        if settings.show_ad_username { "shown" } else { "hidden" },
        settings.history_days,
        settings.consent_seconds,
        settings.poor_network_seconds,
        settings.disconnected_minutes,
        settings.seats_warn_percent,
        settings.networks.iter().map(|network| network.cidr.as_str()).collect::<Vec<_>>().join(" "),
    )
}

/// Makes a tenant with the settings that new ones have.
// no tenant: this makes one.
pub fn create(conn: &mut Conn, name: &str, demo: bool, now: Timestamp) -> Result<TenantId> {
    let new = default_settings(name.to_owned(), "UTC".to_owned());
    check_settings(&new).map_err(|bad| StoreError::bad_field(bad.field, bad.message))?;
    diesel::insert_into(tenants::table)
        .values((
            tenants::name.eq(&new.name),
            tenants::demo.eq(demo),
            tenants::time_zone.eq(&new.time_zone),
            tenants::heartbeat_seconds.eq(stored(new.heartbeat_seconds)),
            tenants::first_warning_seconds.eq(stored(new.first_warning_seconds)),
            tenants::second_warning_seconds.eq(stored(new.second_warning_seconds)),
            tenants::show_ad_username.eq(new.show_ad_username),
            tenants::history_days.eq(stored(new.history_days)),
            tenants::created_at.eq(now.millis()),
            tenants::consent_seconds.eq(stored(new.consent_seconds)),
            tenants::poor_network_seconds.eq(stored(new.poor_network_seconds)),
            tenants::disconnected_minutes.eq(stored(new.disconnected_minutes)),
            tenants::seats_warn_percent.eq(stored(new.seats_warn_percent)),
        ))
        .execute(conn)?;
    let id = conn.last_id()?;
    diesel::insert_into(tenant_heads::table)
        .values((
            tenant_heads::tenant_id.eq(id),
            tenant_heads::revision.eq(0i64),
            tenant_heads::audit_seq.eq(0i64),
            tenant_heads::audit_hash.eq(Vec::<u8>::new()),
        ))
        .execute(conn)?;
    Ok(TenantId(id))
}

/// Every tenant's id, oldest first.
// no tenant: jobs and the command line go through all of them.
pub fn all(conn: &mut Conn) -> Result<Vec<TenantId>> {
    let ids: Vec<i64> = tenants::table.order(tenants::id).select(tenants::id).load(conn)?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// The tenant, as its users see it.
pub fn brief(scope: &mut Scope<'_>) -> Result<TenantBrief> {
    let row: Option<(String, bool, String, bool)> = tenants::table
        .filter(tenants::id.eq(scope.tenant.0))
        .select((tenants::name, tenants::demo, tenants::time_zone, tenants::show_ad_username))
        .first(scope.conn)
        .optional()?;
    let (name, demo, time_zone, show_ad_username) = row.ok_or_else(|| StoreError::not_found("tenant"))?;
    Ok(TenantBrief { id: scope.tenant, name, demo, time_zone, show_ad_username })
}
