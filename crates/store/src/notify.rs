//! Telling whoever listens that something was committed.

use std::{sync::Arc, time::Duration};

use deskwarden_types::{AgentId, TenantId};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl, connection::SimpleConnection, pg::PgNotification, sql_types::Text,
};

use crate::{Conn, DatabaseUrl, Durability, Result};

/// Something was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The tenant.
    pub tenant: TenantId,
    /// Its revision now.
    pub revision: i64,
    /// Agents that have something new to receive.
    pub agents: Arc<[AgentId]>,
}

/// A payload holds at most 8,000 bytes; beyond so many agents all of the tenant's are woken.
const NAMED_AGENTS: usize = 200;
const CHANNEL: &str = "deskwarden";

impl Change {
    /// `tenant:revision:agent,agent`, or `*` for all agents.
    fn to_payload(&self) -> String {
        let agents = if self.agents.len() > NAMED_AGENTS {
            "*".to_owned()
        } else {
            self.agents.iter().map(|agent| agent.0.to_string()).collect::<Vec<_>>().join(",")
        };
        format!("{}:{}:{agents}", self.tenant.0, self.revision)
    }

    fn from_payload(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ':');
        let tenant = TenantId(parts.next()?.parse().ok()?);
        let revision = parts.next()?.parse().ok()?;
        let agents = match parts.next()? {
            // An id that no agent has: readers take it for "anybody".
            "*" => vec![EVERY_AGENT],
            "" => Vec::new(),
            list => list.split(',').map(|id| id.parse().ok().map(AgentId)).collect::<Option<_>>()?,
        };
        Some(Self { tenant, revision, agents: agents.into() })
    }

    /// Whether it concerns every agent of the tenant.
    pub(crate) fn wakes_all(&self) -> bool {
        self.agents.contains(&EVERY_AGENT)
    }

    /// Whether this agent should look for orders.
    pub fn wakes(&self, agent: AgentId) -> bool {
        self.agents.iter().any(|id| *id == agent || *id == EVERY_AGENT)
    }
}

const EVERY_AGENT: AgentId = AgentId(0);

/// On PostgreSQL: tells the other servers when the transaction commits.
pub(crate) fn announce(conn: &mut Conn, change: &Change) -> Result<()> {
    if matches!(conn, Conn::Postgres(_)) {
        diesel::sql_query(format!("SELECT pg_notify('{CHANNEL}', $1)"))
            .bind::<Text, _>(change.to_payload())
            .execute(conn)?;
    }
    Ok(())
}

/// On PostgreSQL: hears what any server commits, until `stop` closes. Reconnects by itself.
pub(crate) fn listen(url: &DatabaseUrl, stop: &crossbeam_channel::Receiver<()>, heard: impl Fn(Change)) {
    let waited = |time| stop.recv_timeout(time) == Err(crossbeam_channel::RecvTimeoutError::Timeout);
    loop {
        match url.connect(Durability::Normal) {
            Ok(Conn::Postgres(mut conn)) => {
                if let Err(error) = listen_once(&mut conn, &waited, &heard) {
                    tracing::warn!(%error, "lost the channel of changes; trying again");
                } else {
                    return;
                }
            }
            Ok(Conn::Sqlite(_)) => return,
            Err(error) => tracing::warn!(%error, "cannot listen for changes; trying again"),
        }
        if !waited(Duration::from_secs(1)) {
            return;
        }
    }
}

fn listen_once(conn: &mut PgConnection, waited: &impl Fn(Duration) -> bool, heard: &impl Fn(Change)) -> Result<()> {
    conn.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    while waited(Duration::from_millis(25)) {
        // The round trip makes libpq read what has come.
        conn.batch_execute("SELECT 1")?;
        hear(conn.notifications_iter(), heard)?;
    }
    Ok(())
}

/// Stops at the first error: on a connection that broke, the iterator gives errors without an end.
fn hear(notes: impl Iterator<Item = QueryResult<PgNotification>>, heard: &impl Fn(Change)) -> Result<()> {
    for note in notes {
        let note = note?;
        match Change::from_payload(&note.payload) {
            Some(change) => heard(change),
            None => tracing::warn!(payload = note.payload, "a change that cannot be read"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_broken_connection_ends_the_hearing_after_what_came_before() {
        let note = |payload: &str| {
            Ok(PgNotification { process_id: 1, channel: CHANNEL.to_owned(), payload: payload.to_owned() })
        };
        let asked = RefCell::new(0);
        let heard = RefCell::new(Vec::new());
        // Not without an end, so that a fault here fails and does not fill the memory.
        let broken = std::iter::repeat_with(|| {
            *asked.borrow_mut() += 1;
            Err(diesel::result::Error::BrokenTransactionManager)
        });
        let notes = [note("7:9:"), note("nonsense"), note("7:10:4")].into_iter().chain(broken.take(1000));
        assert!(hear(notes, &|change: Change| heard.borrow_mut().push(change.revision)).is_err());
        assert_eq!((heard.into_inner(), asked.into_inner()), (vec![9, 10], 1));
    }

    #[test]
    fn payloads_survive_the_way() {
        for agents in [vec![], vec![AgentId(4)], vec![AgentId(4), AgentId(5)]] {
            let change = Change { tenant: TenantId(7), revision: 9, agents: agents.into() };
            assert_eq!(Change::from_payload(&change.to_payload()), Some(change));
        }
        let many = Change { tenant: TenantId(7), revision: 9, agents: (1..=300).map(AgentId).collect() };
        let heard = Change::from_payload(&many.to_payload()).unwrap();
        assert!(heard.wakes(AgentId(300)) && many.to_payload().len() < 100);
        assert_eq!(Change::from_payload("1:x:"), None);
    }
}
