//! What the server does on its first start: the first tenant, and the link for its owner.

use deskwarden_store::{
    Store, StoreError,
    identity::{self, NewAccount},
};
use deskwarden_types::{Role, Timestamp, Username};

use crate::{
    auth::{LINK_SECONDS, fresh},
    http::ApiError,
};

/// What the first tenant is called until its owner changes it.
const FIRST_TENANT: &str = "My institution";

/// Makes the first tenant with an owner of this name, where there is no tenant.
pub async fn first_tenant(store: &Store, username: &Username, now: Timestamp) -> Result<(), StoreError> {
    let owner = NewAccount {
        username: username.as_str().to_owned(),
        display_name: username.as_str().to_owned(),
        email: identity::placeholder_email(username.as_str()),
        role: Role::Owner,
    };
    let made = store.write_all(move |conn| identity::first_tenant(conn, FIRST_TENANT, &owner, now)).await?;
    if let Some(tenant) = made {
        tracing::info!(tenant = tenant.0, "made the first tenant");
    }
    Ok(())
}

/// The secret part of a fresh link for the first owner, where no owner has a password.
pub async fn owner_link(store: &Store, now: Timestamp) -> Result<Option<String>, ApiError> {
    let Some((tenant, owner)) = store.read_all(identity::owner_without_password).await? else {
        return Ok(None);
    };
    let link = fresh("")?;
    let hash = link.hash;
    let create = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        identity::create_link(scope, owner, &hash, now.plus_seconds(LINK_SECONDS))
    };
    store.write(tenant, now, create).await?;
    Ok(Some(link.text))
}
