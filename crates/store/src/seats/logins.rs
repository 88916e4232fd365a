//! Logins that the product did not start.

use std::net::IpAddr;

use deskwarden_domain::{list::fold, rules, terminal_access};
use deskwarden_types::{
    Access, DeliveryKind, ResourceId, Role, SessionId, Source, Terminal, UserId,
    agent::{FoundLogin, FoundLogins, KnownLogin, KnownLogins},
};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::{
    Result, StoreError, WriteScope,
    agents::AgentIdentity,
    launches::{Beside, NewSession, dictionary, insert},
    schema::{agents, resources, users},
    tenants,
};

/// Logins in one request.
const MOST: usize = 1_000;
/// The oldest login that is believed, in milliseconds: a year.
const OLDEST: i64 = 366 * 86_400_000;

/// Makes a session of each that is new.
pub fn tell(scope: &mut WriteScope<'_>, who: &AgentIdentity, found: &FoundLogins) -> Result<KnownLogins> {
    if found.logins.is_empty() || found.logins.len() > MOST {
        return Err(StoreError::bad_field("logins", format!("1 to {MOST} logins.")));
    }
    let boot: Option<String> = agents::table
        .filter(agents::tenant_id.eq(scope.tenant.0))
        .filter(agents::id.eq(who.agent.0))
        .select(agents::boot_id)
        .first(scope.conn)?;
    let boot = boot.unwrap_or_default();
    let mut logins = Vec::with_capacity(found.logins.len());
    for login in &found.logins {
        if login.key.is_empty() || login.key.len() > 100 || login.key.contains('\0') {
            return Err(StoreError::bad_field("key", "1 to 100 characters."));
        }
        // The host gives its numbers anew after each boot.
        let key = format!("login:{boot}:{}", login.key);
        let session_id = match dictionary::launched(scope, who.agent, &key)? {
            Some(id) => SessionId(id),
            None => make(scope, who, login, &key)?,
        };
        logins.push(KnownLogin { key: login.key.clone(), session_id });
    }
    Ok(KnownLogins { logins })
}

fn make(scope: &mut WriteScope<'_>, who: &AgentIdentity, login: &FoundLogin, key: &str) -> Result<SessionId> {
    // The host's word; what is no address is none.
    let ip: Option<IpAddr> = login.ip.as_deref().and_then(|ip| ip.parse().ok());
    let own = tenants::own_networks(scope)?;
    let account = login.account.as_str();
    let user = match dictionary::user(scope, account)? {
        Some(user) => user,
        None => host_account(scope, who, account)?,
    };
    let age = i64::try_from(login.age_ms).unwrap_or(OLDEST).min(OLDEST);
    let device = match ip {
        Some(ip) => Some(dictionary::device(scope, &ip.to_canonical().to_string(), Terminal::SoftClient)?),
        None => None,
    };
    let new = NewSession {
        kind: DeliveryKind::RemoteAccess,
        status: rules(DeliveryKind::RemoteAccess).initial(),
        user,
        resource: logins_of(scope, who)?,
        provision: None,
        environment: None,
        device,
        host: who.host,
        agent: who.agent,
        address: ip.map(|ip| dictionary::address(scope, ip)).transpose()?,
        terminal: Terminal::SoftClient,
        access: ip.map_or(Access::Internal, |ip| terminal_access(ip, &own)),
        source: Source::Logind,
        connected: true,
        at: scope.now.plus_millis(-age),
        valid_until: None,
        offline_until: None,
        beside: Beside {
            launch_key: Some(dictionary::stored_key(who.agent, key)),
            server_product: Some(login.service.as_str()).filter(|service| !service.is_empty()),
            server_version: login.version.as_deref(),
            ..Beside::default()
        },
    };
    insert(scope, &new)
}

/// An account of the host that is nobody's in the tenant: a user who can't sign in, named after account and host.
fn host_account(scope: &mut WriteScope<'_>, who: &AgentIdentity, account: &str) -> Result<UserId> {
    let username = format!("{account}@{}", who.host_name);
    let known: Option<i64> = users::table
        .filter(users::tenant_id.eq(scope.tenant.0))
        .filter(users::username.eq(&username))
        .select(users::id)
        .first(scope.conn)
        .optional()?;
    if let Some(id) = known {
        return Ok(UserId(id));
    }
    let display_name = format!("{account} on {}", who.host_name);
    // No address of anybody's: nobody is written to, and nobody signs in with it.
    let email = format!("{account}@host-{}.invalid", who.host).to_lowercase();
    diesel::insert_into(users::table)
        .values((
            users::tenant_id.eq(scope.tenant.0),
            users::username.eq(&username),
            users::display_name.eq(&display_name),
            users::email.eq(&email),
            users::username_folded.eq(fold(&username)),
            users::display_name_folded.eq(fold(&display_name)),
            users::email_folded.eq(fold(&email)),
            users::role.eq(Role::Member.code()),
            users::created_at.eq(scope.now.millis()),
            users::disabled_at.eq(scope.now.millis()),
        ))
        .execute(scope.conn)?;
    Ok(UserId(scope.conn.last_id()?))
}

/// What logins on this host are connected to.
fn logins_of(scope: &mut WriteScope<'_>, who: &AgentIdentity) -> Result<ResourceId> {
    let name = format!("Logins on {}", who.host_name);
    let known: Option<i64> = resources::table
        .filter(resources::tenant_id.eq(scope.tenant.0))
        .filter(resources::kind.eq(DeliveryKind::RemoteAccess.code()))
        .filter(resources::name.eq(&name))
        .select(resources::id)
        .first(scope.conn)
        .optional()?;
    if let Some(id) = known {
        return Ok(ResourceId(id));
    }
    diesel::insert_into(resources::table)
        .values((
            resources::tenant_id.eq(scope.tenant.0),
            resources::name.eq(&name),
            resources::name_folded.eq(fold(&name)),
            resources::kind.eq(DeliveryKind::RemoteAccess.code()),
        ))
        .execute(scope.conn)?;
    Ok(ResourceId(scope.conn.last_id()?))
}
