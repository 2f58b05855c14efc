//! The address of the site: checked, and in one form.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Where the site will stand: `https://example.org/review` and its path `/review` (no slash at the end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// The whole address without a slash at the end.
    pub url: String,
    /// Its path without a slash at the end; empty when the site stands at the top of its host.
    pub path: String,
}

/// What a path may not carry unescaped.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'^');

impl BaseUrl {
    /// Checks an address; gives what is wrong with it and what to do, in words.
    pub fn parse(address: &str) -> Result<BaseUrl, (String, String)> {
        let address = address.trim();
        let wrong =
            |message: &str, hint: &str| Err((format!("`{address}`: {message}"), hint.to_string()));
        let example = "write it like `https://example.org/review/`";
        let Some((scheme, rest)) = address.split_once("://") else {
            return wrong("expected an absolute address", example);
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return wrong("expected an address with `http` or `https`", example);
        }
        if rest.contains(['?', '#']) {
            return wrong(
                "a site's address has no `?` and no `#`",
                "keep only what stands before them",
            );
        }
        if rest.contains('\\') || rest.chars().any(|c| c.is_control()) {
            return wrong("expected an address, found characters that none may have", example);
        }
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if host.contains('@') {
            return wrong("a site's address has no user name", "remove what stands before the `@`");
        }
        if let Err((message, hint)) = check_host(host) {
            return wrong(message, hint);
        }
        let path = path.trim_end_matches('/');
        if path.split('/').skip(1).any(|part| matches!(part, "" | "." | "..")) {
            return wrong("its path has an empty part, `.` or `..`", "write the path without them");
        }
        let path = utf8_percent_encode(path, ESCAPED).to_string();
        let host = host.to_ascii_lowercase();
        Ok(BaseUrl { url: format!("{scheme}://{host}{path}"), path })
    }
}

fn check_host(host: &str) -> Result<(), (&'static str, &'static str)> {
    if !host.is_ascii() {
        return Err((
            "its host has letters that addresses cannot carry as they are",
            "write the host in its `xn--` form",
        ));
    }
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) => (name, port.strip_prefix(':')),
        None => host.rsplit_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_six = host.starts_with('[') && name.chars().all(|c| c.is_ascii_hexdigit() || c == ':');
    if name.is_empty() || !(is_six || name.chars().all(is_name)) || name.starts_with('.') {
        return Err(("expected a host after `://`", "write it like `https://example.org/review/`"));
    }
    match port {
        Some(port) if port.parse::<u16>().is_err() => {
            Err(("its port is not a number up to 65535", "write it like `http://localhost:8080/`"))
        }
        _ => Ok(()),
    }
}
