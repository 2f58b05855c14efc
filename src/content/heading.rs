//! The title that a body begins with, for files whose front matter has none.

/// The plain text of the level-1 heading that `body` begins with, and the length of the heading.
pub(super) fn leading(body: &str) -> Option<(String, usize)> {
    let mut at = 0;
    while let Some(line) = body[at..].split_inclusive('\n').next() {
        if !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    let mut lines = body[at..].split_inclusive('\n');
    let first = lines.next()?;
    let content = first.trim_end_matches(['\n', '\r']);
    let indent = content.len() - content.trim_start_matches(' ').len();
    if indent > 3 || content.trim_start_matches(' ').starts_with('\t') {
        return None;
    }
    let content = content[indent..].trim_end();
    if let Some(rest) = content.strip_prefix('#') {
        let is_heading = rest.is_empty() || rest.starts_with([' ', '\t']);
        let title = plain(without_closing(rest));
        return (is_heading && !title.is_empty()).then_some((title, at + first.len()));
    }
    let underline = lines.next()?;
    let rule = underline.trim_end();
    let is_rule = rule.len() - rule.trim_start_matches(' ').len() <= 3
        && rule.trim_start_matches(' ').bytes().all(|b| b == b'=')
        && rule.contains('=');
    let is_text = !content.starts_with(['>', '<', '|'])
        && !content.starts_with("```")
        && !content.starts_with("~~~")
        && !["- ", "* ", "+ "].iter().any(|bullet| content.starts_with(bullet));
    let title = plain(content);
    let length = at + first.len() + underline.len();
    (is_rule && is_text && !title.is_empty()).then_some((title, length))
}

/// Takes away the hashes at the end of a heading.
fn without_closing(content: &str) -> &str {
    let content = content.trim();
    let without = content.trim_end_matches('#');
    match without.is_empty() || without.ends_with([' ', '\t']) {
        true => without.trim_end(),
        false => content,
    }
}

/// Inline Markdown as plain text: marks, link targets, escapes and attributes go, words stay.
fn plain(markdown: &str) -> String {
    let markdown = match markdown.rfind('{') {
        Some(at) if markdown.ends_with('}') && markdown[at + 1..].starts_with(['#', '.']) => {
            markdown[..at].trim_end()
        }
        _ => markdown,
    };
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\\' => {
                if let Some(next) = rest[1..].chars().next().filter(char::is_ascii_punctuation) {
                    text.push(next);
                    length += 1;
                } else {
                    text.push(c);
                }
            }
            '*' | '`' => {}
            '!' if rest[1..].starts_with('[') => {}
            '_' => {
                let is_inside = text.ends_with(char::is_alphanumeric)
                    && rest[1..].starts_with(char::is_alphanumeric);
                if is_inside {
                    text.push(c);
                }
            }
            '[' if rest.contains("](") => {}
            ']' if rest[1..].starts_with('(') => {
                length = rest.find(')').map_or(rest.len(), |end| end + 1);
            }
            '<' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                length = rest.find('>').map_or(1, |end| end + 1);
            }
            '&' => match entity(rest) {
                Some((decoded, entity_length)) => {
                    text.push(decoded);
                    length = entity_length;
                }
                None => text.push(c),
            },
            c => text.push(c),
        }
        rest = &rest[length..];
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: &[(&str, char)] = &[
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&nbsp;", '\u{a0}'),
        ("&ndash;", '–'),
        ("&mdash;", '—'),
        ("&hellip;", '…'),
        ("&rsquo;", '’'),
        ("&lsquo;", '‘'),
        ("&rdquo;", '”'),
        ("&ldquo;", '“'),
    ];
    if let Some((name, c)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*c, name.len()));
    }
    let digits = text.strip_prefix("&#")?;
    let end = digits.find(';').filter(|end| (1..=8).contains(end))?;
    let code = match digits[..end].strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits[..end].parse().ok()?,
    };
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    Some((c, 2 + end + 1))
}

/// A file or folder name as a title: `energy-and_water` becomes `Energy and water`.
pub(super) fn humanise(name: &str) -> String {
    let words: String = name.replace(['-', '_'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
