//! Migrations on PostgreSQL: up, down and up again leave the tables that the code knows. SQLite's
//! are tested beside the store.

use std::{collections::BTreeSet, fs, path::Path};

use deskwarden_store::{expected_columns, migrate, unmigrate};
use deskwarden_tests::{Database, TestDatabase};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_types::Text};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const COLUMNS: &str = "SELECT table_name || '.' || column_name || ' ' || \
    CASE WHEN is_nullable = 'YES' THEN 'Nullable<' || word || '>' ELSE word END AS line \
    FROM information_schema.columns JOIN (VALUES ('bigint', 'BigInt'), ('integer', 'Integer'), ('smallint', 'SmallInt'), \
      ('text', 'Text'), ('bytea', 'Binary'), ('boolean', 'Bool')) AS words (sql, word) ON sql = data_type \
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";
const OBJECTS: &str = "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%' \
    UNION SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_\\_%'";

fn lines(url: &str, sql: &str) -> Vec<String> {
    let mut conn = PgConnection::establish(url).unwrap();
    let mut lines: Vec<_> =
        diesel::sql_query(sql).load::<Line>(&mut conn).unwrap().into_iter().map(|r| r.line).collect();
    lines.sort();
    lines
}

#[test]
fn up_down_and_up_again_on_postgresql() {
    let database = TestDatabase::new(Database::Postgres);
    let url = database.url().parse().unwrap();
    migrate(&url).unwrap();
    assert_eq!(lines(database.url(), COLUMNS), expected_columns());
    let first = lines(database.url(), OBJECTS);
    assert!(first.len() > 100, "{}", first.len());
    unmigrate(&url).unwrap();
    assert_eq!(lines(database.url(), COLUMNS), Vec::<String>::new());
    migrate(&url).unwrap();
    assert_eq!(lines(database.url(), OBJECTS), first);
}

#[test]
fn both_databases_have_the_same_folders() {
    let names = |database| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(database);
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
