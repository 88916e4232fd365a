//! An institution with its people, made through the store: the API has no call that makes one.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use deskwarden_store::{Actor, Store, identity, tenants};
use deskwarden_types::{Role, TenantId, UserId};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::{Person, now};

/// For how long a link of the tests is good, in seconds.
const LINK_SECONDS: i64 = 3600;

/// A tenant, and its people who have signed in so far.
#[derive(Clone)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    name: String,
    url: String,
    store: Store,
    people: Arc<Mutex<HashMap<Role, Person>>>,
}

impl Tenant {
    pub(crate) async fn new(store: &Store, url: String, name: &str) -> Self {
        let called = name.to_owned();
        let id = store.write_all(move |conn| tenants::create(conn, &called, false, now())).await;
        Self::known(store, url, name, id.expect("a tenant can be made")).await
    }

    /// One that is there already.
    pub(crate) async fn known(store: &Store, url: String, name: &str, id: TenantId) -> Self {
        let tenant = Self { id, name: name.to_owned(), url, store: store.clone(), people: Arc::default() };
        tenant.provide_everything().await;
        tenant
    }

    /// Everybody may launch any program on every host.
    async fn provide_everything(&self) {
        let id = self.id.0;
        let statements = [
            format!(
                "INSERT INTO delivery_methods (tenant_id, name, name_folded, kind, licence_kind, \
                 offline_days) VALUES ({id}, 'Anywhere', 'anywhere', 4, 1, 0)"
            ),
            format!(
                "INSERT INTO provisions (tenant_id, name, name_folded, any_program, delivery_method_id, everyone) \
                 SELECT {id}, 'Anywhere', 'anywhere', TRUE, id, TRUE FROM delivery_methods WHERE tenant_id = {id} AND name = 'Anywhere'"
            ),
        ];
        for sql in statements {
            crate::app::run_sql(&self.store, sql).await;
        }
    }

    /// The tenant's person of this role, signed in; always the same one.
    pub async fn person(&self, role: Role) -> Person {
        let mut people = self.people.lock().await;
        if let Some(person) = people.get(&role) {
            return person.clone();
        }
        let person = self.new_person(&format!("{}-{role}", self.name), role).await;
        people.insert(role, person.clone());
        person
    }

    /// Another person, signed in.
    pub async fn new_person(&self, username: &str, role: Role) -> Person {
        let user = self.new_account(username, role).await;
        let link = self.link(user).await;
        Person::set_up(&self.url, &link, user, username, role).await
    }

    /// A user who has set no password yet.
    pub async fn new_account(&self, username: &str, role: Role) -> UserId {
        let account = identity::NewAccount {
            username: username.to_owned(),
            display_name: format!("{username} Example"),
            email: format!("{username}@example.org").to_lowercase(),
            role,
        };
        let make = move |scope: &mut deskwarden_store::WriteScope<'_>| {
            identity::create_user(scope, &Actor::command_line(), &account)
        };
        self.store.write(self.id, now(), make).await.expect("a user can be made").id
    }

    /// A one-time link for a user.
    pub async fn link(&self, user: UserId) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let link = format!("link-of-{user}-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let hash: identity::SecretHash = Sha256::digest(link.as_bytes()).into();
        let until = now().plus_seconds(LINK_SECONDS);
        self.store
            .write(self.id, now(), move |scope| identity::create_link(scope, user, &hash, until))
            .await
            .expect("a link can be made");
        link
    }

    /// The tenant's owner.
    pub async fn owner(&self) -> Person {
        self.person(Role::Owner).await
    }

    /// An admin.
    pub async fn admin(&self) -> Person {
        self.person(Role::Admin).await
    }

    /// A manager.
    pub async fn manager(&self) -> Person {
        self.person(Role::Manager).await
    }

    /// An auditor.
    pub async fn auditor(&self) -> Person {
        self.person(Role::Auditor).await
    }

    /// Somebody of the support.
    pub async fn support(&self) -> Person {
        self.person(Role::Support).await
    }

    /// A member.
    pub async fn member(&self) -> Person {
        self.person(Role::Member).await
    }
}
