//! The typed client: an endpoint's type in, its answer's type out.
//!
//! Console, agent and tests call the server through this one crate. What is the same everywhere
//! (addresses, decoding, streams) stands in files of its own; how bytes travel is in `native.rs`
//! (threads and TLS of our own) and `wasm.rs` (the browser's `fetch`).
//!
//! ```no_run
//! # async fn f() -> Result<(), deskwarden_client::ClientError> {
//! use deskwarden_types::{NoArgs, NoBody, SessionId, SessionPath, api::*};
//! let client = deskwarden_client::Client::new("http://127.0.0.1:8080").with_token("dw_…");
//! let me = client.get::<WhoAmI>().await?;
//! let one = client.call::<ShowSession>(SessionPath { id: SessionId(7) }, NoArgs {}, NoBody {}).await?;
//! # Ok(()) }
//! ```

mod address;
mod answer;
mod call;
mod client;
mod error;
mod stream;
mod text;
#[cfg(any(test, target_arch = "wasm32"))]
mod tree;

#[cfg(not(target_arch = "wasm32"))]
#[path = "native.rs"]
mod transport;
#[cfg(target_arch = "wasm32")]
#[path = "wasm.rs"]
mod transport;

pub use call::{Call, Letter, Reply};
pub use client::Client;
pub use error::{ClientError, Refusal};
pub use transport::Options;
#[cfg(not(target_arch = "wasm32"))]
pub use transport::{Bytes, Joined};
