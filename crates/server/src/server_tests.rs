//! A server that is started and stopped, seen from outside.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use deskwarden_store::{Actor, identity};
use tempfile::TempDir;

use super::*;
use crate::{
    auth::fresh_code,
    clock::{Clock, SystemClock},
};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    options: ServeOptions,
}

fn options(folder: &TempDir, more: &[&str]) -> ServeOptions {
    let folder = folder.path().display().to_string();
    let mut usual = vec!["deskwarden", "--durability", "normal", "--data-dir", &folder];
    if !more.contains(&"--listen") {
        usual.extend(["--listen", "127.0.0.1:0"]);
    }
    usual.extend(more);
    Line::parse_from(usual).options
}

async fn started(folder: &TempDir) -> Running {
    start(options(folder, &[]), Arc::new(SystemClock)).await.unwrap()
}

/// Sends a request and gives the connection, from which the answer can be read.
fn send(running: &Running, method: &str, path: &str, token: &str, body: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(running.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    BufReader::new(stream)
}

fn answer(mut stream: BufReader<TcpStream>) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// The first line that has this in it.
fn read_until(stream: &mut BufReader<TcpStream>, wanted: &str) -> String {
    let mut line = String::new();
    while !line.contains(wanted) {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the stream ended without {wanted}");
    }
    line
}

/// The text of a field in an answer.
fn field(answer: &str, name: &str) -> String {
    let start = format!("\"{name}\":\"");
    answer.split(&start).nth(1).unwrap_or_else(|| panic!("{name} in {answer}")).split('"').next().unwrap().to_owned()
}

async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_start_gives_a_fresh_link_until_the_owner_has_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let first = started(&folder).await;
    let old = first.set_up_link().unwrap().to_owned();
    first.stop().await.unwrap();
    let running = Arc::new(started(&folder).await);
    let link = running.set_up_link().unwrap().to_owned();
    assert_ne!(old, link);
    let secret = link.split('#').nth(1).unwrap().to_owned();
    let server = running.clone();
    on_thread(move || {
        let body =
            format!(r#"{{"link":"{secret}","email":"a@example.org","display_name":"A","password":"long enough"}}"#);
        assert!(answer(send(&server, "POST", "/api/v1/set-up", "", &body)).starts_with("HTTP/1.1 200"));
        let again = answer(send(&server, "POST", "/api/v1/set-up", "", &body));
        assert!(again.starts_with("HTTP/1.1 410"), "{again}");
    })
    .await;
    Arc::into_inner(running).unwrap().stop().await.unwrap();
    let last = started(&folder).await;
    assert_eq!(last.set_up_link(), None);
    last.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_arrive_at_once_and_streams_end_when_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let running = Arc::new(started(&folder).await);
    let store = running.state.store.clone();
    let (code, now) = (fresh_code().unwrap(), SystemClock.now());
    let (tenant, owner) = store.read_all(identity::owner_without_password).await.unwrap().unwrap();
    let hash = code.hash;
    let make = move |scope: &mut deskwarden_store::WriteScope<'_>| {
        identity::create_code(scope, &Actor::command_line(), &hash, true, now.plus_seconds(60))
    };
    store.write(tenant, now, make).await.unwrap();
    let server = running.clone();
    let token = crate::api::begin(&running.state, tenant, owner, now).await.unwrap().0.access_token;
    let (orders, feed) = on_thread(move || {
        let body = format!(r#"{{"code":"{}","host_name":"h","version":"1"}}"#, code.text);
        let enrolled = answer(send(&server, "POST", "/agent/v1/enrol", "", &body));
        let key = field(&enrolled, "key");
        let hello = r#"{"protocol":1,"version":"1","host_name":"h","boot_id":"b","clock":"2026-01-01T00:00:00Z","verbs":["evict"],"last_seq":0}"#;
        assert!(answer(send(&server, "POST", "/agent/v1/hello", &key, hello)).starts_with("HTTP/1.1 200"));
        let mut orders = send(&server, "GET", "/agent/v1/orders", &key, "");
        let mut feed = send(&server, "GET", "/api/v1/sessions/stream", &token, "");
        let launch = r#"{"launch_key":"k","account":"owner","program":"xterm","age_ms":0}"#;
        let launched = answer(send(&server, "POST", "/agent/v1/launches", &key, launch));
        let session = field(&launched, "session_id");
        let running = format!(
            r#"{{"reports":[{{"seq":1,"age_ms":0,"type":"status","session_id":"{session}","status":"added"}},{{"seq":2,"age_ms":0,"type":"status","session_id":"{session}","status":"running"}}]}}"#
        );
        assert!(answer(send(&server, "POST", "/agent/v1/reports", &key, &running)).starts_with("HTTP/1.1 200"));
        let path = format!("/api/v1/sessions/{session}/actions");
        let asked = answer(send(&server, "POST", &path, &token, r#"{"verb":"evict","reason":"for a test"}"#));
        assert!(asked.starts_with("HTTP/1.1 202"), "{asked}");
        let since = Instant::now();
        let line = read_until(&mut orders, "\"type\":\"command\"");
        assert!(line.contains(&format!("\"session_id\":\"{session}\"")), "{line}");
        assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
        let line = read_until(&mut feed, "\"type\":\"changes\"");
        assert!(line.contains("\"status\":\"evicted\""), "{line}");
        (orders, feed)
    })
    .await;
    let since = Instant::now();
    Arc::into_inner(running).unwrap().stop().await.unwrap();
    assert!(since.elapsed() < Duration::from_secs(crate::listen::DRAIN_SECONDS), "{:?}", since.elapsed());
    let (rest, told) = on_thread(move || (answer(orders), answer(feed))).await;
    assert!(!rest.contains("HTTP/1.1"), "{rest}");
    assert!(told.ends_with("0\r\n\r\n"), "the stream ended in good order: {told}");
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let failed = async |more: &[&str]| match start(options(&folder, more), Arc::new(SystemClock)).await {
        Ok(_) => panic!("{more:?} started"),
        Err(error) => error.to_string(),
    };
    assert!(failed(&["--listen", "0.0.0.0:0"]).await.contains("--tls-cert"));
    assert!(failed(&["--database-url", "mysql://x"]).await.contains("sqlite:PATH"));
    assert!(failed(&["--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.key"]).await.contains("/nowhere.pem"));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    assert!(failed(&["--listen", &address]).await.contains("--listen"));
}
