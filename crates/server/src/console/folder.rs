//! Files from a folder, for whoever works on the console.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

/// Reads a file below the folder. `None` where there is none, or where the name leads out of it.
pub async fn read(folder: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    let Some(path) = below(folder, name) else {
        return Ok(None);
    };
    match tokio::fs::read(path).await {
        Ok(content) => Ok(Some(content)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = Path::new(name);
    let is_plain =
        |part: Component<'_>| matches!(part, Component::Normal(part) if !part.to_string_lossy().starts_with('.'));
    let fits =
        name.components().all(is_plain) && name.components().next().is_some() && !name.to_string_lossy().contains('\0');
    fits.then(|| folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = Path::new("/srv/console");
        assert_eq!(below(folder, "app/a.js"), Some(PathBuf::from("/srv/console/app/a.js")));
        for bad in ["", "/etc/passwd", "../x", "app/../../x", ".env", "app/.hidden", "a\0b", "./x"] {
            assert_eq!(below(folder, bad), None, "{bad:?}");
        }
    }
}
