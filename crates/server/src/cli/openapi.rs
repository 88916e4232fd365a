//! `deskwarden openapi`.

use std::path::PathBuf;

use clap::Args;

use super::{Outcome, say};
use crate::openapi::{Api, check_files, description_json, write_files};

/// What to do with the files.
#[derive(Debug, Args)]
pub struct OpenapiOptions {
    /// Write the files to this folder; without it and --check, the people's description goes to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Compare the files in this folder with the program, and fail when they differ
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "api-spec", conflicts_with = "out")]
    check: Option<PathBuf>,
}

/// Writes, compares or prints.
pub fn openapi(options: &OpenapiOptions) -> Outcome {
    match (&options.out, &options.check) {
        (Some(folder), _) => write_files(folder)?,
        (None, Some(folder)) => check_files(folder)?,
        (None, None) => say(description_json(Api::People)?.trim_end()),
    }
    Ok(())
}
