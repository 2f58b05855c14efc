//! The site's own addresses: pages and files, as a host would answer for them.

use std::path::Path;

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, ETAG};

use super::deliver::{Bulk, deliver};
use super::etag::Etag;
use super::file::Opened;
use super::preview::{Head, Preview};
use super::reply::Reply;
use super::served::Shows;
use super::{error_page, media, path};
use crate::serve::pages::Answer;

/// Answers for a path below the base path.
pub(super) fn answer(preview: &Preview, head: &Head, base: &str, asked: &str) -> Reply {
    // The edition first: a page may be newer than it says, never older.
    let edition = preview.edition();
    let (path, answer) = find(preview, asked);
    let html = media::of("/");
    let note = |shows| preview.served.note(path, edition, &shows);
    match answer {
        Answer::Made(bytes) => {
            let media = media::of(path);
            let bytes = match media::is_html(&media) {
                true => {
                    note(Shows::Page(Etag::of_bytes(&bytes)));
                    preview.tag(base, path, edition).inject(bytes)
                }
                false => bytes,
            };
            deliver(head.headers(), &media, Bulk::Bytes(bytes.into()))
        }
        Answer::File(file) => send(head, &media::of(path), &file),
        Answer::Meanwhile(file) => {
            let original = file.file_name().unwrap_or_default().to_string_lossy();
            let mut reply = send(head, &media::of(&original), &file);
            reply.headers.retain(|(name, _)| *name != CACHE_CONTROL && *name != ETAG);
            reply.with(CACHE_CONTROL, "no-store")
        }
        Answer::Moved(to) => Reply::moved(path::address(base, &to, head.query())),
        Answer::Missing(bytes) => {
            note(Shows::Missing(Etag::of_bytes(&bytes)));
            let page = preview.tag(base, path, edition).inject(bytes);
            Reply::new(StatusCode::NOT_FOUND, &html, page)
        }
        Answer::Failed(problems) => {
            note(Shows::Other);
            let page = error_page::page(path, &problems);
            let page = preview.tag(base, path, edition).inject(page.into_bytes());
            Reply::new(StatusCode::INTERNAL_SERVER_ERROR, &html, page)
        }
    }
}

/// What stands at a path, and its usual form: `/posts/x/index.html` is `/posts/x/` to every host.
fn find<'a>(preview: &Preview, path: &'a str) -> (&'a str, Answer) {
    if let Some(folder) = path.strip_suffix("index.html").filter(|rest| rest.ends_with('/')) {
        let answer = preview.answer(folder);
        if !matches!(answer, Answer::Missing(_) | Answer::Moved(_)) {
            return (folder, answer);
        }
    }
    (path, preview.answer(path))
}

fn send(head: &Head, media: &str, path: &Path) -> Reply {
    match Opened::new(path) {
        Ok(file) => deliver(head.headers(), media, Bulk::File(file)),
        // An editor may be about to put the next version there.
        Err(error) => {
            let text = format!("the file cannot be read at this moment: {}", error.kind());
            Reply::text(StatusCode::NOT_FOUND, &text)
        }
    }
}
