//! Short names of licences by their address.

/// `CC BY-SA 4.0` for the address of that licence, `None` for an address that is none of Creative Commons'.
///
/// With `http` or `https`, the page of the deed in any language included.
pub fn licence_name(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let is_known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let host = host.to_ascii_lowercase();
    if !is_known || host.strip_prefix("www.").unwrap_or(&host) != "creativecommons.org" {
        return None;
    }
    let path = path.split(['?', '#']).next()?.to_ascii_lowercase();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (family, kind, version) = (parts.next()?, parts.next()?, parts.next()?);
    let port = parts.next();
    let is_version = version.len() == 3
        && version
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 1 { b == b'.' } else { b.is_ascii_digit() });
    if !is_version {
        return None;
    }
    let name = match (family, kind) {
        ("publicdomain", "zero") => return Some(format!("CC0 {version}")),
        ("publicdomain", "mark") => return Some(format!("Public Domain Mark {version}")),
        ("licenses", "by" | "by-sa" | "by-nc" | "by-nd" | "by-nc-sa" | "by-nc-nd") => kind,
        // Their order in the addresses of version 1.0.
        ("licenses", "by-nd-nc") => "by-nc-nd",
        _ => return None,
    };
    // Licences before 4.0 were adapted to countries: `/by-sa/3.0/de/`.
    let country =
        port.filter(|port| port.len() <= 4 && port.bytes().all(|b| b.is_ascii_alphabetic()));
    let country =
        country.map(|country| format!(" {}", country.to_ascii_uppercase())).unwrap_or_default();
    Some(format!("CC {} {version}{country}", name.to_ascii_uppercase()))
}
