//! The files of the preview's script, inside the program.

/// Name below `_byline/` and text of each.
pub(super) const FILES: &[(&str, &str)] = &[
    ("diagnostic.js", include_str!("../client/diagnostic.js")),
    ("match.js", include_str!("../client/match.js")),
    ("overlay.js", include_str!("../client/overlay.js")),
    ("panel.js", include_str!("../client/panel.js")),
    ("patch.js", include_str!("../client/patch.js")),
    ("place.js", include_str!("../client/place.js")),
    ("preview.css", include_str!("../client/preview.css")),
    ("preview.js", include_str!("../client/preview.js")),
    ("shell.js", include_str!("../client/shell.js")),
];
