//! Reads Markdown from standard input and prints HTML: plain CommonMark, or with `--extensions`
//! everything that articles may use. For judging the output from outside.

use std::io::{Read, Write};

use byline::config::RawHtml;
use byline::markdown::{Options, to_html};

fn main() -> std::io::Result<()> {
    let mut source = String::new();
    std::io::stdin().read_to_string(&mut source)?;
    let options = if std::env::args().any(|argument| argument == "--extensions") {
        Options { extensions: true, html: RawHtml::Allow, smart_punctuation: false, math: false }
    } else {
        Options::commonmark()
    };
    std::io::stdout().write_all(to_html(&source, &options).as_bytes())
}
