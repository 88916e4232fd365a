//! A screen's own end: the socket of an X server, or of what shows one to somebody else.

use std::{io, path::PathBuf, time::Duration};

use deskwarden_domain::rfb::{
    Reach,
    handshake::{self, NONE, SERVER_INIT, VERSION},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::cgroup::Group;

/// How long a screen may take for its first words.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest name that a screen has.
const LONGEST_NAME: u32 = 4_096;

/// Where a screen is to be had.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub socket: PathBuf,
    /// The account that has it.
    pub uid: u32,
    /// Where its process lives.
    pub group: Group,
}

/// A screen whose first words are said.
pub(super) struct Opened {
    pub stream: UnixStream,
    /// Its first message: size, pixels, name.
    pub init: Vec<u8>,
}

impl Source {
    /// Connects and says the first words.
    pub(super) async fn open(&self, reach: Reach) -> io::Result<Opened> {
        let opening = async {
            let mut stream = UnixStream::connect(&self.socket).await?;
            self.check(&stream)?;
            let init = first_words(&mut stream).await?;
            Ok::<_, io::Error>((stream, init))
        };
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the screen said nothing");
        let (stream, init) = tokio::time::timeout(PATIENCE, opening).await.map_err(late)??;
        let common = init.first_chunk().is_some_and(handshake::has_common_pixels);
        if reach == Reach::View && !common {
            return Err(io::Error::other("its pixels are not of the form that who watches is shown"));
        }
        Ok(Opened { stream, init })
    }

    /// Its directory is its account's: behind the name there could be the socket of another account's screen, which
    /// this process, root's, may open.
    fn check(&self, stream: &UnixStream) -> io::Result<()> {
        let peer = stream.peer_cred()?;
        let own = self.group.pids().into_iter().any(|pid| Some(pid.as_raw_nonzero().get()) == peer.pid());
        if peer.uid() == self.uid && own {
            return Ok(());
        }
        Err(io::Error::other(format!("{} is not this session's", self.socket.display())))
    }
}

async fn first_words(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut version = [0; VERSION.len()];
    stream.read_exact(&mut version).await?;
    if handshake::version(&version) != Some(handshake::Version::Current) {
        return Err(io::Error::other("it does not speak RFB 3.8"));
    }
    stream.write_all(VERSION).await?;
    let types = stream.read_u8().await?;
    let mut offered = vec![0; usize::from(types)];
    stream.read_exact(&mut offered).await?;
    if !offered.contains(&NONE) {
        return Err(io::Error::other("it wants a secret"));
    }
    stream.write_u8(NONE).await?;
    if stream.read_u32().await? != 0 {
        return Err(io::Error::other("it lets nobody in"));
    }
    // Shared: a user may be there while somebody watches.
    stream.write_u8(1).await?;
    let mut init = [0; SERVER_INIT];
    stream.read_exact(&mut init).await?;
    let length = handshake::name_length(&init);
    if length > LONGEST_NAME {
        return Err(io::Error::other("its name is too long"));
    }
    let mut name = vec![0; usize::try_from(length).unwrap_or(0)];
    stream.read_exact(&mut name).await?;
    Ok([&init[..], &name].concat())
}
