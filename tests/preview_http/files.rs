//! Files: their media types, parts of them, and those that are large.

use std::fs;
use std::io::{Read, Write};

use crate::support::{Preview, Thing, preview};

/// A preview with `/a.bin` of these bytes; the folder is theirs.
fn with_file(bytes: &[u8]) -> (Preview, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    fs::write(&path, bytes).unwrap();
    let preview = preview();
    preview.put("/a.bin", Thing::File(path));
    (preview, folder)
}

#[test]
fn files_are_sent_as_they_are_with_their_media_type() {
    let (preview, folder) = with_file(b"0123456789");
    let reply = preview.get("/a.bin");
    assert_eq!((reply.status(), reply.body().as_str()), (200, "0123456789"));
    assert_eq!(reply.header("content-type"), Some("application/octet-stream"));
    assert_eq!(reply.header("content-length"), Some("10"));
    assert_eq!(reply.header("accept-ranges"), Some("bytes"));
    for (name, media) in [
        ("/a.html", "text/html; charset=utf-8"),
        ("/rss.xml", "text/xml; charset=utf-8"),
        ("/a.avif", "image/avif"),
        ("/a.woff2", "font/woff2"),
    ] {
        preview.put(name, Thing::File(folder.path().join("a.bin")));
        let reply = preview.get(name);
        assert_eq!(reply.header("content-type"), Some(media));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        // The author's own HTML files are published without a script of ours.
        assert_eq!(reply.body(), "0123456789");
    }
}

#[test]
fn a_made_file_that_is_no_page_has_no_tag() {
    let preview = preview();
    preview.put("/feed.json", Thing::Page("{\"a\": \"</body>\"}".into()));
    let reply = preview.get("/feed.json");
    assert_eq!(reply.body(), "{\"a\": \"</body>\"}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[test]
fn parts_of_files_and_of_made_bytes() {
    let (preview, _folder) = with_file(b"0123456789");
    preview.put("/made.txt", Thing::Page("0123456789".into()));
    for path in ["/a.bin", "/made.txt"] {
        for (range, part, named) in [
            ("bytes=2-4", "234", "bytes 2-4/10"),
            ("bytes=7-", "789", "bytes 7-9/10"),
            ("bytes=-2", "89", "bytes 8-9/10"),
            ("bytes=9-99", "9", "bytes 9-9/10"),
        ] {
            let reply = preview.get_with(path, &format!("range: {range}\r\n"));
            assert_eq!((reply.status(), reply.body().as_str()), (206, part), "{path} {range}");
            assert_eq!(reply.header("content-range"), Some(named));
            assert_eq!(reply.header("content-length"), Some(part.len().to_string().as_str()));
        }
        let reply = preview.get_with(path, "range: bytes=10-\r\n");
        assert_eq!((reply.status(), reply.body().as_str()), (416, ""));
        assert_eq!(reply.header("content-range"), Some("bytes */10"));
        for range in ["lines=1-2", "bytes=4-2", "bytes=x", "bytes=0-,0-,0-"] {
            let reply = preview.get_with(path, &format!("range: {range}\r\n"));
            assert_eq!((reply.status(), reply.body().as_str()), (200, "0123456789"), "{range}");
        }
        let head = preview.ask("HEAD", path, "range: bytes=2-4\r\n", "");
        assert_eq!((head.status(), head.header("content-length")), (206, Some("3")));
        assert_eq!(head.body(), "");
    }
}

#[test]
fn several_parts_come_in_one_answer() {
    let (preview, _folder) = with_file(b"0123456789");
    preview.put("/made.bin", Thing::Page("0123456789".into()));
    for path in ["/a.bin", "/made.bin"] {
        let reply = preview.get_with(path, "range: bytes=7-8,0-1\r\n");
        assert_eq!(reply.status(), 206);
        let media = reply.header("content-type").unwrap();
        let boundary = media.strip_prefix("multipart/byteranges; boundary=").unwrap();
        let head = |range| {
            format!(
                "--{boundary}\r\ncontent-type: application/octet-stream\r\ncontent-range: bytes {range}/10\r\n\r\n"
            )
        };
        let expected = format!("{}78\r\n{}01\r\n--{boundary}--\r\n", head("7-8"), head("0-1"));
        assert_eq!(reply.body(), expected);
        assert_eq!(reply.header("content-length"), Some(expected.len().to_string().as_str()));
    }
}

#[test]
fn a_part_of_another_version_is_the_whole_of_this_one() {
    let (preview, _folder) = with_file(b"0123456789");
    let tag = preview.get("/a.bin").header("etag").unwrap().to_string();
    let part = |tag: &str| {
        preview.get_with("/a.bin", &format!("range: bytes=0-1\r\nif-range: {tag}\r\n")).status()
    };
    assert_eq!(part(&tag), 206);
    assert_eq!((part("\"other\""), part("Wed, 21 Oct 2015 07:28:00 GMT")), (200, 200));
}

#[test]
fn a_file_that_changed_has_another_tag() {
    let (preview, folder) = with_file(b"0123456789");
    let tag = preview.get("/a.bin").header("etag").unwrap().to_string();
    let ask = || preview.get_with("/a.bin", &format!("if-none-match: {tag}\r\n")).status();
    assert_eq!(ask(), 304);
    // As editors save: another file takes the name.
    fs::write(folder.path().join("new"), b"9876543210").unwrap();
    fs::rename(folder.path().join("new"), folder.path().join("a.bin")).unwrap();
    assert_eq!(ask(), 200);
}

#[test]
fn a_large_file_is_streamed_and_a_slow_reader_holds_nobody() {
    let bytes: Vec<u8> = (0..24_000_000u32).map(|n| (n % 253) as u8).collect();
    let (preview, _folder) = with_file(&bytes);
    let ask = format!(
        "GET /a.bin HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n",
        preview.socket.port()
    );
    // More than there are threads for files and pages.
    let slow: Vec<_> = (0..100)
        .map(|_| {
            let mut stream = preview.connect();
            stream.write_all(ask.as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(preview.get("/").status(), 200);
    let mut stream = slow.into_iter().next_back().unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert!(answer[at..] == bytes, "{} bytes", answer.len() - at);
}

#[test]
fn a_file_that_is_gone_or_no_file_is_an_answer_too() {
    let (preview, folder) = with_file(b"x");
    fs::remove_file(folder.path().join("a.bin")).unwrap();
    let reply = preview.get("/a.bin");
    assert_eq!((reply.status(), reply.header("cache-control")), (404, Some("no-store")));
    preview.put("/folder", Thing::File(folder.path().to_path_buf()));
    assert_eq!(preview.get("/folder").status(), 404);
}
