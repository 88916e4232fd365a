//! Keys of the installation, in the database so that all its servers share them.

use deskwarden_types::Timestamp;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    sql_types::{BigInt, Binary, Text},
};

use crate::{Conn, Result, StoreError, schema::secrets};

/// The secret of this name: 32 random bytes, made by whoever asks first.
pub fn shared_secret(conn: &mut Conn, name: &str, now: Timestamp) -> Result<[u8; 32]> {
    if let Some(value) = find(conn, name)? {
        return Ok(value);
    }
    let mut fresh = [0u8; 32];
    getrandom::fill(&mut fresh).map_err(|error| StoreError::Unavailable(format!("no random bytes: {error}")))?;
    // Another server may make it at this very moment: the first one counts.
    diesel::sql_query(
        "INSERT INTO secrets (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
    )
    .bind::<Text, _>(name)
    .bind::<Binary, _>(fresh.to_vec())
    .bind::<BigInt, _>(now.millis())
    .execute(conn)?;
    find(conn, name)?.ok_or_else(|| StoreError::Corrupt(format!("the secret {name} is gone")))
}

fn find(conn: &mut Conn, name: &str) -> Result<Option<[u8; 32]>> {
    let value: Option<Vec<u8>> =
        secrets::table.filter(secrets::name.eq(name)).select(secrets::value).first(conn).optional()?;
    let wrong = |_| StoreError::Corrupt(format!("the secret {name} has not 32 bytes"));
    value.map(|bytes| <[u8; 32]>::try_from(bytes).map_err(wrong)).transpose()
}
