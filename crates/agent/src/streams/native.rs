//! A screen at a native viewer that the gate has let in, over TCP.

use std::time::Duration;

use bytes::BytesMut;
use deskwarden_domain::rfb::{
    ClientFilter, Reach,
    handshake::{self, LET_IN, Version},
};
use deskwarden_types::agent::stream_close;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::oneshot,
};

use super::{Close, Ending, Source, said};

/// How long a viewer may take for its last word before it sees the screen.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that is read at once.
const CHUNK: usize = 64 << 10;

/// Shows a screen until `told` says otherwise, or what it belongs to is gone. Who calls closes the viewer.
pub(crate) async fn native(
    viewer: &mut (impl AsyncRead + AsyncWrite + Unpin),
    version: Version,
    source: &Source,
    touched: impl Fn(),
    told: oneshot::Receiver<Close>,
) -> Ending {
    tokio::select! {
        biased;
        close = told => said(close),
        ending = show(viewer, version, source, touched) => ending,
    }
}

async fn show(
    viewer: &mut (impl AsyncRead + AsyncWrite + Unpin),
    version: Version,
    source: &Source,
    touched: impl Fn(),
) -> Ending {
    let screen = match source.open(Reach::Control).await {
        Ok(screen) => screen,
        Err(error) => {
            tracing::warn!(%error, "a screen could not be opened");
            let why = "the screen could not be opened";
            let _ = viewer.write_all(&handshake::failure(version, why)).await;
            let _ = viewer.flush().await;
            return Ending::broken(why);
        }
    };
    let greeting = async {
        viewer.write_all(&LET_IN).await?;
        viewer.flush().await?;
        // Whether it wants to be alone: other devices of the same user may be there.
        viewer.read_u8().await?;
        viewer.write_all(&screen.init).await?;
        viewer.flush().await
    };
    match tokio::time::timeout(PATIENCE, greeting).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return lost(&error),
        Err(_) => return Ending::broken("the viewer said nothing"),
    }
    let (from_viewer, to_viewer) = tokio::io::split(viewer);
    let (from_screen, to_screen) = screen.stream.into_split();
    tokio::select! {
        ending = down(from_viewer, to_screen, touched) => ending,
        ending = up(from_screen, to_viewer) => ending,
    }
}

/// From the viewer to the screen.
async fn down(mut viewer: impl AsyncRead + Unpin, mut screen: impl AsyncWrite + Unpin, touched: impl Fn()) -> Ending {
    let mut filter = ClientFilter::new(Reach::Control);
    let (mut bytes, mut out) = (BytesMut::with_capacity(CHUNK), Vec::new());
    loop {
        match viewer.read_buf(&mut bytes).await {
            Ok(0) => return Close { code: stream_close::NORMAL, why: "the viewer was closed" }.into(),
            Ok(_) => {}
            Err(error) => return lost(&error),
        }
        let before = filter.input().passed;
        let taken = filter.take(&bytes, &mut out);
        bytes.clear();
        if filter.input().passed > before {
            touched();
        }
        if let Err(refused) = taken {
            return Ending { code: Some(stream_close::AGAINST_THE_RULES), why: refused.to_string() };
        }
        if screen.write_all(&out).await.is_err() {
            return screen_gone();
        }
        out.clear();
    }
}

/// From the screen to the viewer.
async fn up(mut screen: impl AsyncRead + Unpin, mut viewer: impl AsyncWrite + Unpin) -> Ending {
    let mut bytes = BytesMut::with_capacity(CHUNK);
    loop {
        match screen.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return screen_gone(),
            Ok(_) => {}
        }
        if let Err(error) = sent(&mut viewer, &bytes).await {
            return lost(&error);
        }
        bytes.clear();
    }
}

async fn sent(viewer: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    viewer.write_all(bytes).await?;
    viewer.flush().await
}

fn screen_gone() -> Ending {
    Close { code: stream_close::NORMAL, why: "the screen is gone" }.into()
}

fn lost(error: &std::io::Error) -> Ending {
    Ending::broken(format!("the viewer was lost: {error}"))
}
