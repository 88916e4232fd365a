//! Asking the server, over a connection that stays open, as somebody who has signed in.

use std::time::{Duration, Instant};

use deskwarden_client::Client;
use deskwarden_store::{Actor, WriteScope, identity};
use deskwarden_tests::{PASSWORD, Server};
use deskwarden_types::{
    Role,
    api::{FinishSetUp, SessionList, SetUp, SignIn, SignInNow},
};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::made::Made;
use crate::load::request;

/// The server ends connections on which nothing is asked for some seconds.
const QUIET: Duration = Duration::from_secs(2);
/// A token is good for ten minutes.
const RENEWED: Duration = Duration::from_secs(240);

/// Somebody of the support who reads lists.
pub struct Reader {
    email: String,
    url: String,
    port: u16,
    token: String,
    since: Instant,
    stream: Option<TcpStream>,
    asked: Instant,
    buffer: Vec<u8>,
}

impl Reader {
    /// A new account, signed in.
    pub async fn new(made: &Made, server: &Server) -> Self {
        let name = format!("reader-{}-{}", std::process::id(), deskwarden_tests::now().millis());
        let email = format!("{name}@example.org");
        let link = format!("link-of-{name}");
        let hash: identity::SecretHash = Sha256::digest(link.as_bytes()).into();
        let account = identity::NewAccount {
            username: name.clone(),
            display_name: "Zoe Zz".to_owned(),
            email: email.clone(),
            role: Role::Support,
        };
        let make = move |scope: &mut WriteScope<'_>| {
            let user = identity::create_user(scope, &Actor::command_line(), &account)?.id;
            identity::create_link(scope, user, &hash, deskwarden_tests::now().plus_seconds(3_600))
        };
        made.store.write(made.tenant, deskwarden_tests::now(), make).await.expect("an account");
        let password = PASSWORD.parse().expect("a good password");
        let set_up = SetUp { link, email: email.clone(), display_name: "Zoe Zz".to_owned(), password };
        let signed_in = Client::new(server.url()).send::<FinishSetUp>(set_up).await.expect("a password");
        Self {
            email,
            url: server.url(),
            port: server.port(),
            token: signed_in.access_token,
            since: Instant::now(),
            stream: None,
            asked: Instant::now(),
            buffer: Vec::with_capacity(128 * 1024),
        }
    }

    /// A token that is good for some minutes.
    pub async fn token(&mut self) -> String {
        if self.since.elapsed() > RENEWED {
            let sign_in = SignIn { email: self.email.clone(), password: PASSWORD.to_owned() };
            let signed_in = Client::new(&self.url).send::<SignInNow>(sign_in).await.expect("signing in");
            (self.token, self.since) = (signed_in.access_token, Instant::now());
        }
        self.token.clone()
    }

    /// The next request opens a connection of its own.
    pub fn hang_up(&mut self) {
        self.stream = None;
    }

    /// Whether the server takes the request at all, and answers it with success.
    pub async fn tries(&mut self, path: &str) -> bool {
        let token = self.token.clone();
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)).await else { return false };
        let sent = stream.write_all(&request("GET", path, &token, "")).await;
        let mut start = [0; 13];
        sent.is_ok() && stream.read_exact(&mut start).await.is_ok() && start.starts_with(b"HTTP/1.1 200")
    }

    /// What a path gives, and how many milliseconds that took until the last byte was here.
    pub async fn get(&mut self, path: &str) -> (f64, String) {
        let token = self.token().await;
        let bytes = request("GET", path, &token, "");
        if self.stream.is_none() || self.asked.elapsed() > QUIET {
            let stream = TcpStream::connect(("127.0.0.1", self.port)).await.expect("the server takes connections");
            stream.set_nodelay(true).expect("a connection without delay");
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut().expect("a connection");
        let sent = Instant::now();
        self.asked = sent;
        stream.write_all(&bytes).await.expect("the server reads");
        let body = answer(stream, &mut self.buffer).await;
        let took = sent.elapsed().as_secs_f64() * 1_000.0;
        let text = String::from_utf8_lossy(self.buffer.get(body..).unwrap_or_default()).into_owned();
        let head = self.buffer.get(..12).unwrap_or_default();
        assert!(head == b"HTTP/1.1 200", "{path}: {}", String::from_utf8_lossy(&self.buffer));
        (took, text)
    }

    /// A page.
    pub async fn page(&mut self, path: &str) -> (f64, SessionList) {
        let (took, text) = self.get(path).await;
        (took, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}")))
    }
}

/// Reads an answer; gives where its body begins.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> usize {
    buffer.clear();
    let body = loop {
        assert!(stream.read_buf(buffer).await.expect("an answer") > 0, "the server closed the connection");
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(buffer.get(..body).unwrap_or_default()).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    while buffer.len() < body + length.unwrap_or(0usize) {
        assert!(stream.read_buf(buffer).await.expect("an answer") > 0, "an answer that breaks off");
    }
    body
}

/// The path of a list. Values are encoded here.
pub fn path(parameters: &[(&str, &str)]) -> String {
    let mut path = "/api/v1/sessions?total=none".to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        path.push_str(&format!("&{name}="));
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => path.push(char::from(byte)),
                byte => path.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    path
}
