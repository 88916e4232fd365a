//! The descriptions as files: written by one command, compared by the same one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Api, Description};
use crate::routes;

/// The command that writes the files anew.
pub const REWRITE: &str = "deskwarden openapi --out api-spec";

/// The files are not what the code says, or cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// Reading or writing failed.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The description can't be written as JSON.
    #[error("the description cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The file and the code differ.
    #[error("{path} is not what the code says (first difference in line {line}). Write it anew with: {REWRITE}")]
    Differs {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
}

/// An API's description as JSON, with a line break at its end.
pub fn description_json(api: Api) -> Result<String, serde_json::Error> {
    let mut description = Description::new(api);
    routes::all().describe(&mut description);
    let mut json = description.finish().to_pretty_json()?;
    json.push('\n');
    Ok(json)
}

/// Writes both files under `folder`.
pub fn write_files(folder: &Path) -> Result<(), SpecError> {
    for api in Api::ALL {
        let path = folder.join(api.file());
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, description_json(*api)?)
        };
        write().map_err(|cause| SpecError::File { path: path.clone(), cause })?;
    }
    Ok(())
}

/// Compares both files under `folder` with the code.
pub fn check_files(folder: &Path) -> Result<(), SpecError> {
    for api in Api::ALL {
        let path = folder.join(api.file());
        let written = fs::read_to_string(&path).map_err(|cause| SpecError::File { path: path.clone(), cause })?;
        let made = description_json(*api)?;
        if written != made {
            let same = written.lines().zip(made.lines()).take_while(|(a, b)| a == b).count();
            return Err(SpecError::Differs { path, line: same + 1 });
        }
    }
    Ok(())
}
