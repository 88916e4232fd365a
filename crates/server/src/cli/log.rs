//! Logs: one line each, to standard error.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use super::Outcome;

/// How the server logs.
#[derive(Debug, Args)]
pub struct LogOptions {
    /// The form of log lines
    #[arg(long, env = "DESKWARDEN_LOG_FORMAT", global = true, default_value = "text", value_name = "FORM")]
    log_format: LogFormat,
    /// What is logged: error, warn, info, debug, trace, or per part, such as info,deskwarden_server=debug
    #[arg(long, env = "DESKWARDEN_LOG", global = true, value_name = "LEVEL")]
    log: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// One JSON document a line.
    Json,
}

/// Starts logging. A server tells what it does; other commands only what goes wrong.
pub fn start(options: &LogOptions, is_server: bool) -> Outcome {
    // actix_http calls what strangers send an error; our own line of the request says enough.
    let usual = if is_server { "info,actix_server=warn,actix_http=off" } else { "warn" };
    let filter = EnvFilter::try_new(options.log.as_deref().unwrap_or(usual))
        .map_err(|error| format!("--log: {error}. Try --log info."))?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
    match options.log_format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true).with_span_list(false)).try_init()?,
        LogFormat::Text => registry.with(lines.with_ansi(std::io::stderr().is_terminal())).try_init()?,
    }
    Ok(())
}
