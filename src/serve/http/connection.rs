//! One connection: requests in, answers out, and limits on what it may cost.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::body::{Body, Source};
use super::file::Slices;
use super::preview::{Head, Preview, Step};
use super::reply::{Content, Reply};
use super::seat::{Busy, Seat};
use super::{events, own};

/// How long a request may take to arrive, and how long a connection may wait for its next one.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// Bytes of a request's first line and headers.
const HEAD_SIZE: usize = 32 * 1024;

/// Answers what a connection asks until it ends, or has to make room.
pub(super) async fn run(stream: TcpStream, preview: Arc<Preview>, seat: Arc<Seat>) {
    // An update is one small write that has to arrive now.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let (preview, busy) = (Arc::clone(&preview), seat.answer());
        async move { Ok::<_, Infallible>(answer(preview, request, busy).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_header_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // What goes wrong on the way is the browser's to see.
        _ = connection => {}
        () = seat.has_to_leave() => {}
    }
}

async fn answer(preview: Arc<Preview>, request: Request<Incoming>, busy: Busy) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let is_head = parts.method == Method::HEAD;
    let host = match preview.guard.host(&parts.headers, parts.uri.authority()) {
        Ok(host) => host,
        Err(refusal) => return response(refusal.into(), is_head, busy),
    };
    let work = Arc::clone(&preview);
    let head = Head { parts, host };
    let step = spawn_blocking(move || work.step(&head)).await;
    let reply = match step {
        Ok(Step::Answer(reply)) => reply,
        Ok(Step::Events(..)) if is_head => Reply::new(StatusCode::OK, EVENTS, Bytes::new()),
        Ok(Step::Events(path, edition)) => {
            let source = Source::Stream(events::stream(preview, path, edition));
            let headers = [(CONTENT_TYPE, EVENTS), (CACHE_CONTROL, "no-store")];
            return built(
                StatusCode::OK,
                headers.map(|(name, value)| (name, value.into())),
                Body { source, _busy: busy },
            );
        }
        Ok(Step::Open) => open(preview, body).await,
        Err(_) => bug(),
    };
    response(reply, is_head, busy)
}

const EVENTS: &str = "text/event-stream";

/// The answer when answering panicked.
fn bug() -> Reply {
    let text = "answering this panicked; it is a bug of Byline: please report it with what the terminal says";
    Reply::text(StatusCode::INTERNAL_SERVER_ERROR, text)
}

fn response(reply: Reply, is_head: bool, busy: Busy) -> Response<Body> {
    let mut headers = reply.headers;
    if ![StatusCode::NOT_MODIFIED, StatusCode::NO_CONTENT].contains(&reply.status) {
        headers.push((CONTENT_LENGTH, reply.content.length().to_string()));
    }
    let source = match reply.content {
        _ if is_head => Source::Pieces([].into()),
        Content::Pieces(pieces) => Source::Pieces(pieces.into()),
        Content::File(slices) => Source::Stream(read(slices)),
    };
    built(reply.status, headers, Body { source, _busy: busy })
}

/// Headers that every answer has: it is what it says, and nobody else's page may have it.
const ALWAYS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "SAMEORIGIN"),
];

fn built(
    status: StatusCode,
    headers: impl IntoIterator<Item = (HeaderName, String)>,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    for (name, value) in ALWAYS {
        let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
        response.headers_mut().insert(name, value);
    }
    response
}

/// Reads a file as fast as it is taken; a slow reader holds no thread.
fn read(mut slices: Slices) -> Receiver<io::Result<Bytes>> {
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        while let Ok(place) = sender.reserve().await {
            let piece = spawn_blocking(move || (slices.next(), slices)).await;
            let Ok((next, rest)) = piece else { return };
            slices = rest;
            match next.transpose() {
                Some(next) => place.send(next),
                None => return,
            }
        }
    });
    receiver
}

/// Bytes of a request's content, and how long it may take to arrive.
const BODY_SIZE: usize = 4 * 1024;
const BODY_TIME: Duration = Duration::from_secs(5);

/// Reads what to open, and opens it.
async fn open(preview: Arc<Preview>, body: Incoming) -> Reply {
    match timeout(BODY_TIME, content(body)).await {
        Ok(Ok(bytes)) => {
            spawn_blocking(move || own::open(&preview, &bytes)).await.unwrap_or_else(|_| bug())
        }
        Ok(Err(reply)) => reply,
        Err(_) => Reply::text(StatusCode::REQUEST_TIMEOUT, "the request did not arrive in time"),
    }
}

/// The whole content of a request, if it is small.
async fn content(mut body: Incoming) -> Result<Vec<u8>, Reply> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else {
            return Err(Reply::text(StatusCode::BAD_REQUEST, "the request broke off"));
        };
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > BODY_SIZE {
            return Err(Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"));
        }
    }
    Ok(bytes)
}
