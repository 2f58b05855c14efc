//! Tags that other generators understand: Hugo's shortcodes, Liquid's tags and values. Here they are
//! text, and an author who brings an archive hears of each.

use std::ops::Range;

use memchr::memmem;

use super::call::Malformed;
use crate::diagnostic::Diagnostic;

/// A tag of another generator.
#[derive(Debug, PartialEq)]
pub(super) struct Foreign {
    /// Relative to the body.
    pub(super) at: Range<usize>,
    name: String,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Shortcode,
    Liquid,
}

/// Longer ones are text, so that a body full of open braces takes no time.
const MAX_LENGTH: usize = 500;

const LIQUID_TAGS: &[&str] = &[
    "assign",
    "capture",
    "case",
    "comment",
    "cycle",
    "else",
    "elsif",
    "endcapture",
    "endcase",
    "endcomment",
    "endfor",
    "endhighlight",
    "endif",
    "endraw",
    "endunless",
    "for",
    "gist",
    "highlight",
    "if",
    "include",
    "include_relative",
    "link",
    "post_url",
    "raw",
    "unless",
    "when",
];

/// All tags of the body, those in code among them, in order.
pub(super) fn find(body: &str) -> Vec<Foreign> {
    let starts =
        memmem::find_iter(body.as_bytes(), b"{{").chain(memmem::find_iter(body.as_bytes(), b"{%"));
    let mut found: Vec<Foreign> = starts.filter_map(|start| read(body, start)).collect();
    found.sort_by_key(|foreign| foreign.at.start);
    found
}

fn read(body: &str, start: usize) -> Option<Foreign> {
    if body[..start].ends_with(['{', '\\']) {
        return None;
    }
    let mut end = body.len().min(start + MAX_LENGTH);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let mark = &body[start..end];
    let (kind, close, rest) = if let Some(rest) = mark.strip_prefix("{{<") {
        if !rest.starts_with([' ', '\t', '\n']) {
            // One of ours: inside of a sentence it is text.
            return None;
        }
        (Kind::Shortcode, ">}}", rest)
    } else if let Some(rest) = mark.strip_prefix("{{%") {
        (Kind::Shortcode, "%}}", rest)
    } else if let Some(rest) = mark.strip_prefix("{%") {
        (Kind::Liquid, "%}", rest.strip_prefix('-').unwrap_or(rest))
    } else {
        (Kind::Liquid, "}}", &mark[2..])
    };
    let rest = rest.trim_start();
    let word = rest.strip_prefix('/').map_or(rest, str::trim_start);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let name = &word[..word.find(|c: char| !is_part(c)).unwrap_or(word.len())];
    let is_meant = match (&kind, close) {
        (Kind::Liquid, "%}") => LIQUID_TAGS.contains(&name),
        (Kind::Liquid, _) => name.starts_with("site.") || name.starts_with("page."),
        _ => name.starts_with(|c: char| c.is_ascii_alphabetic()),
    };
    let length = mark.find(close)? + close.len();
    let is_one = is_meant && !mark[..length].contains("\n\n") && !mark[2..length].contains("{{");
    is_one.then(|| Foreign {
        at: start..start + length,
        name: name.trim_end_matches('/').to_string(),
        kind,
    })
}

impl Foreign {
    /// The problem of a shortcode that stands where a component may be called.
    pub(super) fn instead_of_call(&self) -> Malformed {
        Malformed {
            at: self.at.clone(),
            message: format!("`{{{{< {} >}}}}` is a shortcode of another generator", self.name),
            hint: self.hint(),
        }
    }

    fn hint(&self) -> String {
        let name = &self.name;
        match self.kind {
            Kind::Shortcode => format!(
                "write it in Markdown, or call a component: `{{{{<{name} key=\"value\" />}}}}` on a line of its own, \
                 with no space before the name; to show it as it is, put it in code"
            ),
            Kind::Liquid => {
                "write it in Markdown, or as a link to a file; to show it as it is, put it in code"
                    .to_string()
            }
        }
    }

    /// What the author hears where the tag is shown as text.
    pub(super) fn problem(&self) -> Diagnostic {
        let (name, what) = (&self.name, "is shown as text");
        let message = match self.kind {
            Kind::Shortcode => format!("the shortcode `{name}` of another generator {what}"),
            Kind::Liquid => format!("`{name}`, a tag of Liquid, {what}"),
        };
        Diagnostic::warning("markdown/foreign-tag", message).hint(self.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, problems};

    #[test]
    fn tags_of_other_generators_are_text_and_the_author_hears_of_it() {
        for (markdown, wanted) in [
            ("a {{< ref \"b.md\" >}} c", "1:3+18 markdown/foreign-tag the shortcode `ref`"),
            (
                "{{% notice tip %}}\nx\n{{% /notice %}}",
                "1:1+18 markdown/foreign-tag the shortcode `notice`",
            ),
            ("{% highlight ruby %}", "1:1+20 markdown/foreign-tag `highlight`, a tag of Liquid"),
            ("{%- include x.html -%}", "1:1+22 markdown/foreign-tag `include`"),
            ("[a]({{ site.baseurl }}/b)", "1:5+18 markdown/foreign-tag `site.baseurl`"),
            (
                "{{< figure src=\"a.png\" >}}",
                "1:1+26 markdown/component-syntax `{{< figure >}}` is a shortcode",
            ),
            ("- {{< /box >}}", "1:3+12 markdown/component-syntax `{{< box >}}` is a shortcode"),
        ] {
            let found = problems(markdown);
            assert!(
                found.first().is_some_and(|found| found.starts_with(wanted)),
                "{markdown}: {found:?}"
            );
        }
        assert_eq!(html("a {{% b %}} c"), "<p>a {{% b %}} c</p>\n");
    }

    #[test]
    fn code_raw_html_escapes_and_plain_braces_are_no_tags() {
        for markdown in [
            "a {{<note />}} and `{{< ref >}}` and `{% if %}`",
            "```\n{{% notice %}}\n{{< figure >}}\n```",
            "<div>{{< a >}}</div>",
            "\\{{< a >}}",
            "{{a}} {% b %} {{ c }} 5 {{% d",
        ] {
            assert_eq!(problems(markdown), Vec::<String>::new(), "{markdown}");
        }
    }
}
