//! Statements that forget the tenant in one way each, and the same ones put right.

use super::*;

fn tables() -> Tables {
    let mut tables = Tables::default();
    tables.read(
        "diesel::table! {\n    use diesel::sql_types::*;\n    /// One launch.\n    sessions (id) {\n        id -> BigInt,\n        tenant_id -> BigInt,\n    }\n}\n\
         diesel::table! {\n    tenants (id) {\n        id -> BigInt,\n    }\n}",
    );
    tables
}

/// How many statements were looked at, and how many were refused.
fn counts(text: &str) -> (usize, usize) {
    let found = tables().check(text);
    (found.looked_at, found.violations.len())
}

#[test]
fn the_schema_parts_the_tables() {
    let tables = tables();
    assert_eq!(listed(&tables.owned), "sessions");
    assert_eq!(listed(&tables.shared), "tenants");
}

#[test]
fn a_statement_without_tenant_is_refused() {
    for sample in [
        "let all = sessions::table.load(c)?;",
        "let all = schema::sessions::table.filter(sessions::id.eq(3)).load(c)?;",
        "use crate::schema::sessions::dsl::*;",
        "diesel::insert_into(sessions::table).values(Row { id: 3 }).execute(c)?;",
        "diesel::delete(row).execute(c)?;",
        "diesel::sql_query(\"SELECT count(*) FROM sessions\").load(c)?;",
        "sql_query(r#\"update sessions set a = 1\"#);",
        "fn f() { sessions::table.count().get_result(c) }",
    ] {
        assert_eq!(counts(sample), (1, 1), "{sample}");
    }
}

#[test]
fn a_statement_with_tenant_is_fine() {
    for sample in [
        "let all = sessions::table.filter(sessions::tenant_id.eq(t)).load(c)?;",
        "sessions::table.filter(in_scope(scope)).load(c)?;",
        "diesel::insert_into(sessions::table).values(Row { tenant_id: t }).execute(c)?;",
        "sql_query(\"SELECT 1 FROM sessions WHERE tenant_id = $1\");",
    ] {
        assert_eq!(counts(sample), (1, 0), "{sample}");
    }
}

#[test]
fn a_neighbour_does_not_lend_its_tenant() {
    let two = "sessions::table.load(c)?; sessions::table.filter(sessions::tenant_id.eq(t)).load(c)?;";
    assert_eq!(counts(two), (2, 1));
    let block = "c.transaction(|c| { sessions::table.load(c)?; audit(tenant); Ok(()) })?;";
    assert_eq!(counts(block), (1, 1));
    let arms = "match s { A => sessions::table.load(c), B => sessions::table.filter(tenant_id.eq(t)) }";
    assert_eq!(counts(arms), (2, 1));
}

#[test]
fn tables_that_all_share_are_not_looked_at() {
    assert_eq!(counts("tenants::table.load(c)?;"), (0, 0));
    assert_eq!(counts("diesel::delete(tenants::table.find(id)).execute(c)?;"), (0, 0));
    assert_eq!(counts("progress.update(3); delete(path);"), (0, 0));
}

#[test]
fn an_exemption_needs_a_reason_and_reaches_one_statement() {
    let exempt = "// no tenant: the job tidies all of them.\nsessions::table.load(c)?;";
    assert_eq!(counts(exempt), (1, 0));
    assert_eq!(tables().check(exempt).exempted, 1);
    assert_eq!(counts("// no tenant:\nsessions::table.load(c)?;"), (1, 1));
    let second = format!("{exempt}\nsessions::table.load(c)?;");
    assert_eq!(counts(&second), (2, 1));
}

#[test]
fn a_store_without_statements_fails() {
    let root = tempfile::tempdir().expect("folder");
    assert!(run(root.path()).is_err());
}
