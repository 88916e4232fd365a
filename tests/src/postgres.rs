//! A real PostgreSQL server of the tests' own: started when first needed, gone with the tests.
//!
//! It listens on a unix socket in a folder of its own. `fsync` is off: these tests kill our server, not
//! the database's machine, and what a power cut does to PostgreSQL is PostgreSQL's to test.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use nix::unistd::{Uid, User, chown};

use crate::Process;

const ACCOUNT: &str = "postgres";
const INSTALL: &str = "apt install postgresql";

/// Stops the database and takes its files away when the tests are gone, however they went.
const GUARD: &str = r#"
"$0"/postgres -D "$1/data" >"$1/log" 2>&1 &
server=$!
trap 'kill -QUIT $server; wait $server; rm -rf "$1"; exit' TERM
wait $server
rm -rf "$1""#;

struct Postgres {
    folder: PathBuf,
    _process: Process,
}

/// The address of a database of the tests' server, which is started if need be.
pub(crate) fn url(database: &str) -> String {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    let server = SERVER.get_or_init(start);
    format!("postgres:///{database}?host={}&user={ACCOUNT}", server.folder.display())
}

/// Runs a statement that belongs to no test's database. While another test has filled its tablespace, the server can make
/// no checkpoint; that passes.
pub(crate) fn admin(sql: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while let Err(error) = attempt(sql) {
        let passes = error.to_string().contains("checkpoint request failed") && Instant::now() < end;
        assert!(passes, "{sql}: {error}");
        std::thread::yield_now();
    }
}

/// The same where it may fail.
pub(crate) fn attempt(sql: &str) -> Result<(), Box<dyn Error>> {
    Ok(PgConnection::establish(&url(ACCOUNT))?.batch_execute(sql)?)
}

/// The name of a new tablespace in this folder.
pub(crate) fn tablespace(place: &Path) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("space_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = place.join(&name);
    fs::create_dir(&folder).expect("a folder for a tablespace");
    give_to_account(&folder);
    admin(&format!("CREATE TABLESPACE {name} LOCATION '{}'", folder.display()));
    name
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

fn start() -> Postgres {
    let programs = programs();
    let folder = tempfile::Builder::new().prefix("deskwarden-pg-").tempdir().expect("a folder for PostgreSQL").keep();
    give_to_account(&folder);
    init(&programs, &folder);
    let mut command = as_account("/bin/sh");
    command.arg("-c").arg(GUARD).arg(&programs).arg(&folder).current_dir("/");
    let mut process = Process::start("PostgreSQL", command);
    let address = format!("postgres:///{ACCOUNT}?host={}&user={ACCOUNT}", folder.display());
    let end = Instant::now() + Duration::from_secs(30);
    while !answers(&address) {
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(process.ended().is_none(), "PostgreSQL has ended:\n{}", log());
        assert!(Instant::now() < end, "PostgreSQL does not answer:\n{}", log());
    }
    Postgres { folder, _process: process }
}

fn answers(address: &str) -> bool {
    // A refused connection comes back at once; this gives the server the processor in between.
    std::thread::yield_now();
    PgConnection::establish(address).is_ok_and(|mut conn| diesel::sql_query("SELECT 1").execute(&mut conn).is_ok())
}

fn init(programs: &Path, folder: &Path) {
    let initdb = programs.join("initdb");
    let mut command = as_account(initdb.to_str().expect("a path in UTF-8"));
    // A collation that differs from the order of bytes, as real installations have.
    command.args(["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US"]);
    command.args(["--locale=C.UTF-8", "--username", ACCOUNT, "-D"]).arg(folder.join("data")).current_dir("/");
    let done = command.output().expect("initdb runs");
    assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nsynchronous_commit = off\n\
         full_page_writes = off\nmax_connections = 300\nshared_buffers = 64MB\n",
        folder.display()
    );
    fs::write(folder.join("data/postgresql.auto.conf"), settings).expect("PostgreSQL's settings");
}
