//! What a server takes that has nothing to do, and one that has much; and how soon it is there.

use std::time::{Duration, Instant};

use deskwarden_tests::{Database, TestApp};

use crate::{
    figures::{Goal, against, figure, ms},
    filled::{first_page, token},
    load,
    memory::{Sampler, resident},
};

/// Connections that read lists.
const CONNECTIONS: usize = 32;
/// For how long.
const TIME: Duration = Duration::from_secs(4);
/// Starts that are timed.
const STARTS: usize = 5;

/// Memory at rest and under lists.
pub async fn memory(app: &mut TestApp) {
    let token = token(app, &app.owner().await).await;
    app.server.stop().await;
    app.server.start_again().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    against("memory of a server at rest", resident(app.server.id()), "MiB", Goal::Most(30.0));
    let lists = vec![vec![first_page(&token)]; CONNECTIONS];
    let sampler = Sampler::start(app.server.id());
    let went = load::for_long(app.server.port(), lists, TIME).await;
    against("  under 32 connections of lists, at most", sampler.most(), "MiB", Goal::Most(100.0));
    figure("  lists answered meanwhile", went.per_second(), "a second");
}

/// From the start of the process to the first page of the list.
pub async fn start(app: &mut TestApp) {
    let page = first_page(&token(app, &app.owner().await).await);
    let mut took = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        app.server.stop().await;
        let started = Instant::now();
        app.server.start_again_soon();
        while tokio::net::TcpStream::connect(("127.0.0.1", app.server.port())).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        load::once(app.server.port(), vec![vec![page.clone()]]).await;
        took.push(ms(started.elapsed()));
    }
    // On PostgreSQL the file is the database's.
    let name = "from the start of the server to the first page";
    let took = crate::figures::median(took);
    match app.database.kind {
        Database::Sqlite => against(name, took, "ms", Goal::Most(300.0)),
        Database::Postgres => figure(name, took, "ms"),
    }
}
