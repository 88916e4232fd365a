//! In the browser: its own `fetch`.

use std::time::Duration;

use deskwarden_types::Method;
use futures_util::future::LocalBoxFuture;
use gloo_net::http::{RequestBuilder, Response};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestCredentials};

use crate::{
    ClientError,
    answer::{self, Head},
    call::Request,
};

/// How to reach the server.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether cookies go to a server at another origin too; it must allow this page by name.
    pub other_origin: bool,
}

/// The browser needs no state, but the options.
#[derive(Clone)]
pub(crate) struct Transport(Options);

impl Transport {
    pub(crate) fn new(_base: &str, options: Options) -> Self {
        Self(options)
    }
}

/// Stops the browser's work when what waits for it is dropped, or when it takes too long.
struct Abort {
    controller: AbortController,
    timer: Option<i32>,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(work: &Function, milliseconds: i32, argument: &JsValue) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: i32);
}

impl Abort {
    fn new() -> Result<Self, ClientError> {
        let controller = AbortController::new().map_err(|e| failed(&e))?;
        Ok(Self { controller, timer: None })
    }

    /// With a limit: a connection that broke while the machine slept says nothing for minutes.
    fn within(limit: Duration) -> Result<Self, ClientError> {
        let mut abort = Self::new()?;
        let seconds = limit.as_secs();
        let why = js_sys::Error::new(&format!("no answer within {seconds} seconds"));
        let stop = Reflect::get(&abort.controller, &"abort".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
        let milliseconds = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
        abort.timer = stop.map(|stop| set_timeout(&stop.bind0(&abort.controller), milliseconds, &why));
        Ok(abort)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            clear_timeout(timer);
        }
        self.controller.abort();
    }
}

/// The body as it comes.
pub(crate) struct Chunks {
    /// `None` for an answer without a body.
    reader: Option<ReadableStreamDefaultReader>,
    _abort: Abort,
}

impl Chunks {
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<u8>, ClientError>> {
        let reader = self.reader.as_ref()?;
        match JsFuture::from(reader.read()).await {
            Err(error) => Some(Err(failed(&error))),
            Ok(part) => {
                let field = |name| Reflect::get(&part, &JsValue::from_str(name)).ok();
                if field("done").is_none_or(|done| done.is_truthy()) {
                    return None;
                }
                let bytes = field("value").and_then(|value| value.dyn_into::<js_sys::Uint8Array>().ok());
                Some(bytes.map(|b| b.to_vec()).ok_or_else(|| ClientError::Decode("a chunk without bytes".into())))
            }
        }
    }
}

/// Sends a request and waits for the whole answer. Boxed: otherwise its code would be in the bundle once for each
/// endpoint.
pub(crate) fn whole(
    transport: &Transport,
    request: Request,
) -> LocalBoxFuture<'_, Result<(Head, Vec<u8>), ClientError>> {
    Box::pin(async move {
        let abort = Abort::within(request.limit)?;
        let answer = send(transport, request, &abort).await?;
        let body = answer.binary().await.map_err(|e| ClientError::Transport(e.to_string()))?;
        Ok((head(&answer), body))
    })
}

/// Sends a request and waits for the answer's head.
pub(crate) async fn open(transport: &Transport, request: Request) -> Result<Chunks, ClientError> {
    let abort = Abort::new()?;
    let answer = send(transport, request, &abort).await?;
    let head = head(&answer);
    if head.status != 200 {
        let body = answer.binary().await.map_err(|e| ClientError::Transport(e.to_string()))?;
        return Err(answer::refusal(&head, &body));
    }
    let reader = match answer.body() {
        Some(body) => Some(ReadableStreamDefaultReader::new(&body).map_err(|e| failed(&e))?),
        None => None,
    };
    Ok(Chunks { reader, _abort: abort })
}

async fn send(transport: &Transport, request: Request, abort: &Abort) -> Result<Response, ClientError> {
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let credentials =
        if transport.0.other_origin { RequestCredentials::Include } else { RequestCredentials::SameOrigin };
    let mut builder = RequestBuilder::new(&request.address)
        .method(method)
        .credentials(credentials)
        .abort_signal(Some(&abort.controller.signal()));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let ready = match request.body {
        Some(body) => builder.body(js_sys::Uint8Array::from(body.as_slice())),
        None => builder.build(),
    };
    let ready = ready.map_err(|e| ClientError::Transport(e.to_string()))?;
    ready.send().await.map_err(|e| ClientError::Transport(e.to_string()))
}

fn head(answer: &Response) -> Head {
    Head { status: answer.status(), retry_after: answer.headers().get("retry-after") }
}

fn failed(error: &JsValue) -> ClientError {
    let text = error.dyn_ref::<js_sys::Error>().map(|e| String::from(e.message()));
    ClientError::Transport(text.unwrap_or_else(|| "the connection broke".to_owned()))
}
