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
