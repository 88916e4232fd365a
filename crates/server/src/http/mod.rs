//! Between actix and the handlers: one registration per endpoint, typed calls, one shape of error.

mod address;
mod ask;
mod body;
mod call;
mod cursor;
mod error;
mod guard_origin;
mod headers;
mod limit;
mod reply;
mod request_id;
mod routes;
mod socket;
mod store_error;
mod stream;
mod strict;
mod switch;
mod trace;
mod upgrade;

pub use address::*;
pub use ask::*;
pub use call::*;
pub use cursor::*;
pub use error::*;
pub use guard_origin::*;
pub use headers::*;
pub use limit::*;
pub use reply::*;
pub use request_id::*;
pub use routes::*;
pub use socket::*;
pub use stream::*;
pub use switch::*;
pub use trace::*;
pub use upgrade::*;

#[cfg(test)]
mod tests;
