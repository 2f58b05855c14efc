//! `robots.txt` (RFC 9309): everything may be read, and where the sitemap is.
//!
//! Crawlers ask for it at the root of a host only (RFC 9309, section 2.3): that of a site under a path
//! is read by nobody, and the host's own file has to name the sitemap.

/// Makes the file; `sitemap_url` is the full address of `sitemap.xml`.
pub fn robots(sitemap_url: &str) -> String {
    let url: String = sitemap_url.chars().filter(|c| !c.is_control()).collect();
    format!("User-agent: *\nAllow: /\n\nSitemap: {url}\n")
}

#[cfg(test)]
mod tests {
    use super::robots;

    #[test]
    fn all_may_read_and_the_sitemap_is_named() {
        let want = "User-agent: *\nAllow: /\n\nSitemap: https://example.org/sitemap.xml\n";
        assert_eq!(robots("https://example.org/sitemap.xml"), want);
        assert_eq!(robots("https://example.org/\nDisallow: /x").lines().count(), 4);
    }
}
