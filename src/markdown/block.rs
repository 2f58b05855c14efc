//! Blocks that only hold others: lists with their task marks, quotes, alerts and definition lists.

use pulldown_cmark::{BlockQuoteKind, Tag, TagEnd};

use super::parse::Converter;

/// Name for classes and the English title of an alert.
fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}

impl Converter<'_, '_> {
    pub(super) fn start_block(&mut self, tag: Tag<'_>) {
        self.line();
        let html = &mut self.out.html;
        match tag {
            Tag::BlockQuote(None) => html.push_str("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => {
                let (name, title) = alert(kind);
                for part in ["<div class=\"alert alert-", name, "\" role=\"note\">\n"] {
                    html.push_str(part);
                }
                for part in ["<p class=\"alert-title\" data-alert=\"", name, "\">", title, "</p>\n"]
                {
                    html.push_str(part);
                }
            }
            Tag::List(None) => html.push_str("<ul>\n"),
            Tag::List(Some(1)) => html.push_str("<ol>\n"),
            Tag::List(Some(start)) => {
                html.push_str("<ol start=\"");
                html.push_str(&start.to_string());
                html.push_str("\">\n");
            }
            Tag::Item => html.push_str("<li>"),
            Tag::DefinitionList => html.push_str("<dl>\n"),
            Tag::DefinitionListTitle => html.push_str("<dt>"),
            Tag::DefinitionListDefinition => html.push_str("<dd>"),
            _ => {}
        }
    }

    pub(super) fn end_block(&mut self, tag: TagEnd) {
        self.end_words();
        self.end_calls_inside();
        self.out.html.push_str(match tag {
            TagEnd::BlockQuote(None) => "</blockquote>\n",
            TagEnd::BlockQuote(Some(_)) => "</div>\n",
            TagEnd::List(true) => "</ol>\n",
            TagEnd::List(false) => "</ul>\n",
            TagEnd::Item => "</li>\n",
            TagEnd::DefinitionList => "</dl>\n",
            TagEnd::DefinitionListTitle => "</dt>\n",
            TagEnd::DefinitionListDefinition => "</dd>\n",
            _ => "",
        });
    }

    pub(super) fn task(&mut self, is_done: bool) {
        self.out.html.push_str(if is_done {
            "<input type=\"checkbox\" aria-label=\"done\" disabled checked> "
        } else {
            "<input type=\"checkbox\" aria-label=\"to do\" disabled> "
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn alerts_have_a_title_that_a_theme_can_translate() {
        assert_eq!(
            html("> [!WARNING]\n> a\n"),
            "<div class=\"alert alert-warning\" role=\"note\">\n\
             <p class=\"alert-title\" data-alert=\"warning\">Warning</p>\n<p>a</p>\n</div>\n"
        );
        for name in ["note", "tip", "important", "caution"] {
            assert!(html(&format!("> [!{name}]\n> a\n")).contains(&format!("alert-{name}\"")));
        }
        assert!(html("> [!OTHER]\n> a\n").starts_with("<blockquote>"));
    }

    #[test]
    fn tasks_definitions_and_strikethrough() {
        assert_eq!(
            html("- [x] a\n- [ ] b\n"),
            "<ul>\n<li><input type=\"checkbox\" aria-label=\"done\" disabled checked> a</li>\n\
             <li><input type=\"checkbox\" aria-label=\"to do\" disabled> b</li>\n</ul>\n"
        );
        assert_eq!(html("a\n: b\n: c\n"), "<dl>\n<dt>a</dt>\n<dd>b</dd>\n<dd>c</dd>\n</dl>\n");
        assert_eq!(
            html("~~a~~ b\\\nc\n\n***\n\n7. d\n"),
            "<p><del>a</del> b<br>\nc</p>\n<hr>\n<ol start=\"7\">\n<li>d</li>\n</ol>\n"
        );
    }
}
