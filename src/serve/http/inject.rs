//! The one thing that the preview adds to a page: the tag of its script.

use memchr::memrchr_iter;

use super::path::OWN;

/// What the script of a page has to know.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The site's base path.
    pub base: &'a str,
    /// The page's address below it, decoded.
    pub path: &'a str,
    pub token: &'a str,
    /// Of the site when the page was made.
    pub edition: u64,
}

impl Tag<'_> {
    /// The tag.
    pub(super) fn html(&self) -> String {
        let (base, path, token) = (escape(self.base), escape(self.path), escape(self.token));
        format!(
            "<script type=\"module\" src=\"{base}/{OWN}/preview.js\" data-base=\"{base}\" data-path=\"{path}\" \
             data-token=\"{token}\" data-edition=\"{}\"></script>",
            self.edition
        )
    }

    /// Puts the tag into a page, before the last `</body>` or at its end; changes nothing else.
    pub(super) fn inject(&self, mut html: Vec<u8>) -> Vec<u8> {
        let closes = |at: &usize| {
            let name =
                html.get(at + 2..at + 6).is_some_and(|name| name.eq_ignore_ascii_case(b"body"));
            let ends = |byte: u8| byte == b'>' || byte.is_ascii_whitespace();
            html.get(at + 1) == Some(&b'/') && name && html.get(at + 6).copied().is_some_and(ends)
        };
        let at = memrchr_iter(b'<', &html).find(closes).unwrap_or(html.len());
        html.splice(at..at, self.html().into_bytes());
        html
    }
}

/// Text as it may stand in HTML and in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\0' => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::Tag;

    const TAG: Tag<'_> = Tag { base: "/review", path: "/posts/x/", token: "ab12", edition: 7 };

    fn injected(html: &str) -> String {
        String::from_utf8(TAG.inject(html.as_bytes().to_vec())).unwrap().replace(&TAG.html(), "@")
    }

    #[test]
    fn the_tag_says_all_that_the_script_needs() {
        assert_eq!(
            TAG.html(),
            "<script type=\"module\" src=\"/review/_byline/preview.js\" data-base=\"/review\" \
             data-path=\"/posts/x/\" data-token=\"ab12\" data-edition=\"7\"></script>"
        );
    }

    #[test]
    fn the_tag_stands_before_the_last_end_of_the_body() {
        assert_eq!(injected("<body>a</body></html>\n"), "<body>a@</body></html>\n");
        assert_eq!(injected("a</BODY\n>"), "a@</BODY\n>");
        assert_eq!(injected("<pre></body></pre>b</body>"), "<pre></body></pre>b@</body>");
        assert_eq!(injected("a</body></bodyx></ body>"), "a@</body></bodyx></ body>");
    }

    #[test]
    fn a_page_without_an_end_gets_the_tag_at_its_end() {
        for html in ["", "<p>a", "</body", "a</", "<"] {
            assert_eq!(injected(html), format!("{html}@"));
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay_as_they_are() {
        let page = TAG.inject(b"\xff</body>\xfe".to_vec());
        assert_eq!(page, [b"\xff", TAG.html().as_bytes(), b"</body>\xfe"].concat());
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        let tag = Tag { path: "/\"><script>alert('&')</script>/", ..TAG };
        let html = tag.html();
        assert!(
            html.contains(
                "data-path=\"/&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;/\""
            ),
            "{html}"
        );
        assert_eq!(html.matches('<').count(), 2);
    }
}
