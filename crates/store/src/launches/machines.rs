//! Machines on which something could be started now.

use std::collections::HashMap;

use deskwarden_types::{Ability, AgentId, HostId};
use diesel::{
    ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl,
    dsl::sql,
    sql_types::{BigInt, Bool},
};

use super::entitlement::Provision;
use crate::{
    Result, Scope,
    agents::connected,
    schema::{agents, hosts},
};

/// A machine whose agent is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) agent: AgentId,
    pub(crate) host: HostId,
    pub(crate) host_name: String,
    pub(crate) environment: Option<i64>,
    /// Where its gate listens.
    pub(crate) gate: Option<String>,
}

impl Machine {
    /// Whether a provision means this machine: its host, its environment's hosts, or any.
    pub(super) fn fits(&self, provision: &Provision) -> bool {
        match (provision.host, provision.environment) {
            (Some(host), _) => self.host.0 == host,
            (None, Some(environment)) => self.environment == Some(environment),
            (None, None) => true,
        }
    }
}

type Row = (i64, i64, String, Option<i64>, Option<String>, i32);

/// Machines with this ability whose agents are connected, the one with the fewest open sessions first.
pub(crate) fn machines(scope: &mut Scope<'_>, ability: Ability) -> Result<Vec<Machine>> {
    let is_connected = connected(scope)?;
    let rows: Vec<Row> = agents::table
        .inner_join(hosts::table.on(hosts::id.eq(agents::host_id)))
        .filter(agents::tenant_id.eq(scope.tenant.0))
        .filter(sql::<Bool>(&is_connected))
        .order(agents::id)
        .select((agents::id, hosts::id, hosts::name, hosts::environment_id, agents::gate, agents::abilities))
        .load(scope.conn)?;
    let able = |row: &Row| row.5 & (1 << ability.code()) != 0;
    let mut machines: Vec<Machine> = rows
        .into_iter()
        .filter(able)
        .map(|(agent, host, host_name, environment, gate, _)| {
            let (agent, host) = (AgentId(agent), HostId(host));
            Machine { agent, host, host_name, environment, gate }
        })
        .collect();
    if machines.len() > 1 {
        let open = open_sessions(scope)?;
        machines.sort_by_key(|machine| (open.get(&machine.agent.0).copied().unwrap_or(0), machine.agent));
    }
    Ok(machines)
}

#[derive(diesel::QueryableByName)]
struct Open {
    #[diesel(sql_type = BigInt)]
    agent_id: i64,
    #[diesel(sql_type = BigInt)]
    sessions: i64,
}

fn open_sessions(scope: &mut Scope<'_>) -> Result<HashMap<i64, i64>> {
    let sql = format!(
        "SELECT agent_id, COUNT(*) AS sessions FROM sessions WHERE tenant_id = {} AND phase < 5 AND agent_id IS NOT NULL \
         GROUP BY agent_id",
        scope.tenant.0
    );
    let rows: Vec<Open> = diesel::sql_query(sql).load(scope.conn)?;
    Ok(rows.into_iter().map(|row| (row.agent_id, row.sessions)).collect())
}
