//! Documents out of a stream of bytes, whatever the borders of its chunks.
//!
//! Works on bytes: a line ends where its LF byte is, so a character split over two chunks is whole
//! again before anything reads it as UTF-8.

use deskwarden_types::Content;

/// More than any document we send; a stream beyond it is not ours.
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// Takes chunks, gives documents.
pub(crate) struct Documents {
    /// Server-sent events, not JSON Lines.
    events: bool,
    /// The line so far.
    line: Vec<u8>,
    /// The `data` of the event so far; `None` until a `data` line came.
    data: Option<Vec<u8>>,
    /// At the very start a byte order mark is passed over.
    fresh: bool,
}

/// The stream is not ours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Documents {
    pub(crate) fn new(content: Content) -> Self {
        Self { events: content == Content::Events, line: Vec::new(), data: None, fresh: true }
    }

    /// Every document that this chunk completes.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut whole = Vec::new();
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|b| *b == b'\n') {
            let (head, tail) = rest.split_at(end);
            self.line.extend_from_slice(head);
            whole.extend(self.end_line());
            rest = tail.strip_prefix(b"\n").unwrap_or(tail);
        }
        self.line.extend_from_slice(rest);
        if self.line.len() + self.data.as_ref().map_or(0, Vec::len) > LONGEST_LINE {
            return Err(TooLong);
        }
        Ok(whole)
    }

    /// The bytes of a line that was cut off, or of an event that was not ended, are no document.
    fn end_line(&mut self) -> Option<Vec<u8>> {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if std::mem::take(&mut self.fresh) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if !self.events {
            return (!line.is_empty()).then_some(line);
        }
        if line.is_empty() {
            return self.data.take();
        }
        // Comments (`:`) and the fields `event`, `id` and `retry` say nothing that our documents do not.
        let value = match line.strip_prefix(b"data") {
            Some([]) => &[],
            Some([b':', b' ', value @ ..] | [b':', value @ ..]) => value,
            _ => return None,
        };
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(content: Content, bytes: &[u8], step: usize) -> Vec<String> {
        let mut documents = Documents::new(content);
        let chunks = bytes.chunks(step);
        chunks.flat_map(|c| documents.push(c).unwrap()).map(|d| String::from_utf8(d).unwrap()).collect()
    }

    #[test]
    fn events_are_the_same_at_every_chunk_size() {
        let text = "\u{feff}: hello\nid: 7\nevent: x\ndata: {\"a\":\"ä🦀\"}\n\nretry: 5\n\ndata:one\r\ndata: two\r\n\r\ndata\n\ndatabase: no\n\ndata: cut off\n";
        for step in 1..=text.len() {
            assert_eq!(all(Content::Events, text.as_bytes(), step), ["{\"a\":\"ä🦀\"}", "one\ntwo", ""], "{step}");
        }
    }

    #[test]
    fn lines_are_the_same_at_every_chunk_size() {
        let text = "{\"ü\":1}\r\n\n{\"b\":2}\n{\"cut";
        for step in 1..=text.len() {
            assert_eq!(all(Content::Lines, text.as_bytes(), step), ["{\"ü\":1}", "{\"b\":2}"], "{step}");
        }
    }

    #[test]
    fn an_endless_line_is_given_up() {
        let mut documents = Documents::new(Content::Lines);
        let chunk = vec![b'x'; 1024 * 1024];
        let fate: Result<Vec<_>, _> = (0..17).map(|_| documents.push(&chunk)).collect();
        assert_eq!(fate, Err(TooLong));
    }
}
