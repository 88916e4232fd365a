//! The gate: real native viewers on a real display, the real agent, the real server.

mod limits;
mod seats;
mod tls;
pub mod viewer;

use std::time::Duration;

use deskwarden_tests::{Agent, Display, Person, TestApp, eventually};
use deskwarden_types::{
    DeliveryKind, ResourceId,
    api::{ChangeSeats, CreateEnrolmentCode, MakeViewerPassword, NewViewerPassword, SeatCapacity, ViewerPassword},
};

use crate::api::start::provide;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A host with a gate, and a desktop behind it for everybody.
pub struct Place {
    pub agent: Agent,
    pub display: Display,
    pub pc: ResourceId,
}

impl Place {
    pub async fn start(app: &TestApp) -> Self {
        Self::start_with(app, &[]).await
    }

    /// The same with further arguments of the agent.
    pub async fn start_with(app: &TestApp, arguments: &[&str]) -> Self {
        let display = Display::start().await;
        let code = app.owner().await.get::<CreateEnrolmentCode>().await.unwrap().code;
        let agent =
            Agent::start_with(&app.server.url(), &code, None, &[&["--gate", "127.0.0.1:0"], arguments].concat());
        let pc = provide(&app.admin().await, "Office PC", DeliveryKind::RemoteAccess, |_, _| {}).await;
        Self { agent, display, pc }
    }

    /// A password, as soon as the host is there.
    pub async fn password(&self, person: &Person) -> ViewerPassword {
        let made = eventually("a password for a viewer", PATIENCE, async || {
            person.send::<MakeViewerPassword>(NewViewerPassword { resource_id: self.pc }).await.ok()
        });
        made.await
    }
}

pub async fn capacity(app: &TestApp, capacity: u32) {
    let new = SeatCapacity { capacity, reason: "the test wants it".parse().unwrap() };
    app.manager().await.send::<ChangeSeats>(new).await.unwrap();
}
