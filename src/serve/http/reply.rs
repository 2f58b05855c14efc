//! An answer as a value: status, headers, content.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION};
use serde_json::Value;

use super::file::Slices;
use super::guard::Refusal;

/// An answer to a request.
#[derive(Debug)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, String)>,
    pub content: Content,
}

/// What an answer carries.
#[derive(Debug)]
pub(super) enum Content {
    /// Bytes, one piece after the other.
    Pieces(Vec<Bytes>),
    /// Parts of a file, read as they are sent.
    File(Slices),
}

impl Content {
    /// How many bytes it has.
    pub(super) fn length(&self) -> u64 {
        match self {
            Content::Pieces(pieces) => pieces.iter().map(|piece| piece.len() as u64).sum(),
            Content::File(slices) => slices.length(),
        }
    }
}

impl Reply {
    /// Bytes of a media type that are not to be kept.
    pub(super) fn new(status: StatusCode, media: &str, bytes: impl Into<Bytes>) -> Reply {
        Reply {
            status,
            headers: vec![(CONTENT_TYPE, media.into()), (CACHE_CONTROL, "no-store".into())],
            content: Content::Pieces(vec![bytes.into()]),
        }
    }

    /// A line for a person.
    pub(super) fn text(status: StatusCode, text: &str) -> Reply {
        Reply::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    /// A value for the script.
    pub(super) fn json(status: StatusCode, value: &Value) -> Reply {
        Reply::new(status, "application/json", value.to_string())
    }

    /// Elsewhere, for this time: the site may change.
    pub(super) fn moved(address: String) -> Reply {
        let reply = Reply::text(StatusCode::MOVED_PERMANENTLY, &format!("it is at {address}"));
        reply.with(LOCATION, address)
    }

    /// Another method than those that the address has.
    pub(super) fn not_allowed(methods: &str) -> Reply {
        let text = format!("only {methods} here");
        Reply::text(StatusCode::METHOD_NOT_ALLOWED, &text).with(ALLOW, methods)
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Reply {
        Reply::text(refusal.status, &refusal.text)
    }
}
