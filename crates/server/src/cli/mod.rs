//! The command line of `deskwarden`.

mod agent_code;
mod audit;
mod demo;
mod log;
mod openapi;
mod owner;
mod samples;
mod serve;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    memory,
    options::{DatabaseOptions, ServeOptions},
    server::open_store,
};

/// What a command gives: nothing, or a sentence that says what is wrong and what to do.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// One console for every session that an institution delivers.
#[derive(Debug, Parser)]
#[command(name = "deskwarden", version, max_term_width = 110)]
struct Line {
    #[command(flatten)]
    log: log::LogOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(Box<ServeOptions>),
    /// Bring the database to its newest form, and nothing else
    Migrate(DatabaseOptions),
    /// Owners of the tenant
    #[command(subcommand)]
    Owner(OwnerCommand),
    /// Agents
    #[command(subcommand)]
    Agent(AgentCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// A made-up institution to look around in
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Write or compare the files that describe the APIs
    Openapi(openapi::OpenapiOptions),
}

#[derive(Debug, Subcommand)]
enum OwnerCommand {
    /// Make an owner, or give the first one his email and password
    Create(owner::CreateOptions),
}

#[derive(Debug, Subcommand)]
enum AgentCommand {
    /// Print a one-time code with which an agent enrols, good for an hour
    Code(agent_code::CodeOptions),
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Fill an empty database with eighteen months of made-up sessions, and mark it as a demo
    Load(demo::LoadOptions),
    /// Add a desktop and an app that everyone may open, on whatever machine can run them
    Samples(DatabaseOptions),
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Read the whole audit log of every tenant and say whether it is whole
    Verify(DatabaseOptions),
}

/// Runs the command line; errors go to standard error as one sentence.
pub fn main() -> ExitCode {
    let line = Line::parse();
    memory::give_back();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    if let Err(error) = log::start(&line.log, matches!(line.command, Command::Serve(_))) {
        return failed(error.as_ref());
    }
    match runtime.block_on(run(line.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error.as_ref()),
    }
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(options) => serve::serve(*options).await,
        Command::Migrate(options) => {
            open_store(&options).await?;
            say("The database has its newest form.");
            Ok(())
        }
        Command::Owner(OwnerCommand::Create(options)) => owner::create(options).await,
        Command::Agent(AgentCommand::Code(options)) => agent_code::code(options).await,
        Command::Audit(AuditCommand::Verify(options)) => audit::verify(options).await,
        Command::Demo(DemoCommand::Load(options)) => demo::load(options).await,
        Command::Demo(DemoCommand::Samples(options)) => samples::create(options).await,
        Command::Openapi(options) => openapi::openapi(&options),
    }
}

/// Says something to whoever started the program. Who has stopped listening need not hear it.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn failed(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    // Where even standard error is closed, the exit code says it.
    let _ = writeln!(std::io::stderr(), "deskwarden: {error}");
    ExitCode::FAILURE
}
