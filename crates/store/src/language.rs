//! PostgreSQL's messages in English. Diesel keeps the codes of most errors to itself, so that what an error means is told
//! by its words (`error.rs`): without them a full disk, a time limit or a deadlock is an error like any other.

use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_types::Text};

use crate::Result;

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Sees to it that a connection's messages are in English; tells whether they are. Not every role may change that.
pub(crate) fn english(conn: &mut PgConnection) -> Result<bool> {
    let found: Setting = diesel::sql_query("SELECT current_setting('lc_messages') AS value").get_result(conn)?;
    Ok(is_english(&found.value) || conn.batch_execute("SET lc_messages = 'C'").is_ok())
}

/// Tells the operator what to do where they are not.
pub(crate) fn warn() {
    tracing::warn!(
        "PostgreSQL's messages are not in English, and this role may not change that: a full disk, a time limit or a \
         deadlock will be taken for an unknown error. As PostgreSQL's superuser: ALTER ROLE … SET lc_messages = 'C', \
         or from version 15 on: GRANT SET ON PARAMETER lc_messages TO …"
    );
}

/// Whether messages of this locale are in English.
fn is_english(locale: &str) -> bool {
    let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
    ["C", "POSIX", "en", "English"].contains(&language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_known() {
        for english in ["C", "C.UTF-8", "POSIX", "en_US.UTF-8", "en_GB", "en-US", "English_United States.1252"] {
            assert!(is_english(english), "{english}");
        }
        for other in ["de_DE.UTF-8", "fr", "", "Swedish_Sweden.1252", "cs_CZ@euro"] {
            assert!(!is_english(other), "{other}");
        }
    }
}
