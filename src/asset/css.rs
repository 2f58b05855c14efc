//! A style sheet without what browsers do not need: comments, line ends, indentation.
//!
//! Tokens are those of CSS Syntax Level 3, told apart by `cssparser`, each written as it stood: no value is rewritten, so
//! nothing that is newer than this program can be taken for something else. Spaces go only where the grammar
//! has none: beside braces, brackets, commas and semicolons, and behind a colon.

use cssparser::{ParseError, Parser, Token};

/// Deeper nesting is no style sheet that anybody wrote.
const DEPTH: usize = 32;

/// The shorter style sheet; the same text when it is not well-formed. Linear.
pub fn minify(css: &str) -> String {
    let mut parser = Parser::new(css);
    let mut out =
        Writer { text: String::with_capacity(css.len()), is_open: true, ..Writer::default() };
    match out.tokens(&mut parser, 0) {
        Ok(()) => out.text,
        Err(_) => css.to_string(),
    }
}

#[derive(Default)]
struct Writer {
    text: String,
    /// What stands between the last token and the next.
    gap: Gap,
    /// A semicolon that is written unless its block ends.
    has_semicolon: bool,
    /// Whether a space behind the last token says nothing.
    is_open: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    Space,
    /// A comment alone, which keeps two words apart without being a space.
    Comment,
}

impl Writer {
    fn tokens(&mut self, parser: &mut Parser<'_>, depth: usize) -> Result<(), ParseError<()>> {
        loop {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments() else { return Ok(()) };
            let (is_open, is_close) = (
                matches!(token, Token::Comma | Token::Colon),
                matches!(token, Token::Comma | Token::Delim('!') | Token::CurlyBracketBlock),
            );
            let end = match token {
                Token::WhiteSpace(_) => {
                    self.gap = Gap::Space;
                    continue;
                }
                Token::Comment(_) => {
                    if self.gap == Gap::None {
                        self.gap = Gap::Comment;
                    }
                    continue;
                }
                Token::Semicolon => {
                    (self.has_semicolon, self.gap, self.is_open) = (true, Gap::None, true);
                    continue;
                }
                Token::BadString(_) | Token::BadUrl(_) => {
                    return Err(ParseError::unexpected_token());
                }
                Token::Function(_) | Token::ParenthesisBlock => ")",
                Token::SquareBracketBlock => "]",
                Token::CurlyBracketBlock => "}",
                // Nothing has opened these.
                Token::CloseParenthesis | Token::CloseSquareBracket | Token::CloseCurlyBracket => {
                    return Err(ParseError::unexpected_token());
                }
                _ => "",
            };
            self.write(parser.slice_from(start), is_close);
            self.is_open = is_open;
            if !end.is_empty() {
                if depth == DEPTH {
                    return Err(ParseError::unexpected_token());
                }
                self.is_open = true;
                parser.parse_nested_block(|inner| self.tokens(inner, depth + 1))?;
                if end == "}" {
                    self.has_semicolon = false;
                }
                self.write(end, true);
                self.is_open = end == "}";
            }
        }
    }

    fn write(&mut self, token: &str, is_close: bool) {
        if std::mem::take(&mut self.has_semicolon) {
            self.text.push(';');
        } else if !self.is_open && !is_close {
            self.text.push_str(match self.gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Comment => "/**/",
            });
        }
        self.gap = Gap::None;
        self.text.push_str(token);
    }
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn spaces_and_comments_go_where_they_say_nothing() {
        let css = "/* a */\n@media (min-width: 40em) and (orientation: landscape) {\n  a , b > c {\n    color : red ;\n    margin: 0 auto;\n  }\n}\n\n.x .y:is( h1, h2 ) { top: 1px !important; }\n";
        assert_eq!(
            minify(css),
            "@media (min-width:40em) and (orientation:landscape){a,b > c{color :red;margin:0 auto}}.x .y:is(h1,h2){top:1px!important}"
        );
    }

    #[test]
    fn spaces_that_mean_something_stay() {
        for css in [
            "a{width:calc(1px + 2px);font-size:clamp(1rem,98% + 0.2vw,2rem)}",
            ".a .b:hover .c{margin:-1px -2px}",
            "a :hover{color:red}",
            "a{content:\"x  ;  } /* y */\"}",
            "@import url(x y.css) screen and (color);a{b:c}",
            ".a/**/.b{c:d}",
            "a[href^=\"x\" i]{b:url(data:image/png;base64,AA==)}",
            "a{&:hover{b:c}& .d{e:f}}",
            "@supports not (a:b){c{d:e}}",
            "@charset \"utf-8\";a{b:c}",
        ] {
            assert_eq!(minify(css), css);
        }
        assert_eq!(minify("a { --x: ; --y: 1 + 2; }"), "a{--x:;--y:1 + 2}");
    }

    #[test]
    fn what_is_no_style_sheet_stays_as_it_is() {
        for css in ["a { b: \"x\n }", "a ) b", "a { b: c } }", &"(".repeat(100_000)] {
            assert_eq!(minify(css), css);
        }
        assert_eq!(minify(""), "");
    }

    #[test]
    fn a_shorter_text_stays_as_it_is() {
        let once = minify("a { b : c; } @media print { d { e: f; } }");
        assert_eq!(minify(&once), once);
    }
}
