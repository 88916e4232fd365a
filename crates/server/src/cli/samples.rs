//! `deskwarden demo samples`.

use deskwarden_store::{Actor, WriteScope, institution, tenants};

use super::{Outcome, say};
use crate::{
    clock::{Clock, SystemClock},
    options::DatabaseOptions,
    server::open_store,
};

/// Adds what is not there yet, and says what that was.
pub async fn create(options: DatabaseOptions) -> Outcome {
    let store = open_store(&options).await?;
    let tenant = store.read_all(tenants::all).await?.first().copied();
    let tenant = tenant.ok_or("there is no tenant yet: start `deskwarden serve` once, it makes the first one")?;
    let create = |scope: &mut WriteScope<'_>| institution::create_samples(scope, &Actor::command_line());
    let made = store.write(tenant, SystemClock.now(), create).await?;
    for name in &made {
        say(&format!("{name}: everyone may open it."));
    }
    if made.is_empty() {
        say("The samples are there already.");
    }
    Ok(())
}
