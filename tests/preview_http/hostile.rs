//! Requests that nobody means well with.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use byline::serve::http::Settings;

use crate::support::{Preview, Thing, page, preview, preview_with};

/// Sends a request whose host and headers are given as they are.
fn raw(preview: &Preview, line: &str, headers: &str) -> (u16, String) {
    let text =
        preview.raw(format!("{line} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n").as_bytes());
    let status = text.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, text)
}

#[test]
fn another_name_for_this_machine_is_refused_with_the_flag_that_allows_it() {
    let preview = preview();
    let port = preview.socket.port();
    for host in [
        "evil.example".to_string(),
        format!("evil.example:{port}"),
        format!("localhost:{}", port ^ 1),
        "localhost".into(),
    ] {
        let (status, text) = raw(&preview, "GET /", &format!("host: {host}\r\n"));
        assert_eq!(status, 403, "{host}");
        assert!(text.contains("--allow-host") && !text.contains(&preview.token), "{text}");
    }
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!(raw(&preview, "GET /", &format!("host: {host}:{port}\r\n")).0, 200, "{host}");
    }
    // The script and the pages' own calls stand behind the same wall.
    assert_eq!(raw(&preview, "GET /_byline/preview.js", "host: evil.example\r\n").0, 403);
}

#[test]
fn a_host_has_to_be_there_once() {
    let preview = preview();
    let good = format!("host: localhost:{}\r\n", preview.socket.port());
    assert_eq!(raw(&preview, "GET /", "").0, 400);
    assert_eq!(raw(&preview, "GET /", &good.repeat(2)).0, 400);
    assert_eq!(raw(&preview, "GET /", "host: \r\n").0, 400);
    assert_eq!(raw(&preview, "GET http://evil.example/", &good).0, 403);
}

#[test]
fn allowed_names_are_answered() {
    let allowed_hosts = vec!["laptop.local".to_string()];
    let preview = preview_with(Settings { port: 0, allowed_hosts, ..Settings::default() }, "");
    assert_eq!(raw(&preview, "GET /", "host: laptop.local\r\n").0, 200);
    assert_eq!(raw(&preview, "GET /", "host: other.local\r\n").0, 403);
}

#[test]
fn no_path_leaves_the_outputs() {
    let preview = preview();
    let port = preview.socket.port();
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/posts/..%2f..%2fetc/passwd",
        "/posts/%2e%2e%5c%2e%2e%5cetc",
        "/posts\\..\\..\\etc",
        "/%00",
        "/posts/x%00.html",
        "/a%0d%0ab",
        "/%ff%fe",
        "/%",
        "/./x",
        "/_byline/../posts/x/",
        "/_byline/%2e%2e/posts/x/",
    ] {
        let (status, text) =
            raw(&preview, &format!("GET {path}"), &format!("host: localhost:{port}\r\n"));
        assert_eq!(status, 400, "{path}: {text}");
    }
    // Decoded once: these are names that nothing has.
    for path in
        ["/%252e%252e/etc/passwd", "/posts/..%252f..%252fetc", "/etc/passwd", "//etc/passwd"]
    {
        assert_eq!(preview.get(path).status(), 404, "{path}");
    }
    // The path of a tab is checked as well.
    let token = &preview.token;
    for path in ["..%2F..%2Fetc", "%2F..%2Fetc", "%2Fa%5Cb", "%2F%00", ""] {
        for name in ["panel", "events"] {
            let reply = preview.get(&format!("/_byline/{name}?token={token}&path={path}"));
            assert_eq!(reply.status(), 400, "{name} {path}");
        }
    }
}

#[test]
fn bytes_that_are_no_request_are_a_bad_request() {
    let preview = preview();
    for bytes in [
        &b"GET /\0 HTTP/1.1\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nh\x00st: localhost\r\n\r\n",
    ] {
        let answer = preview.raw(&[bytes, b"\r\n\r\n"].concat());
        assert!(
            answer.starts_with("HTTP/1.1 400"),
            "{:?}: {answer}",
            String::from_utf8_lossy(bytes)
        );
    }
    assert_eq!(preview.get("/").status(), 200);
}

#[test]
fn requests_in_a_row_are_answered_until_one_is_none() {
    let preview = preview();
    let port = preview.socket.port();
    let good = format!("GET /posts/x/ HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n");
    let answer = preview.raw(format!("{good}{good}\x01\x02garbage\r\n\r\n{good}").as_bytes());
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400").count(), 1, "{answer}");
}

#[test]
fn a_request_cannot_hide_in_another() {
    let preview = preview();
    let port = preview.socket.port();
    let hidden = "GET /posts/x/ HTTP/1.1\r\nhost: evil.example\r\n\r\n";
    let both = format!(
        "GET / HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    let answer = preview.raw(both.as_bytes());
    assert!(!answer.contains("<p>x</p>"), "{answer}");
}

#[test]
fn only_looking_is_allowed() {
    let preview = preview();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
        let reply = preview.ask(method, "/posts/x/", &preview.origin(), "");
        assert_eq!((reply.status(), reply.header("allow")), (405, Some("GET, HEAD")), "{method}");
        assert_eq!(preview.ask(method, "/_byline/preview.js", "", "").status(), 405, "{method}");
    }
    assert_eq!(preview.ask("POST", "/posts/x/", "", "some content").status(), 405);
    let open = preview.get(&format!("/_byline/open?token={}", preview.token));
    assert_eq!((open.status(), open.header("allow")), (405, Some("POST")));
}

#[test]
fn nobody_else_may_read_an_answer() {
    let preview = preview();
    for path in ["/", "/posts/x/", "/none/", "/_byline/preview.js", "/../x"] {
        let reply = preview.get_with(path, "origin: http://evil.example\r\n");
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        assert_eq!(reply.header("x-frame-options"), Some("SAMEORIGIN"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert!(!reply.0.to_lowercase().contains("access-control-"), "{reply:?}");
    }
}

#[test]
fn what_is_for_pages_of_ours_needs_token_and_origin() {
    let preview = preview();
    let (token, own) = (preview.token.clone(), preview.origin());
    let wrong = token.chars().rev().collect::<String>();
    for name in ["events", "panel", "problems"] {
        let ask = |query: &str, headers: &str| {
            preview.get_with(&format!("/_byline/{name}?path=/posts/none/{query}"), headers).status()
        };
        for query in
            ["", "&token=", &format!("&token={wrong}"), &format!("&token={}", &token[..31])]
        {
            assert_eq!(ask(query, &own), 403, "{name} {query}");
        }
        let good = format!("&token={token}");
        for headers in [
            "origin: http://evil.example\r\n",
            "origin: null\r\n",
            "origin: http://localhost\r\n",
            "sec-fetch-site: cross-site\r\n",
            "sec-fetch-site: same-site\r\n",
            "sec-fetch-site: none\r\n",
        ] {
            assert_eq!(ask(&good, headers), 403, "{name} {headers}");
        }
    }
    assert_eq!(preview.get(&format!("/_byline/problems?token={token}")).status(), 200);
}

#[test]
fn a_call_of_the_editor_has_to_say_where_it_comes_from() {
    let preview = preview();
    preview.state().editor = Some("vim".into());
    let (token, own) = (preview.token.clone(), preview.origin());
    let body = "{\"file\": \"content/posts/x.md\", \"line\": 3, \"column\": 5}";
    let open = |query: &str, headers: &str, body: &str| {
        preview.ask("POST", &format!("/_byline/open{query}"), headers, body)
    };
    let good = format!("?token={token}");
    assert_eq!(open("", &own, body).status(), 403);
    assert_eq!(open(&good, "", body).status(), 403);
    assert_eq!(open(&good, "origin: http://evil.example\r\n", body).status(), 403);
    assert_eq!(open(&good, &format!("{own}sec-fetch-site: cross-site\r\n"), body).status(), 403);
    for wrong in ["{}", "not json", "[1]", "{\"file\": 3}", "{\"file\": \"x\", \"line\": -1}"] {
        assert_eq!(open(&good, &own, wrong).status(), 400, "{wrong}");
    }
    for file in ["../../etc/passwd", "/etc/passwd", "content/none.md", "byline.yaml\\u0000"] {
        let body = format!("{{\"file\": \"{file}\"}}");
        assert_eq!(open(&good, &own, &body).status(), 404, "{file}");
    }
    let reply = open(&good, &own, body);
    assert_eq!(reply.status(), 409);
    let value = reply.json();
    assert!(value["message"].as_str().unwrap().contains("`vim` needs a terminal"), "{value}");
    assert!(value["hint"].as_str().unwrap().contains("editor:"), "{value}");
    assert_eq!(value["place"], "content/posts/x.md:3:5");
    assert_eq!(open(&good, &own, &format!("{{\"file\": \"{}\"}}", "x".repeat(5000))).status(), 413);
}

#[cfg(unix)]
#[test]
fn the_editor_gets_the_place_and_no_shell_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (script, said) = (folder.path().join("my editor"), folder.path().join("said"));
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}.new'\nmv '{0}.new' '{0}'\n",
            said.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let preview = preview();
    let file = "content/a $(touch x); b.md";
    {
        let mut state = preview.state();
        state.editor = Some(format!("'{}' --at {{line}}:{{column}} {{file}}", script.display()));
        state.root = folder.path().to_path_buf();
        state.sources.insert(file.into(), "/b/".into());
    }
    let body = format!("{{\"file\": \"{file}\", \"line\": 12, \"column\": 7}}");
    let path = format!("/_byline/open?token={}", preview.token);
    let reply = preview.ask("POST", &path, &preview.origin(), &body);
    assert_eq!((reply.status(), reply.body().as_str()), (204, ""));
    let began = Instant::now();
    while !said.exists() && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(10));
    }
    let expected = format!("--at\n12:7\n{}\n", folder.path().join(file).display());
    assert_eq!(fs::read_to_string(&said).unwrap(), expected);
    preview.state().editor = Some("/no/such/editor".into());
    let reply = preview.ask("POST", &path, &preview.origin(), &body);
    assert_eq!(reply.status(), 409);
    assert!(reply.json()["message"].as_str().unwrap().contains("/no/such/editor"));
}

#[test]
fn huge_requests_are_refused() {
    let preview = preview();
    let port = preview.socket.port();
    let good = format!("host: localhost:{port}\r\n");
    // A long path is only a name that nothing has.
    assert_eq!(raw(&preview, &format!("GET /{}", "a".repeat(10_000)), &good).0, 404);
    let (status, _) = raw(&preview, &format!("GET /{}", "a".repeat(100_000)), &good);
    assert!([414, 431].contains(&status), "{status}");
    let (status, _) = raw(&preview, "GET /", &format!("{good}x-big: {}\r\n", "b".repeat(100_000)));
    assert_eq!(status, 431);
    let (status, _) = raw(&preview, "GET /", &format!("{good}{}", "x-many: 1\r\n".repeat(300)));
    assert_eq!(status, 431);
    // Content without an end, told and untold.
    let path = format!("/_byline/open?token={}", preview.token);
    let reply = preview.ask("POST", &path, &preview.origin(), &"x".repeat(200_000));
    assert_eq!(reply.status(), 413);
    let chunks = format!(
        "{good}{}transfer-encoding: chunked\r\n\r\n{}",
        preview.origin(),
        "1000\r\n".to_string()
            + &"y".repeat(0x1000)
            + "\r\n"
            + "1000\r\n"
            + &"y".repeat(0x1000)
            + "\r\n"
    );
    assert_eq!(raw(&preview, &format!("POST {path}"), &chunks).0, 413);
    assert_eq!(preview.get("/").status(), 200);
}

#[test]
fn slow_and_half_requests_hold_nobody() {
    let preview = preview();
    let port = preview.socket.port();
    let begin = |bytes: &[u8]| -> TcpStream {
        let mut stream = preview.connect();
        stream.write_all(bytes).unwrap();
        stream
    };
    let mut held: Vec<TcpStream> = Vec::new();
    for number in 0..150 {
        held.push(match number % 3 {
            0 => begin(b""),
            1 => begin(b"GET /posts/x/ HTTP/1.1\r\nhost: loc"),
            _ => begin(format!("POST /_byline/open?token={} HTTP/1.1\r\nhost: localhost:{port}\r\n{}content-length: 50\r\n\r\n{{", preview.token, preview.origin()).as_bytes()),
        });
    }
    let began = Instant::now();
    assert_eq!(preview.get("/posts/x/").status(), 200);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    // A request that takes its time is answered nevertheless.
    let mut slow = held.swap_remove(1);
    slow.write_all(format!("alhost:{port}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn content_that_does_not_come_is_not_waited_for() {
    let preview = preview();
    let port = preview.socket.port();
    let began = Instant::now();
    let answer = preview.raw(format!("POST /_byline/open?token={} HTTP/1.1\r\nhost: localhost:{port}\r\n{}content-length: 50\r\n\r\n{{", preview.token, preview.origin()).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(9));
}

#[test]
fn many_idle_connections_make_room_for_the_next() {
    let preview = preview();
    let mut idle: Vec<TcpStream> = (0..400).map(|_| preview.connect()).collect();
    assert_eq!(preview.get("/posts/x/").status(), 200);
    // The first had to go, well before its time was over.
    let began = Instant::now();
    assert_eq!(idle[0].read(&mut [0]).unwrap_or(0), 0);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(idle);
    assert_eq!(preview.get("/").status(), 200);
}

#[test]
fn a_slow_page_holds_only_who_asked_for_it() {
    let preview = preview();
    preview.put("/slow/", Thing::Slow(Duration::from_secs(3)));
    let port = preview.socket.port();
    let waiting: Vec<TcpStream> = (0..30)
        .map(|_| {
            let mut stream = preview.connect();
            write!(stream, "GET /slow/ HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n").unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    preview.put("/fast/", page("fast"));
    assert_eq!(preview.get("/fast/").status(), 200);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    drop(waiting);
}
