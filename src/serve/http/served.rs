//! What browsers have: the pages that were sent lately, by address and edition.
//!
//! A page may be made a moment before its edition is told, so that the edition alone does not say what a tab shows.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::etag::Etag;

/// What a tab shows, by the bytes that were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shows {
    Page(Etag),
    /// The theme's page that there is nothing.
    Missing(Etag),
    /// The last page of an address at which nothing is any more.
    Last,
    /// The page that says why there is no page, or something that is no page.
    Other,
    /// We do not know.
    Unknown,
}

/// Pages that are remembered.
const MOST: usize = 500;

/// A page that was sent: its address, the edition that it says, what it is.
type Sent = (String, u64, Shows);

/// The pages that were sent lately, the newest last.
#[derive(Debug, Default)]
pub(super) struct Served(Mutex<VecDeque<Sent>>);

impl Served {
    /// Notes what was sent for a path with an edition. When that was two things, we do not know which a tab has.
    pub(super) fn note(&self, path: &str, edition: u64, shows: &Shows) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sent.iter_mut().find(|(at, of, _)| *of == edition && at == path) {
            Some((_, _, known)) if known == shows => {}
            Some((_, _, known)) => *known = Shows::Unknown,
            None => {
                if sent.len() >= MOST {
                    sent.pop_front();
                }
                sent.push_back((path.to_string(), edition, shows.clone()));
            }
        }
    }

    /// What a tab shows that got a path with an edition.
    pub(super) fn find(&self, path: &str, edition: Option<u64>) -> Shows {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sent.iter().find(|(at, of, _)| Some(*of) == edition && at == path);
        found.map_or(Shows::Unknown, |(_, _, shows)| shows.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_known_by_path_and_edition_and_doubt_is_doubt() {
        let (served, page) =
            (Served::default(), |text: &str| Shows::Page(Etag::of_bytes(text.as_bytes())));
        served.note("/a/", 1, &page("x"));
        served.note("/a/", 1, &page("x"));
        served.note("/b/", 1, &page("y"));
        assert_eq!(served.find("/a/", Some(1)), page("x"));
        for (path, edition) in [("/a/", Some(2)), ("/a/", None), ("/c/", Some(1))] {
            assert_eq!(served.find(path, edition), Shows::Unknown);
        }
        served.note("/a/", 1, &page("z"));
        assert_eq!(served.find("/a/", Some(1)), Shows::Unknown);
        (0..MOST as u64).for_each(|edition| served.note("/c/", edition, &Shows::Other));
        assert_eq!(served.find("/b/", Some(1)), Shows::Unknown);
        assert_eq!(served.find("/c/", Some(1)), Shows::Other);
    }
}
