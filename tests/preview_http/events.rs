//! The stream of events.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use byline::serve::http::Settings;
use byline::serve::pages::Saved;
use serde_json::{Value, json};

use crate::support::{
    MISSING, Preview, Stream, Thing, broken, page, preview, preview_with, without_tag,
};

/// A tab that has loaded a page and opened its stream.
fn tab(preview: &Preview, path: &str) -> Stream {
    let base = preview.state().base.clone();
    let body = preview.get(&format!("{base}{path}")).body();
    let edition = body.split("data-edition=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut stream = Stream::open(preview, path, edition.parse().unwrap());
    let (name, hello) = stream.next();
    assert_eq!(
        (name.as_str(), &hello["edition"]),
        ("hello", &json!(edition.parse::<u64>().unwrap()))
    );
    stream
}

#[test]
fn a_stream_says_hello_with_edition_and_problems() {
    let preview = preview();
    preview.state().problems = vec![broken("not good")];
    preview.get("/posts/x/");
    let mut stream = Stream::open(&preview, "/posts/x/", 1);
    assert!(stream.head.starts_with("HTTP/1.1 200"), "{}", stream.head);
    assert!(stream.head.contains("content-type: text/event-stream\r\n"), "{}", stream.head);
    let (name, hello) = stream.next();
    assert_eq!(
        (name.as_str(), &hello["edition"], &hello["count"]),
        ("hello", &json!(1), &json!(1))
    );
    assert_eq!(hello["problems"][0]["message"], "not good");
    assert_eq!(hello["problems"][0]["line"], 3);
    assert!(stream.is_silent());
}

#[test]
fn an_update_has_every_field_and_the_new_page() {
    let preview = preview_with(any(), "/review");
    let mut stream = tab(&preview, "/posts/x/");
    preview.put("/posts/x/", page("new"));
    preview.update();
    let update = stream.update();
    let html = update["html"].as_str().unwrap();
    assert_eq!(without_tag(html), "<html><body><p>new</p></body></html>");
    assert_eq!(html, preview.get("/review/posts/x/").body());
    let mut rest = update.clone();
    rest["html"] = Value::Null;
    assert_eq!(
        rest,
        json!({
            "edition": 2, "html": null, "moved": null, "gone": false, "styles": [], "pictures": [], "problems": [],
            "count": 0, "failed": false, "follow": null,
        })
    );
}

#[test]
fn a_page_that_did_not_change_is_not_sent() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    preview.put("/", page("another page"));
    preview.update();
    let update = stream.update();
    assert_eq!((&update["edition"], &update["html"]), (&json!(2), &Value::Null));
    // It compares with what was sent last, not with what was loaded.
    for (text, is_sent) in [("a", true), ("a", false), ("x", true)] {
        preview.put("/posts/x/", page(text));
        preview.update();
        assert_eq!(stream.update()["html"].is_string(), is_sent, "{text}");
    }
}

#[test]
fn each_tab_has_its_own_page() {
    let preview = preview();
    let (mut x, mut home) = (tab(&preview, "/posts/x/"), tab(&preview, "/"));
    preview.put("/posts/x/", page("new"));
    preview.update();
    assert!(x.update()["html"].is_string());
    assert!(home.update()["html"].is_null());
}

#[test]
fn a_tab_that_missed_updates_hears_at_once() {
    let preview = preview();
    let body = preview.get("/posts/x/").body();
    assert!(body.contains("data-edition=\"1\""));
    preview.put("/posts/x/", page("new"));
    preview.update();
    let mut stream = Stream::open(&preview, "/posts/x/", 1);
    assert_eq!(stream.next().0, "hello");
    let update = stream.update();
    assert_eq!(update["edition"], 2);
    assert!(update["html"].as_str().unwrap().contains("new"));
    // So does one that says nothing of what it has.
    let mut stream = Stream::open(&preview, "/posts/x/", 77);
    assert_eq!(stream.next().0, "hello");
    assert!(stream.update()["html"].is_string());
}

#[test]
fn a_page_that_was_newer_than_its_edition_is_not_stale_for_ever() {
    let preview = preview();
    let mut stream = {
        preview.get("/posts/x/");
        // The site has changed, and it is not told yet.
        preview.put("/posts/x/", page("new"));
        Stream::open(&preview, "/posts/x/", 1)
    };
    assert_eq!(stream.next().0, "hello");
    preview.update();
    assert!(stream.update()["html"].as_str().unwrap().contains("new"));
}

#[test]
fn a_browser_that_reconnects_says_what_it_heard_last() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    preview.put("/posts/x/", page("new"));
    preview.update();
    stream.update();
    drop(stream);
    let target = format!("/_byline/events?token={}&path=/posts/x/&edition=1", preview.token);
    let mut raw = preview.connect();
    let port = preview.socket.port();
    write!(raw, "GET {target} HTTP/1.1\r\nhost: localhost:{port}\r\nlast-event-id: 2\r\n\r\n")
        .unwrap();
    let mut stream = Stream::of(raw);
    assert_eq!(stream.next().0, "hello");
    assert!(stream.is_silent());
}

#[test]
fn a_page_that_fails_says_why_and_comes_back_by_itself() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    preview.state().problems = vec![broken("a first"), broken("the reason")];
    preview.put("/posts/x/", Thing::Broken("the reason".into()));
    preview.update();
    let update = stream.update();
    assert_eq!(
        (&update["failed"], &update["html"], &update["gone"]),
        (&json!(true), &Value::Null, &json!(false))
    );
    assert_eq!(
        (&update["problems"][0]["message"], &update["count"]),
        (&json!("the reason"), &json!(2))
    );
    preview.state().problems = Vec::new();
    preview.put("/posts/x/", page("x"));
    preview.update();
    let update = stream.update();
    // The last good page is still there, and it is the right one.
    assert_eq!(
        (&update["failed"], &update["html"], &update["count"]),
        (&json!(false), &Value::Null, &json!(0))
    );
}

#[test]
fn a_tab_that_shows_the_error_page_gets_the_page() {
    let preview = preview();
    preview.put("/posts/x/", Thing::Broken("the reason".into()));
    preview.get("/posts/x/");
    let mut stream = Stream::open(&preview, "/posts/x/", 1);
    assert_eq!(stream.next().1["problems"][0]["message"], "the reason");
    preview.put("/posts/x/", page("x"));
    preview.update();
    assert!(stream.update()["html"].is_string());
}

#[test]
fn a_panic_is_a_page_that_fails_and_the_stream_lives() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    preview.put("/posts/x/", Thing::Panics);
    preview.update();
    let update = stream.update();
    assert_eq!(
        (&update["failed"], &update["problems"][0]["id"]),
        (&json!(true), &json!("serve/bug"))
    );
    preview.put("/posts/x/", page("mended"));
    preview.update();
    assert!(stream.update()["html"].as_str().unwrap().contains("mended"));
}

#[test]
fn a_page_that_is_gone_stays_and_one_that_comes_is_shown() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    preview.state().things.remove("/posts/x/");
    preview.update();
    let update = stream.update();
    assert_eq!((&update["gone"], &update["html"]), (&json!(true), &Value::Null));
    preview.put("/posts/x/", page("again"));
    preview.update();
    let update = stream.update();
    assert_eq!(update["gone"], false);
    assert!(update["html"].as_str().unwrap().contains("again"));
    // A tab that waits on an address where nothing is yet.
    assert!(preview.get("/posts/soon/").body().contains(&MISSING[..20]));
    let mut stream = tab(&preview, "/posts/soon/");
    preview.put("/posts/soon/", page("soon"));
    preview.update();
    assert!(stream.update()["html"].as_str().unwrap().contains("soon"));
}

#[test]
fn an_article_whose_address_changes_takes_its_tab_along() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    {
        let mut state = preview.state();
        let thing = state.things.remove("/posts/x/").unwrap();
        state.things.insert("/posts/y/".into(), thing);
        state.sources.insert("content/posts/x.md".into(), "/posts/y/".into());
    }
    preview.update();
    let update = stream.update();
    assert_eq!((&update["moved"], &update["gone"]), (&json!("/posts/y/"), &json!(false)));
    preview.put("/posts/y/", page("new"));
    preview.update();
    let update = stream.update();
    assert_eq!(update["moved"], Value::Null);
    assert!(update["html"].as_str().unwrap().contains("data-path=\"/posts/y/\""));
    // A file with another name: only the update knows.
    let mut home = tab(&preview, "/");
    preview.put("/start/", page("start"));
    preview.updates.send_modify(|update| {
        update.edition += 1;
        update.moved = vec![("content/start.md".into(), "/".into(), "/start/".into())];
    });
    assert_eq!(home.update()["moved"], "/start/");
}

#[test]
fn the_second_page_of_a_list_is_not_taken_to_the_first() {
    let preview = preview();
    preview.put("/posts/page/2/", page("two"));
    preview.state().sources.insert("content/posts/_index.md".into(), "/posts/page/2/".into());
    let mut stream = tab(&preview, "/posts/page/2/");
    drop(stream);
    // The file's own page is another one.
    preview.put("/posts/", page("one"));
    preview.state().also = vec![("/posts/page/2/".into(), "content/posts/_index.md".into())];
    preview.state().sources.insert("content/posts/_index.md".into(), "/posts/".into());
    stream = tab(&preview, "/posts/page/2/");
    preview.update();
    assert_eq!(stream.update()["moved"], Value::Null);
}

#[test]
fn style_sheets_with_another_address_are_named() {
    let preview = preview_with(any(), "/review");
    let set = |hash: &str| {
        preview.state().styles =
            vec![("a.css".into(), format!("/a.{hash}.css")), ("b.css".into(), "/b.css".into())];
    };
    set("1");
    let mut stream = tab(&preview, "/posts/x/");
    set("2");
    preview.update();
    assert_eq!(stream.update()["styles"], json!([["/review/a.1.css", "/review/a.2.css"]]));
    preview.update();
    assert_eq!(stream.update()["styles"], json!([]));
}

#[test]
fn browsers_follow_only_when_they_shall() {
    let follow = |follow| {
        let preview = preview_with(Settings { follow, ..any() }, "");
        let mut stream = tab(&preview, "/");
        preview.updates.send_modify(|update| {
            update.edition += 1;
            let (file, path) = ("content/posts/x.md".into(), "/posts/x/".into());
            update.saved = Some(Saved { file, path, before: "<p>before".into() });
        });
        stream.update()["follow"].clone()
    };
    assert_eq!(follow(true), json!({ "path": "/posts/x/", "before": "<p>before" }));
    assert_eq!(follow(false), Value::Null);
}

#[test]
fn fifty_problems_are_enough_and_the_count_is_right() {
    let preview = preview();
    preview.state().problems = (0..70).map(|n| broken(&format!("number {n:02}"))).collect();
    let mut stream = tab(&preview, "/");
    preview.update();
    let update = stream.update();
    assert_eq!((update["problems"].as_array().unwrap().len(), &update["count"]), (50, &json!(70)));
}

/// Who does not read gets the newest state when he does, not all that was between.
#[test]
fn a_slow_reader_gets_the_newest_state() {
    let preview = preview();
    let mut stream = tab(&preview, "/posts/x/");
    let large = "x".repeat(1_000_000);
    for number in 0..60 {
        preview.put("/posts/x/", page(&format!("{number} {large}")));
        preview.update();
        thread::sleep(Duration::from_millis(5));
    }
    let mut heard = 0;
    loop {
        heard += 1;
        let update = stream.update();
        if update["edition"] == 61 {
            assert!(update["html"].as_str().unwrap().contains("<p>59 "));
            break;
        }
    }
    assert!(heard < 40, "{heard} updates");
}

/// Ctrl-C does the same as dropping the server.
#[test]
fn the_end_comes_at_once_with_open_streams_and_slow_pages() {
    let mut preview = preview();
    preview.put("/slow/", Thing::Slow(Duration::from_secs(20)));
    let _tabs: Vec<_> = (0..6).map(|_| tab(&preview, "/posts/x/")).collect();
    let mut waiting = preview.connect();
    let port = preview.socket.port();
    write!(waiting, "GET /slow/ HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").unwrap();
    thread::sleep(Duration::from_millis(50));
    let began = Instant::now();
    drop(preview.server.take());
    assert!(began.elapsed() < Duration::from_millis(200), "{:?}", began.elapsed());
}

fn any() -> Settings {
    Settings { port: 0, ..Settings::default() }
}
