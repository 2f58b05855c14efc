//! The files of the preview's script, inside the program.

/// Name below `_byline/` and text of each.
pub(super) const FILES: &[(&str, &str)] = &[
    ("diagnostic.js", include_str!("../client/diagnostic.js")),
    ("match.js", include_str!("../client/match.js")),
    ("overlay.js", include_str!("../client/overlay.js")),
    ("panel.js", include_str!("../client/panel.js")),
    ("patch.js", include_str!("../client/patch.js")),
    ("pictures.js", include_str!("../client/pictures.js")),
    ("place.js", include_str!("../client/place.js")),
    ("preview.css", include_str!("../client/preview.css")),
    ("preview.js", include_str!("../client/preview.js")),
    ("shell.js", include_str!("../client/shell.js")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_script_is_inside() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/client");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    }
}
