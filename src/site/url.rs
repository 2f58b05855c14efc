//! Every address of the site is made here.
//!
//! An [`Address`] is site-relative and begins with `/`; it knows nothing of the base URL. The percent
//! encoding is that of a path in RFC 3986, section 3.3.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a path segment: unreserved characters, sub-delimiters but `'`, `:` and `@`.
pub(crate) const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Where an output stands on the site: `/posts/x/` or `/rss.xml`, percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Box<str>);

impl Address {
    /// The home page.
    pub fn root() -> Self {
        Address("/".into())
    }

    /// A page in folders: `["posts", "x"]` is `/posts/x/`. Empty parts are left out.
    pub fn page<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut text = String::from("/");
        for part in
            parts.into_iter().flat_map(|part| part.split('/')).filter(|part| !part.is_empty())
        {
            text.extend(utf8_percent_encode(part, SEGMENT));
            text.push('/');
        }
        Address(text.into())
    }

    /// A file: `posts/a b.png` is `/posts/a%20b.png`.
    pub fn file(path: &str) -> Self {
        let mut text = String::with_capacity(path.len() + 1);
        for part in path.split('/').filter(|part| !part.is_empty()) {
            text.push('/');
            text.extend(utf8_percent_encode(part, SEGMENT));
        }
        Address(text.into())
    }

    /// An address as an author writes it in an alias or in `path:`; a last part with a dot is a file.
    ///
    /// # Errors
    /// When it has `..`, a backslash, a control character, a query or a fragment.
    pub fn written(text: &str) -> Result<Self, &'static str> {
        if text.contains(['?', '#']) {
            return Err("an address of the site has no `?` and no `#`");
        }
        let text =
            percent_decode_str(text).decode_utf8().map_err(|_| "the address is not UTF-8")?;
        if text.contains('\\') || text.chars().any(char::is_control) {
            return Err("an address has no backslashes and no control characters");
        }
        if text.split('/').any(|part| part == ".." || part == ".") {
            return Err("an address has no `.` and no `..` parts");
        }
        let last = text.rsplit('/').next().unwrap_or_default();
        let is_file = [".html", ".htm", ".xml", ".json", ".txt", ".php", ".asp", ".aspx"]
            .iter()
            .any(|end| last.to_ascii_lowercase().ends_with(end));
        if let Some(folder) =
            text.strip_suffix("index.html").filter(|f| f.ends_with('/') || f.is_empty())
        {
            return Ok(Address::page([folder]));
        }
        Ok(if is_file { Address::file(&text) } else { Address::page([&*text]) })
    }

    /// A page below this one: `/tags/` + `oil` is `/tags/oil/`.
    pub fn child(&self, part: &str) -> Self {
        let mut text = String::from(self.folder());
        for part in part.split('/').filter(|part| !part.is_empty()) {
            text.extend(utf8_percent_encode(part, SEGMENT));
            text.push('/');
        }
        Address(text.into())
    }

    /// A file beside this page: `/posts/x/` + `a b.png`.
    pub fn beside(&self, name: &str) -> Self {
        let mut text = String::from(self.folder());
        let mut first = true;
        for part in name.split('/').filter(|part| !part.is_empty()) {
            if !first {
                text.push('/');
            }
            first = false;
            text.extend(utf8_percent_encode(part, SEGMENT));
        }
        Address(text.into())
    }

    /// The address as text, percent-encoded, beginning with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn folder(&self) -> &str {
        &self.0[..=self.0.rfind('/').unwrap_or(0)]
    }

    /// The file below the output folder that answers for this address: decoded, without the first slash.
    pub fn output_path(&self) -> String {
        let is_page = self.0.ends_with('/');
        let mut path = String::with_capacity(self.0.len() + "index.html".len());
        match self.0.contains('%') {
            true => path.push_str(&percent_decode_str(&self.0[1..]).decode_utf8_lossy()),
            false => path.push_str(&self.0[1..]),
        }
        if is_page {
            path.push_str("index.html");
        }
        path
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// One part of an address from a name: transliterated to ASCII, lower case, words joined by `-`.
/// A name of which nothing is left (only signs) becomes a short hash of itself, so that it stays apart from others.
pub fn slugify(name: &str) -> String {
    let plain = !name.is_empty()
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--")
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain {
        return name.to_string();
    }
    let slug = slug::slugify(name);
    if slug.is_empty() && !name.is_empty() {
        return format!("n-{}", &blake3::hash(name.as_bytes()).to_hex()[..8]);
    }
    slug
}

/// Every part of a folder, slugified: `Über uns/Team` is `uber-uns/team`.
pub fn slugify_folder(folder: &str) -> String {
    folder.split('/').filter(|part| !part.is_empty()).map(slugify).collect::<Vec<_>>().join("/")
}

/// Joins a relative reference to a folder (both `/`-separated, without leading slash) and removes `.`
/// and `..`; `None` when it would leave the root (RFC 3986, section 5.2.4, but strict).
pub fn join(folder: &str, reference: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(reference.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded_and_their_files_are_not() {
        let address = Address::file("posts/a b%#й.png");
        assert_eq!(address.as_str(), "/posts/a%20b%25%23%D0%B9.png");
        assert_eq!(address.output_path(), "posts/a b%#й.png");
        assert_eq!(Address::page(["posts", "x"]).output_path(), "posts/x/index.html");
        assert_eq!(Address::root().output_path(), "index.html");
    }

    #[test]
    fn written_addresses_stay_inside_and_know_files_from_pages() {
        assert_eq!(Address::written("/old/suez").unwrap().as_str(), "/old/suez/");
        assert_eq!(Address::written("/old/suez.html").unwrap().as_str(), "/old/suez.html");
        assert_eq!(Address::written("/old/index.html").unwrap().as_str(), "/old/");
        assert_eq!(Address::written("/v1.2").unwrap().as_str(), "/v1.2/");
        assert!(Address::written("/a/%2e%2e/b").is_err());
        assert!(Address::written("/a\\b").is_err());
    }

    #[test]
    fn slugs_are_plain_and_never_empty() {
        assert_eq!(slugify("Über die Straße"), "uber-die-strasse");
        assert_eq!(slugify("плов"), "plov");
        assert!(slugify("???").starts_with("n-"));
        assert_ne!(slugify("???"), slugify("!!!"));
    }

    #[test]
    fn references_never_leave_the_root() {
        assert_eq!(join("posts/2015", "../x.md").as_deref(), Some("posts/x.md"));
        assert_eq!(join("posts", "../../x.md"), None);
    }
}
