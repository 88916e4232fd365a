//! What the gate does with programs that are no viewers, or bad ones.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use deskwarden_tests::{Database, TestApp, eventually};
use deskwarden_types::api::ShowSeats;

use super::{PATIENCE, Place, viewer::Viewer};

fn knock(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    stream
}

/// Whether the gate hangs up without a further word.
fn is_closed(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn hostile_bytes_wait_in_vain_and_keep_nobody_out() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let place = Place::start(&app).await;
        let member = app.member().await;
        let address = place.password(&member).await.address;
        for said in [&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], &[0xff; 4_096], b"RFB 003.008\n\x01", b"RFB 009.zzz\n"]
        {
            let mut stream = knock(&address);
            let _ = stream.write_all(said);
            assert!(is_closed(stream), "{said:?}");
        }
        // Eight wait, a ninth of the same address is sent away at once.
        let waiting: Vec<TcpStream> = (0..8).map(|_| knock(&address)).collect();
        for mut stream in waiting.iter().map(|stream| stream.try_clone().unwrap()) {
            let mut version = [0; 12];
            stream.read_exact(&mut version).unwrap();
            assert_eq!(&version, b"RFB 003.008\n");
        }
        let mut ninth = knock(&address);
        let mut heard = Vec::new();
        let _ = ninth.read_to_end(&mut heard);
        assert!(heard.is_empty());
        // Another address comes in all the same.
        let made = place.password(&member).await;
        let other = std::net::Ipv4Addr::new(127, 0, 0, 2);
        let seen = reach_from(other, &made.address);
        assert_eq!(seen, *b"RFB 003.008\n");
        // Who says nothing is sent away, and makes room.
        assert!(waiting.into_iter().all(is_closed));
        let viewer = Viewer::open(&place.display, &place.password(&member).await);
        viewer.shows(&place.display, "Office PC").await;
        viewer.close().await;
        let manager = app.manager().await;
        eventually("no seat in use", PATIENCE, async || {
            (manager.get::<ShowSeats>().await.unwrap().count.in_use == 0).then_some(())
        })
        .await;
        assert!(!place.agent.log().contains("panicked"), "{}", place.agent.log());
    });
}

/// The gate's first word to somebody at this address.
fn reach_from(own: std::net::Ipv4Addr, address: &str) -> [u8; 12] {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address: std::net::SocketAddr = address.parse().unwrap();
    std::thread::spawn(move || {
        runtime.block_on(async {
            use tokio::io::AsyncReadExt;
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind((own, 0).into()).unwrap();
            let mut stream = socket.connect(address).await.unwrap();
            let mut version = [0; 12];
            stream.read_exact(&mut version).await.unwrap();
            version
        })
    })
    .join()
    .unwrap()
}

#[test]
fn who_guesses_passwords_is_made_to_wait() {
    deskwarden_tests::run(Database::Sqlite, async |app: TestApp| {
        let place = Place::start(&app).await;
        let address = place.password(&app.member().await).await.address;
        let guess = || {
            let mut stream = knock(&address);
            stream.write_all(b"RFB 003.008\n\x02").unwrap();
            let _ = stream.write_all(&[7; 16]);
            let mut heard = Vec::new();
            let _ = stream.read_to_end(&mut heard);
            String::from_utf8_lossy(&heard).into_owned()
        };
        for _ in 0..10 {
            assert!(guess().contains("The password is wrong"));
        }
        assert!(guess().contains("Too many wrong passwords came from your address"));
        // The reason reaches old viewers as far as they can show one.
        let mut old = knock(&address);
        old.write_all(b"RFB 003.003\n").unwrap();
        let mut heard = Vec::new();
        let _ = old.read_to_end(&mut heard);
        assert_eq!(&heard[12..16], [0; 4]);
        assert!(String::from_utf8_lossy(&heard).contains("Too many wrong passwords"));
    });
}
