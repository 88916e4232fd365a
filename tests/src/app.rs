//! A server with its database and people: what nearly every test begins with.

use std::ops::Deref;

use deskwarden_client::Client;
use deskwarden_store::{Durability, Options, Store, tenants};
use deskwarden_types::api::{ChangeSettings, CreateEnrolmentCode, Settings, ShowSettings};
use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};

use crate::{Database, FakeAgent, Raw, Server, ServerOptions, Tenant, TestDatabase};

/// A server on a database of its own. Derefs to the first tenant.
pub struct TestApp {
    // Dropped in this order: the server before its database.
    /// The server.
    pub server: Server,
    /// The same database, to look at and to tamper with.
    pub store: Store,
    /// The database.
    pub database: TestDatabase,
    tenant: Tenant,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    t: String,
}

impl TestApp {
    /// A server on an empty database.
    pub async fn start(kind: Database) -> Self {
        Self::start_with(TestDatabase::new(kind), &[]).await
    }

    /// A server on this database, with further arguments.
    pub async fn start_with(database: TestDatabase, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let options = ServerOptions { database_url: database.url().to_owned(), arguments };
        let server = Server::start(options).await;
        let url = database.url().parse().expect("the database's address");
        let options = Options { url, durability: Durability::Normal, connections: 1 };
        let store = Store::open(options).await.expect("the database can be opened twice");
        let known = store.read_all(tenants::all).await.expect("the tenants can be read");
        let tenant = match known.first() {
            Some(id) => Tenant::known(&store, server.url(), "first", *id).await,
            None => Tenant::new(&store, server.url(), "first").await,
        };
        Self { server, store, database, tenant }
    }

    /// The first tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Another tenant on the same server.
    pub async fn other_tenant(&self, name: &str) -> Tenant {
        Tenant::new(&self.store, self.server.url(), name).await
    }

    /// Nobody, who is not signed in.
    pub fn nobody(&self) -> Client {
        Client::new(self.server.url())
    }

    /// Somebody who speaks HTTP without the typed client.
    pub fn raw(&self) -> Raw {
        Raw::new(self.server.port())
    }

    /// A new host of the first tenant, whose agent the test is.
    pub async fn agent(&self, host: &str) -> FakeAgent {
        self.agent_of(&self.tenant, host).await
    }

    /// A new host of this tenant.
    pub async fn agent_of(&self, tenant: &Tenant, host: &str) -> FakeAgent {
        let owner = tenant.owner().await;
        let code = owner.get::<CreateEnrolmentCode>().await.expect("a code");
        FakeAgent::enrol(&self.server.url(), &code.code, host).await
    }

    /// Changes some of the first tenant's settings.
    pub async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let owner = self.tenant.owner().await;
        let mut settings = owner.get::<ShowSettings>().await.expect("the settings");
        change(&mut settings);
        owner.send::<ChangeSettings>(settings).await.expect("settings that can be taken");
    }

    /// Runs statements behind the server's back.
    pub async fn sql(&self, text: impl Into<String>) {
        run_sql(&self.store, text.into()).await;
    }

    /// The number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        let sql = format!("SELECT CAST(({query}) AS BIGINT) AS n");
        let row: Number =
            self.store.read_all(move |conn| Ok(diesel::sql_query(&sql).get_result(conn)?)).await.expect("a number");
        row.n
    }

    /// The text that a query gives.
    pub async fn text(&self, query: &str) -> String {
        let sql = format!("SELECT CAST(({query}) AS TEXT) AS t");
        let row: Line =
            self.store.read_all(move |conn| Ok(diesel::sql_query(&sql).get_result(conn)?)).await.expect("a text");
        row.t
    }
}

pub(crate) async fn run_sql(store: &Store, text: String) {
    let shown = text.clone();
    let done = store.write_all(move |conn| Ok(conn.batch_execute(&text)?)).await;
    done.unwrap_or_else(|error| panic!("{shown}: {error}"));
}

impl Deref for TestApp {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.tenant
    }
}
