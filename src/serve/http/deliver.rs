//! Content -> an answer to one request: conditions and parts (RFC 9110, 13 and 14).

use std::ops::Range;

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};

use super::etag::Etag;
use super::file::{Opened, Slice};
use super::range::{Wanted, wanted};
use super::reply::{Content, Reply};

/// Where the bytes of an answer are.
#[derive(Debug)]
pub(super) enum Bulk {
    Bytes(Bytes),
    File(Opened),
}

impl Bulk {
    fn length(&self) -> u64 {
        match self {
            Bulk::Bytes(bytes) => bytes.len() as u64,
            Bulk::File(file) => file.bytes,
        }
    }

    fn etag(&self) -> Etag {
        match self {
            Bulk::Bytes(bytes) => Etag::of_bytes(bytes),
            Bulk::File(file) => file.etag.clone(),
        }
    }

    fn content(self, slices: Vec<Slice>) -> Content {
        match self {
            Bulk::File(file) => Content::File(file.slices(slices)),
            Bulk::Bytes(bytes) => {
                let piece = |slice| match slice {
                    Slice::Text(text) => text,
                    Slice::Part(part) => cut(&bytes, &part),
                };
                Content::Pieces(slices.into_iter().map(piece).collect())
            }
        }
    }
}

fn cut(bytes: &Bytes, part: &Range<u64>) -> Bytes {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(part.start)..at(part.end).max(at(part.start)))
}

/// Answers with content that stands at an address: whole, in parts, or not again to a browser that has it. It may
/// be kept, but has to be asked for every time.
pub(super) fn deliver(headers: &HeaderMap, media: &str, bulk: Bulk) -> Reply {
    let etag = &bulk.etag();
    let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mut reply = Reply {
        status: StatusCode::OK,
        headers: vec![
            (ETAG, etag.to_string()),
            (CACHE_CONTROL, "no-cache".into()),
            (ACCEPT_RANGES, "bytes".into()),
        ],
        content: Content::Pieces(Vec::new()),
    };
    if header(IF_NONE_MATCH).is_some_and(|tags| etag.is_among(tags)) {
        reply.status = StatusCode::NOT_MODIFIED;
        return reply;
    }
    let length = bulk.length();
    let is_same = header(IF_RANGE).is_none_or(|tag| etag.is_exactly(tag));
    let wanted = header(RANGE).filter(|_| is_same).map_or(Wanted::Whole, |it| wanted(it, length));
    let mut media = media.to_string();
    let slices = match wanted {
        Wanted::Nothing => {
            reply.status = StatusCode::RANGE_NOT_SATISFIABLE;
            return reply.with(CONTENT_RANGE, format!("bytes */{length}"));
        }
        Wanted::Whole => vec![Slice::Part(0..length)],
        Wanted::Parts(parts) => {
            reply.status = StatusCode::PARTIAL_CONTENT;
            if let [part] = &parts[..] {
                reply.headers.push((CONTENT_RANGE, named(part, length)));
                vec![Slice::Part(part.clone())]
            } else {
                let (kind, slices) = multipart(etag, &media, parts, length);
                media = kind;
                slices
            }
        }
    };
    reply.content = bulk.content(slices);
    reply.with(CONTENT_TYPE, media)
}

fn named(part: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end.saturating_sub(1))
}

/// The parts with their heads, and the media type that says what stands between them.
fn multipart(
    etag: &Etag,
    media: &str,
    parts: Vec<Range<u64>>,
    length: u64,
) -> (String, Vec<Slice>) {
    // Content cannot have its own hash in it.
    let boundary = blake3::hash(etag.to_string().as_bytes()).to_hex()[..24].to_string();
    let mut slices = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        let before = if at == 0 { "" } else { "\r\n" };
        let head = format!(
            "{before}--{boundary}\r\ncontent-type: {media}\r\ncontent-range: {}\r\n\r\n",
            named(&part, length)
        );
        slices.push(Slice::Text(head.into()));
        slices.push(Slice::Part(part));
    }
    slices.push(Slice::Text(format!("\r\n--{boundary}--\r\n").into()));
    (format!("multipart/byteranges; boundary={boundary}"), slices)
}
