//! Text into ids: lower-case ASCII letters, digits and single hyphens.

/// The id of a heading with this text; empty when nothing of it can stand in an id.
pub(super) fn slugify(text: &str) -> String {
    if !text.is_ascii() {
        return slug::slugify(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(byte.to_ascii_lowercase() as char);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    if out.ends_with('-') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::slugify;

    #[test]
    fn ascii_and_other_scripts_follow_the_same_rules() {
        for text in ["My Test String!!!1!1", "  --test_-_cool", "", "!?", "a", "A-", "You & Me"] {
            assert_eq!(slugify(text), slug::slugify(text), "{text}");
        }
        assert_eq!(slugify("Æúű--cool?"), "aeuu-cool");
        assert_eq!(slugify("Бишкек"), "bishkek");
    }
}
