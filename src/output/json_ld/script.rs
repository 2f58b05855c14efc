//! JSON for the inside of a `<script>`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

/// Writes a value as JSON that may stand between `<script type="application/ld+json">` and
/// `</script>`.
///
/// `<`, `>`, `&` and the two line separators of JavaScript become `\u` escapes, so that neither
/// `</script>` nor `<!--` can occur (HTML, section "Restrictions for contents of script elements")
/// and any JSON reader still gets the same value. A value that JSON cannot hold (a map whose keys are
/// no strings) gives `null`.
pub fn script(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(1024);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, InScript);
    let is_written = value.serialize(&mut serializer).is_ok();
    match String::from_utf8(out) {
        Ok(text) if is_written => text,
        _ => "null".to_string(),
    }
}

struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, from) = rest.split_at(at);
            let mut chars = from.chars();
            let code = chars.next().map_or(0, u32::from);
            write!(writer, "{before}\\u{code:04x}")?;
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::script;
    use std::collections::BTreeMap;

    #[test]
    fn no_value_can_end_the_script() {
        let text = "</script><!-- & \u{2028}\u{2029} \u{1f600} \"\\ \u{0}";
        let got = script(&text);
        let want =
            "\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\u2028\\u2029 \u{1f600} \\\"\\\\ \\u0000\"";
        assert_eq!(got, want);
        assert_eq!(serde_json::from_str::<String>(&got).unwrap(), text);
        assert_eq!(script(&BTreeMap::from([("<", 1)])), "{\"\\u003c\":1}");
    }

    #[test]
    fn what_json_cannot_hold_is_null() {
        assert_eq!(script(&BTreeMap::from([(vec![1], 1)])), "null");
    }
}
