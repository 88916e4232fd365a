//! One record of the spool: length, checksum, JSON.

use deskwarden_types::agent::Observation;

use crate::clock::Stamp;

/// Before each payload: its length and its CRC-32, both little-endian.
const HEAD: usize = 8;
/// Longer than any report can be; a greater length is damage.
const LONGEST: usize = 16 * 1024 * 1024;

/// What stands in the spool.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(crate) enum Record {
    /// Numbers up to this were given out and are done with.
    Base { through: i64 },
    /// A report.
    Report(Spooled),
}

/// A report with the moment of its observation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Spooled {
    /// Its number.
    pub seq: i64,
    /// When it was observed.
    pub at: Stamp,
    /// What was observed.
    pub what: Observation,
}

/// The record as bytes.
pub(crate) fn encode(record: &Record) -> serde_json::Result<Vec<u8>> {
    let payload = serde_json::to_vec(record)?;
    let mut bytes = Vec::with_capacity(HEAD + payload.len());
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&payload).to_le_bytes());
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

/// The whole record at the start of `bytes`, and how long it is.
fn decode(bytes: &[u8]) -> Option<(Record, usize)> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > LONGEST {
        return None;
    }
    let payload = rest.get(..length)?;
    if crc32fast::hash(payload) != u32::from_le_bytes(*sum) {
        return None;
    }
    Some((serde_json::from_slice(payload).ok()?, HEAD + length))
}

/// What a spool's bytes hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    /// Every whole record, in order.
    pub records: Vec<Record>,
    /// Bytes in the middle that are no record, with whole records after them: damage.
    pub damaged: usize,
    /// Bytes at the end that are no whole record: a write that was cut off.
    pub torn: usize,
}

/// Reads everything that can be read.
pub(crate) fn scan(mut bytes: &[u8]) -> Scan {
    let mut found = Scan::default();
    let mut skipped = 0;
    while !bytes.is_empty() {
        match decode(bytes) {
            Some((record, length)) => {
                found.damaged += std::mem::take(&mut skipped);
                found.records.push(record);
                bytes = bytes.get(length..).unwrap_or_default();
            }
            None => {
                skipped += 1;
                bytes = bytes.get(1..).unwrap_or_default();
            }
        }
    }
    found.torn = skipped;
    found
}
