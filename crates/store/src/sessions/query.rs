//! SQL text with typed values: diesel cannot say a keyset over a chosen column for both databases.

use diesel::{
    RunQueryDsl,
    sql_types::{BigInt, Text},
};

use super::row::SessionRow;
use crate::{Conn, Result, conn::MultiBackend};

/// A value in its place.
enum Value {
    Number(i64),
    Text(String),
}

/// A query under construction. Values never become part of the text.
pub(super) struct Query {
    text: String,
    values: Vec<Value>,
    postgres: bool,
}

impl Query {
    pub(super) fn new(conn: &Conn, text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), postgres: matches!(conn, Conn::Postgres(_)) }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn number(&mut self, value: i64) {
        self.value(Value::Number(value));
    }

    pub(super) fn string(&mut self, value: impl Into<String>) {
        self.value(Value::Text(value.into()));
    }

    fn value(&mut self, value: Value) {
        self.values.push(value);
        if self.postgres {
            self.text.push_str(&format!("${}", self.values.len()));
        } else {
            self.text.push('?');
        }
    }

    /// Runs it for rows.
    pub(super) fn rows(self, conn: &mut Conn) -> Result<Vec<SessionRow>> {
        self.run(conn)
    }

    /// Runs it for one number, called `n`.
    pub(super) fn count(self, conn: &mut Conn) -> Result<i64> {
        Ok(self.run::<CountRow>(conn)?.first().map_or(0, |row| row.n))
    }

    /// Runs it for ids, called `n`.
    pub(super) fn ids(self, conn: &mut Conn) -> Result<Vec<i64>> {
        Ok(self.run::<CountRow>(conn)?.into_iter().map(|row| row.n).collect())
    }

    fn run<T: diesel::deserialize::QueryableByName<MultiBackend> + 'static>(self, conn: &mut Conn) -> Result<Vec<T>> {
        let mut query = diesel::sql_query(self.text).into_boxed::<MultiBackend>();
        for value in self.values {
            query = match value {
                Value::Number(number) => query.bind::<BigInt, _>(number),
                Value::Text(text) => query.bind::<Text, _>(text),
            };
        }
        Ok(query.load::<T>(conn)?)
    }
}

#[derive(diesel::QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
