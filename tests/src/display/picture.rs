//! Pictures of a display, from the file into which Xvfb maps its screen (`-fbdir`, in the XWD format).

use std::io::{self, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};

/// The screen as a PNG file; none if the file is not a screen of 32 bits a pixel.
pub(super) fn png(screen: &[u8]) -> Option<Vec<u8>> {
    // The header's numbers are big-endian; after it comes a colour map of 12 bytes an entry.
    let number = |at: usize| {
        let bytes = screen.get(at * 4..at * 4 + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
    };
    let (header, width, height) = (number(0)?, number(4)?, number(5)?);
    let (bits, line, colours) = (number(11)?, number(12)?, number(19)?);
    if bits != 32 {
        return None;
    }
    let pixels = screen.get(header + colours * 12..)?;
    let mut rows = Vec::with_capacity(height * (width * 3 + 1));
    for row in pixels.chunks_exact(line).take(height) {
        // No filter; pixels are blue, green, red and a byte of nothing.
        rows.push(0);
        for pixel in row.chunks_exact(4).take(width) {
            let [blue, green, red, _] = *pixel.as_array::<4>()?;
            rows.extend([red, green, blue]);
        }
    }
    write(u32::try_from(width).ok()?, u32::try_from(height).ok()?, &rows).ok()
}

fn write(width: u32, height: u32, rows: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(rows)?;
    // Eight bits a colour, red, green and blue.
    let size = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", size), (b"IDAT", packed.finish()?), (b"IEND", Vec::new())] {
        let mut sum = Crc::new();
        sum.update(kind);
        sum.update(&data);
        file.extend(u32::try_from(data.len()).map_err(io::Error::other)?.to_be_bytes());
        file.extend(kind);
        file.extend(data);
        file.extend(sum.sum().to_be_bytes());
    }
    Ok(file)
}
