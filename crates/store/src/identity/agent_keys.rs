//! Agents by their keys.

use deskwarden_types::{AgentId, HostId, TenantId};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};

use super::SecretHash;
use crate::{
    Conn, Result,
    agents::AgentIdentity,
    schema::{agents, hosts},
};

/// The agent with this key, in any tenant, and whether it was revoked.
pub(super) fn agent_by_key(conn: &mut Conn, key: &SecretHash) -> Result<Option<(AgentIdentity, bool)>> {
    type Row = (i64, i64, i64, String, Option<i64>);
    // no tenant: the key tells the tenant.
    let row: Option<Row> = agents::table
        .inner_join(hosts::table.on(hosts::id.eq(agents::host_id)))
        .filter(agents::key_hash.eq(&key[..]))
        .select((agents::tenant_id, agents::id, agents::host_id, hosts::name, agents::revoked_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(tenant, id, host, host_name, revoked_at)| {
        let agent = AgentIdentity { agent: AgentId(id), host: HostId(host), host_name, tenant: TenantId(tenant) };
        (agent, revoked_at.is_some())
    }))
}
