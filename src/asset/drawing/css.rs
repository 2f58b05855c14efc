//! Style sheets in drawings without what they load from elsewhere (CSS Syntax 3, section 4; CSS Values 4, 4.5).

use super::Removed;
use super::address::{Address, in_style};

/// Functions in which a text is an address (CSS Images 4).
const LOADING: &[&str] =
    &["src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"];

/// A style sheet or a value without `@import` and addresses outside; `None` when there are none.
pub(super) fn clean(css: &str, removed: &mut Removed) -> Option<String> {
    let mut sheet = Sheet {
        css,
        at: 0,
        out: String::new(),
        copied: 0,
        open: Vec::new(),
        is_changed: false,
        removed,
    };
    while sheet.at < css.len() {
        sheet.token();
    }
    if !sheet.is_changed {
        return None;
    }
    sheet.out.push_str(&css[sheet.copied..]);
    Some(sheet.out)
}

struct Sheet<'a, 'r> {
    css: &'a str,
    at: usize,
    out: String,
    /// Up to here the text is in `out`, or left out.
    copied: usize,
    /// What is open here, outermost first.
    open: Vec<Open>,
    is_changed: bool,
    removed: &'r mut Removed,
}

/// A pair of brackets that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A function in which texts are addresses.
    Loading,
    /// A selector: texts are compared, nothing is loaded.
    Selector,
    Plain,
}

impl Sheet<'_, '_> {
    fn next(&self) -> Option<char> {
        self.css[self.at..].chars().next()
    }

    fn token(&mut self) {
        let Some(letter) = self.next() else { return };
        let from = self.at;
        match letter {
            '/' if self.css[from..].starts_with("/*") => self.comment(),
            '"' | '\'' => {
                let text = self.text(letter);
                // Elsewhere a text may become an address by way of a variable: whole addresses go.
                let may_load = match self.open.last() {
                    Some(Open::Loading) => true,
                    Some(Open::Selector) => false,
                    Some(Open::Plain) | None => is_whole_address(&text),
                };
                if may_load && self.is_outside(&text) {
                    self.replace(from, "\"\"");
                }
            }
            '@' => {
                self.at += 1;
                let name = self.name();
                if name == "import" {
                    self.rule();
                    self.removed.insert("outside references");
                    self.replace(from, "");
                } else if name == "namespace" {
                    // The address is a name here, nothing is loaded.
                    self.rule();
                }
            }
            '(' | '[' => {
                self.open.push(if letter == '[' { Open::Selector } else { Open::Plain });
                self.at += 1;
            }
            ')' | ']' => {
                self.open.pop();
                self.at += 1;
            }
            _ if is_name(letter) => {
                let name = self.name();
                if self.next() == Some('(') {
                    self.at += 1;
                    if name == "url" {
                        self.address(from);
                    } else {
                        let is_loading = LOADING.contains(&&*name);
                        self.open.push(if is_loading { Open::Loading } else { Open::Plain });
                    }
                }
            }
            _ => self.at += letter.len_utf8(),
        }
    }

    /// Puts other text in the place of what was read since `from`.
    fn replace(&mut self, from: usize, text: &str) {
        self.out.push_str(&self.css[self.copied..from]);
        self.out.push_str(text);
        self.copied = self.at;
        self.is_changed = true;
    }

    fn is_outside(&mut self, address: &str) -> bool {
        match in_style(address) {
            Address::Inside => return false,
            Address::Outside => self.removed.insert("outside references"),
            Address::Script => self.removed.insert("scripts"),
        };
        true
    }

    /// `url(` has been read: up to its `)`.
    fn address(&mut self, from: usize) {
        self.spaces();
        let mut address = match self.next() {
            Some(quote @ ('"' | '\'')) => self.text(quote),
            _ => String::new(),
        };
        // What follows a text are modifiers; without a text this is the address.
        let is_quoted = !address.is_empty();
        while let Some(letter) = self.next() {
            if letter == ')' {
                break;
            }
            let letter = self.letter();
            if !is_quoted {
                address.extend(letter);
            }
        }
        self.at = (self.at + 1).min(self.css.len());
        if self.is_outside(&address) {
            self.replace(from, "url(#)");
        }
    }

    fn spaces(&mut self) {
        let rest = &self.css[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn comment(&mut self) {
        let end = self.css[self.at + 2..].find("*/");
        self.at = end.map_or(self.css.len(), |end| self.at + 2 + end + 2);
    }

    /// A text in quotes, its escapes resolved. It ends at the end of the line, too.
    fn text(&mut self, quote: char) -> String {
        self.at += 1;
        let mut text = String::new();
        while let Some(letter) = self.next() {
            if letter == quote {
                self.at += 1;
                break;
            }
            if is_line_end(letter) {
                break;
            }
            text.extend(self.letter());
        }
        text
    }

    /// A name in small letters, its escapes resolved.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while self.next().is_some_and(|c| is_name(c) || c.is_ascii_digit()) {
            name.extend(self.letter());
        }
        name.to_ascii_lowercase()
    }

    /// One character, or what an escape stands for: nothing for an escaped line end.
    fn letter(&mut self) -> Option<char> {
        let letter = self.next()?;
        self.at += letter.len_utf8();
        if letter != '\\' {
            return Some(letter);
        }
        let rest = &self.css[self.at..];
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits == 0 {
            let escaped = self.next()?;
            self.at += escaped.len_utf8();
            return (!is_line_end(escaped)).then_some(escaped);
        }
        self.at += digits;
        if self.next().is_some_and(|c| c.is_ascii_whitespace()) {
            self.at += 1;
        }
        let number = u32::from_str_radix(&rest[..digits], 16).ok();
        Some(number.and_then(char::from_u32).unwrap_or('\u{fffd}'))
    }

    /// The rest of a rule: up to its semicolon, or its block.
    fn rule(&mut self) {
        let mut depth = 0usize;
        while let Some(letter) = self.next() {
            match letter {
                '/' if self.css[self.at..].starts_with("/*") => {
                    self.comment();
                    continue;
                }
                '"' | '\'' => {
                    self.text(letter);
                    continue;
                }
                '\\' => {
                    self.letter();
                    continue;
                }
                '(' | '{' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                '}' if depth == 0 => return,
                '}' => depth -= 1,
                _ => {}
            }
            self.at += letter.len_utf8();
            if depth == 0 && matches!(letter, ';' | '}') {
                return;
            }
        }
    }
}

/// `https://...`, `//...` and the like; a path alone leads nowhere but to the site itself.
fn is_whole_address(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("//")
        || text.split_once(':').is_some_and(|(scheme, rest)| {
            rest.starts_with("//") || scheme.trim_end().eq_ignore_ascii_case("javascript")
        })
}

/// CSS Syntax 3, section 3.3.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{c}')
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '\\') || !c.is_ascii()
}
