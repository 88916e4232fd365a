//! From the answer that begins a WebSocket to its last byte.

use std::{sync::Arc, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, ReadHalf, split},
    sync::{Mutex, OwnedMutexGuard, mpsc, oneshot},
    time::timeout,
};

use super::{AnyWire, Receiver, Sender, outgoing::Out};

/// How long the other side may take for the last words. A server that stops waits as long.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Goes with the answer that begins a WebSocket, and is given its connection.
pub(crate) struct Opening {
    /// Locked until there is a connection: who sends waits.
    out: OwnedMutexGuard<Out>,
    reads: oneshot::Sender<(ReadHalf<AnyWire>, BytesMut)>,
    held: mpsc::Receiver<ReadHalf<AnyWire>>,
}

impl Opening {
    /// Also gives what sends and what receives, from then on.
    pub(crate) fn new(largest: usize) -> Result<(Self, Sender, Receiver), tokio::sync::TryLockError> {
        let out = Arc::new(Mutex::new(Out::new()));
        let (reads, opens) = oneshot::channel();
        // Those who hold the socket have a part of this each; what reads comes back by it.
        let (holds, held) = mpsc::channel(1);
        let opening = Self { out: out.clone().try_lock_owned()?, reads, held };
        Ok((opening, Sender::new(out, holds.clone()), Receiver::new(opens, holds, largest)))
    }

    /// Lends the connection until nobody holds the socket any more, and ends it in good order. `first` has come already.
    pub(crate) async fn run(self, wire: AnyWire, first: BytesMut) {
        let Self { out: mut locked, reads, mut held } = self;
        let (read, write) = split(wire);
        let out = OwnedMutexGuard::mutex(&locked).clone();
        locked.open(write);
        drop(locked);
        let mut read = reads.send((read, first)).err().map(|(read, _)| read);
        while let Some(back) = held.recv().await {
            read = Some(back);
        }
        let last_words = async {
            out.lock().await.end().await;
            // A connection that is dropped with something unread is reset, and takes the last words along.
            let mut unread = [0; 1024];
            while let Some(read) = &mut read
                && read.read(&mut unread).await.is_ok_and(|length| length > 0)
            {}
        };
        // Who does not take them is cut off.
        let _ = timeout(LAST_WORDS, last_words).await;
    }
}
