//! Indexes that hold a part of a table, and their conditions as words of a statement. SQLite plans without knowing values,
//! and takes such an index only where it reads its condition; with a value in it, it would walk all sessions there ever were.
//!
//! Few sessions are open at any time. Where nothing but that leads to them, SQLite is told the index by its name: to it, all
//! indexes that begin with the tenant are as good, and it takes the one that was made last.

use deskwarden_types::{CommandState, Phase};
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    sql_types::{BigInt, Bool},
};

use crate::{
    Scope,
    sessions::{Dialect, Sql},
};

/// Sessions that are not over: `sessions_open`, by agent.
pub(crate) fn is_open() -> SqlLiteral<Bool> {
    sql(&format!("sessions.phase < {}", Phase::Over.code()))
}

/// `SELECT columns FROM` the tenant's sessions `s`, and what is joined to them, by an index of a part of them and its
/// condition, so that ` AND …` can follow.
pub(crate) fn part(scope: &Scope<'_>, columns: &str, (index, condition): (&str, &str), joins: &str) -> Sql {
    let dialect = Dialect::of(scope.conn);
    let by = if dialect == Dialect::Sqlite { format!(" INDEXED BY {index}") } else { String::new() };
    let mut sql = Sql::new(dialect, format!("SELECT {columns} FROM sessions s{by}{joins} WHERE s.tenant_id = "));
    sql.number(scope.tenant.0).push(" AND ").push(condition);
    sql
}

/// The same of those that are not over.
pub(crate) fn open(scope: &Scope<'_>, columns: &str, joins: &str) -> Sql {
    part(scope, columns, ("sessions_open", &format!("s.phase < {}", Phase::Over.code())), joins)
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
        DatabaseUrl, Durability, Options, Result, Store, agents, demo,
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
        // Indexes in another order, as a large load leaves them.
        let put_aside = |conn: &mut crate::Conn| {
            demo::set_aside(conn)?;
            demo::put_back(conn)
        };
        store.write_all(put_aside).await?;
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
        let of = |names: [&str; 2]| {
            let names = names.map(|name| format!(" {name} "));
            plans.iter().filter(|(plan, _)| names.iter().any(|name| plan.contains(name))).collect::<Vec<_>>()
        };
        let (sessions, commands) = (of(["sessions", "s"]), of(["commands", "commands"]));
        assert!(sessions.len() >= 7 && commands.len() >= 2, "{plans:#?}");
        for (plan, statement) in sessions {
            let short = ["sessions_open", "sessions_unused", "sessions_to_end", "INTEGER PRIMARY KEY"];
            assert!(short.iter().any(|name| plan.contains(name)), "{plan}: {statement}");
        }
        for (plan, statement) in commands {
            assert!(plan.contains("commands_open") || plan.contains("commands_deadline"), "{plan}: {statement}");
        }
        Ok(())
    }
}
