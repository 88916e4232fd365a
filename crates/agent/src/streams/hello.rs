//! The first words to a viewer: to it the agent is the screen.

use deskwarden_domain::rfb::handshake::{self, LET_IN, NONE, VERSION, Version};
use deskwarden_types::agent::stream_close;

use super::{Close, Ending, line::Line};

/// Says them, up to and with the screen's first message.
pub(super) async fn greet(line: &mut Line, init: &[u8]) -> Result<(), Ending> {
    line.send(VERSION).await?;
    if handshake::version(&line.read().await?) != Some(Version::Current) {
        return Err(Close { code: stream_close::AGAINST_THE_RULES, why: "not a viewer that speaks RFB 3.8" }.into());
    }
    line.send(&[1, NONE]).await?;
    if line.read().await? != [NONE] {
        return Err(Close { code: stream_close::AGAINST_THE_RULES, why: "a security type that was not offered" }.into());
    }
    line.send(&LET_IN).await?;
    // Whether it wants to be alone: who else sees the screen is decided elsewhere.
    let _: [u8; 1] = line.read().await?;
    line.send(init).await
}
