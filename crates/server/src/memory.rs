//! What the C library keeps of the memory that was given back to it.

/// Arenas: as many as threads kept 40 MB more after three files of a million rows.
#[cfg(target_env = "gnu")]
const ARENAS: libc::c_int = 2;

/// Bytes from which on a piece is the system's own and goes back to it at once. glibc begins here too, but raises it
/// with the first large piece that is given back.
#[cfg(target_env = "gnu")]
const OWN_PIECE: libc::c_int = 128 * 1024;

/// Lets memory that a long answer took go back to the system. To be called before there are threads. `MALLOC_ARENA_MAX`
/// and `MALLOC_MMAP_THRESHOLD_` in the environment are overruled; other C libraries are left as they are.
pub fn give_back() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "two numbers for the C library, before there are threads; no crate has a safe way")]
    // SAFETY: `mallopt` takes numbers by value and may be called at any time.
    unsafe {
        // It fails for unknown parameters alone; then all is as before.
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
        libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_PIECE);
    }
}
