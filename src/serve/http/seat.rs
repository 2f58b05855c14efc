//! Room for connections: many idle ones do not keep others out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

/// Connections at a time. Some systems let a program open no more than 256 files.
const MOST: usize = 180;

/// The places for connections, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Seats(Mutex<VecDeque<Weak<Seat>>>);

/// The place of one connection; free when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Seat {
    /// Answers under way.
    answering: AtomicUsize,
    leave: Notify,
}

/// Says that a connection is answering, until it is dropped.
#[derive(Debug)]
pub(super) struct Busy(Arc<Seat>);

impl Seats {
    /// Gives a place to a new connection. When there is none, the one that has waited longest for its next request
    /// has to go; when all are answering, the oldest.
    pub(super) fn take(&self) -> Arc<Seat> {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seats.retain(|seat| seat.strong_count() > 0);
        if seats.len() >= MOST {
            let is_idle = |seat: &Weak<Seat>| seat.upgrade().is_none_or(|seat| seat.is_idle());
            let goes = seats.iter().position(is_idle).unwrap_or(0);
            if let Some(seat) = seats.remove(goes).and_then(|seat| seat.upgrade()) {
                seat.leave.notify_one();
            }
        }
        let seat = Arc::new(Seat::default());
        seats.push_back(Arc::downgrade(&seat));
        seat
    }
}

impl Seat {
    /// Begins an answer.
    pub(super) fn answer(self: &Arc<Seat>) -> Busy {
        self.answering.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Waits until the connection has to go.
    pub(super) async fn has_to_leave(&self) {
        self.leave.notified().await;
    }

    fn is_idle(&self) -> bool {
        self.answering.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_to_go(seat: &Seat) -> bool {
        let waiting = std::pin::pin!(seat.has_to_leave());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        waiting.poll(&mut context).is_ready()
    }

    #[test]
    fn the_oldest_idle_connection_makes_room() {
        let seats = Seats::default();
        let all: Vec<_> = (0..MOST).map(|_| seats.take()).collect();
        let busy = all[0].answer();
        let done = all[1].answer();
        drop(done);
        assert!(!all.iter().any(|seat| has_to_go(seat)));
        let _next = seats.take();
        assert!(has_to_go(&all[1]) && !has_to_go(&all[0]) && !has_to_go(&all[2]));
        drop(busy);
        let _next = seats.take();
        assert!(has_to_go(&all[0]));
    }

    #[test]
    fn when_all_are_busy_the_oldest_goes_and_the_gone_take_no_room() {
        let seats = Seats::default();
        let mut all: Vec<_> = (0..MOST).map(|_| seats.take()).collect();
        let _busy: Vec<_> = all.iter().map(Seat::answer).collect();
        all.push(seats.take());
        assert!(has_to_go(&all[0]));
        drop(all);
        assert!(!has_to_go(&seats.take()));
    }
}
