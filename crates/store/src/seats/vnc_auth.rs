//! The answer to a challenge by which a native viewer proves that it knows a password (RFB's security type 2).

use des::{
    Des,
    cipher::{Array, BlockCipherEncrypt, KeyInit},
};

/// The challenge encrypted with the password, of which eight bytes count, each with its bits turned around.
pub(super) fn answer(password: &str, challenge: &[u8; 16]) -> [u8; 16] {
    let mut key = [0u8; 8];
    for (byte, character) in key.iter_mut().zip(password.bytes()) {
        *byte = character.reverse_bits();
    }
    let cipher = Des::new(&Array(key));
    let mut answer = [0u8; 16];
    for (from, to) in challenge.chunks_exact(8).zip(answer.chunks_exact_mut(8)) {
        let mut block = Array([0u8; 8]);
        block.copy_from_slice(from);
        cipher.encrypt_block(&mut block);
        to.copy_from_slice(&block);
    }
    answer
}

/// Compares all of it, however early it differs.
pub(super) fn same(one: &[u8; 16], other: &[u8; 16]) -> bool {
    one.iter().zip(other).fold(0, |different, (a, b)| different | (a ^ b)) == 0
}

/// Reads 32 hexadecimal digits.
pub(super) fn sixteen(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_viewers_give() {
        // Two blocks alike give two alike; DES of zeros under the key of zeros is well known.
        let zeros = answer("", &[0; 16]);
        assert_eq!(zeros[..8], [0x8c, 0xa6, 0x4d, 0xe9, 0xc1, 0xb1, 0x23, 0xa7]);
        assert_eq!(zeros[..8], zeros[8..]);
        assert_eq!(answer("password", &[1; 16]), answer("password and more", &[1; 16]), "eight characters count");
        assert!(!same(&answer("password", &[1; 16]), &answer("passwore", &[1; 16])));
    }

    #[test]
    fn digits_are_read() {
        assert_eq!(sixteen("000102030405060708090a0b0c0d0e0F"), Some(std::array::from_fn(|n| n as u8)));
        for bad in [
            "",
            "00",
            "+00102030405060708090a0b0c0d0e0f",
            "000102030405060708090a0b0c0d0e0g",
            "000102030405060708090a0b0c0d0e0f0",
        ] {
            assert_eq!(sixteen(bad), None, "{bad}");
        }
    }
}
