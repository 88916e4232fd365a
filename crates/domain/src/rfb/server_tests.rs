use proptest::prelude::*;

use super::*;

fn rect(encoding: i32, width: u16, height: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 0];
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&encoding.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

fn update(rects: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(rects.len()).unwrap();
    [&[0, 0], &count.to_be_bytes()[..], &rects.concat()].concat()
}

fn cut_text(length: i32, text: &[u8]) -> Vec<u8> {
    [&[3, 0, 0, 0], &length.to_be_bytes()[..], text].concat()
}

fn passes(bytes: &[u8]) -> Result<(Vec<u8>, u64), Refused> {
    let mut filter = ServerFilter::default();
    let mut out = Vec::new();
    filter.take(bytes, &mut out)?;
    Ok((out, filter.texts()))
}

fn with_length(bytes: usize) -> Vec<u8> {
    [&u32::try_from(bytes).unwrap().to_be_bytes()[..], &vec![3; bytes]].concat()
}

/// Rectangles whose payload looks like texts of the clipboard, so that a wrong length shows.
fn rects() -> Vec<Vec<u8>> {
    vec![
        rect(RAW, 3, 2, &[3; 24]),
        rect(COPY_RECT, 300, 200, &[3; 4]),
        rect(ZRLE, 64, 64, &with_length(77)),
        rect(CURSOR, 9, 3, &[3; 9 * 3 * 4 + 2 * 3]),
        rect(DESKTOP_SIZE, 800, 600, &[]),
        rect(EXTENDED_DESKTOP_SIZE, 800, 600, &[&[2, 0, 0, 0][..], &[3; 32]].concat()),
        rect(DESKTOP_NAME, 0, 0, &with_length(5)),
        // Tight: one colour; JPEG; short; long; with each filter.
        rect(TIGHT, 16, 16, &[0x80, 3, 3, 3]),
        rect(TIGHT, 16, 16, &[&[0x90, 0x85, 0x01][..], &[3; 133]].concat()),
        rect(TIGHT, 16, 16, &[&[0x90, 0x80, 0x80, 0x01][..], &vec![3; 16384]].concat()),
        rect(TIGHT, 1, 3, &[&[0x00][..], &[3; 9]].concat()),
        rect(TIGHT, 16, 16, &[&[0x10, 20][..], &[3; 20]].concat()),
        rect(TIGHT, 16, 16, &[&[0x40, 0, 20][..], &[3; 20]].concat()),
        rect(TIGHT, 16, 16, &[&[0x4F, 2, 20][..], &[3; 20]].concat()),
        rect(TIGHT, 16, 16, &[&[0x40, 1, 1][..], &[3; 6], &[20], &[3; 20]].concat()),
        rect(TIGHT, 8, 2, &[&[0x40, 1, 1][..], &[3; 6], &[3; 2]].concat()),
        rect(TIGHT, 16, 16, &[&[0x40, 1, 9][..], &[3; 30], &[20], &[3; 20]].concat()),
    ]
}

#[test]
fn pictures_pass_and_texts_do_not() {
    for one in rects() {
        let picture = update(&[one.clone(), one.clone()]);
        let bytes = [&picture, &cut_text(6, b"secret")[..], &picture, &cut_text(-6, b"secret"), &[2]].concat();
        let expected = [&picture[..], &picture, &[2]].concat();
        assert_eq!(passes(&bytes), Ok((expected, 2)), "{:?}", &one[..20.min(one.len())]);
    }
}

#[test]
fn an_update_without_a_number_ends_with_its_mark() {
    let open = [&[0, 0, 0xFF, 0xFF][..], &rects().concat(), &rect(LAST_RECT, 0, 0, &[])].concat();
    let bytes = [&open[..], &cut_text(6, b"secret"), &[150]].concat();
    assert_eq!(passes(&bytes), Ok(([&open[..], &[150]].concat(), 1)));
}

#[test]
fn what_is_not_known_closes() {
    for (bytes, refused) in [
        (vec![4], Refused::UnknownMessage(4)),
        (vec![255], Refused::UnknownMessage(255)),
        (update(&[rect(5, 8, 8, &[])]), Refused::Encoding(5)),
        (update(&[rect(-314, 8, 8, &[])]), Refused::Encoding(-314)),
        (update(&[rect(ZRLE, 8, 8, &[0xFF; 4])]), Refused::Malformed(0)),
        (update(&[rect(TIGHT, 8, 8, &[0xA0])]), Refused::Malformed(0)),
        (update(&[rect(TIGHT, 8, 8, &[0x40, 3])]), Refused::Malformed(0)),
    ] {
        assert_eq!(passes(&bytes), Err(refused));
    }
}

proptest! {
    #[test]
    fn where_the_stream_is_cut_does_not_matter(cuts in proptest::collection::vec(1usize..60, 1..200)) {
        let colours = [&[1, 0, 0, 0, 0, 2][..], &[3; 12]].concat();
        let fence = [&[248, 0, 0, 0, 0, 0, 0, 1, 4][..], &[3; 4]].concat();
        let bytes = [colours, update(&rects()), cut_text(500, &[0; 500]), fence, update(&[])].concat();
        let whole = passes(&bytes).unwrap();
        let mut filter = ServerFilter::default();
        let (mut out, mut rest, mut cuts) = (Vec::new(), bytes.as_slice(), cuts.into_iter().cycle());
        while !rest.is_empty() {
            let (now, after) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            filter.take(now, &mut out).unwrap();
            rest = after;
        }
        prop_assert_eq!((out, filter.texts()), whole);
    }
}
