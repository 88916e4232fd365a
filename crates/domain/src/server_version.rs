//! Whether a remote access server can be told to end a session (004).

use std::cmp::Ordering;

use deskwarden_types::Source;

/// The first RealVNC Server that can be told to end a session (004).
const FIRST_OBEDIENT: [u64; 3] = [7, 13, 0];

/// What is known of a server's obedience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerAnswer {
    /// It ends sessions when told.
    Obeys,
    /// Its version is too old to be told.
    TooOld,
    /// Nothing is known, so nothing is promised.
    Unknown,
}

/// Whether the server of a session can be told to end it: our own gate and logind can, RealVNC Server can from
/// 7.13.0 (004).
pub fn server_obeys(source: Source, product: Option<&str>, version: Option<&str>) -> ServerAnswer {
    if matches!(source, Source::Gate | Source::Logind) {
        return ServerAnswer::Obeys;
    }
    match (product.map(is_real_vnc), version.and_then(compare)) {
        (Some(true), Some(Ordering::Less)) => ServerAnswer::TooOld,
        (Some(true), Some(_)) => ServerAnswer::Obeys,
        _ => ServerAnswer::Unknown,
    }
}

fn is_real_vnc(product: &str) -> bool {
    let mut words = product.split_whitespace().map(str::to_ascii_lowercase);
    words.next().as_deref() == Some("realvnc") && words.next().as_deref() == Some("server")
}

/// A version such as `7.13`, `v7.13.0` or `7.13.0 (r51824)` against the first that obeys; `7.13.0-beta` came before
/// it. None, where it is no version.
fn compare(version: &str) -> Option<Ordering> {
    let text = version.trim().trim_start_matches(['v', 'V']);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let mut numbers = numbers.split('.').map(str::parse::<u64>).collect::<Result<Vec<_>, _>>().ok()?;
    numbers.resize(numbers.len().max(FIRST_OBEDIENT.len()), 0);
    match numbers.as_slice().cmp(FIRST_OBEDIENT.as_slice()) {
        Ordering::Equal if rest.starts_with('-') => Some(Ordering::Less),
        ordering => Some(ordering),
    }
}
