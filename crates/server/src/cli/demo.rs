//! `deskwarden demo load`.

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use clap::Args;
use deskwarden_store::{
    Store,
    demo::{self, Fleet, Plan, Progress},
    tenants,
};
use deskwarden_types::{TenantId, Timestamp};

use super::{Outcome, say};
use crate::{
    clock::{Clock, SystemClock},
    options::{DatabaseOptions, DurabilityOption},
    server::open_store,
};

/// What the institution is called.
const TENANT: &str = "Northfield University";
/// Where a fleet of simulated hosts finds the institution's accounts and programs, in the data directory.
const FLEET: &str = "demo-fleet.json";
/// How often progress is told.
const TELL: Duration = Duration::from_secs(1);

/// How large the demo is.
#[derive(Debug, Args)]
pub struct LoadOptions {
    #[command(flatten)]
    database: DatabaseOptions,
    /// How many sessions that are over
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    sessions: u64,
    /// Another seed makes another institution; the same seed and moment make the same one
    #[arg(long, value_name = "N", default_value_t = 20_261_104)]
    seed: u64,
    /// The moment at which the history ends, unless now (RFC 3339)
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Sessions alone, without their timelines and commands: a third of the size
    #[arg(long)]
    without_timelines: bool,
}

/// Fills an empty database with a believable institution.
pub async fn load(mut options: LoadOptions) -> Outcome {
    // What a power cut takes of a demo is loaded again: no batch waits for the disk.
    options.database.durability = DurabilityOption::Normal;
    let now = SystemClock.now();
    if options.now.is_some_and(|asked| asked > now) {
        return Err("--now: the history cannot end in the future".into());
    }
    let store = open_store(&options.database).await?;
    let tenant = tenant(&store, now).await?;
    let plan = Plan {
        sessions: options.sessions,
        seed: options.seed,
        now: options.now.unwrap_or(now),
        timelines: !options.without_timelines,
    };
    let started = Instant::now();
    let mut told = started;
    let loaded = demo::load(&store, tenant, plan, |progress| {
        if told.elapsed() >= TELL {
            told = Instant::now();
            tell(progress, started.elapsed());
        }
    })
    .await?;
    let seconds = started.elapsed().as_secs_f64();
    write_fleet(&options.database.data_dir.join(FLEET), &loaded.fleet)?;
    say(&format!(
        "{} sessions of {} people in {seconds:.1} s, {:.0} sessions a second",
        loaded.sessions,
        loaded.users,
        loaded.sessions as f64 / seconds
    ));
    Ok(())
}

/// The tenant to fill: the first, which is made where there is none.
async fn tenant(store: &Store, now: Timestamp) -> Result<TenantId, Box<dyn std::error::Error>> {
    if let Some(tenant) = store.read_all(tenants::all).await?.first() {
        return Ok(*tenant);
    }
    Ok(store.write_all(move |conn| tenants::create(conn, TENANT, true, now)).await?)
}

fn tell(progress: Progress, elapsed: Duration) {
    let rate = progress.written as f64 / elapsed.as_secs_f64();
    let left = (progress.total - progress.written) as f64 / rate;
    // Progress that nobody reads is no failure.
    let _ = writeln!(
        std::io::stderr(),
        "{} of {} sessions, {rate:.0} a second, {left:.0} s left",
        progress.written,
        progress.total
    );
}

fn write_fleet(path: &Path, fleet: &Fleet) -> Outcome {
    let explain = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(explain)?;
    }
    fs::write(path, serde_json::to_vec_pretty(fleet)?).map_err(explain)?;
    Ok(())
}
