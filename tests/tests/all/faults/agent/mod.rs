//! The real agent and the real server are killed at random points while people launch, start, close and remove apps
//! and an admin evicts and expires them; then their record of what was acknowledged is compared with what is there.
//!
//! 12 points unless `DESKWARDEN_FAULT_POINTS` says otherwise.

mod admin;
mod compare;
mod people;
mod spool;

use std::{os::unix::fs::symlink, time::Duration};

use deskwarden_tests::{Agent, Random, TestApp, eventually, on_both, required};
use deskwarden_types::{Role, api::CreateEnrolmentCode};

use self::{admin::Admin, people::Record, spool::Spool};
use super::number;

on_both! {
    async fn what_agents_and_servers_that_are_killed_acknowledged_is_true(app: TestApp) {
        let mut app = app;
        app.server.expect_errors();
        let seed = number("DESKWARDEN_FAULT_SEED", deskwarden_tests::now().millis().unsigned_abs());
        println!("DESKWARDEN_FAULT_SEED={seed}");
        let mut random = Random::new(seed);
        app.set(|settings| (settings.first_warning_seconds, settings.second_warning_seconds) = (1, 0)).await;
        // The tests run as root, so it is root's account that launches.
        app.new_person("root", Role::Member).await;
        let (owner, manager) = (app.owner().await, app.manager().await);
        let folder = tempfile::Builder::new().prefix("deskwarden-apps-").tempdir().unwrap();
        let program = folder.path().join("sleep");
        symlink(required("sleep", "apt install coreutils"), &program).unwrap();
        let code = owner.get::<CreateEnrolmentCode>().await.unwrap().code;
        let mut agent = Agent::start(&app.server.url(), &code, None);
        let cgroups = async || agent.cgroups().filter(|tree| tree.exists());
        let cgroups = eventually("the agent's cgroups", Duration::from_secs(10), cgroups).await;

        let record = Record::new(agent.local(), cgroups, program);
        let admin = Admin::new(&manager, &record);
        let mut spool = Spool::new(agent.state_dir().join("spool.log"));
        let mut seeds = || Random::new(random.number());
        let (first, second, third, fourth, fifth) = (seeds(), seeds(), seeds(), seeds(), seeds());
        let kills = async {
            kill(&mut app, &mut agent, &mut spool, &record, fifth).await;
            record.stop.set(true);
        };
        tokio::join!(record.work(first), record.work(second), record.work(third), admin.work(fourth), kills);
        compare::compare(&app, &agent, &record, &admin, &mut spool).await;
    }
}

/// Kills and starts again.
async fn kill(app: &mut TestApp, agent: &mut Agent, spool: &mut Spool, record: &Record, mut random: Random) {
    let (mut agents, mut servers) = (0, 0);
    for _ in 0..number("DESKWARDEN_FAULT_POINTS", 12) {
        // Half of the points lie anywhere, in the start too; half where everything works.
        if random.below(2) == 0 {
            connected(record).await;
        }
        tokio::time::sleep(Duration::from_millis(random.below(400))).await;
        let (agent_dies, server_dies) =
            [(true, false), (true, false), (false, true), (true, true)][usize::try_from(random.below(4)).unwrap()];
        if server_dies {
            app.server.kill9();
            servers += 1;
        }
        if agent_dies {
            agent.kill9();
            spool.look();
            agents += 1;
        }
        // Whoever is left works on without the other.
        tokio::time::sleep(Duration::from_millis(random.below(100))).await;
        let agent_first = agent_dies && random.below(2) == 0;
        if agent_first {
            agent.start_again();
        }
        if server_dies {
            app.server.start_again().await;
        }
        if agent_dies && !agent_first {
            agent.start_again();
        }
    }
    println!("{agents} agents and {servers} servers killed");
    // Whatever the last kills have left, work goes on.
    connected(record).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
}

async fn connected(record: &Record) {
    let look = async || record.connected().await.then_some(());
    eventually("the agent to be connected", Duration::from_secs(30), look).await;
}
