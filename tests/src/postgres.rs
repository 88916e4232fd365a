//! A real PostgreSQL server of the tests' own: started when first needed, gone with the tests.
//!
//! It listens on a unix socket in a folder of its own. `fsync` is off: these tests kill our server, not
//! the database's machine, and what a power cut does to PostgreSQL is PostgreSQL's to test.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use nix::{
    sys::signal::Signal,
    unistd::{Uid, User, chown},
};

use crate::Process;

const ACCOUNT: &str = "postgres";
const INSTALL: &str = "apt install postgresql";

/// Stops the database and takes its files away when the tests are gone, however they went.
const GUARD: &str = r#"
"$0"/postgres -D "$1/data" >"$1/log" 2>&1 &
server=$!
trap 'kill -QUIT $server 2>/dev/null; wait $server; rm -rf "$1"; exit' TERM
wait $server
rm -rf "$1""#;

/// What a server's writes survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Survives {
    /// Nothing: tests need no more, and are quicker.
    Nothing,
    /// A power cut; with memory enough for millions of rows.
    PowerCut,
}

impl Survives {
    fn settings(self) -> &'static str {
        match self {
            Self::Nothing => "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nshared_buffers = 64MB\n",
            Self::PowerCut => {
                "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\nshared_buffers = 1GB\n\
                 max_wal_size = 4GB\nwork_mem = 32MB\n"
            }
        }
    }
}

/// A PostgreSQL server of the tests' own; gone with its files when dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: PathBuf,
    process: Process,
}

impl Cluster {
    /// The one that tests share; gone when they are.
    pub(crate) fn shared() -> Arc<Self> {
        static SERVER: OnceLock<Arc<Cluster>> = OnceLock::new();
        SERVER.get_or_init(|| Arc::new(Self::new(Survives::Nothing))).clone()
    }

    /// Another one.
    pub(crate) fn new(survives: Survives) -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("deskwarden-pg-").tempdir().expect("a folder for PostgreSQL");
        let folder = folder.keep();
        give_to_account(&folder);
        init(&programs, &folder, survives);
        let mut command = as_account("/bin/sh");
        command.arg("-c").arg(GUARD).arg(&programs).arg(&folder).current_dir("/");
        let mut cluster = Self { folder, process: Process::start("PostgreSQL", command) };
        let end = Instant::now() + Duration::from_secs(30);
        while !answers(&cluster.url(ACCOUNT)) {
            let log = fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
            assert!(cluster.process.ended().is_none(), "PostgreSQL has ended:\n{log}");
            assert!(Instant::now() < end, "PostgreSQL does not answer:\n{log}");
        }
        cluster
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user={ACCOUNT}", self.folder.display())
    }

    /// Runs a statement that belongs to no test's database.
    pub(crate) fn admin(&self, sql: &str) {
        let done = PgConnection::establish(&self.url(ACCOUNT)).map_err(|error| error.to_string());
        let done = done.and_then(|mut conn| conn.batch_execute(sql).map_err(|error| error.to_string()));
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The name of a new tablespace in this folder.
    pub(crate) fn tablespace(&self, place: &Path) -> String {
        let folder = place.join("space");
        fs::create_dir(&folder).expect("a folder for a tablespace");
        give_to_account(&folder);
        self.admin(&format!("CREATE TABLESPACE small LOCATION '{}'", folder.display()));
        "small".to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Its guard stops it and takes the files away; killed, it could not.
        self.process.signal(Signal::SIGTERM);
        let end = Instant::now() + Duration::from_secs(10);
        while self.process.ended().is_none() && Instant::now() < end {
            std::thread::yield_now();
        }
    }
}

fn give_to_account(folder: &Path) {
    if Uid::effective().is_root() {
        let account = User::from_name(ACCOUNT).expect("the list of accounts can be read");
        let account = account.unwrap_or_else(|| panic!("root needs the account {ACCOUNT} for PostgreSQL: {INSTALL}"));
        chown(folder, Some(account.uid), Some(account.gid)).expect("root may give a folder away");
    }
}

/// The folder of the newest PostgreSQL's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, path)| path.join("initdb").is_file())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| panic!("PostgreSQL's programs are needed: {INSTALL}")).1
}

/// As the account that may run a database: it refuses to run as root.
fn as_account(command: &str) -> Command {
    let root = Uid::effective().is_root();
    let mut guarded = Process::guarded(if root { "setpriv" } else { command }, "TERM");
    if root {
        // Changing the account takes the death signal away: it is asked for again afterwards.
        guarded.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups", "--"]);
        guarded.args(["setpriv", "--pdeathsig", "TERM", "--", command]);
    }
    guarded
}

fn answers(address: &str) -> bool {
    // A refused connection comes back at once; this gives the server the processor in between.
    std::thread::yield_now();
    PgConnection::establish(address).is_ok_and(|mut conn| diesel::sql_query("SELECT 1").execute(&mut conn).is_ok())
}

fn init(programs: &Path, folder: &Path, survives: Survives) {
    let initdb = programs.join("initdb");
    let mut command = as_account(initdb.to_str().expect("a path in UTF-8"));
    // A collation that differs from the order of bytes, as real installations have.
    command.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"]);
    command.args(["--locale=C.UTF-8", "--username", ACCOUNT, "-D"]).arg(folder.join("data")).current_dir("/");
    let done = command.output().expect("initdb runs");
    assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\n{}",
        folder.display(),
        survives.settings()
    );
    fs::write(folder.join("data/postgresql.auto.conf"), settings).expect("PostgreSQL's settings");
}
