//! Texts of metadata, made fit for a line under a picture.

/// Longest text that is taken over, in characters.
const LONGEST: usize = 1_000;

/// Characters of Windows-1252 where it differs from Latin-1 (bytes 0x80 to 0x9F); five are not assigned.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// One line: control characters and marks that turn the direction of what follows are out, at most 1,000
/// characters; `None` when nothing is left.
pub(super) fn tidy(text: &str) -> Option<String> {
    let is_turning =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    // Longer ones are cut before they are looked at: the bytes come from anybody.
    let letters = text.chars().take(16 * LONGEST);
    let plain = letters.map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c });
    let plain: String = plain.filter(|c| !c.is_control() && !is_turning(*c)).collect();
    let short: String = plain.trim().chars().take(LONGEST).collect();
    let short = short.trim_end();
    (!short.is_empty()).then(|| short.to_string())
}

/// UTF-8 if it is that, else Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(64 * LONGEST)];
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        // Cut inside a character by the limit above, not another encoding.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 60 * LONGEST => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        Err(_) => bytes.iter().copied().map(windows).collect(),
    }
}

/// Several names in one line.
pub(super) fn join(texts: impl IntoIterator<Item = String>) -> Option<String> {
    let texts = texts.into_iter().filter_map(|text| tidy(&text)).take(100);
    tidy(&texts.collect::<Vec<_>>().join(", "))
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
