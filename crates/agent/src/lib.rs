//! `deskwarden-agent`: runs apps for the users of a host, each in a cgroup of its own, tells the server of them, and
//! carries out what the console asks.
//!
//! The way of a command: [`link`] receives it → [`journal`] takes it on → a [`source::SessionSource`] carries it out
//! → [`outbox`] spools what was observed → [`link`] reports it.

mod cgroup;
mod cli;
mod clock;
mod display;
mod enrol;
mod exec;
mod files;
mod gate;
mod host;
mod journal;
mod link;
mod local;
mod logins;
mod outbox;
mod player;
mod resume;
mod run;
mod screens;
mod simulate;
mod source;
mod spool;
mod state;
mod streams;
mod watch;

use std::{
    ffi::OsString,
    io::{self, Write},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use cli::{Cli, Command};
use local::{
    ask::{self, Ended},
    wire::Ask,
};
use state::StateDir;

/// What the shell gets when there is no such program; 1 is every other failure.
const UNKNOWN_PROGRAM: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    // What the agent starts itself as, before anything reads options from an environment that is a user's.
    match arguments.nth(1).as_ref().and_then(|word| word.to_str()) {
        Some(exec::child::WORD) => return exit(exec::child::main(arguments)),
        Some(display::check::WORD) => return exit(display::check::main()),
        Some(screens::managed::WORD) => return exit(screens::managed::main()),
        Some(watch::keep::WORD) => return exit(watch::keep::main(arguments)),
        _ => {}
    }
    let cli = Cli::parse();
    match carry_out(&cli.state_dir, cli.command) {
        Ok(Ended::Well(text)) => {
            say(&mut io::stdout(), &text);
            ExitCode::SUCCESS
        }
        Ok(Ended::Refused { unknown_program, why }) => {
            say(&mut io::stderr(), &why);
            if unknown_program { ExitCode::from(UNKNOWN_PROGRAM) } else { ExitCode::FAILURE }
        }
        Err(error) => {
            say(&mut io::stderr(), &error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn carry_out(state: &Path, command: Command) -> io::Result<Ended> {
    match command {
        Command::Enrol(enrol) => {
            let wanted = enrol::Wanted {
                server: enrol.server,
                code: enrol.code,
                name: enrol.name,
                insecure_http: enrol.insecure_http,
                ca_certificate: enrol.ca_certificate,
            };
            let state = StateDir::open(state)?;
            in_runtime(async { enrol::enrol(&state, wanted).await }).map(Ended::Well)
        }
        Command::Run(run) => {
            start_log();
            let state = StateDir::open(state)?;
            let certificate = match (run.gate_certificate, run.gate_key) {
                (Some(chain), Some(key)) => Some(gate::Certificate::open(chain, key)?),
                _ => None,
            };
            let gate = run.gate.map(|address| gate::Wanted {
                address,
                name: run.gate_name,
                certificate,
                encrypted_only: run.gate_encrypted_only,
            });
            let minutes = |minutes: u64| (minutes > 0).then(|| minutes * 60_000);
            let wishes = run::Wishes {
                grace: Duration::from_secs(run.terminate_seconds),
                patience: screens::Patience {
                    abandoned_ms: minutes(run.disconnected_minutes),
                    behind_gate_ms: minutes(run.gate_minutes),
                },
                logins: !run.no_logins,
                gate,
            };
            in_runtime(run::run(state, wishes))?;
            Ok(Ended::Well(String::new()))
        }
        Command::Launch(launch) => match texts(launch.args) {
            Ok(args) => ask::launch(state, launch.program, args),
            Err(why) => Ok(Ended::Refused { unknown_program: false, why }),
        },
        Command::Start(of) => ask::start(state, of.session),
        Command::Remove(of) => ask::ask(state, &Ask::Remove { session: of.session }),
        Command::Simulate(options) => {
            start_log();
            in_runtime(simulate::run(state, options))?;
            Ok(Ended::Well(String::new()))
        }
        Command::Status => ask::ask(state, &Ask::Status {}),
        Command::List => ask::ask(state, &Ask::List {}),
    }
}

fn texts(args: Vec<OsString>) -> Result<Vec<String>, String> {
    let text = |arg: OsString| arg.into_string().map_err(|arg| format!("the argument {arg:?} is not UTF-8"));
    args.into_iter().map(text).collect()
}

fn in_runtime<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DESKWARDEN_AGENT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

/// Prints for a person. Names come from elsewhere: what could steer a terminal is left out.
fn say(out: &mut dyn Write, text: &str) {
    if !text.is_empty() {
        let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        // A reader that is gone wants nothing.
        let _ = writeln!(out, "{text}");
    }
}

fn exit(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
