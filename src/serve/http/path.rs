//! What is asked for: the path of a request -> a place of the site, of the preview, or nothing.
//!
//! The path is decoded once, part by part. What could mean another place to somebody else (`..`, an encoded
//! slash, a backslash, a control character) is refused, so that nobody below has to think of it.

use std::fmt::Write;

use percent_encoding::{AsciiSet, percent_decode_str, utf8_percent_encode};

use crate::site::url::SEGMENT;

/// Name of the folder below the base path that holds the preview's own addresses.
pub(super) const OWN: &str = "_byline";

/// Where a request leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A path of the site below its base path, decoded: `/posts/x/`.
    Site(String),
    /// One of the preview's own addresses, by what stands after `_byline/`.
    Own(String),
    /// The top of the host or the base path without its slash: the site begins one step further.
    Start,
    /// Not below the base path.
    Outside,
    /// Not a path that can be answered, and why.
    Refused(&'static str),
}

/// Reads the path of a request. `base` is the site's base path, percent-encoded and without a slash at its end.
pub(super) fn target(base: &str, raw: &str) -> Target {
    let decoded = match decode(raw) {
        Ok(decoded) => decoded,
        Err(reason) => return Target::Refused(reason),
    };
    let base = percent_decode_str(base).decode_utf8_lossy();
    let Some(rest) = decoded.strip_prefix(&*base) else {
        return if decoded == "/" { Target::Start } else { Target::Outside };
    };
    match rest.strip_prefix('/') {
        None if rest.is_empty() => Target::Start,
        None => Target::Outside,
        Some(below) => match below.strip_prefix(OWN) {
            Some("") => Target::Own(String::new()),
            Some(own) if own.starts_with('/') => Target::Own(own[1..].to_string()),
            _ => Target::Site(rest.to_string()),
        },
    }
}

/// Decodes a path; gives the reason why it cannot be answered.
fn decode(raw: &str) -> Result<String, &'static str> {
    if !raw.starts_with('/') {
        return Err("the path does not begin with `/`");
    }
    let mut decoded = String::with_capacity(raw.len());
    for (at, part) in raw.split('/').enumerate() {
        if at > 0 {
            decoded.push('/');
        }
        check_escapes(part)?;
        let part = percent_decode_str(part).decode_utf8().map_err(|_| "the path is not UTF-8")?;
        if part.contains('/') {
            return Err("the path has an encoded slash");
        }
        check_part(&part)?;
        decoded.push_str(&part);
    }
    Ok(decoded)
}

/// Checks a decoded path that a page's script says to be its own.
pub(super) fn check(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("the path does not begin with `/`");
    }
    path.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), &'static str> {
    if part == "." || part == ".." {
        return Err("the path has a part `.` or `..`");
    }
    if part.contains('\\') {
        return Err("the path has a backslash");
    }
    if part.chars().any(char::is_control) {
        return Err("the path has a control character");
    }
    Ok(())
}

/// A `%` is followed by two hexadecimal digits.
fn check_escapes(part: &str) -> Result<(), &'static str> {
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    match part.match_indices('%').all(|(at, _)| is_escape(&part[at + 1..])) {
        true => Ok(()),
        false => Err("the path has a `%` without two hexadecimal digits"),
    }
}

/// What a path in an address may carry as it is.
const ESCAPED: &AsciiSet = &SEGMENT.remove(b'/').remove(b'&');

/// The address of a path below the base path, as it stands in a header. It never leads to another host.
pub(super) fn address(base: &str, path: &str, query: Option<&str>) -> String {
    let below = path.trim_start_matches(['/', '\\']);
    let mut address = format!("{base}/{}", utf8_percent_encode(below, ESCAPED));
    if let Some(query) = query {
        let _ = write!(address, "?{query}");
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(path: &str) -> Target {
        Target::Site(path.to_string())
    }

    fn own(path: &str) -> Target {
        Target::Own(path.to_string())
    }

    #[test]
    fn paths_below_the_base_are_the_sites() {
        assert_eq!(target("", "/"), site("/"));
        assert_eq!(target("", "/posts/x/"), site("/posts/x/"));
        assert_eq!(target("", "/caf%C3%A9/a%20b/"), site("/café/a b/"));
        assert_eq!(target("/review", "/review/"), site("/"));
        assert_eq!(target("/review", "/review/posts/"), site("/posts/"));
        assert_eq!(target("/caf%C3%A9", "/caf%c3%a9/x"), site("/x"));
    }

    #[test]
    fn what_is_not_below_the_base_is_outside_and_the_top_leads_to_it() {
        assert_eq!(target("/review", "/"), Target::Start);
        assert_eq!(target("/review", "/review"), Target::Start);
        assert_eq!(target("/review", "/reviews/"), Target::Outside);
        assert_eq!(target("/review", "/posts/"), Target::Outside);
        assert_eq!(target("/review", "/_byline/events"), Target::Outside);
    }

    #[test]
    fn the_previews_own_addresses_are_reserved() {
        assert_eq!(target("", "/_byline/events"), own("events"));
        assert_eq!(target("/review", "/review/_byline/preview.js"), own("preview.js"));
        assert_eq!(target("", "/_byline"), own(""));
        assert_eq!(target("", "/%5fbyline/events"), own("events"));
        assert_eq!(target("", "/_bylines/"), site("/_bylines/"));
        assert_eq!(target("", "/posts/_byline/"), site("/posts/_byline/"));
    }

    #[test]
    fn ways_out_are_refused() {
        for path in [
            "/../etc/passwd",
            "/posts/..",
            "/posts/./x",
            "/%2e%2e/etc/passwd",
            "/%2E%2e/",
            "/.%2e/",
            "/..%2f..%2fetc/passwd",
            "/posts%2fx/",
            "/posts\\..\\x",
            "/%5c..%5cetc",
            "/posts/%00",
            "/a%0ab",
            "/a%7fb",
            "/a%c2%85b",
            "/%ff",
            "/%",
            "/%2",
            "/%zz",
            "/_byline/../x",
            "*",
            "",
        ] {
            assert!(matches!(target("", path), Target::Refused(_)), "{path}");
        }
    }

    #[test]
    fn nothing_is_decoded_twice() {
        assert_eq!(target("", "/%252e%252e/x"), site("/%2e%2e/x"));
        assert_eq!(target("", "/a%252fb"), site("/a%2fb"));
        assert_eq!(target("", "/..x/x../..."), site("/..x/x../..."));
    }

    #[test]
    fn addresses_are_encoded_and_stay_on_the_host() {
        assert_eq!(address("/review", "/é b/", Some("q=1&r=%20")), "/review/%C3%A9%20b/?q=1&r=%20");
        assert_eq!(address("", "//evil.example/", None), "/evil.example/");
        assert_eq!(address("", "/\\evil.example/", None), "/evil.example/");
        assert_eq!(address("", "/a\r\nb?c#d%", None), "/a%0D%0Ab%3Fc%23d%25");
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        for path in ["/posts/x/", "/ü%/?#&=+ '\"<>/", "/日本/"] {
            assert_eq!(target("/b", &address("/b", path, None)), site(path));
        }
    }
}
