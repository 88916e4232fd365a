//! Conditions of indexes that hold a part of a table, as words of a statement. SQLite plans without knowing values, and
//! takes such an index only where it reads its condition; with a value in it, it would walk all sessions there ever were.
//!
//! Few sessions are open at any time: a plus keeps SQLite from other ways to them.

use deskwarden_types::{CommandState, DeliveryKind, Phase};
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    sql_types::{BigInt, Bool},
};

/// Sessions that are not over: `sessions_open`, by agent.
pub(crate) fn is_open() -> SqlLiteral<Bool> {
    sql(&format!("sessions.phase < {}", Phase::Over.code()))
}

/// Sessions of a kind, beside [`is_open`].
pub(crate) fn is_of(kind: DeliveryKind) -> SqlLiteral<Bool> {
    sql(&format!("+sessions.kind = {}", kind.code()))
}

/// A column of sessions as a number to which no index leads, beside [`is_open`].
pub(crate) fn number(column: &'static str) -> SqlLiteral<BigInt> {
    sql(&format!("+sessions.{column}"))
}

/// Commands that are not finished: `commands_open`, by agent, and `commands_deadline`.
pub(crate) fn is_unfinished() -> SqlLiteral<Bool> {
    sql(&format!("commands.state <= {}", CommandState::Acknowledged.code()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use deskwarden_types::{AgentId, Role, Timestamp};
    use diesel::{
        Connection, RunQueryDsl,
        connection::InstrumentationEvent,
        sql_types::{Integer, Text},
    };

    use crate::{
        DatabaseUrl, Durability, Options, Result, Store, agents,
        identity::{NewAccount, first_tenant, owner_without_password},
        jobs,
    };

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    #[derive(diesel::QueryableByName)]
    struct Line {
        #[diesel(sql_type = Integer)]
        #[expect(dead_code, reason = "EXPLAIN gives it")]
        id: i32,
        #[diesel(sql_type = Text)]
        detail: String,
    }

    /// What is done every few seconds, and at each hello of an agent, looks at what is open and not at all that ever was.
    #[tokio::test]
    async fn jobs_and_agents_do_not_walk_all_sessions() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db").display().to_string());
        let store = Store::open(Options { url, durability: Durability::Normal, connections: 1 }).await?;
        let account = NewAccount {
            username: "ann".to_owned(),
            display_name: "Ann".to_owned(),
            email: "ann@example.org".to_owned(),
            role: Role::Owner,
        };
        store.write_all(move |conn| first_tenant(conn, "First", &account, NOW)).await?;
        let (tenant, _) = store.read_all(owner_without_password).await?.unwrap();

        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let writer = heard.clone();
        let listen = move |conn: &mut crate::Conn| {
            let heard = writer.clone();
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    heard.lock().unwrap().push(query.to_string());
                }
            });
            Ok(())
        };
        store.write_all(listen).await?;
        jobs::run(&store, "test", NOW.plus_seconds(-86_400), NOW).await?;
        let agent = AgentId(1);
        store.write(tenant, NOW, move |scope| agents::starts(scope, agent)).await?;
        store.write(tenant, NOW, move |scope| agents::orders(scope, agent, None, 10)).await?;

        let statements = std::mem::take(&mut *heard.lock().unwrap());
        let explain = move |conn: &mut crate::Conn| {
            let mut plans = Vec::new();
            for statement in statements.iter().filter(|text| text.contains("FROM") && text.starts_with("SELECT")) {
                let lines: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn)?;
                plans.extend(lines.into_iter().map(|line| (line.detail, statement.clone())));
            }
            Ok(plans)
        };
        let plans = store.write_all(explain).await?;
        let of =
            |table: &str| plans.iter().filter(|(plan, _)| plan.contains(&format!(" {table} "))).collect::<Vec<_>>();
        let (sessions, commands) = (of("sessions"), of("commands"));
        assert!(sessions.len() >= 7 && commands.len() >= 2, "{plans:#?}");
        for (plan, statement) in sessions {
            assert!(plan.contains("sessions_open") || plan.contains("INTEGER PRIMARY KEY"), "{plan}: {statement}");
        }
        for (plan, statement) in commands {
            assert!(plan.contains("commands_open") || plan.contains("commands_deadline"), "{plan}: {statement}");
        }
        Ok(())
    }
}
