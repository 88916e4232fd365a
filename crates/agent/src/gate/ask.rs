//! Asking the server whether a viewer may come in.

use std::{net::IpAddr, time::Duration};

use deskwarden_client::ClientError;
use deskwarden_types::{
    ErrorCode,
    agent::{AskConnection, Connection, NewConnection},
};

use super::{Keeper, knock::Knock};

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// How often it is asked: an answer may be lost on its way.
const TRIES: usize = 2;

impl Keeper {
    /// Asks; an error is what the viewer shows.
    pub(super) async fn ask(&self, knock: &Knock, ip: IpAddr) -> Result<Connection, String> {
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|error| format!("This host has no random numbers: {error}."))?;
        let new = NewConnection {
            connection_key: hex(&key),
            challenge: hex(&knock.challenge),
            response: hex(&knock.response),
            ip: ip.to_string(),
        };
        for _ in 0..TRIES {
            // The same key gives the same session: asking again takes no second seat.
            match tokio::time::timeout(PATIENCE, self.client.send::<AskConnection>(new.clone())).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(ClientError::Problem(refusal))) if refusal.code.status() < 500 => {
                    if refusal.code == ErrorCode::WrongCredentials {
                        self.crowd.guessed_wrong(ip, self.now());
                    }
                    return Err(refusal.detail.clone());
                }
                Ok(Err(error)) => tracing::warn!(%error, "the server could not be asked about a viewer"),
                Err(_) => tracing::warn!("the server did not answer about a viewer"),
            }
        }
        // It may have given a seat all the same: what is told next is that nobody has it.
        let outbox = self.host.outbox.clone();
        tokio::spawn(async move { outbox.inventory().await });
        Err("The Deskwarden server cannot be reached: nobody new is let in. Try again later.".to_owned())
    }
}

fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}
