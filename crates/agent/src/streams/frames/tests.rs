use std::time::Duration;

use bytes::{Bytes, BytesMut};
use deskwarden_types::agent::stream_close;
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{CloseFrame, Role},
    },
};

use super::*;

fn some(length: usize) -> Bytes {
    (0..length).map(|at| at as u8).collect()
}

#[tokio::test]
async fn a_server_takes_what_is_sent() {
    let (ours, theirs) = duplex(1_000);
    let mut server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
    let sends = tokio::spawn(async move {
        let mut outgoing = Outgoing::new(ours);
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            outgoing.binary(some(length).into()).await.unwrap();
        }
        outgoing.ping().await.unwrap();
        outgoing.pong(some(3)).await.unwrap();
        outgoing.close(stream_close::ENDED_BY_USER, &"é".repeat(100)).await.unwrap();
        outgoing
    });
    for length in [0, 1, 125, 126, 65_535, 65_536] {
        assert_eq!(server.next().await.unwrap().unwrap(), Message::Binary(some(length)));
    }
    assert_eq!(server.next().await.unwrap().unwrap(), Message::Ping(some(0)));
    assert_eq!(server.next().await.unwrap().unwrap(), Message::Pong(some(3)));
    let reason = CloseFrame { code: stream_close::ENDED_BY_USER.into(), reason: "é".repeat(61).into() };
    assert_eq!(server.next().await.unwrap().unwrap(), Message::Close(Some(reason)));
    drop(sends.await.unwrap());
}

#[tokio::test]
async fn a_message_that_was_given_up_is_whole_nevertheless() {
    let (ours, theirs) = duplex(1_000);
    let mut outgoing = Outgoing::new(ours);
    let late = timeout(Duration::from_millis(50), outgoing.binary(some(70_000).into())).await;
    assert!(late.is_err(), "nobody has taken it");
    let sends = tokio::spawn(async move { outgoing.binary(some(5).into()).await.map(|()| outgoing) });
    let mut server = WebSocketStream::from_raw_socket(theirs, Role::Server, None).await;
    assert_eq!(server.next().await.unwrap().unwrap(), Message::Binary(some(70_000)));
    assert_eq!(server.next().await.unwrap().unwrap(), Message::Binary(some(5)));
    drop(sends.await.unwrap().unwrap());
}

#[tokio::test]
async fn what_a_server_sends_is_received_however_it_is_cut() {
    let mut bytes = BytesMut::new();
    {
        let (ours, mut theirs) = duplex(200_000);
        let mut server = WebSocketStream::from_raw_socket(ours, Role::Server, None).await;
        for message in [
            Message::Binary(some(3)),
            Message::Ping(some(2)),
            Message::Pong(some(2)),
            Message::Binary(some(300)),
            Message::Binary(some(70_000)),
            Message::Close(Some(CloseFrame { code: 4_000.into(), reason: "poor".into() })),
        ] {
            server.send(message).await.unwrap();
        }
        drop(server);
        while theirs.read_buf(&mut bytes).await.unwrap() > 0 {}
    }
    let expected =
        [Frame::Bytes(some(3)), Frame::Ping(some(2)), Frame::Pong, Frame::Bytes(some(300)), Frame::Bytes(some(70_000))];
    for size in (1..20).chain([127, 1_000, 65_536, 100_000]) {
        let (ours, mut theirs) = duplex(size);
        let bytes = bytes.clone();
        let sends = tokio::spawn(async move { theirs.write_all(&bytes).await });
        let mut incoming = Incoming::new(ours);
        for frame in &expected {
            assert_eq!(incoming.next().await.unwrap(), *frame, "{size}");
        }
        let ending = incoming.next().await.unwrap_err();
        assert_eq!((ending.code, ending.why.as_str()), (Some(stream_close::POOR_NETWORK), "poor"), "{size}");
        sends.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn parts_of_a_message_are_taken_as_they_come() {
    let mut incoming = Incoming::new(&[0x02, 1, 7, 0x89, 0, 0x00, 1, 8, 0x80, 1, 9, 0x82, 0][..]);
    let mut came = Vec::new();
    while let Ok(frame) = incoming.next().await {
        came.push(frame);
    }
    let part = |byte: u8| Frame::Bytes(vec![byte].into());
    assert_eq!(came, [part(7), Frame::Ping(some(0)), part(8), part(9), Frame::Bytes(some(0))]);
}

#[tokio::test]
async fn what_no_server_sends_ends_the_stream() {
    let table: [(&str, &[u8]); 12] = [
        ("masked", &[0x82, 0x81, 0, 0, 0, 0, 1]),
        ("a reserved bit", &[0xc2, 1, 1]),
        ("another", &[0x92, 1, 1]),
        ("text", &[0x81, 1, b'a']),
        ("no such kind", &[0x83, 1, 1]),
        ("no such word", &[0x8b, 0]),
        ("the rest of nothing", &[0x80, 1, 1]),
        ("a message within another", &[0x02, 1, 1, 0x82, 1, 1]),
        ("a ping in parts", &[0x09, 0]),
        ("a long ping", &[0x89, 126, 0, 126]),
        ("a close of one byte", &[0x88, 1, 1]),
        ("too long", &[0x82, 127, 0, 0, 0, 0, 0, 16, 0, 1]),
    ];
    for (name, bytes) in table {
        let (ours, mut theirs) = duplex(1_000);
        theirs.write_all(bytes).await.unwrap();
        let mut incoming = Incoming::new(ours);
        let ending = loop {
            match timeout(Duration::from_secs(5), incoming.next()).await.expect(name) {
                Ok(frame) => assert_eq!(frame, Frame::Bytes(some(1).iter().map(|_| 1).collect()), "{name}"),
                Err(ending) => break ending,
            }
        };
        assert_eq!(ending.code, Some(stream_close::AGAINST_THE_RULES), "{name}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_close() {
    for bytes in [&[][..], &[0x82], &[0x82, 2, 1]] {
        assert_eq!(Incoming::new(bytes).next().await.unwrap_err().code, None, "{bytes:?}");
    }
}
