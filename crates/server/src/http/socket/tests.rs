use std::time::Duration;

use actix_codec::{Decoder, Encoder};
use actix_http::ws::{CloseCode, CloseReason, Codec, Frame, Item, Message};
use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::timeout,
};

use super::{outgoing::Closed, *};

const LARGEST: usize = 256 * 1024;

/// An open socket, its other side, and the task that lends it its connection.
fn open(room: usize) -> (Sender, Receiver, DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = duplex(room);
    let (opening, sender, receiver) = Opening::new(LARGEST).unwrap();
    let task = tokio::spawn(opening.run(Box::new(ours), BytesMut::new()));
    (sender, receiver, theirs, task)
}

fn masked(messages: Vec<Message>) -> BytesMut {
    let (mut codec, mut bytes) = (Codec::new().client_mode(), BytesMut::new());
    messages.into_iter().for_each(|message| codec.encode(message, &mut bytes).unwrap());
    bytes
}

fn some(length: usize) -> Bytes {
    (0..length).map(|at| at as u8).collect()
}

/// All frames that came, as a browser takes them.
fn taken(mut bytes: BytesMut) -> Vec<Frame> {
    let mut codec = Codec::new().client_mode().max_size(usize::MAX);
    std::iter::from_fn(|| codec.decode(&mut bytes).unwrap()).collect()
}

#[tokio::test]
async fn frames_are_received_however_they_are_cut() {
    let messages = || {
        vec![
            Message::Binary(some(3)),
            Message::Ping(some(2)),
            Message::Binary(some(200)),
            Message::Continuation(Item::FirstBinary(some(5))),
            Message::Pong(some(0)),
            Message::Continuation(Item::Last(some(6))),
            Message::Binary(some(70_000)),
            Message::Close(Some(CloseCode::Normal.into())),
        ]
    };
    let expected = [
        Frame::Binary(some(3)),
        Frame::Ping(some(2)),
        Frame::Binary(some(200)),
        Frame::Continuation(Item::FirstBinary(some(5))),
        Frame::Pong(some(0)),
        Frame::Continuation(Item::Last(some(6))),
        Frame::Binary(some(70_000)),
        Frame::Close(Some(CloseCode::Normal.into())),
    ];
    let bytes = masked(messages());
    for (size, first) in (1..40).chain([127, 1_000, 65_536, 100_000]).zip([0, 1, 5].into_iter().cycle()) {
        let (ours, mut theirs) = duplex(size);
        let (opening, _sender, mut receiver) = Opening::new(LARGEST).unwrap();
        // Some of it may have come with the request.
        let (early, late) = bytes.split_at(first);
        let task = tokio::spawn(opening.run(Box::new(ours), early.into()));
        let late = late.to_vec();
        let sends = tokio::spawn(async move { theirs.write_all(&late).await.map(|()| theirs) });
        for frame in &expected {
            assert_eq!(receiver.recv().await.unwrap().unwrap(), *frame, "{size}");
        }
        drop(sends.await.unwrap().unwrap());
        assert!(receiver.recv().await.is_none(), "{size}");
        task.abort();
    }
}

#[tokio::test]
async fn what_is_no_clients_frame_is_refused_at_once() {
    let table: [(&str, &[u8]); 9] = [
        ("unmasked", &[0x82, 3, 1, 2, 3]),
        ("a reserved bit", &[0xc2, 0x81, 0, 0, 0, 0, 1]),
        ("no such kind", &[0x83, 0x81, 0, 0, 0, 0, 1]),
        ("a long ping", &[&[0x89, 0xfe, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat()),
        ("a long close", &[&[0x88, 0xfe, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat()),
        ("a close of one byte", &[0x88, 0x81, 0, 0, 0, 0, 1]),
        ("longer than there can be", &[0x82, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]),
        ("the rest of nothing", &[0x80, 0x81, 0, 0, 0, 0, 1]),
        // Its end is not waited for.
        ("too long", &[&[0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0; LARGEST]].concat()),
    ];
    for (name, bytes) in table {
        let (_sender, mut receiver, mut theirs, task) = open(LARGEST + 64);
        theirs.write_all(bytes).await.unwrap();
        let came = timeout(Duration::from_secs(5), receiver.recv()).await.expect(name);
        assert!(came.expect(name).is_err(), "{name}");
        task.abort();
    }
}

#[tokio::test]
async fn messages_of_all_lengths_arrive_and_the_close_comes_last() {
    for length in [0, 1, 125, 126, 65_535, 65_536, 200_000] {
        let (sender, receiver, mut theirs, task) = open(1_000);
        let reads = tokio::spawn(async move {
            let mut all = BytesMut::new();
            while theirs.read_buf(&mut all).await.unwrap() > 0 {}
            all
        });
        sender.binary(some(length)).await.unwrap();
        sender.ping().await.unwrap();
        sender.pong(some(4)).await.unwrap();
        let reason = CloseReason { code: CloseCode::Other(4_001), description: Some("the user ended it".to_owned()) };
        let other = sender.clone();
        sender.close(reason.clone()).await.unwrap();
        assert_eq!(other.binary(some(1)).await, Err(Closed));
        drop((other, receiver));
        let frames = taken(reads.await.unwrap());
        let expected =
            [Frame::Binary(some(length)), Frame::Ping(some(0)), Frame::Pong(some(4)), Frame::Close(Some(reason))];
        assert_eq!(frames, expected, "{length}");
        task.await.unwrap();
    }
}

#[tokio::test]
async fn a_reader_that_stalls_stalls_the_sender_and_a_message_that_was_given_up_is_whole_nevertheless() {
    let (sender, receiver, mut theirs, task) = open(1_000);
    let late = timeout(Duration::from_millis(50), sender.binary(some(70_000))).await;
    assert!(late.is_err(), "nobody has taken it");
    let reason = CloseReason { code: CloseCode::Other(4_000), description: None };
    let late = timeout(Duration::from_millis(50), sender.clone().close(reason.clone())).await;
    assert!(late.is_err(), "nor this");
    drop((sender, receiver));
    let mut all = BytesMut::new();
    while theirs.read_buf(&mut all).await.unwrap() > 0 {}
    assert_eq!(taken(all), [Frame::Binary(some(70_000)), Frame::Close(Some(reason))]);
    task.await.unwrap();
}

#[tokio::test]
async fn one_that_never_takes_the_last_words_is_cut_off() {
    let (sender, receiver, theirs, task) = open(10);
    let late = timeout(Duration::from_millis(50), sender.binary(some(1_000))).await;
    assert!(late.is_err());
    drop((sender, receiver));
    timeout(Duration::from_secs(10), task).await.expect("an end").unwrap();
    drop(theirs);
}

#[tokio::test]
async fn a_socket_whose_answer_never_goes_out_is_closed() {
    let (opening, sender, mut receiver) = Opening::new(LARGEST).unwrap();
    drop(opening);
    assert_eq!(sender.ping().await, Err(Closed));
    assert!(receiver.recv().await.is_none());
}
