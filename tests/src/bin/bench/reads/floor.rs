//! The yardstick of many connections: a handler that serialises 6 kB, in a process of its own.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use actix_web::{App, HttpResponse, HttpServer, web};

#[derive(serde::Serialize)]
struct Row {
    id: u64,
    name: &'static str,
    email: &'static str,
    status: &'static str,
    started_at: &'static str,
}

async fn rows() -> HttpResponse {
    let row = |id| Row {
        id,
        name: "Joanna Tanaka-Example",
        email: "joanna.tanaka@northfield.example",
        status: "closed",
        started_at: "2026-11-21T08:15:30Z",
    };
    HttpResponse::Ok().json((4_000_000..4_000_044).map(row).collect::<Vec<_>>())
}

/// Serves it until it is ended, and says where.
pub async fn serve() {
    let server = HttpServer::new(|| App::new().route("/", web::get().to(rows))).bind(("127.0.0.1", 0)).expect("a port");
    for address in server.addrs() {
        println!("{}", address.port());
    }
    server.run().await.expect("it serves");
}

/// The yardstick in a process of its own.
pub struct Floor {
    child: Child,
    pub port: u16,
}

impl Floor {
    pub fn start() -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program).arg("floor").stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("its port");
        Self { child, port: line.trim().parse().expect("a port") }
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
