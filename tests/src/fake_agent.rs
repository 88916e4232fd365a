//! An agent without a host: speaks the agents' protocol as the test says, over HTTP like any other.

use std::{
    pin::Pin,
    sync::atomic::{AtomicI64, AtomicU32, Ordering},
    time::Duration,
};

use deskwarden_client::{Client, ClientError};
use deskwarden_types::{
    AgentId, CommandId, CommandOutcome, EndReason, HostId, NoArgs, SessionId, Status, Timestamp, Verb,
    agent::{
        AskLaunch, Beat, Beats, BeatsTaken, CommandOrder, CommandSeen, CommandStep, Enrol, EnrolAgent, FollowOrders,
        Hello, Launch, NewLaunch, Observation, Order, PROTOCOL, Report, Reports, SayHello, SendBeats, SendReports,
        StatusSeen, Taken, Welcome,
    },
};
use futures_util::{Stream, StreamExt};

use crate::{now, within};

/// An enrolled agent.
pub struct FakeAgent {
    /// The agent.
    pub id: AgentId,
    /// Its host.
    pub host: HostId,
    /// Its key.
    pub key: String,
    client: Client,
    seq: AtomicI64,
    launches: AtomicU32,
}

impl FakeAgent {
    /// Enrols by a one-time code.
    pub async fn enrol(url: &str, code: &str, host: &str) -> Self {
        let client = Client::new(url);
        let enrol = Enrol {
            code: code.to_owned(),
            host_name: host.parse().expect("a host's name"),
            version: "1.2.3".to_owned(),
            simulated: false,
        };
        let enrolled = client.send::<EnrolAgent>(enrol).await.expect("the code is good");
        client.set_token(Some(enrolled.key.clone()));
        Self {
            id: enrolled.agent_id,
            host: enrolled.host_id,
            key: enrolled.key,
            client,
            seq: AtomicI64::new(0),
            launches: AtomicU32::new(0),
        }
    }

    /// The client with the agent's key.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Says hello as an agent of today, with a clock that is right.
    pub async fn hello(&self) -> Welcome {
        self.hello_at(now()).await
    }

    /// Says hello with this clock.
    pub async fn hello_at(&self, clock: Timestamp) -> Welcome {
        let last_seq = self.seq.load(Ordering::SeqCst);
        self.client.send::<SayHello>(words(clock, last_seq)).await.expect("hello is taken")
    }

    /// Says hello exactly so.
    pub async fn hello_as(&self, change: impl FnOnce(&mut Hello)) -> Result<Welcome, ClientError> {
        let mut hello = words(now(), self.seq.load(Ordering::SeqCst));
        change(&mut hello);
        self.client.send::<SayHello>(hello).await
    }

    /// Asks for a launch under a key of its own.
    pub async fn ask(&self, account: &str, program: &str) -> Result<Launch, ClientError> {
        let key = format!("launch-{}", self.launches.fetch_add(1, Ordering::SeqCst));
        self.ask_as(account, program, &key).await
    }

    /// Asks for a launch under this key.
    pub async fn ask_as(&self, account: &str, program: &str, key: &str) -> Result<Launch, ClientError> {
        let launch = NewLaunch {
            launch_key: key.to_owned(),
            account: account.parse().expect("an account's name"),
            program: program.parse().expect("a program"),
            version: Some("7.0".to_owned()),
            age_ms: 0,
        };
        self.client.send::<AskLaunch>(launch).await
    }

    /// Launches, adds and runs a program.
    pub async fn run(&self, account: &str, program: &str) -> SessionId {
        let session = self.ask(account, program).await.expect("the launch is allowed").session_id;
        self.seen(session, &[Status::Added, Status::Running]).await;
        session
    }

    /// Gives the next sequence numbers to what was observed.
    pub fn number(&self, what: Vec<Observation>) -> Vec<Report> {
        what.into_iter()
            .map(|what| Report { seq: self.seq.fetch_add(1, Ordering::SeqCst) + 1, age_ms: 0, what })
            .collect()
    }

    /// Sends numbered reports.
    pub async fn send(&self, reports: Vec<Report>) -> Result<Taken, ClientError> {
        self.client.send::<SendReports>(Reports { reports }).await
    }

    /// Reports what was observed, which must be taken.
    pub async fn report(&self, what: Vec<Observation>) -> Taken {
        self.send(self.number(what)).await.expect("the reports are taken")
    }

    /// Reports one status after the other.
    pub async fn seen(&self, session: SessionId, statuses: &[Status]) {
        let taken = self.report(statuses.iter().map(|status| seen(session, *status)).collect()).await;
        assert!(taken.unknown_sessions.is_empty(), "{taken:?}");
    }

    /// Reports a step of a command.
    pub async fn step(&self, command: CommandId, step: CommandStep) {
        self.report(vec![Observation::Command(CommandSeen { command_id: command, step })]).await;
    }

    /// Acknowledges a command and carries it out, all in one batch; `status` is what the session is then.
    pub async fn obey(&self, order: &CommandOrder, outcome: CommandOutcome, status: Status) {
        let command = |step| Observation::Command(CommandSeen { command_id: order.id, step });
        self.report(vec![
            command(CommandStep::Acknowledged {}),
            seen(order.session_id, status),
            command(CommandStep::Done { outcome }),
        ])
        .await;
    }

    /// Sends signs of life.
    pub async fn beat(&self, sessions: &[SessionId]) -> BeatsTaken {
        let sessions = sessions.iter().map(|id| Beat { session_id: *id, idle_seconds: None }).collect();
        self.client.send::<SendBeats>(Beats { sessions }).await.expect("beats are taken")
    }

    /// Opens the channel of orders and waits until the server has it, which `is_open` sees.
    pub async fn orders_once(&self, mut is_open: impl AsyncFnMut() -> bool) -> Orders {
        let mut orders = self.orders();
        let open = async {
            while orders.1.is_none() {
                // Nothing is sent before somebody waits for an answer; what comes of it is kept.
                let first = tokio::time::timeout(Duration::from_millis(50), orders.0.next()).await;
                orders.1 = first.ok().flatten();
                if is_open().await {
                    break;
                }
            }
        };
        within("the channel of orders", Duration::from_secs(20), open).await;
        orders
    }

    /// Opens the channel of orders.
    pub fn orders(&self) -> Orders {
        Orders(Box::pin(self.client.stream::<FollowOrders>(NoArgs {}, NoArgs {}, None)), None)
    }
}

/// The open channel of orders.
pub struct Orders(Pin<Box<dyn Stream<Item = Line> + Send>>, Option<Line>);

type Line = Result<Order, ClientError>;

impl Orders {
    /// The next line; none when the server has closed the channel.
    pub async fn next(&mut self) -> Option<Result<Order, ClientError>> {
        if let Some(line) = self.1.take() {
            return Some(line);
        }
        within("a line of the channel of orders", Duration::from_secs(20), self.0.next()).await
    }

    /// The next order that is no ping.
    pub async fn order(&mut self) -> Order {
        loop {
            match self.next().await {
                Some(Ok(Order::Ping {})) => {}
                Some(Ok(order)) => return order,
                other => panic!("the channel of orders broke: {other:?}"),
            }
        }
    }

    /// The next command.
    pub async fn command(&mut self) -> CommandOrder {
        loop {
            if let Order::Command(command) = self.order().await {
                return command;
            }
        }
    }
}

/// A session's status, as an observation.
pub fn seen(session: SessionId, status: Status) -> Observation {
    let end_reason = (status == Status::Removed).then_some(EndReason::Removed);
    Observation::Status(StatusSeen {
        session_id: session,
        status,
        end_reason,
        adopted: false,
        connected: None,
        closes_in_ms: None,
        detail: None,
    })
}

fn words(clock: Timestamp, last_seq: i64) -> Hello {
    Hello {
        protocol: PROTOCOL,
        version: "1.2.3".to_owned(),
        host_name: "host".to_owned(),
        boot_id: "0b5cdd4e-0000-4000-8000-000000000000".to_owned(),
        clock,
        verbs: Verb::ALL.to_vec(),
        abilities: Vec::new(),
        gate: None,
        last_seq,
    }
}
