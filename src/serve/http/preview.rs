//! One running preview: what its answers need, and who may ask what.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, StatusCode};
use tokio::sync::watch;

use super::guard::{Guard, Refusal};
use super::inject::Tag;
use super::path::{self, Target};
use super::reply::Reply;
use super::served::Served;
use super::token::Token;
use super::{own, query, site};
use crate::diagnostic::Diagnostic;
use crate::serve::pages::{Answer, Pages, Update};

/// What every answer is made with.
pub(super) struct Preview {
    pub pages: Arc<dyn Pages>,
    pub updates: watch::Receiver<Update>,
    pub guard: Guard,
    pub token: Token,
    /// Whether browsers go to the article that was saved.
    pub follow: bool,
    /// What browsers have.
    pub served: Served,
}

/// A request without its content.
#[derive(Debug)]
pub(super) struct Head {
    pub parts: Parts,
    /// The host that it names; one of ours.
    pub host: Authority,
}

impl Head {
    pub(super) fn query(&self) -> Option<&str> {
        self.parts.uri.query()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// A value of the query.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        query::value(self.query(), name)
    }

    /// Whether it only looks.
    pub(super) fn is_get(&self) -> bool {
        matches!(self.parts.method, Method::GET | Method::HEAD)
    }
}

/// How a request goes on.
#[derive(Debug)]
pub(super) enum Step {
    /// It is answered.
    Answer(Reply),
    /// With a stream of events for the page at a path that has the state of an edition.
    Events(String, Option<u64>),
    /// With its content, which says what to open in an editor.
    Open,
}

impl Preview {
    /// Answers a request for a host of ours, as far as that goes without its content. May take a moment.
    pub(super) fn step(&self, head: &Head) -> Step {
        let base = self.pages.base_path();
        let target = path::target(&base, head.parts.uri.path());
        if let Target::Own(name) = &target {
            return own::step(self, head, name);
        }
        if !head.is_get() {
            return Step::Answer(Reply::not_allowed("GET, HEAD"));
        }
        Step::Answer(match target {
            Target::Site(path) => site::answer(self, head, &base, &path),
            Target::Start => Reply::moved(path::address(&base, "/", head.query())),
            Target::Refused(reason) => Reply::text(StatusCode::BAD_REQUEST, reason),
            Target::Outside | Target::Own(_) => Reply::text(
                StatusCode::NOT_FOUND,
                &format!("nothing is here; the site begins at {base}/"),
            ),
        })
    }

    /// Whether a request knows the token and comes from a page of ours.
    pub(super) fn check_page(&self, head: &Head, must_say: bool) -> Result<(), Refusal> {
        if !head.value("token").is_some_and(|given| self.token.is(&given)) {
            let text = "this needs the token that the pages of this preview have";
            return Err(Refusal::new(StatusCode::FORBIDDEN, text));
        }
        self.guard.same_origin(head.headers(), &head.host, must_say)
    }

    /// What stands at a path when all that was heard of is in it; a bug of ours on the way is a page that cannot be
    /// made.
    pub(super) fn answer(&self, path: &str) -> Answer {
        guarded(path, || self.pages.answer(path))
    }

    /// What stands there at this moment.
    pub(super) fn glance(&self, path: &str) -> Answer {
        guarded(path, || self.pages.glance(path))
    }

    /// Counts the updates until now.
    pub(super) fn edition(&self) -> u64 {
        self.updates.borrow().edition
    }

    /// The tag for the page at a path.
    pub(super) fn tag<'a>(&'a self, base: &'a str, path: &'a str, edition: u64) -> Tag<'a> {
        Tag { base, path, token: self.token.text(), edition }
    }
}

fn guarded(path: &str, work: impl FnOnce() -> Answer) -> Answer {
    let answer = catch_unwind(AssertUnwindSafe(work));
    answer.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?");
        let problem = Diagnostic::error("serve/bug", format!("making `{path}` panicked: {words}"))
            .hint("this is a bug of Byline: please report it with this text");
        Answer::Failed(vec![problem])
    })
}
