//! Inline Markdown: captions, and texts that templates hand over. No line of it is a block.

use super::parse::Converter;
use super::{AsWritten, Html, Options, Prose, escape_text, write};

/// Markdown to inline HTML: one paragraph without its `<p>`, links as written. Line ends are spaces,
/// and no line is taken for a block, so that `1990. A year` stays what it is.
pub fn inline(source: &str, options: &Options) -> String {
    let mut html = String::new();
    inline_with(source, options, |prose| write(prose, &AsWritten, &mut html), &mut String::new());
    html
}

/// Reads inline Markdown; hands the prose to `take` and the plain text to `text`.
pub(super) fn inline_with(
    source: &str,
    options: &Options,
    take: impl FnOnce(&Prose),
    text: &mut String,
) {
    if is_plain(source) {
        let mut html = String::with_capacity(source.len() + 8);
        escape_text(source.trim(), &mut html);
        text.clear();
        text.push_str(source.trim());
        let body = Html { text: html, ..Html::default() }.into();
        return take(&Prose { body, ..Prose::default() });
    }
    // An opening bracket keeps the line from being a list, a heading or code, and leaves what follows
    // free to open emphasis, quotes and links; it is cut off again below.
    let mut guarded = String::with_capacity(source.len() + 1);
    guarded.push('(');
    guarded.extend(source.trim().chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
    let mut converter =
        Converter::new(&guarded, 0..guarded.len(), "", options, None, &guarded, text);
    converter.is_inline = true;
    let mut prose = converter.run().prose;
    // A text that is nested too deeply gives nothing at all.
    let mut html = std::mem::take(&mut prose.body).into_html();
    html.text.drain(..html.text.len().min(1));
    prose.body = html.into();
    for hole in &mut prose.holes {
        hole.at = hole.at.saturating_sub(1);
    }
    text.drain(..text.len().min(1));
    text.truncate(text.trim_end().len());
    take(&prose);
}

/// Whether no character of the text means anything in inline Markdown with any option.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let special = |byte: &u8| b"*_`[]<>&\\~\"'@$^{|\n\r:".contains(byte);
    !bytes.iter().any(special)
        && !bytes.windows(2).any(|pair| pair == b"--" || pair == b"..")
        && !text.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::super::tests::options;
    use super::*;

    #[test]
    fn inline_text_keeps_its_marks_and_makes_no_blocks() {
        let inline = |text: &str| inline(text, &options());
        assert_eq!(
            inline("1990. A *year*, [a](b.md \"c\") & `d`"),
            "1990. A <em>year</em>, <a href=\"b.md\" title=\"c\">a</a> &amp; <code>d</code>"
        );
        assert_eq!(inline("# a\n- b\n\n    c"), "# a - b      c");
        assert_eq!(inline(""), "");
        assert_eq!(inline(&("*a _b ".repeat(200) + &"c_ d* ".repeat(200))), "");
        assert_eq!(inline("![a](b.png){.c} d"), "<img src=\"b.png\" alt=\"a\" /> d");
        assert_eq!(inline("_a_ \"b\""), "<em>a</em> \"b\"");
        let smart = Options { smart_punctuation: true, ..options() };
        assert_eq!(super::inline("\"a\" -- b's...", &smart), "“a” – b’s…");
        assert_eq!(super::inline("*a* <b>c</b>", &Options::commonmark()), "<em>a</em> <b>c</b>");
    }

    #[test]
    fn plain_text_needs_no_parser() {
        for text in ["Plain, text (1990) 50% a-b/c;d? e!", "x"] {
            assert!(is_plain(text));
            assert_eq!(inline(text, &options()), text);
        }
        for text in ["a*b", "a--b", "a...", "it's", "www.a.b", "a: b", "a\nb", "a & b", "{", "|"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
