//! The stream of events to one tab (server-sent events, <https://html.spec.whatwg.org/multipage/server-sent-events.html>).
//!
//! An event is made only when the browser has taken the last one: a slow reader gets the newest state, not every
//! one on the way.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::preview::Preview;
use super::tab::Tab;

/// How often a silent stream says that it is there.
const PING: Duration = Duration::from_secs(15);

/// Milliseconds after which a browser that lost its stream comes back.
const RETRY: u32 = 300;

/// Begins the stream for a tab that shows the page at a path as it was at `edition`.
pub(super) fn stream(
    preview: Arc<Preview>,
    path: String,
    edition: Option<u64>,
) -> Receiver<io::Result<Bytes>> {
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        // The browser has gone, or the site has: both end the stream.
        let _ = run(preview, path, edition, &sender).await;
    });
    receiver
}

async fn run(
    preview: Arc<Preview>,
    path: String,
    edition: Option<u64>,
    sender: &Sender<io::Result<Bytes>>,
) -> Option<()> {
    let mut updates = preview.updates.clone();
    let first = updates.borrow_and_update().clone();
    let work = Arc::clone(&preview);
    let (mut tab, begin) = spawn_blocking(move || {
        let (mut tab, hello, is_past) = Tab::new(&work, path, edition);
        let hello = event("hello", None, &hello);
        let mut begin = format!("retry: {RETRY}\n\n{hello}");
        if is_past {
            begin.push_str(&event("update", Some(first.edition), &tab.update(&work, &first)));
        }
        (tab, begin)
    })
    .await
    .ok()?;
    sender.send(Ok(begin.into())).await.ok()?;
    loop {
        let place = sender.reserve().await.ok()?;
        tokio::select! {
            () = sender.closed() => return None,
            () = sleep(PING) => {
                place.send(Ok(Bytes::from_static(b": ping\n\n")));
                continue;
            }
            changed = updates.changed() => changed.ok()?,
        }
        let update = updates.borrow_and_update().clone();
        let work = Arc::clone(&preview);
        let text;
        (tab, text) = spawn_blocking(move || {
            let text = event("update", Some(update.edition), &tab.update(&work, &update));
            (tab, text)
        })
        .await
        .ok()?;
        place.send(Ok(text.into()));
    }
}

/// One event; JSON has no line ends of its own. A browser that reconnects says the last edition that it heard.
fn event(name: &str, edition: Option<u64>, value: &Value) -> String {
    let id = edition.map_or(String::new(), |edition| format!("id: {edition}\n"));
    format!("event: {name}\n{id}data: {value}\n\n")
}
