//! Raw HTML in Markdown: passed through, shown as text, or kept for [`super::sanitize`].
//!
//! Comments go away unless raw HTML is allowed; `<!-- more -->` goes away always and ends the summary.
//! Where HTML is allowed, addresses inside of it are left as they are: nothing checks or resolves them.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::escape_text;
use super::parse::Converter;
use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;

impl<'a> Converter<'a, '_> {
    pub(super) fn html_block(&mut self, range: Range<usize>) {
        let mut block = std::mem::take(&mut self.scratch);
        block.clear();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::End(TagEnd::HtmlBlock) => break,
                Event::Html(html) | Event::Text(html) => block.push_str(&html),
                _ => {}
            }
        }
        self.depth = self.depth.saturating_sub(1);
        if self.has_calls && self.calls_in(&range) {
            self.scratch = block;
            return self.end_summary();
        }
        if self.options.extensions || self.options.html != RawHtml::Allow {
            self.drop_comments(&mut block, &range);
        }
        if !block.trim().is_empty() {
            self.line();
            self.raw_block(&block);
        }
        self.scratch = block;
        self.end_summary();
    }

    fn raw_block(&mut self, block: &str) {
        self.has_raw_html |= self.options.html != RawHtml::Escape;
        if self.options.html == RawHtml::Escape {
            self.out.html.push_str("<p>");
            escape_text(block.trim(), &mut self.out.html);
            self.out.html.push_str("</p>\n");
        } else {
            self.out.html.push_str(block);
        }
    }

    pub(super) fn inline_html(&mut self, html: &str) {
        if html.starts_with("<!--")
            && (self.options.extensions || self.options.html != RawHtml::Allow)
        {
            if is_more(html) {
                self.is_more_pending |= self.options.extensions;
                self.trim_spaces();
                return;
            }
            if self.options.html != RawHtml::Allow {
                return;
            }
        }
        let start = self.out.html.len();
        if self.options.html == RawHtml::Escape {
            escape_text(html, &mut self.out.html);
            return;
        }
        self.has_raw_html = true;
        self.out.html.push_str(html);
        // No automatic links inside of a raw one.
        if html.starts_with("<a ") || html.starts_with("<A ") {
            self.open_links += 1;
        } else if html.starts_with("</a") || html.starts_with("</A") {
            self.open_links = self.open_links.saturating_sub(1);
        }
        self.cut_from_heading(start);
    }

    /// Drops the spaces at the end of the HTML, but none that stands before a hole.
    fn trim_spaces(&mut self) {
        let hole = self.out.holes.last().map_or(0, |hole| hole.at as usize);
        let mark = self.out.references.last().map_or(0, |(at, _)| *at);
        let kept = self.out.html.trim_end_matches(' ').len();
        self.out.html.truncate(kept.max(hole).max(mark));
    }

    /// Takes the comments out of a block; all of them, or only `<!-- more -->`.
    fn drop_comments(&mut self, block: &mut String, range: &Range<usize>) {
        let mut at = 0;
        while let Some(start) = block[at..].find("<!--").map(|found| at + found) {
            let Some(end) = comment_end(&block[start..]).map(|end| start + end) else {
                if self.options.html != RawHtml::Allow {
                    block.truncate(start);
                }
                let open = range.start..(range.start + 4).min(range.end);
                return self.problem(
                    open,
                    Diagnostic::warning("markdown/unclosed-comment", "this comment has no end")
                        .hint("close it with `-->`; everything below it is hidden"),
                );
            };
            let is_mark = is_more(&block[start..end]);
            self.is_more_pending |= is_mark && self.options.extensions;
            if is_mark || self.options.html != RawHtml::Allow {
                block.replace_range(start..end, "");
                at = start;
            } else {
                at = end;
            }
        }
    }
}

/// Offset behind a comment that begins the text.
fn comment_end(text: &str) -> Option<usize> {
    let inner = &text[4..];
    if inner.starts_with('>') {
        return Some(5);
    }
    if inner.starts_with("->") {
        return Some(6);
    }
    inner.find("-->").map(|end| 4 + end + 3)
}

fn is_more(comment: &str) -> bool {
    comment
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|inner| inner.trim() == "more")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html_with, problems, read, read_with, with_html};
    use super::super::{AsWritten, write_summary};
    use super::*;

    #[test]
    fn a_mark_of_the_summary_behind_a_picture_moves_nothing() {
        let markdown = "a ![b](c.png)<!-- more -->\u{2019} d";
        assert_eq!(
            html_with(markdown, &with_html(RawHtml::Allow)),
            "<p>a <img src=\"c.png\" alt=\"b\" />\u{2019} d</p>\n"
        );
    }

    #[test]
    fn raw_html_passes_is_shown_or_is_cleaned() {
        let markdown = "a <b>c</b> <script>d</script>\n\n<div onclick=\"e\">\n*f*\n</div>\n";
        let html = |mode| html_with(markdown, &with_html(mode));
        assert_eq!(
            html(RawHtml::Allow),
            "<p>a <b>c</b> <script>d</script></p>\n<div onclick=\"e\">\n*f*\n</div>\n"
        );
        assert_eq!(
            html(RawHtml::Escape),
            "<p>a &lt;b&gt;c&lt;/b&gt; &lt;script&gt;d&lt;/script&gt;</p>\n\
             <p>&lt;div onclick=\"e\"&gt;\n*f*\n&lt;/div&gt;</p>\n"
        );
        assert_eq!(html(RawHtml::Sanitize), "<p>a <b>c</b> </p>\n<div>\n*f*\n</div>\n");
        assert!(read(markdown).prose.has_raw_html);
        assert!(!read_with(markdown, &with_html(RawHtml::Sanitize)).0.prose.has_raw_html);
        assert!(!read("a\n").prose.has_raw_html && !read("<!-- more -->").prose.has_raw_html);
    }

    #[test]
    fn comments_go_unless_html_is_allowed() {
        let markdown = "a <!-- b --> c\n\n<!-- d\n\ne --> <i>f</i>\n";
        assert_eq!(
            html_with(markdown, &with_html(RawHtml::Escape)),
            "<p>a  c</p>\n<p>&lt;i&gt;f&lt;/i&gt;</p>\n"
        );
        assert!(html_with(markdown, &with_html(RawHtml::Allow)).contains("<!-- d\n\ne -->"));
        assert!(!html_with(markdown, &with_html(RawHtml::Sanitize)).contains("<!--"));
    }

    #[test]
    fn a_comment_without_end_is_a_warning() {
        assert_eq!(
            problems("a\n\n<!-- b\n\nc\n"),
            ["3:1+4 markdown/unclosed-comment this comment has no end"]
        );
        assert_eq!(html_with("<!-- b\n\nc\n", &with_html(RawHtml::Escape)), "");
    }

    fn summary(markdown: &str) -> Option<String> {
        let mut html = String::new();
        write_summary(&read(markdown).prose, &AsWritten, &mut html).then_some(html)
    }

    #[test]
    fn the_mark_of_the_summary_is_taken_out_in_every_mode() {
        for mode in [RawHtml::Allow, RawHtml::Sanitize, RawHtml::Escape] {
            for markdown in
                ["a\n\n<!-- more -->\n\nb\n", "a <!--more-->\n\nb\n", "a\n<!--  more  -->\n\nb\n"]
            {
                let options = with_html(mode);
                let prose = read_with(markdown, &options).0.prose;
                assert_eq!(html_with(markdown, &options), "<p>a</p>\n<p>b</p>\n", "{markdown}");
                assert_eq!(prose.summary, Some(0..9), "{markdown}");
            }
        }
    }

    #[test]
    fn the_spaces_before_the_mark_go_but_not_those_before_a_picture() {
        assert_eq!(
            summary("a ![b](c.png) <!-- more -->"),
            Some("<p>a <img src=\"c.png\" alt=\"b\" /></p>\n".into())
        );
        assert_eq!(
            summary("a ![b](c.png)<!-- more -->"),
            Some("<p>a <img src=\"c.png\" alt=\"b\" /></p>\n".into())
        );
    }

    #[test]
    fn a_summary_holds_whole_blocks_and_nothing_of_the_page() {
        assert_eq!(summary("a\n\nb"), None);
        assert_eq!(
            summary("- a <!-- more -->\n- b\n\nc"),
            Some("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n".into())
        );
        assert_eq!(
            summary("# A[^1] ![b](c.png)\n\nd [e](f.md)[^1]\n\n<!-- more -->\n\n# g\n\n[^1]: x\n"),
            Some(
                "<h1>A <img src=\"c.png\" alt=\"b\" /></h1>\n<p>d <a href=\"f.md\">e</a></p>\n"
                    .into()
            )
        );
        assert_eq!(
            summary("![a](b.png)\n<!-- more -->\n\nc"),
            Some("<figure><img src=\"b.png\" alt=\"a\" /></figure>\n".into())
        );
    }
}
