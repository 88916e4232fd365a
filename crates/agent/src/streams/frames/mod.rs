//! A WebSocket's frames, as a client has them: what is sent is masked where it lies, what is received passes in parts.

mod incoming;
mod mask;
mod outgoing;
#[cfg(test)]
mod tests;

pub(super) use self::{
    incoming::{Frame, Incoming},
    outgoing::Outgoing,
};
