//! Names of made files: with a hash of their content, so that hosts may cache them for ever.

/// `site.css` with these bytes is `site.1a2b3c4d5e.css`.
pub fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    match name.rsplit_once('.') {
        Some((stem, end)) => format!("{stem}.{}.{end}", &hash[..10]),
        None => format!("{name}.{}", &hash[..10]),
    }
}

/// Media type by the ending of a file name (IANA media types registry).
pub fn media_type(name: &str) -> &'static str {
    let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match &*end {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn other_bytes_have_another_name() {
        let (a, b) = (super::hashed("site.css", b"a"), super::hashed("site.css", b"b"));
        assert_ne!(a, b);
        assert!(a.starts_with("site.") && a.ends_with(".css"));
    }
}
