//! SQL text with typed values in their places: what diesel cannot say for both databases.
//!
//! diesel's own `sql_query` is prepared anew each time. A [`Prepared`] is prepared once for each connection and text, so
//! equal questions must have equal texts: values never become part of it.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    marker::PhantomData,
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LoadQuery,
    sql_types::{Array, BigInt, Binary, Text},
    sqlite::Sqlite,
};

use crate::{Conn, Result};

/// Which database reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    pub(crate) fn of(conn: &Conn) -> Self {
        if matches!(conn, Conn::Sqlite(_)) { Self::Sqlite } else { Self::Postgres }
    }
}

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Number(i64),
    String(String),
    Bytes(Vec<u8>),
    Ids(Vec<i64>),
    Texts(Vec<String>),
}

/// A statement under construction, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sql {
    pub(crate) dialect: Dialect,
    pieces: Vec<Piece>,
}

impl Sql {
    pub(crate) fn new(dialect: Dialect, text: impl Into<String>) -> Self {
        Self { dialect, pieces: vec![Piece::Text(text.into())] }
    }

    /// Adds text. Nothing that comes from outside may be in it.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
        self
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, value: i64) -> &mut Self {
        self.pieces.push(Piece::Number(value));
        self
    }

    /// Adds a text.
    pub(crate) fn string(&mut self, value: impl Into<String>) -> &mut Self {
        self.pieces.push(Piece::String(value.into()));
        self
    }

    /// Adds bytes.
    pub(crate) fn bytes(&mut self, value: Vec<u8>) -> &mut Self {
        self.pieces.push(Piece::Bytes(value));
        self
    }

    /// Adds another part.
    pub(crate) fn add(&mut self, other: &Self) -> &mut Self {
        for piece in &other.pieces {
            match piece {
                Piece::Text(text) => {
                    self.push(text);
                }
                other => self.pieces.push(other.clone()),
            }
        }
        self
    }

    /// Adds the rows of a list of ids, as a table in brackets whose column is `id`.
    pub(crate) fn id_table(&mut self, ids: &[i64]) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => {
                self.push("(SELECT value AS id FROM json_each(").string(json(ids)).push("))");
            }
            Dialect::Postgres => {
                self.push("(SELECT unnest(");
                self.pieces.push(Piece::Ids(ids.to_vec()));
                self.push(") AS id)");
            }
        }
        self
    }

    /// Adds the rows of a list of texts, as a table in brackets whose column is `id`.
    pub(crate) fn text_table(&mut self, texts: &[String]) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => {
                self.push("(SELECT value AS id FROM json_each(").string(json_texts(texts)).push("))");
            }
            Dialect::Postgres => {
                self.push("(SELECT unnest(");
                self.pieces.push(Piece::Texts(texts.to_vec()));
                self.push(") AS id)");
            }
        }
        self
    }

    /// Adds `column` being one of these texts.
    pub(crate) fn one_of_texts(&mut self, column: &str, texts: &[String]) -> &mut Self {
        self.push(column);
        match (texts, self.dialect) {
            ([text], _) => self.push(" = ").string(text.clone()),
            (_, Dialect::Sqlite) => self.push(" IN ").text_table(texts),
            (_, Dialect::Postgres) => {
                self.push(" = ANY(");
                self.pieces.push(Piece::Texts(texts.to_vec()));
                self.push(")")
            }
        }
    }

    /// Adds `column` being one of these ids.
    pub(crate) fn one_of(&mut self, column: &str, ids: &[i64]) -> &mut Self {
        match ids {
            [id] => self.push(column).push(" = ").number(*id),
            _ => self.any_of(column, ids),
        }
    }

    /// Adds `column` being one of these ids, however many: one text.
    pub(crate) fn any_of(&mut self, column: &str, ids: &[i64]) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push(column).push(" IN ").id_table(ids),
            Dialect::Postgres => {
                self.push(column).push(" = ANY(");
                self.pieces.push(Piece::Ids(ids.to_vec()));
                self.push(")")
            }
        }
    }

    /// Adds `column` being one of these ids, where no index is meant to lead to them.
    pub(crate) fn among(&mut self, column: &str, ids: &[i64]) -> &mut Self {
        match ids {
            [id] => self.push(column).push(" = ").number(*id),
            // PostgreSQL looks a list through from its start, and a subquery up in a hash.
            _ => self.push(column).push(" IN ").id_table(ids),
        }
    }

    /// The text, as the database reads it: `?` or `$1` in the places of values.
    pub(crate) fn text(&self) -> String {
        let mut number = 0;
        let mut text = String::new();
        for piece in &self.pieces {
            match (piece, self.dialect) {
                (Piece::Text(part), _) => text.push_str(part),
                (_, Dialect::Sqlite) => text.push('?'),
                (_, Dialect::Postgres) => {
                    number += 1;
                    text.push_str(&format!("${number}"));
                }
            }
        }
        text
    }

    /// The types and the values, as PostgreSQL's `PREPARE` and `EXECUTE` take them.
    pub(super) fn literals(&self) -> (String, String) {
        let (mut types, mut values) = (Vec::new(), Vec::new());
        for piece in &self.pieces {
            let (kind, value) = match piece {
                Piece::Text(_) => continue,
                Piece::Number(number) => ("bigint", number.to_string()),
                Piece::String(text) => ("text", format!("'{}'", text.replace('\'', "''"))),
                Piece::Bytes(bytes) => {
                    let letters: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    ("bytea", format!("'\\x{letters}'"))
                }
                Piece::Ids(ids) => ("bigint[]", format!("'{{{}}}'", json(ids).trim_matches(['[', ']']))),
                Piece::Texts(texts) => {
                    let each: Vec<_> = texts.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
                    ("text[]", format!("ARRAY[{}]", each.join(", ")))
                }
            };
            types.push(kind);
            values.push(value);
        }
        (types.join(", "), values.join(", "))
    }

    /// Runs it. `ST`: the types of its columns, in their order.
    pub(crate) fn load<ST, T>(self, conn: &mut Conn) -> Result<Vec<T>>
    where
        for<'q> Prepared<ST>: LoadQuery<'q, SqliteConnection, T> + LoadQuery<'q, PgConnection, T>,
    {
        super::explain::note(&self, conn)?;
        let query = self.prepared::<ST>();
        Ok(super::explain::counted(|| match conn {
            Conn::Sqlite(conn) => query.load(conn),
            Conn::Postgres(conn) => query.load(conn),
        })?)
    }

    /// Runs it for ids or other numbers.
    pub(crate) fn numbers(self, conn: &mut Conn) -> Result<Vec<i64>> {
        self.load::<BigInt, i64>(conn)
    }

    /// The statement, for a connection of the database that it was made for.
    pub(crate) fn prepared<ST>(self) -> Prepared<ST> {
        Prepared { keep: kept(&self.pieces), pieces: self.pieces, types: PhantomData }
    }
}

/// Ids as SQLite reads a list of them.
fn json(ids: &[i64]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(ids.len() * 8 + 2);
    for id in ids {
        // Writing into a text cannot fail.
        let _ = write!(text, "{}{id}", if text.is_empty() { '[' } else { ',' });
    }
    text.push_str(if text.is_empty() { "[]" } else { "]" });
    text
}

/// Texts as SQLite reads a list of them.
fn json_texts(texts: &[String]) -> String {
    // Texts alone can always be written.
    serde_json::to_string(texts).unwrap_or_else(|_| "[]".to_owned())
}

/// Texts that each connection keeps prepared; further ones are prepared each time. diesel's own cache has no bound, and
/// there is no end to the filters that can be asked for.
const MOST_KEPT: usize = 250;
/// After so many statements that were not kept, what is kept is not what is asked for: it begins anew, and each
/// connection that reads is replaced by one that has nothing prepared.
const MOST_PASSED: u32 = 5_000;

static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
static GENERATION: AtomicU32 = AtomicU32::new(0);

#[derive(Default)]
struct Kept {
    texts: HashSet<u64>,
    passed: u32,
}

impl Kept {
    /// Whether a text is kept; `most` texts are, until `most_passed` others were asked for.
    fn keep(&mut self, text: u64, most: usize, most_passed: u32) -> bool {
        if self.texts.contains(&text) || (self.texts.len() < most && self.texts.insert(text)) {
            return true;
        }
        self.passed += 1;
        if self.passed >= most_passed {
            *self = Self::default();
            GENERATION.fetch_add(1, Ordering::Relaxed);
        }
        false
    }
}

/// Of what is kept: a connection of another one has texts prepared that nobody asks for.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

fn kept(pieces: &[Piece]) -> bool {
    let mut hasher = DefaultHasher::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => text.hash(&mut hasher),
            value => std::mem::discriminant(value).hash(&mut hasher),
        }
    }
    KEPT.lock().unwrap_or_else(PoisonError::into_inner).keep(hasher.finish(), MOST_KEPT, MOST_PASSED)
}

/// A statement with its values, for diesel.
#[derive(Debug, Clone)]
pub(crate) struct Prepared<ST> {
    pieces: Vec<Piece>,
    keep: bool,
    types: PhantomData<ST>,
}

impl<ST> Query for Prepared<ST> {
    type SqlType = ST;
}

impl<ST> QueryId for Prepared<ST> {
    type QueryId = ();
    // The text tells statements apart.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> RunQueryDsl<SqliteConnection> for Prepared<ST> {}
impl<ST> RunQueryDsl<PgConnection> for Prepared<ST> {}

impl<ST> QueryFragment<Sqlite> for Prepared<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        if !self.keep {
            out.unsafe_to_cache_prepared();
        }
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_sql(text),
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::String(text) => out.push_bind_param::<Text, _>(text)?,
                Piece::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
                // Written as JSON before it comes here.
                Piece::Ids(_) | Piece::Texts(_) => {
                    return Err(diesel::result::Error::QueryBuilderError("a list in SQLite".into()));
                }
            }
        }
        Ok(())
    }
}

impl<ST> QueryFragment<Pg> for Prepared<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.keep {
            out.unsafe_to_cache_prepared();
        }
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_sql(text),
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::String(text) => out.push_bind_param::<Text, _>(text)?,
                Piece::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
                Piece::Ids(ids) => out.push_bind_param::<Array<BigInt>, _>(ids)?,
                Piece::Texts(texts) => out.push_bind_param::<Array<Text>, _>(texts)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_now_comes_to_be_kept() {
        let mut kept = Kept::default();
        let mut keep = |text| kept.keep(text, 2, 3);
        assert!(keep(1) && keep(2) && keep(1));
        assert!(!keep(3) && keep(2) && !keep(4));
        // The third that was not.
        assert!(!keep(3));
        assert!(keep(3) && keep(4) && !keep(1));
    }
}
