//! Connections that become something else than HTTP.

use std::{future::poll_fn, pin::pin, rc::Rc};

use actix_codec::Framed;
use actix_http::{
    ConnectionType, Request, Response,
    body::{BodySize, BoxBody, MessageBody},
    h1::{Codec, Message},
};
use actix_service::{
    Service, ServiceFactory,
    boxed::{self, BoxService, BoxServiceFactory},
    fn_factory, fn_service,
};
use actix_web::Error;
use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;

use super::socket::{Opening, Wire};

/// What answers requests.
pub type Answers = BoxServiceFactory<(), Request, Response<BoxBody>, Error, ()>;

/// What answers requests to become something else.
pub type Switch<T> = BoxServiceFactory<(), (Request, Framed<T, Codec>), (), Error, ()>;

/// Answers requests to become something else as all others are, and gives the connection to whom the answer says.
pub fn switch<T: Wire + 'static>(answers: Answers) -> Switch<T> {
    let answers = Rc::new(answers);
    boxed::factory(fn_factory(move || {
        let answers = answers.clone();
        async move {
            let answers = Rc::new(answers.new_service(()).await?);
            Ok(fn_service(move |(request, connection)| answer(answers.clone(), request, connection)))
        }
    }))
}

async fn answer<T: Wire + 'static>(
    answers: Rc<BoxService<Request, Response<BoxBody>, Error>>,
    request: Request,
    mut connection: Framed<T, Codec>,
) -> Result<(), Error> {
    let mut answer = answers.call(request).await.unwrap_or_else(Response::from);
    let opening = answer.extensions_mut().remove::<Opening>();
    if let Some(opening) = opening {
        connection.send(Message::Item((answer.drop_body(), BodySize::None))).await?;
        let parts = connection.into_parts();
        opening.run(Box::new(parts.io), parts.read_buf).await;
        return Ok(());
    }
    // Where its next request would begin is not known.
    answer.head_mut().set_connection_type(ConnectionType::Close);
    let (head, body) = answer.into_parts();
    let size = body.size();
    match size {
        // It goes out with what follows: clients look for an error's words where they found its status.
        BodySize::Sized(1..) => connection.feed(Message::Item((head, size))).await?,
        _ => connection.send(Message::Item((head, size))).await?,
    }
    if !size.is_eof() {
        let mut body = pin!(body);
        while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
            connection.send(Message::Chunk(Some(chunk?))).await?;
        }
        connection.send(Message::Chunk(None)).await?;
    }
    Ok(connection.io_mut().shutdown().await?)
}
