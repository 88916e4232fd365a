//! Migrations go up, down and up again, and leave the tables that the code knows.

use deskwarden_store::{expected_columns, migrate, unmigrate};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types::Text};

use crate::{DatabaseUrl, scratch};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(url: &DatabaseUrl, sql: &str) -> Vec<String> {
    let DatabaseUrl::Sqlite(path) = url else { panic!("SQLite only") };
    let mut conn = SqliteConnection::establish(path).unwrap();
    diesel::sql_query(sql).load::<Line>(&mut conn).unwrap().into_iter().map(|row| row.line).collect()
}

const COLUMNS: &str = "SELECT m.name || '.' || c.name || ' ' || \
    CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN t.word ELSE 'Nullable<' || t.word || '>' END AS line \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    JOIN (SELECT 'INTEGER' AS sql, 'Integer' AS word UNION SELECT 'BIGINT', 'BigInt' UNION SELECT 'SMALLINT', 'SmallInt' \
      UNION SELECT 'TEXT', 'Text' UNION SELECT 'BLOB', 'Binary' UNION SELECT 'BOOLEAN', 'Bool') t ON t.sql = c.type \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1";
const OBJECTS: &str = "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master ORDER BY 1";

#[test]
fn up_down_and_up_again_give_the_same_tables() {
    let scratch = scratch();
    migrate(&scratch.url).unwrap();
    let first = lines(&scratch.url, OBJECTS);
    unmigrate(&scratch.url).unwrap();
    let left = lines(&scratch.url, OBJECTS);
    assert!(left.iter().all(|line| line.contains("__diesel") || line.contains("sqlite_")), "{left:?}");
    migrate(&scratch.url).unwrap();
    assert_eq!(lines(&scratch.url, OBJECTS), first);
}

#[test]
fn the_code_knows_the_tables_as_they_are() {
    let scratch = scratch();
    migrate(&scratch.url).unwrap();
    // SQLite calls the key of its own tree INTEGER, whatever its width.
    let keys = |line: String| match line.strip_suffix(" Integer") {
        Some(column)
            if [".id", "session_beats.session_id", "session_extras.session_id"]
                .iter()
                .any(|key| column.ends_with(key)) =>
        {
            format!("{column} BigInt")
        }
        _ => line,
    };
    let found: Vec<_> = lines(&scratch.url, COLUMNS).into_iter().map(keys).collect();
    assert_eq!(found, expected_columns());
    assert!(found.len() > 200, "{}", found.len());
}

/// With a row that history does not keep any more the database looks for what points to it, once for each row.
#[test]
fn what_is_deleted_is_looked_for_by_indexes() {
    let scratch = scratch();
    migrate(&scratch.url).unwrap();
    let deleted = "'sessions', 'commands', 'consents', 'bulk_actions'";
    let pointing = |rest: &str| {
        let from = format!(
            "SELECT m.name || '.' || f.\"from\" AS line FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.\"table\" IN ({deleted}) {rest} ORDER BY 1"
        );
        lines(&scratch.url, &from)
    };
    assert_eq!(pointing("").len(), 9, "{:?}", pointing(""));
    let without = pointing(
        "AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
         WHERE i.seqno = 0 AND i.name = f.\"from\" AND l.partial = 0) \
         AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) t \
         WHERE t.pk = 1 AND t.type = 'INTEGER' AND t.name = f.\"from\")",
    );
    assert_eq!(without, Vec::<String>::new());
}
