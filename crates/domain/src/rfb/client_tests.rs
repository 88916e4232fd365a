use proptest::prelude::*;

use super::*;

const KEY: [u8; 8] = [4, 1, 0, 0, 0, 0, 0, 0x61];
const POINTER: [u8; 6] = [5, 1, 0, 10, 0, 20];
const REQUEST: [u8; 10] = [3, 1, 0, 0, 0, 0, 4, 0, 3, 0];
const QEMU_KEY: [u8; 12] = [255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1E];
const XVP: [u8; 4] = [250, 0, 1, 2];

fn cut_text(length: i32, text: &[u8]) -> Vec<u8> {
    [&[6, 0, 0, 0], &length.to_be_bytes()[..], text].concat()
}

fn desktop_size(screens: u8) -> Vec<u8> {
    [vec![251, 0, 4, 0, 3, 0, screens, 0], vec![7; 16 * usize::from(screens)]].concat()
}

fn encodings(asked: &[i32]) -> Vec<u8> {
    let mut message = vec![2, 0];
    message.extend_from_slice(&u16::try_from(asked.len()).unwrap().to_be_bytes());
    asked.iter().for_each(|encoding| message.extend_from_slice(&encoding.to_be_bytes()));
    message
}

fn pixels(bits: u8, depth: u8, max: u8) -> Vec<u8> {
    [&[0, 0, 0, 0, bits, depth, 0, 1][..], &[0, max, 0, max, 0, max, 0, 8, 16, 0, 0, 0]].concat()
}

fn fence(length: u8) -> Vec<u8> {
    [vec![248, 0, 0, 0, 0, 0, 0, 1, length], vec![9; usize::from(length)]].concat()
}

fn passes(reach: Reach, bytes: &[u8]) -> Result<(Vec<u8>, Input), Refused> {
    let mut filter = ClientFilter::new(reach);
    let mut out = Vec::new();
    filter.take(bytes, &mut out)?;
    Ok((out, filter.input()))
}

#[test]
fn who_watches_changes_nothing() {
    let changes: Vec<Vec<u8>> = vec![
        KEY.to_vec(),
        POINTER.to_vec(),
        QEMU_KEY.to_vec(),
        XVP.to_vec(),
        cut_text(5, b"hello"),
        cut_text(-5, b"\0\0\0\x01x"),
        desktop_size(0),
        desktop_size(3),
    ];
    for change in &changes {
        let bytes = [&REQUEST[..], change, &REQUEST].concat();
        let (out, input) = passes(Reach::View, &bytes).unwrap();
        assert_eq!(out, [REQUEST, REQUEST].concat(), "{change:?}");
        assert_eq!(input, Input { passed: 0, dropped: 1 }, "{change:?}");
    }
}

#[test]
fn the_user_changes_what_is_the_users() {
    for (message, is_input) in [
        (KEY.to_vec(), 1),
        (POINTER.to_vec(), 1),
        (QEMU_KEY.to_vec(), 1),
        (cut_text(5, b"hello"), 0),
        (cut_text(-5, b"\0\0\0\x01x"), 0),
        (desktop_size(3), 0),
        (REQUEST.to_vec(), 0),
        (pixels(16, 16, 31), 0),
        (fence(3), 0),
    ] {
        let (out, input) = passes(Reach::Control, &message).unwrap();
        assert_eq!((out, input), (message, Input { passed: is_input, dropped: 0 }));
    }
    let (out, input) = passes(Reach::Control, &XVP).unwrap();
    assert!(out.is_empty() && input.dropped == 1, "nobody shuts a machine down through its screen");
}

#[test]
fn wishes_that_make_messages_unreadable_are_left_out() {
    let clipboard = i32::from_be_bytes([0xC0, 0xA1, 0xE5, 0xCE]);
    let all = [
        7, 16, 1, 0, 5, 21, 50, -260, -239, -314, -223, -308, -224, -258, -309, -312, -313, -316, clipboard, -26, -250,
    ];
    let (out, _) = passes(Reach::View, &encodings(&all)).unwrap();
    assert_eq!(out, encodings(&[7, 16, 1, 0, -239, -223, -308, -224, -312, -313, -26, -250]));
    let (out, _) = passes(Reach::Control, &encodings(&all)).unwrap();
    let kept: Vec<i32> = all.into_iter().filter(|one| ![-309, -316].contains(one)).collect();
    assert_eq!(out, encodings(&kept));
    assert_eq!(passes(Reach::View, &encodings(&[])).unwrap().0, encodings(&[]));
}

#[test]
fn what_is_not_known_closes() {
    for (message, refused) in [
        (vec![1], Refused::UnknownMessage(1)),
        (vec![7], Refused::UnknownMessage(7)),
        (vec![249], Refused::UnknownMessage(249)),
        (vec![255, 1], Refused::UnknownMessage(255)),
        (cut_text(i32::MAX, b""), Refused::TooLong(6)),
        (cut_text(i32::MIN, b""), Refused::TooLong(6)),
        (encodings(&[0; 1025]), Refused::TooLong(2)),
        (fence(65), Refused::TooLong(248)),
    ] {
        for reach in [Reach::View, Reach::Control] {
            assert_eq!(passes(reach, &message), Err(refused), "{message:?}");
        }
    }
    for format in [pixels(16, 16, 31), pixels(32, 32, 255), pixels(32, 24, 254), pixels(8, 8, 7)] {
        assert_eq!(passes(Reach::View, &format), Err(Refused::PixelFormat));
    }
    assert_eq!(passes(Reach::View, &pixels(32, 24, 255)).unwrap().0, pixels(32, 24, 255));
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(KEY.to_vec()),
        Just(POINTER.to_vec()),
        Just(REQUEST.to_vec()),
        Just(QEMU_KEY.to_vec()),
        Just(XVP.to_vec()),
        Just(pixels(32, 24, 255)),
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(|text| cut_text(text.len() as i32, &text)),
        (0u8..4).prop_map(desktop_size),
        (0u8..65).prop_map(fence),
        proptest::collection::vec(any::<i32>(), 0..30).prop_map(|asked| encodings(&asked)),
    ]
}

proptest! {
    #[test]
    fn where_the_stream_is_cut_does_not_matter(
        messages in proptest::collection::vec(message(), 0..20),
        cuts in proptest::collection::vec(1usize..40, 1..200),
        views in any::<bool>(),
    ) {
        let reach = if views { Reach::View } else { Reach::Control };
        let bytes = messages.concat();
        let whole = passes(reach, &bytes).unwrap();
        let mut filter = ClientFilter::new(reach);
        let (mut out, mut rest, mut cuts) = (Vec::new(), bytes.as_slice(), cuts.into_iter().cycle());
        while !rest.is_empty() {
            let (now, after) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            filter.take(now, &mut out).unwrap();
            rest = after;
        }
        prop_assert_eq!((out, filter.input()), whole);
    }

    #[test]
    fn bytes_without_sense_never_change_anything(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut filter = ClientFilter::new(Reach::View);
        let mut out = Vec::new();
        let _ = filter.take(&bytes, &mut out);
        // What passed is messages that may pass, and nothing else.
        let mut again = ClientFilter::new(Reach::View);
        let mut same = Vec::new();
        prop_assert!(again.take(&out, &mut same).is_ok());
        prop_assert_eq!(again.input().dropped, 0);
        prop_assert_eq!(same, out);
    }
}
