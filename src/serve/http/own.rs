//! The preview's own addresses, below `_byline/`: its script, and what the script asks for.

use hyper::header::{CACHE_CONTROL, HeaderName};
use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::client::FILES;
use super::deliver::{Bulk, deliver};
use super::guard::Refusal;
use super::preview::{Head, Preview, Step};
use super::reply::{Content, Reply};
use super::{media, path, problems};
use crate::serve::editor::{self, At, Trouble};

/// Answers for one of the preview's own addresses.
pub(super) fn step(preview: &Preview, head: &Head, name: &str) -> Step {
    if name == "open" {
        return if head.parts.method == Method::POST {
            preview.check_page(head, true).map_or_else(refuse, |()| Step::Open)
        } else {
            Step::Answer(Reply::not_allowed("POST"))
        };
    }
    if !head.is_get() {
        return Step::Answer(Reply::not_allowed("GET, HEAD"));
    }
    if let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) {
        let bulk = Bulk::Bytes(text.as_bytes().into());
        return Step::Answer(deliver(head.headers(), &media::of(name), bulk));
    }
    if !["events", "panel", "problems"].contains(&name) {
        let text = format!("the preview has nothing at `{}/`", path::OWN);
        return Step::Answer(Reply::text(StatusCode::NOT_FOUND, &text));
    }
    match preview.check_page(head, false) {
        Ok(()) => asked(preview, head, name).unwrap_or_else(refuse),
        Err(refusal) => refuse(refusal),
    }
}

fn refuse(refusal: Refusal) -> Step {
    Step::Answer(refusal.into())
}

/// Answers a page of ours.
fn asked(preview: &Preview, head: &Head, name: &str) -> Result<Step, Refusal> {
    if name == "problems" {
        let value = problems::answer(preview.pages.problems());
        return Ok(Step::Answer(Reply::json(StatusCode::OK, &value)));
    }
    let wrong = |reason: &str| Refusal::new(StatusCode::BAD_REQUEST, reason);
    let page = head.value("path").ok_or_else(|| wrong("this needs the `path` of a page"))?;
    path::check(&page).map_err(wrong)?;
    if name == "panel" {
        return Ok(Step::Answer(match preview.pages.panel(&page) {
            Some(value) => Reply::json(StatusCode::OK, &value),
            None => Reply::text(StatusCode::NOT_FOUND, "there is no page at this path"),
        }));
    }
    // A browser that reconnects says what it had last.
    let last = head.headers().get(HeaderName::from_static("last-event-id"));
    let last = last.and_then(|id| id.to_str().ok()?.parse().ok());
    let edition = last.or_else(|| head.value("edition")?.parse().ok());
    Ok(Step::Events(page, edition))
}

/// What a page wants to have opened.
#[derive(Debug, Deserialize)]
struct Wanted {
    /// Path from the site's root.
    file: String,
    line: Option<u32>,
    column: Option<u32>,
}

/// Opens one of the author's files in the editor; only a file of the site.
pub(super) fn open(preview: &Preview, bytes: &[u8]) -> Reply {
    let Ok(wanted) = serde_json::from_slice::<Wanted>(bytes) else {
        let text = "this needs JSON with `file`, `line` and `column`";
        return Reply::text(StatusCode::BAD_REQUEST, text);
    };
    let Some(path) = preview.pages.editable(&wanted.file) else {
        let message = format!("`{}` is no file of this site that could be opened", wanted.file);
        return Reply::json(StatusCode::NOT_FOUND, &json!({ "message": message }));
    };
    let (line, column) = (wanted.line.unwrap_or(1).max(1), wanted.column.unwrap_or(1).max(1));
    let at = At { file: &path.to_string_lossy(), line, column };
    match editor::open(preview.pages.editor().as_deref(), at) {
        Ok(()) => Reply {
            status: StatusCode::NO_CONTENT,
            headers: vec![(CACHE_CONTROL, "no-store".into())],
            content: Content::Pieces(Vec::new()),
        },
        Err(Trouble { message, hint }) => {
            let place = format!("{}:{line}:{column}", wanted.file);
            let value = json!({ "message": message, "hint": hint, "place": place });
            Reply::json(StatusCode::CONFLICT, &value)
        }
    }
}
