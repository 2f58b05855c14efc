//! What is sent after the headers of an answer.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body as Frames, Bytes, Frame, SizeHint};
use tokio::sync::mpsc::Receiver;

use super::seat::Busy;

/// The content of an answer; its connection is busy until it is sent.
#[derive(Debug)]
pub(super) struct Body {
    pub source: Source,
    pub _busy: Busy,
}

/// Where the bytes come from.
#[derive(Debug)]
pub(super) enum Source {
    /// They are at hand.
    Pieces(VecDeque<Bytes>),
    /// Somebody makes them while they are sent.
    Stream(Receiver<io::Result<Bytes>>),
}

impl Frames for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.get_mut().source {
            Source::Pieces(pieces) => {
                Poll::Ready(pieces.pop_front().map(|next| Ok(Frame::data(next))))
            }
            Source::Stream(receiver) => {
                receiver.poll_recv(context).map(|next| next.map(|bytes| bytes.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.source, Source::Pieces(pieces) if pieces.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Pieces(pieces) => {
                SizeHint::with_exact(pieces.iter().map(|piece| piece.len() as u64).sum())
            }
            Source::Stream(_) => SizeHint::new(),
        }
    }
}
