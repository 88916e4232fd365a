//! `deskwarden audit verify`.

use deskwarden_store::{audit, tenants};

use super::{Outcome, say};
use crate::{
    clock::{Clock, SystemClock},
    options::DatabaseOptions,
    server::open_store,
};

/// Reads every tenant's chain; fails when one is broken.
pub async fn verify(options: DatabaseOptions) -> Outcome {
    let store = open_store(&options).await?;
    let now = SystemClock.now();
    let mut broken = 0;
    for tenant in store.read_all(tenants::all).await? {
        let check = store.read(tenant, now, audit::verify).await?;
        match check.broken_at {
            None => say(&format!("tenant {tenant}: whole, {} entries", check.entries)),
            Some(at) => {
                broken += 1;
                say(&format!("tenant {tenant}: BROKEN at entry {at}; {} entries before it are whole", check.entries));
            }
        }
    }
    if broken > 0 {
        return Err("the audit log was changed: compare it with a backup".into());
    }
    Ok(())
}
