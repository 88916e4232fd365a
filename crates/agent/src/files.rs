//! Files that are whole after a crash at any moment.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

/// The ending of a file that is being written.
const UNFINISHED: &str = "new";

/// Makes a directory with this mode. One that is there keeps its own.
pub fn directory(path: &Path, mode: u32) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(mode).create(path)?;
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

/// Replaces a file, for root alone: the old one or the new one is there, never half of it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension(UNFINISHED);
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    if let Err(error) = written {
        // A full disk must not be kept full by what could not be finished.
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync_directory_of(path)
}

/// Removes a file for good. It is no error if it is gone.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => sync_directory_of(path),
    }
}

/// Makes a new, renamed or removed name durable.
pub fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

/// Replaces a file by a document.
pub fn replace_json<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    replace(path, &serde_json::to_vec_pretty(value)?)
}

/// Reads a document; `None` if the file is not there.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => {
            let value = serde_json::from_slice(&bytes);
            value.map(Some).map_err(|e| io::Error::other(format!("{}: {e}", path.display())))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Reads every `*.json` of a directory. One that cannot be read is passed over with a complaint: the others count.
pub fn read_all_json<T: DeserializeOwned>(directory: &Path) -> io::Result<Vec<T>> {
    let mut all = Vec::new();
    for file in fs::read_dir(directory)? {
        let path = file?.path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        match read_json(&path) {
            Ok(value) => all.extend(value),
            Err(error) => tracing::error!(%error, "a file of the state cannot be read and is left where it is"),
        }
    }
    Ok(all)
}

/// Removes what a killed program was about to `replace` a file by. Only for a directory that is ours alone.
pub fn remove_unfinished(directory: &Path) -> io::Result<()> {
    for file in fs::read_dir(directory)? {
        let path = file?.path();
        if path.extension().is_some_and(|e| e == UNFINISHED) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Whether an error says that the disk is full.
pub fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_replaced_file_is_private_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        replace_json(&path, &[1, 2]).unwrap();
        replace_json(&path, &[3]).unwrap();
        assert_eq!(read_json::<Vec<u8>>(&path).unwrap(), Some(vec![3]));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        fs::write(dir.path().join("torn.json"), "[1,").unwrap();
        assert_eq!(read_all_json::<Vec<u8>>(dir.path()).unwrap(), [[3]]);
        fs::write(dir.path().join("y.new"), "[1,").unwrap();
        remove_unfinished(dir.path()).unwrap();
        assert!(!dir.path().join("y.new").exists() && path.exists());
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read_json::<Vec<u8>>(&path).unwrap(), None);
    }
}
