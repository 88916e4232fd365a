//! The native transport against a socket that says what the test wants.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
};

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{ErrorCode, NoArgs, NoBody, Problem, Reason, SessionId, SessionPath, Verb, agent::*, api::*};
use futures_util::StreamExt;

/// Gives each connection the next answer, and the requests to the test.
#[cfg(test)]
fn server(answers: Vec<Vec<Vec<u8>>>) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (requests, seen) = mpsc::channel();
    thread::spawn(move || {
        for chunks in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert_ne!(reader.read_line(&mut head).unwrap(), 0);
            }
            let length = head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            requests.send(head + &String::from_utf8(body).unwrap()).unwrap();
            for chunk in chunks {
                (&stream).write_all(&chunk).unwrap();
                thread::yield_now();
            }
        }
    });
    (url, seen)
}

#[cfg(test)]
fn whole(status: &str, body: &str) -> Vec<Vec<u8>> {
    vec![format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()]
}

#[tokio::test]
async fn a_call_carries_token_key_and_body_and_brings_the_refusal() {
    let problem = Problem::new(ErrorCode::TooManyRequests, "slowly", "r7");
    let refused = whole("429 X\r\nRetry-After: 9", &serde_json::to_string(&problem).unwrap());
    let (url, seen) = server(vec![refused.clone(), refused]);
    let client = Client::new(url).with_token("old");
    client.clone().set_token(Some("fresh".into()));
    let reason: Reason = "a good reason".parse().unwrap();
    let body = NewCommand { verb: Verb::Evict, reason: Some(reason), message: None, hold_minutes: None };
    let path = SessionPath { id: SessionId(7) };
    let error = client.prepare::<ActOnSession>(path, NoArgs {}, body).idempotency_key("k1").send().await.unwrap_err();
    assert_eq!((error.code(), error.retry_after().unwrap().as_secs()), (Some(ErrorCode::TooManyRequests), 9));
    let request = seen.recv().unwrap().to_lowercase();
    for part in ["post /api/v1/sessions/7/actions http", "bearer fresh", "idempotency-key: k1", "\"verb\":\"evict\""] {
        assert!(request.contains(part), "{part} in {request}");
    }
    client.get::<WhoAmI>().await.unwrap_err();
    let request = seen.recv().unwrap().to_lowercase();
    assert!(!request.contains("content-type") && !request.contains("content-length"), "GET has no body: {request}");
}

#[tokio::test]
async fn a_stream_brings_items_passes_over_strange_ones_and_ends_with_the_server() {
    let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    let text = "{\"type\":\"ping\"}\n{\"type\":\"of a later version\"}\n{\"type\":\"report_now\"}\n{\"type\":\"pi";
    let mut chunks = vec![head];
    chunks.extend(text.as_bytes().chunks(3).map(<[u8]>::to_vec));
    let (url, _seen) = server(vec![chunks]);
    let items: Vec<_> = Client::new(url).stream::<FollowOrders>(NoArgs {}, NoArgs {}, None).collect().await;
    assert!(
        matches!(items.as_slice(), [Ok(Order::Ping {}), Err(ClientError::Decode(_)), Ok(Order::ReportNow {})]),
        "{items:?}"
    );
}

#[tokio::test]
async fn events_resume_and_a_refused_stream_says_why() {
    let events = "id: 5\ndata: {\"type\":\"open\",\"revision\":5}\n\n: pause\n\ndata: {\"type\":\"ping\"}\n\n";
    let problem = serde_json::to_string(&Problem::new(ErrorCode::TokenExpired, "sign in", "r")).unwrap();
    let ok = vec![format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{events}").into_bytes()];
    let (url, seen) = server(vec![ok, whole("401 X", &problem)]);
    let client = Client::new(url);
    let query = || SessionQuery { contains: Some("ä b".into()), ..Default::default() };
    let items: Vec<_> = client.stream::<FollowSessions>(NoArgs {}, query(), Some("4".into())).collect().await;
    assert!(matches!(items.as_slice(), [Ok(LiveEvent::Open { revision: 5 }), Ok(LiveEvent::Ping {})]), "{items:?}");
    let request = seen.recv().unwrap().to_lowercase();
    assert!(request.contains("last-event-id: 4") && request.contains("?contains=%c3%a4+b "), "{request}");
    let items: Vec<_> = client.stream::<FollowSessions>(NoArgs {}, query(), None).collect().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].as_ref().unwrap_err().code(), Some(ErrorCode::TokenExpired));
}

#[tokio::test]
async fn nobody_there_is_a_transport_error_with_its_cause() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::new(format!("http://127.0.0.1:{port}"));
    let error = client.call::<WhoAmI>(NoArgs {}, NoArgs {}, NoBody {}).await.unwrap_err();
    assert!(matches!(&error, ClientError::Transport(why) if why.contains("refused")), "{error}");
    let error = Client::new("not an address").get::<WhoAmI>().await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error}");
}
