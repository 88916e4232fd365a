//! Failed sign-ins, gathered per minute for the audit log: an attack must not fill it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use deskwarden_store::{Actor, AuditDraft, Store};
use deskwarden_types::{ActorKind, AuditAction, TenantId, Timestamp};

/// Addresses that are named of one account's failures; more are counted only.
const NAMED: usize = 5;

#[derive(Default)]
struct Failures {
    count: u64,
    from: BTreeSet<IpAddr>,
}

/// Failures that are not in the audit log yet, by tenant and username.
#[derive(Default)]
pub struct FailedSignIns {
    waiting: Mutex<BTreeMap<(TenantId, String), Failures>>,
}

impl FailedSignIns {
    /// One more. Failures for accounts that do not exist belong to no tenant; they are throttled, and in the log.
    pub fn add(&self, tenant: TenantId, username: &str, from: Option<IpAddr>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = waiting.entry((tenant, username.to_owned())).or_default();
        failures.count += 1;
        if failures.from.len() < NAMED {
            failures.from.extend(from);
        }
    }

    /// Writes what has gathered.
    pub async fn flush(&self, store: &Store, now: Timestamp) {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        for ((tenant, username), failures) in waiting {
            let from: Vec<String> = failures.from.iter().map(IpAddr::to_string).collect();
            let draft = AuditDraft {
                actor: Actor { kind: ActorKind::Anonymous, user: None, name: username.clone() },
                action: AuditAction::SignInFailed,
                session: None,
                object: Some(format!("{username}, tries: {}, from: {}", failures.count, from.join(", "))),
                reason: None,
            };
            let write = move |scope: &mut deskwarden_store::WriteScope<'_>| {
                scope.audit(draft.clone());
                Ok(())
            };
            if let Err(error) = store.write(tenant, now, write).await {
                tracing::error!(%error, "failed sign-ins could not be written to the audit log");
            }
        }
    }
}
