//! Masking, as all that a client sends is masked.

/// So many bytes at a time, for the processor's sake.
const WIDE: usize = 64;

/// Masks, or takes a mask off.
pub(super) fn mask(bytes: &mut [u8], key: [u8; 4]) {
    let keys = [key; WIDE / 4];
    for wide in bytes.chunks_mut(WIDE) {
        for (byte, key) in wide.iter_mut().zip(keys.as_flattened()) {
            *byte ^= key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_meets_its_part_of_the_key() {
        for length in [0, 1, 3, 4, 5, 63, 64, 65, 130, 1_000] {
            let bytes: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let mut masked = bytes.clone();
            mask(&mut masked, [1, 2, 4, 128]);
            let expected: Vec<u8> = bytes.iter().zip([1, 2, 4, 128].iter().cycle()).map(|(a, b)| a ^ b).collect();
            assert_eq!(masked, expected, "{length}");
            mask(&mut masked, [1, 2, 4, 128]);
            assert_eq!(masked, bytes, "{length}");
        }
    }
}
