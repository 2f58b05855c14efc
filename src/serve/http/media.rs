//! The media type of an address, as hosts give it.

/// The `Content-Type` for a path; an address that ends in `/` is a page.
pub(super) fn of(path: &str) -> String {
    if path.ends_with('/') {
        return "text/html; charset=utf-8".to_string();
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let found = match extension.to_ascii_lowercase().as_str() {
        "js" | "mjs" => "text/javascript",
        "xml" => "text/xml",
        "md" | "markdown" => "text/markdown",
        "webmanifest" => "application/manifest+json",
        "map" => "application/json",
        "woff2" => "font/woff2",
        "avif" => "image/avif",
        "yaml" | "yml" => "text/yaml",
        "ico" => "image/x-icon",
        other => mime_guess::from_ext(other).first_raw().unwrap_or("application/octet-stream"),
    };
    if found.starts_with("text/") { format!("{found}; charset=utf-8") } else { found.to_string() }
}

/// Whether a media type is that of HTML pages.
pub(super) fn is_html(media: &str) -> bool {
    media.starts_with("text/html")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn media_types_are_those_of_hosts() {
        for (path, media) in [
            ("/", "text/html; charset=utf-8"),
            ("/posts/v1.2/", "text/html; charset=utf-8"),
            ("/404.html", "text/html; charset=utf-8"),
            ("/style.1a2b.css", "text/css; charset=utf-8"),
            ("/a.js", "text/javascript; charset=utf-8"),
            ("/rss.xml", "text/xml; charset=utf-8"),
            ("/feed.json", "application/json"),
            ("/site.webmanifest", "application/manifest+json"),
            ("/notes.md", "text/markdown; charset=utf-8"),
            ("/robots.txt", "text/plain; charset=utf-8"),
            ("/data.csv", "text/csv; charset=utf-8"),
            ("/a.svg", "image/svg+xml"),
            ("/a.JPG", "image/jpeg"),
            ("/a.png", "image/png"),
            ("/a.webp", "image/webp"),
            ("/a.avif", "image/avif"),
            ("/a.woff2", "font/woff2"),
            ("/a.pdf", "application/pdf"),
            ("/a.mp4", "video/mp4"),
            ("/a.mp3", "audio/mpeg"),
            ("/a.wasm", "application/wasm"),
            ("/a.ico", "image/x-icon"),
            ("/CNAME", "application/octet-stream"),
            ("/v1.2/CNAME", "application/octet-stream"),
            ("/a.unknown", "application/octet-stream"),
        ] {
            assert_eq!(of(path), media, "{path}");
        }
    }
}
