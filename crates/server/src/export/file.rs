//! A file on its way into a connection. Only [`Part::End`] ends it well.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;

/// A part of a file.
#[derive(Debug)]
pub enum Part {
    /// Some of its bytes.
    Chunk(Bytes),
    /// That was all.
    End,
}

/// The file was not made to its end; the connection is broken off without the mark of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file was not made to its end")]
pub struct HalfFile;

/// The parts as a body.
pub struct File {
    parts: mpsc::Receiver<Part>,
    over: bool,
}

impl File {
    /// Of these parts.
    pub fn new(parts: mpsc::Receiver<Part>) -> Self {
        Self { parts, over: false }
    }
}

impl Stream for File {
    type Item = Result<Bytes, HalfFile>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        self.parts.poll_recv(context).map(|part| match part {
            Some(Part::Chunk(bytes)) => Some(Ok(bytes)),
            Some(Part::End) => {
                self.over = true;
                None
            }
            None => {
                self.over = true;
                Some(Err(HalfFile))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test]
    async fn a_file_without_its_end_is_broken() {
        let chunk = || Part::Chunk(Bytes::from_static(b"x"));
        let (parts, file) = mpsc::channel(4);
        parts.send(chunk()).await.unwrap();
        parts.send(Part::End).await.unwrap();
        drop(parts);
        assert_eq!(File::new(file).collect::<Vec<_>>().await, [Ok(Bytes::from_static(b"x"))]);
        let (parts, file) = mpsc::channel(4);
        parts.send(chunk()).await.unwrap();
        drop(parts);
        assert_eq!(File::new(file).collect::<Vec<_>>().await, [Ok(Bytes::from_static(b"x")), Err(HalfFile)]);
    }
}
