//! How the fleet is run.

use std::path::PathBuf;

/// The options of `simulate`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many hosts.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub hosts: u32,
    /// How many apps run at a time, over all hosts; about so many.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub sessions: u32,
    /// What `deskwarden demo load` wrote: accounts and programs (demo-fleet.json in the server's data directory).
    #[arg(long, value_name = "FILE")]
    pub fleet: PathBuf,
    /// The server's address; needed for hosts that are not enrolled yet.
    #[arg(long, env = "DESKWARDEN_AGENT_SERVER")]
    pub server: Option<String>,
    /// One-time codes for hosts that are not enrolled yet, one a line (`deskwarden agent code --count N`); `-` reads
    /// standard input.
    #[arg(long, value_name = "FILE")]
    pub codes: Option<PathBuf>,
    /// Allow plain http to another machine: the keys can then be read on the way.
    #[arg(long, env = "DESKWARDEN_AGENT_INSECURE_HTTP")]
    pub insecure_http: bool,
    /// A further root certificate to trust (PEM file), for a server that signed its own.
    #[arg(long, env = "DESKWARDEN_AGENT_CA_CERTIFICATE")]
    pub ca_certificate: Option<PathBuf>,
    /// Another seed, other people at other times.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Seconds until so many apps run, from the start.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub ramp_seconds: u64,
    /// Seconds that an app runs, on average.
    #[arg(long, default_value_t = 1_200, value_parser = clap::value_parser!(u64).range(1..=864_000))]
    pub run_seconds: u64,
    /// Seconds that a stopped app rests, on average, before it is started again or removed.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(u64).range(1..=864_000))]
    pub rest_seconds: u64,
    /// Seconds from one loss of contact of a host to its next, on average; 0 for none.
    #[arg(long, default_value_t = 1_800, value_parser = clap::value_parser!(u64).range(0..=864_000))]
    pub silence_every_seconds: u64,
    /// Seconds that a loss of contact lasts.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub silence_seconds: u64,
}

/// What one host goes by; times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    /// Apps that run at a time.
    pub target: usize,
    pub ramp_ms: u64,
    pub run_ms: u64,
    pub rest_ms: u64,
    /// 0 for never.
    pub silence_every_ms: u64,
    pub silence_ms: u64,
}

impl Options {
    /// The rates of host `n` of so many: the apps are dealt evenly.
    pub(super) fn rates(&self, n: usize, hosts: usize) -> Rates {
        let (all, hosts) = (self.sessions as usize, hosts.max(1));
        Rates {
            target: all / hosts + usize::from(n < all % hosts),
            ramp_ms: self.ramp_seconds * 1000,
            run_ms: self.run_seconds * 1000,
            rest_ms: self.rest_seconds * 1000,
            silence_every_ms: self.silence_every_seconds * 1000,
            silence_ms: self.silence_seconds * 1000,
        }
    }
}
