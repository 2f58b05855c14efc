//! The part of an address after the `?`.

use percent_encoding::percent_decode_str;

/// The first value of a name; `None` when it is not there or no UTF-8.
pub(super) fn value(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, raw) = pairs.into_iter().find(|(key, _)| *key == name)?;
    let spaced = raw.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn values_are_decoded_once() {
        let query = Some("token=ab&path=%2Fposts%2Fa+b%2F&edition=3&bare&path=no&bad=%ff");
        assert_eq!(value(query, "path").as_deref(), Some("/posts/a b/"));
        assert_eq!(value(query, "edition").as_deref(), Some("3"));
        assert_eq!(value(query, "bare").as_deref(), Some(""));
        assert_eq!(value(query, "bad"), None);
        assert_eq!(value(query, "oken"), None);
        assert_eq!(value(None, "path"), None);
    }
}
