//! The files of the preview's script, inside the program.

/// Name below `_byline/` and text of each.
pub(super) const FILES: &[(&str, &str)] = &[
    ("preview.js", include_str!("../client/preview.js")),
    ("preview.css", include_str!("../client/preview.css")),
];
