//! The beginning of a text, for lists.

/// Longest [`super::Prose::lead`], in characters.
const LENGTH: usize = 300;

/// At most [`LENGTH`] characters, cut after a word.
pub(super) fn shorten(text: &str) -> String {
    let text = text.split_whitespace().fold(String::new(), |mut line, word| {
        if line.len() <= 4 * LENGTH {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    });
    if text.chars().nth(LENGTH).is_none() {
        return text;
    }
    let limit = text.char_indices().nth(LENGTH - 1).map_or(text.len(), |(at, _)| at);
    let end = if text[limit..].starts_with(' ') {
        limit
    } else {
        text[..limit].rfind(' ').unwrap_or(limit)
    };
    let mut short = text[..end].trim_end_matches([' ', ',', ';', ':', '-', '–', '—']).to_string();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;

    #[test]
    fn the_lead_is_the_first_paragraph_of_the_text() {
        let lead = |markdown: &str| read(markdown).prose.lead;
        assert_eq!(
            lead(
                "# a\n\n![b](c.png \"d\")\n\n> e\n\n- f\n\n  g\n\n*h*\ni[^1] [j](k.md)\n\nl\n\n[^1]: m"
            ),
            "h i j"
        );
        assert_eq!(lead("# a\n"), "");
        assert_eq!(lead(&"wörter ".repeat(100)), format!("{}…", "wörter ".repeat(42).trim_end()));
        assert_eq!(lead(&"a".repeat(400)).chars().count(), 300);
        assert_eq!(lead(&"a".repeat(300)), "a".repeat(300));
        assert_eq!(lead(&format!("{} b", "a".repeat(299))), format!("{}…", "a".repeat(299)));
    }
}
