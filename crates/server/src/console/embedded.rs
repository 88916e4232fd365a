//! Files that the build put into the program.

/// A file with its compressed forms.
pub struct Embedded {
    /// Its path, without a slash in front.
    pub name: &'static str,
    /// Stands for its content.
    pub hash: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// Compressed, where that is smaller.
    pub gzip: Option<&'static [u8]>,
}

/// In the order of their names.
static FILES: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/console_files.rs"));

/// The file with this path.
pub fn find(name: &str) -> Option<&'static Embedded> {
    let position = FILES.binary_search_by(|file| file.name.cmp(name)).ok()?;
    FILES.get(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_name() {
        assert!(FILES.is_sorted_by_key(|file| file.name));
        assert!(FILES.iter().all(|file| find(file.name).is_some_and(|found| found.hash == file.hash)));
        assert!(find("no such file").is_none());
    }
}
