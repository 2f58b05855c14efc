//! Addresses in drawings: which lead outside, which run something (WHATWG URL, section 4.4; RFC 2397).

/// What an address is to a reader who opens the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// Inside the drawing, or in the address itself.
    Inside,
    Outside,
    Script,
}

const PICTURES: &[&str] =
    &["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/jpg"];
const FONTS: &[&str] =
    &["font/", "application/font", "application/x-font", "application/vnd.ms-fontobject"];

/// What an address loads: `#name` and pictures as `data:` are inside.
pub(super) fn loaded(address: &str) -> Address {
    let address = plain(address);
    if address.is_empty() || address.starts_with('#') || is_picture(&address) {
        Address::Inside
    } else if runs(&address) {
        Address::Script
    } else {
        Address::Outside
    }
}

/// What an address in a style sheet loads: fonts as `data:` are inside as well.
pub(super) fn in_style(address: &str) -> Address {
    match loaded(address) {
        Address::Outside if is_font(&plain(address)) => Address::Inside,
        other => other,
    }
}

/// Where a link leads: pages and mail may stay.
pub(super) fn linked(address: &str) -> Address {
    let address = plain(address);
    match scheme(&address) {
        None | Some("http" | "https" | "mailto") => Address::Inside,
        _ if runs(&address) => Address::Script,
        _ => Address::Outside,
    }
}

/// In small letters, without the spaces and control characters that browsers skip.
fn plain(address: &str) -> String {
    let letters = address.chars().filter(|c| !c.is_control() && !c.is_whitespace());
    letters.collect::<String>().to_ascii_lowercase()
}

fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    (!scheme.contains(['/', '?', '#'])).then_some(scheme)
}

fn runs(address: &str) -> bool {
    let is_script = matches!(scheme(address), Some("javascript" | "vbscript" | "livescript"));
    is_script || (address.starts_with("data:") && !is_picture(address) && !is_font(address))
}

fn is_picture(address: &str) -> bool {
    address.strip_prefix("data:").is_some_and(|rest| {
        let kind = rest.split([';', ',']).next().unwrap_or_default();
        PICTURES.contains(&kind)
    })
}

fn is_font(address: &str) -> bool {
    address.strip_prefix("data:").is_some_and(|rest| {
        FONTS.iter().any(|kind| rest.starts_with(kind))
            || rest.starts_with("application/octet-stream")
    })
}
