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
                let kept = self.out.html.trim_end_matches(' ').len();
                self.out.html.truncate(kept);
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
