//! Between the command line and the running agent: a unix socket, one JSON line to ask and one to answer.

pub(crate) mod ask;
pub(crate) mod serve;
pub(crate) mod wire;
