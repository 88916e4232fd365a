//! A server for one agent, in memory, over HTTP/1.1. Takes each report once, and refuses gaps.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use deskwarden_types::{agent::*, *};
use tokio_tungstenite::tungstenite::{WebSocket, handshake::derive_accept_key, protocol::Role};

/// The machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Book {
    pub hellos: Vec<Hello>,
    pub reports: Vec<Report>,
    pub taken_through: i64,
    pub gaps: usize,
    pub beats: usize,
    pub launches: BTreeMap<String, SessionId>,
    pub asked: usize,
    /// Answers every call but `enrol` with this.
    pub refuse: Option<ErrorCode>,
    /// Answers launches with this.
    pub refuse_launch: Option<ErrorCode>,
    /// Takes reports and launches, and hangs up instead of answering.
    pub lose_answers: bool,
    pub orders: Vec<CommandOrder>,
    /// Sent anew with each connection until the session is reported on.
    pub starts: Vec<StartOrder>,
    pub last_beats: Vec<Beat>,
    /// Streams that the agent has joined.
    pub streams: BTreeMap<StreamId, WebSocket<TcpStream>>,
    stream: Option<TcpStream>,
    accepting: bool,
    connections: Vec<TcpStream>,
    next_session: i64,
}

impl Book {
    pub fn statuses(&self, session: SessionId) -> Vec<Status> {
        self.seen(session).into_iter().map(|seen| seen.status).collect()
    }

    pub fn seen(&self, session: SessionId) -> Vec<StatusSeen> {
        let one = |r: &Report| match &r.what {
            Observation::Status(seen) if seen.session_id == session => Some(seen.clone()),
            _ => None,
        };
        self.reports.iter().filter_map(one).collect()
    }

    pub fn steps(&self, command: CommandId) -> Vec<CommandStep> {
        let one = |r: &Report| match &r.what {
            Observation::Command(seen) if seen.command_id == command => Some(seen.step.clone()),
            _ => None,
        };
        self.reports.iter().filter_map(one).collect()
    }

    pub fn ended(&self, command: CommandId) -> Option<CommandStep> {
        let end = |s: &CommandStep| matches!(s, CommandStep::Done { .. } | CommandStep::Failed { .. });
        self.steps(command).into_iter().find(end)
    }

    pub fn inventories(&self) -> Vec<Vec<StatusSeen>> {
        let one = |r: &Report| match &r.what {
            Observation::Inventory { sessions } => Some(sessions.clone()),
            _ => None,
        };
        self.reports.iter().filter_map(one).collect()
    }
}

#[derive(Clone)]
pub struct Server {
    pub url: String,
    book: Arc<(Mutex<Book>, Condvar)>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, book: Arc::default() };
        server.book().accepting = true;
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (serving, stream) = (serving.clone(), stream.unwrap());
                if serving.book().accepting {
                    serving.book().connections.push(stream.try_clone().unwrap());
                    std::thread::spawn(move || drop(serving.talk(stream)));
                }
            }
        });
        server
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.0.lock().unwrap()
    }

    /// Waits until something is so; panics with the reports in the end.
    pub fn wait<T>(&self, what: &str, find: impl Fn(&Book) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        let mut book = self.book();
        loop {
            if let Some(found) = find(&book) {
                return found;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what} did not come; reports: {:#?}", book.reports);
            book = self.book.1.wait_timeout(book, left).unwrap().0;
        }
    }

    pub fn wait_status(&self, session: SessionId, status: Status) {
        self.wait(&format!("{status}"), |b| (b.statuses(session).last() == Some(&status)).then_some(()));
    }

    pub fn wait_end(&self, command: CommandId) -> CommandStep {
        self.wait("the command's end", |b| b.ended(command))
    }

    /// Down: nothing is answered, what is open breaks. Up again: as before.
    pub fn set_up(&self, up: bool) {
        let mut book = self.book();
        book.accepting = up;
        book.stream = None;
        for connection in book.connections.drain(..) {
            let _ = connection.shutdown(std::net::Shutdown::Both);
        }
    }

    /// Sends a command now, or when the agent comes.
    pub fn order(&self, id: i64, session: SessionId, verb: &str, warn: (u32, u32)) -> CommandId {
        self.send(CommandOrder {
            id: CommandId(id),
            session_id: session,
            verb: verb.into(),
            requested_by: Some("Ada Lovelace".into()),
            reason: Some("a reason".into()),
            message: None,
            consent_id: None,
            first_warning_seconds: warn.0,
            second_warning_seconds: warn.1,
        })
    }

    /// Has a session started, now or when the agent comes.
    pub fn start_session(&self, order: StartOrder) {
        let mut book = self.book();
        if let Some(stream) = &mut book.stream {
            let _ = stream.write_all(line(&Order::Start(order.clone())).as_bytes());
        }
        book.starts.push(order);
    }

    /// Has a screen streamed, and waits for the agent to join.
    pub fn stream(&self, order: StreamOrder) -> WebSocket<TcpStream> {
        let id = order.stream_id;
        self.say(line(&Order::Stream(order)).trim_end());
        let until = Instant::now() + PATIENCE;
        let mut book = self.book();
        loop {
            if let Some(joined) = book.streams.remove(&id) {
                return joined;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the agent did not join stream {id}");
            book = self.book.1.wait_timeout(book, left).unwrap().0;
        }
    }

    /// Writes a line to the agent's open stream.
    pub fn say(&self, line: &str) {
        self.wait("the order stream", |b| b.stream.is_some().then_some(()));
        writeln!(self.book().stream.as_mut().unwrap(), "{line}").unwrap();
    }

    pub fn send(&self, order: CommandOrder) -> CommandId {
        let mut book = self.book();
        let id = order.id;
        if let Some(stream) = &mut book.stream {
            let _ = stream.write_all(line(&Order::Command(order.clone())).as_bytes());
        }
        book.orders.push(order);
        id
    }

    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        loop {
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if reader.read_line(&mut head)? == 0 {
                    return Ok(());
                }
            }
            let length = head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body)?;
            let path = head.split(' ').nth(1).unwrap().to_owned();
            let authorised = head.to_lowercase().contains("authorization: bearer dwa_test");
            if !path.ends_with("/enrol") {
                assert!(authorised, "{head}");
            }
            if let Some(id) = path.strip_prefix("/agent/v1/streams/") {
                let id = id.parse().unwrap();
                let key = |l: &str| {
                    Some(l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case("sec-websocket-key"))?.1.to_owned())
                };
                let accept = derive_accept_key(head.lines().find_map(key).expect(&head).as_bytes());
                let mut out = stream.try_clone()?;
                write!(out, "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")?;
                write!(out, "Sec-WebSocket-Accept: {accept}\r\n\r\n")?;
                self.book().streams.insert(id, WebSocket::from_raw_socket(out, Role::Server, None));
                self.book.1.notify_all();
                return Ok(());
            }
            let (status, json) = self.answer(&path, &body);
            let mut out = stream.try_clone()?;
            if path.ends_with("/orders") && status == 200 {
                write!(out, "HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nConnection: close\r\n\r\n")?;
                let mut book = self.book();
                for order in &book.orders {
                    if !book.steps(order.id).contains(&CommandStep::Acknowledged {}) {
                        out.write_all(line(&Order::Command(order.clone())).as_bytes())?;
                    }
                }
                for order in &book.starts {
                    if book.statuses(order.session_id).is_empty() {
                        out.write_all(line(&Order::Start(order.clone())).as_bytes())?;
                    }
                }
                book.stream = Some(out);
                self.book.1.notify_all();
                return Ok(());
            }
            if self.book().lose_answers && (path.ends_with("/reports") || path.ends_with("/launches")) {
                return stream.shutdown(std::net::Shutdown::Both);
            }
            write!(out, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{json}", json.len())?;
        }
    }

    fn answer(&self, path: &str, body: &[u8]) -> (u16, String) {
        let mut book = self.book();
        let problem = |code: ErrorCode, detail: &str| (code.status(), line(&Problem::new(code, detail, "r")));
        if let Some(code) = book.refuse.filter(|_| !path.ends_with("/enrol")) {
            return problem(code, "the test refuses");
        }
        let answer = match path {
            "/agent/v1/enrol" => {
                let enrol: Enrol = serde_json::from_slice(body).unwrap();
                if enrol.code != "good" {
                    return problem(ErrorCode::CodeNotValid, "this code was used");
                }
                let (key, tenant) = ("dwa_test".to_owned(), "Test".to_owned());
                (201, line(&Enrolled { agent_id: AgentId(1), host_id: HostId(1), key, tenant }))
            }
            "/agent/v1/hello" => {
                book.hellos.push(serde_json::from_slice(body).unwrap());
                let settings = AgentSettings {
                    heartbeat_seconds: 1,
                    first_warning_seconds: 2,
                    second_warning_seconds: 1,
                    consent_seconds: 5,
                    poor_network_seconds: 2,
                };
                (
                    200,
                    line(&Welcome {
                        server_time: Timestamp::MIN,
                        clock_skew_ms: 0,
                        taken_through: book.taken_through,
                        settings,
                        sessions: vec![],
                    }),
                )
            }
            "/agent/v1/reports" => {
                let Reports { reports } = serde_json::from_slice(body).unwrap();
                assert!(!reports.is_empty());
                for report in reports {
                    if report.seq > book.taken_through + 1 {
                        book.gaps += 1;
                        return problem(ErrorCode::SequenceGap, &format!("{}", book.taken_through + 1));
                    }
                    if report.seq == book.taken_through + 1 {
                        book.taken_through = report.seq;
                        book.reports.push(report);
                    }
                }
                (200, line(&Taken { taken_through: book.taken_through, unknown_sessions: vec![] }))
            }
            "/agent/v1/beats" => {
                book.beats += 1;
                book.last_beats = serde_json::from_slice::<Beats>(body).unwrap().sessions;
                (200, line(&BeatsTaken { unknown_sessions: vec![] }))
            }
            "/agent/v1/launches" => {
                let launch: NewLaunch = serde_json::from_slice(body).unwrap();
                book.asked += 1;
                if let Some(code) = book.refuse_launch {
                    return problem(code, "the test refuses this launch");
                }
                let fresh = SessionId(100 + book.next_session);
                let session_id = *book.launches.entry(launch.launch_key).or_insert(fresh);
                book.next_session += i64::from(session_id == fresh);
                let name = launch.program.as_str().rsplit('/').next().unwrap().to_owned();
                (201, line(&Launch { session_id, name, kind: DeliveryKind::ManagedApp, offline_until: None }))
            }
            path if path.starts_with("/agent/v1/seats?account=") => {
                let count = api::SeatCount { capacity: 5, in_use: 2, warn_from: 4, level: SeatLevel::Free };
                let own = api::SeatHolder {
                    session_id: SessionId(900),
                    user: api::UserRef {
                        id: UserId(1),
                        username: "root".into(),
                        display_name: "Root".into(),
                        email: "root@example.org".into(),
                        ad_username: None,
                    },
                    device: Some(api::DeviceRef { id: DeviceId(1), name: "192.0.2.9".into() }),
                    terminal: Terminal::SoftClient,
                    ip: None,
                    since: Timestamp::MIN,
                    idle_seconds: None,
                };
                (200, line(&api::MySeats { count, own: vec![own] }))
            }
            "/agent/v1/orders" => (200, String::new()),
            other => panic!("the agent called {other}"),
        };
        self.book.1.notify_all();
        answer
    }
}

fn line<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap() + "\n"
}
