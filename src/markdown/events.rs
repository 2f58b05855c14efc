//! The parser's events, with a way to look ahead and to leave some out.

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, OffsetIter};

/// The events with their byte ranges in the body, with a way to put some back and to skip a range.
pub(super) struct Events<'a> {
    body: &'a str,
    inner: OffsetIter<'a>,
    queue: VecDeque<(Event<'a>, Range<usize>)>,
    /// Events inside this range are dropped: it was read from the source by other means.
    pub(super) skip: Range<usize>,
}

impl<'a> Events<'a> {
    pub(super) fn new(body: &'a str, inner: OffsetIter<'a>) -> Self {
        Events { body, inner, queue: VecDeque::new(), skip: 0..0 }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        if self.skip.end == 0 && self.queue.is_empty() {
            return self.inner.next();
        }
        self.next_of_queue()
    }

    fn next_of_queue(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        loop {
            let (event, range) = match self.queue.pop_front() {
                Some(queued) => queued,
                None => self.inner.next()?,
            };
            if range.start < self.skip.start || range.start >= self.skip.end {
                return Some((event, range));
            }
            if range.end > self.skip.end {
                if let Event::Text(_) = event {
                    let rest = self.skip.end..range.end;
                    return Some((Event::Text(self.body[rest.clone()].into()), rest));
                }
                return Some((event, range));
            }
        }
    }

    /// Puts events back in front of all others.
    pub(super) fn put_back(&mut self, events: Vec<(Event<'a>, Range<usize>)>) {
        for event in events.into_iter().rev() {
            self.queue.push_front(event);
        }
    }

    /// The next event if it is text that begins at `at`.
    pub(super) fn next_text_at(&mut self, at: usize) -> Option<(CowStr<'a>, Range<usize>)> {
        match self.next()? {
            (Event::Text(text), range) if range.start == at => Some((text, range)),
            other => {
                self.queue.push_front(other);
                None
            }
        }
    }
}
