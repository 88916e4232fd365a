//! A viewer, at the far end of a stream, that says what it likes.

use std::{
    net::TcpStream,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use tokio_tungstenite::tungstenite::{
    Message, WebSocket,
    protocol::{CloseFrame, Role, frame::coding::CloseCode},
};

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Viewer {
    socket: WebSocket<TcpStream>,
    news: Receiver<Message>,
    come: Vec<u8>,
    pub width: u16,
    pub height: u16,
}

impl Viewer {
    pub fn new(socket: WebSocket<TcpStream>) -> Self {
        // Reading all the time, as a browser does: who does not is taken for gone.
        let mut reading = WebSocket::from_raw_socket(socket.get_ref().try_clone().unwrap(), Role::Server, None);
        let (tell, news) = channel();
        std::thread::spawn(move || {
            while let Ok(message) = reading.read() {
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        Self { socket, news, come: vec![], width: 0, height: 0 }
    }

    /// The first words, up to the screen's size.
    pub fn greet(&mut self) {
        assert_eq!(self.read(12), b"RFB 003.008\n");
        self.send(b"RFB 003.008\n");
        assert_eq!(self.read(2), [1, 1], "one security type, without a secret");
        self.send(&[1]);
        assert_eq!(self.read(4), [0; 4]);
        self.send(&[0]);
        let init = self.read(24);
        self.width = u16::from_be_bytes([init[0], init[1]]);
        self.height = u16::from_be_bytes([init[2], init[3]]);
        let name = u32::from_be_bytes([init[20], init[21], init[22], init[23]]);
        self.read(name as usize);
    }

    /// Why it is not let in.
    pub fn refusal(&mut self) -> String {
        assert_eq!(self.read(12), b"RFB 003.008\n");
        self.send(b"RFB 003.008\n");
        assert_eq!(self.read(1), [0], "no security type");
        let length = self.read(4);
        let text = self.read(u32::from_be_bytes(length.try_into().unwrap()) as usize);
        String::from_utf8(text).unwrap()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.socket.send(Message::binary(bytes.to_vec())).unwrap();
    }

    pub fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    pub fn read(&mut self, length: usize) -> Vec<u8> {
        while self.come.len() < length {
            match self.news.recv_timeout(PATIENCE).unwrap() {
                Message::Binary(bytes) => self.come.extend_from_slice(&bytes),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?} instead of {length} bytes"),
            }
        }
        self.come.drain(..length).collect()
    }

    /// Asks for the whole screen, uncompressed.
    pub fn ask_all(&mut self) {
        self.send(&[2, 0, 0, 1, 0, 0, 0, 0]);
        let [w, h] = [self.width.to_be_bytes(), self.height.to_be_bytes()];
        self.send(&[3, 0, 0, 0, 0, 0, w[0], w[1], h[0], h[1]]);
    }

    /// Reads one update of raw rectangles; gives the number of its pixels and how many values they have.
    pub fn update(&mut self) -> (usize, usize) {
        let head = self.read(4);
        assert_eq!(head[0], 0, "an update, not message {}", head[0]);
        let (mut pixels, mut values) = (0, std::collections::BTreeSet::new());
        for _ in 0..u16::from_be_bytes([head[2], head[3]]) {
            let rect = self.read(12);
            assert_eq!(rect[8..], [0; 4], "raw");
            let area = usize::from(u16::from_be_bytes([rect[4], rect[5]]))
                * usize::from(u16::from_be_bytes([rect[6], rect[7]]));
            pixels += area;
            values.extend(self.read(4 * area).chunks(4).map(<[u8]>::to_vec));
        }
        (pixels, values.len())
    }

    pub fn key(&mut self, keysym: u32) {
        for down in [1, 0] {
            let [a, b, c, d] = keysym.to_be_bytes();
            self.send(&[4, down, 0, 0, a, b, c, d]);
        }
    }

    pub fn point(&mut self, buttons: u8, x: u16, y: u16) {
        let ([a, b], [c, d]) = (x.to_be_bytes(), y.to_be_bytes());
        self.send(&[5, buttons, a, b, c, d]);
    }

    /// The connection breaks.
    pub fn cut(&mut self) {
        self.socket.get_ref().shutdown(std::net::Shutdown::Both).unwrap();
    }

    pub fn close(&mut self, code: u16) {
        let frame = CloseFrame { code: CloseCode::from(code), reason: "".into() };
        let _ = self.socket.close(Some(frame));
        let _ = self.socket.flush();
    }

    /// Everything that comes until it is closed; with the close code.
    pub fn rest(&mut self) -> (Vec<u8>, Option<u16>) {
        let mut all = std::mem::take(&mut self.come);
        loop {
            match self.news.recv_timeout(PATIENCE) {
                Ok(Message::Binary(bytes)) => all.extend_from_slice(&bytes),
                Ok(Message::Close(frame)) => return (all, frame.map(|frame| frame.code.into())),
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return (all, None),
                Err(RecvTimeoutError::Timeout) => panic!("the stream was not closed"),
            }
        }
    }

    pub fn close_code(&mut self) -> Option<u16> {
        self.rest().1
    }
}
