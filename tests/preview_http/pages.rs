//! Pages and addresses.

use std::net::TcpListener;

use byline::serve::http::{Server, Settings};

use crate::support::{MISSING, Thing, broken, page, preview, preview_with, without_tag};

#[test]
fn a_page_is_served_with_one_tag_and_nothing_else_changed() {
    let preview = preview();
    let reply = preview.get("/posts/x/");
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(without_tag(&reply.body()), "<html><body><p>x</p></body></html>");
    let tag = format!(
        "<script type=\"module\" src=\"/_byline/preview.js\" data-base=\"\" data-path=\"/posts/x/\" \
         data-token=\"{}\" data-edition=\"1\"></script></body>",
        preview.token
    );
    assert!(reply.body().contains(&tag), "{reply:?}");
}

#[test]
fn a_head_has_the_headers_of_a_get_and_no_content() {
    let preview = preview();
    let (get, head) = (preview.get("/posts/x/"), preview.ask("HEAD", "/posts/x/", "", ""));
    assert_eq!((head.status(), head.body().as_str()), (200, ""));
    for name in ["content-length", "content-type", "etag", "cache-control"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
        assert!(get.header(name).is_some(), "{name}");
    }
    assert_eq!(get.header("content-length"), Some(get.body().len().to_string().as_str()));
    assert_eq!(preview.ask("HEAD", "/none/", "", "").status(), 404);
}

#[test]
fn what_is_not_there_is_the_themes_page_with_status_404() {
    let preview = preview();
    let reply = preview.get("/none/");
    assert_eq!(reply.status(), 404);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(without_tag(&reply.body()), MISSING);
    assert!(reply.body().contains("data-path=\"/none/\""), "{reply:?}");
    assert_eq!(preview.get("/none.png").status(), 404);
}

#[test]
fn an_address_without_its_last_slash_leads_to_the_page_with_its_query() {
    let preview = preview_with(any(), "/review");
    let reply = preview.get("/review/posts/x?q=1&r=%20");
    assert_eq!(reply.status(), 301);
    assert_eq!(reply.header("location"), Some("/review/posts/x/?q=1&r=%20"));
    // A browser that keeps it would go there after the address has become a file.
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[test]
fn a_redirect_never_leads_to_another_host() {
    let preview = preview();
    preview.put("//evil.example", Thing::Moved("//evil.example/".into()));
    preview.put("/line", Thing::Moved("/a\r\nset-cookie: x".into()));
    let reply = preview.get("//evil.example");
    assert_eq!(reply.header("location"), Some("/evil.example/"), "{reply:?}");
    let reply = preview.get("/line");
    assert_eq!(reply.header("location"), Some("/a%0D%0Aset-cookie:%20x"), "{reply:?}");
    assert_eq!(reply.header("set-cookie"), None);
}

#[test]
fn the_file_of_a_page_is_the_page() {
    let preview = preview();
    let reply = preview.get("/posts/x/index.html");
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.body(), preview.get("/posts/x/").body());
    preview.put("/raw/index.html", page("a file of that name"));
    assert!(preview.get("/raw/index.html").body().contains("a file of that name"));
    assert_eq!(preview.get("/none/index.html").status(), 404);
}

#[test]
fn a_site_with_a_path_stands_below_it_and_nothing_else_does() {
    let preview = preview_with(any(), "/review");
    assert_eq!(
        preview
            .server
            .as_ref()
            .unwrap()
            .address()
            .url
            .rsplit(':')
            .next()
            .unwrap()
            .split_once('/')
            .unwrap()
            .1,
        "review/"
    );
    assert_eq!(preview.get("/review/posts/x/").status(), 200);
    assert_eq!(preview.get("/review/_byline/preview.js").status(), 200);
    for start in ["/", "/review", "/review?x"] {
        let reply = preview.get(start);
        assert_eq!(reply.status(), 301, "{start}");
        assert!(reply.header("location").unwrap().starts_with("/review/"), "{reply:?}");
    }
    for outside in ["/posts/x/", "/reviews/", "/_byline/preview.js", "/favicon.ico"] {
        let reply = preview.get(outside);
        assert_eq!(reply.status(), 404, "{outside}");
        assert!(reply.body().contains("/review/"), "{reply:?}");
    }
    let tag = "src=\"/review/_byline/preview.js\" data-base=\"/review\" data-path=\"/posts/x/\"";
    assert!(preview.get("/review/posts/x/").body().contains(tag));
}

#[test]
fn addresses_in_other_scripts_and_with_spaces_work() {
    let preview = preview();
    preview.put("/tags/Центральная Азия/", page("term"));
    let reply = preview.get("/tags/%D0%A6%D0%B5%D0%BD%D1%82%D1%80%D0%B0%D0%BB%D1%8C%D0%BD%D0%B0%D1%8F%20%D0%90%D0%B7%D0%B8%D1%8F/?x");
    assert_eq!(reply.status(), 200);
    assert!(reply.body().contains("data-path=\"/tags/Центральная Азия/\""), "{reply:?}");
}

#[test]
fn a_page_that_cannot_be_made_says_why_and_waits_for_its_repair() {
    let preview = preview();
    preview.put("/posts/x/", Thing::Broken("no such filter `<shout>`".into()));
    let reply = preview.get("/posts/x/");
    assert_eq!(reply.status(), 500);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let page = reply.body();
    for part in [
        "no such filter `&lt;shout&gt;`",
        "content/x.md:3:2",
        "a<mark> lin</mark>e &lt;b&gt;",
        "mend it",
        "template/render",
        "data-path=\"/posts/x/\"",
        "preview.js",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(preview.get("/").status(), 200);
}

#[test]
fn a_panic_is_said_and_the_server_lives() {
    let preview = preview();
    preview.put("/trap/", Thing::Panics);
    for _ in 0..3 {
        let reply = preview.get("/trap/");
        assert_eq!(reply.status(), 500);
        assert!(reply.body().contains("bug of Byline"), "{reply:?}");
        assert!(reply.body().contains("the page at /trap/ is a trap"), "{reply:?}");
    }
    assert_eq!(preview.get("/").status(), 200);
    preview.put("/trap/", page("mended"));
    assert_eq!(preview.get("/trap/").status(), 200);
}

#[test]
fn a_browser_that_has_the_page_does_not_get_it_again_until_it_changes() {
    let preview = preview();
    let first = preview.get("/posts/x/");
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let tag = first.header("etag").unwrap().to_string();
    let again = preview.get_with("/posts/x/", &format!("if-none-match: \"other\", {tag}\r\n"));
    assert_eq!((again.status(), again.body().as_str()), (304, ""));
    assert_eq!(again.header("etag"), Some(tag.as_str()));
    preview.put("/posts/x/", page("x, changed"));
    let changed = preview.get_with("/posts/x/", &format!("if-none-match: {tag}\r\n"));
    assert_eq!(changed.status(), 200);
    assert!(changed.body().contains("x, changed"));
    // The tag of the script says the edition: a page of another one is another page.
    let tag = changed.header("etag").unwrap().to_string();
    preview.update();
    assert_eq!(preview.get_with("/posts/x/", &format!("if-none-match: {tag}\r\n")).status(), 200);
}

#[test]
fn the_script_and_its_look_are_served_and_know_no_token() {
    let preview = preview();
    for (name, media) in [
        ("preview.js", "text/javascript; charset=utf-8"),
        ("preview.css", "text/css; charset=utf-8"),
    ] {
        let reply = preview.get(&format!("/_byline/{name}"));
        assert_eq!(reply.status(), 200, "{name}");
        assert_eq!(reply.header("content-type"), Some(media));
        assert!(!reply.body().contains(&preview.token));
        let tag = reply.header("etag").unwrap();
        let again =
            preview.get_with(&format!("/_byline/{name}"), &format!("if-none-match: {tag}\r\n"));
        assert_eq!(again.status(), 304);
    }
    // A page of the site cannot stand on a reserved address.
    preview.put("/_byline/x/", page("taken"));
    assert_eq!(preview.get("/_byline/x/").status(), 404);
}

#[test]
fn every_file_of_the_script_is_served() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/client");
    let preview = preview();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let reply = preview.get(&format!("/_byline/{}", entry.file_name().to_str().unwrap()));
        let text = std::fs::read_to_string(entry.path()).unwrap();
        assert_eq!((reply.status(), reply.body()), (200, text), "{entry:?} has no row in FILES");
    }
}

#[test]
fn panel_and_problems_are_json() {
    let preview = preview();
    preview.state().problems = vec![broken("a"), broken("b")];
    let token = &preview.token;
    let panel = preview.get(&format!("/_byline/panel?token={token}&path=%2Fposts%2Fx%2F"));
    assert_eq!(panel.header("content-type"), Some("application/json"));
    assert_eq!(panel.json()["path"], "/posts/x/");
    assert_eq!(preview.get(&format!("/_byline/panel?token={token}&path=/none/")).status(), 404);
    assert_eq!(preview.get(&format!("/_byline/panel?token={token}")).status(), 400);
    let problems = preview.get(&format!("/_byline/problems?token={token}")).json();
    assert_eq!((&problems["count"], &problems["problems"][1]["message"]), (&2.into(), &"b".into()));
}

#[test]
fn when_a_port_is_taken_the_next_free_one_is_used_and_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let preview = preview_with(Settings { port, ..Settings::default() }, "");
    let address = preview.server.as_ref().unwrap().address().clone();
    assert_eq!(address.taken, Some(port));
    assert!(address.socket.port() > port && address.socket.port() <= port.saturating_add(100));
    assert_eq!(address.url, format!("http://127.0.0.1:{}/", address.socket.port()));
    assert_eq!(preview.get("/").status(), 200);
    let free = preview_with(any(), "");
    assert_eq!(free.server.as_ref().unwrap().address().taken, None);
}

#[test]
fn an_address_of_another_machine_is_an_error_that_says_what_to_do() {
    let (_sender, updates) = tokio::sync::watch::channel(Default::default());
    let settings = Settings { bind: "192.0.2.1".parse().unwrap(), ..any() };
    let problem = Server::start(&settings, crate::support::nothing(), updates).unwrap_err();
    assert_eq!(problem.id, "serve/address");
    assert!(problem.message.contains("192.0.2.1"), "{problem:?}");
    assert!(problem.hint.unwrap().contains("--bind"));
}

#[test]
fn it_can_listen_at_the_other_loopback_and_at_all_addresses() {
    let all = preview_with(Settings { bind: "0.0.0.0".parse().unwrap(), ..any() }, "");
    let address = all.server.as_ref().unwrap().address().clone();
    assert!(address.is_public() && address.url.starts_with("http://127.0.0.1:"), "{address:?}");
    assert_eq!(all.get("/").status(), 200);
    let (_sender, updates) = tokio::sync::watch::channel(Default::default());
    let settings = Settings { bind: "::1".parse().unwrap(), ..any() };
    match Server::start(&settings, crate::support::nothing(), updates) {
        Ok(server) => {
            assert!(!server.address().is_public());
            assert!(server.address().url.starts_with("http://[::1]:"), "{server:?}");
        }
        // A machine without IPv6.
        Err(problem) => assert_eq!(problem.id, "serve/address"),
    }
}

fn any() -> Settings {
    Settings { port: 0, ..Settings::default() }
}
