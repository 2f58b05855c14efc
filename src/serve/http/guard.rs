//! Who may ask: the defence against other web pages in the author's browser.
//!
//! A page of another site can send requests to this machine, and can give its own name an address of this machine
//! (DNS rebinding). So every request must name this server as its `Host`, and what is not for everybody must come
//! from one of the preview's own pages: `Origin` and `Sec-Fetch-Site` say so, and page scripts cannot forge them.

use std::net::IpAddr;

use hyper::StatusCode;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::http::uri::Authority;

/// The names that this server has.
#[derive(Debug)]
pub(super) struct Guard {
    bound: IpAddr,
    port: u16,
    /// As given with `--allow-host`: a name, with its port or for any.
    allowed: Vec<String>,
}

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: StatusCode,
    /// For a person, one line.
    pub text: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Refusal {
        Refusal { status, text: text.into() }
    }
}

impl Guard {
    pub(super) fn new(bound: IpAddr, port: u16, allowed: &[String]) -> Guard {
        let allowed = allowed.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        Guard { bound, port, allowed }
    }

    /// Checks that a request means this server; gives the host that it names. `target` is the host in the request's
    /// first line, if one stands there.
    pub(super) fn host(
        &self,
        headers: &HeaderMap,
        target: Option<&Authority>,
    ) -> Result<Authority, Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "a request needs one header `Host`"));
        };
        let host = Authority::try_from(host.as_bytes()).ok().filter(is_plain).ok_or_else(|| {
            Refusal::new(StatusCode::BAD_REQUEST, "the header `Host` is not the name of a host")
        })?;
        for name in [Some(&host), target].into_iter().flatten() {
            if !is_plain(name) || !self.is_ours(name) {
                return Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    format!(
                        "this preview does not answer for `{name}`; if that is a name of this machine, start it with \
                         `--allow-host {}`",
                        name.host()
                    ),
                ));
            }
        }
        Ok(host)
    }

    fn is_ours(&self, name: &Authority) -> bool {
        let host = name.host().to_ascii_lowercase();
        let whole = name.as_str().to_ascii_lowercase();
        if self.allowed.iter().any(|allowed| *allowed == host || *allowed == whole) {
            return true;
        }
        if name.port_u16().unwrap_or(80) != self.port {
            return false;
        }
        let literal: Option<IpAddr> =
            host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        match literal {
            // An address is what the browser connects to: nobody can make it lead elsewhere.
            Some(address) => {
                self.bound.is_unspecified()
                    || address == self.bound
                    || (self.bound.is_loopback() && address.is_loopback())
            }
            None => {
                host == "localhost" && (self.bound.is_loopback() || self.bound.is_unspecified())
            }
        }
    }

    /// Checks that a request for `host` comes from a page of this server. `must_say` is for requests that do
    /// something: they have to bring an `Origin`.
    pub(super) fn same_origin(
        &self,
        headers: &HeaderMap,
        host: &Authority,
        must_say: bool,
    ) -> Result<(), Refusal> {
        let refused = |text: &str| Err(Refusal::new(StatusCode::FORBIDDEN, text));
        let site = HeaderName::from_static("sec-fetch-site");
        if headers.get_all(site).iter().any(|site| site != "same-origin") {
            return refused("this is only for pages of the preview itself (`Sec-Fetch-Site`)");
        }
        let mut origins = headers.get_all(ORIGIN).iter().peekable();
        if must_say && origins.peek().is_none() {
            return refused("this needs the header `Origin`");
        }
        let is_own = |origin: &[u8]| {
            let origin = std::str::from_utf8(origin).unwrap_or_default();
            let name = origin.strip_prefix("http://").or_else(|| {
                // In front of an allowed name may stand something that speaks TLS.
                let name = origin.strip_prefix("https://")?;
                let plain = name.split(':').next().unwrap_or(name).to_ascii_lowercase();
                self.allowed
                    .iter()
                    .any(|allowed| allowed.split(':').next() == Some(&plain))
                    .then_some(name)
            });
            name.is_some_and(|name| name.eq_ignore_ascii_case(host.as_str()))
        };
        if origins.any(|origin| !is_own(origin.as_bytes())) {
            return refused("this is only for pages of the preview itself (`Origin`)");
        }
        Ok(())
    }
}

/// A host and perhaps a port, and no user.
fn is_plain(name: &Authority) -> bool {
    let is_letter = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'[' | b']')
    };
    let has_port = name.as_str().len() > name.host().len();
    !name.host().is_empty()
        && name.as_str().bytes().all(is_letter)
        && (!has_port || name.port_u16().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(bound: &str, allowed: &[&str]) -> Guard {
        let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        Guard::new(bound.parse().unwrap(), 4000, &allowed)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers
    }

    /// 0 when the host is taken, else the status.
    fn status(guard: &Guard, host: &str) -> u16 {
        let answer = guard.host(&headers(&[("host", host)]), None);
        answer.map_or_else(|refusal| refusal.status.as_u16(), |_| 0)
    }

    #[test]
    fn on_loopback_only_loopback_names_with_the_port_are_ours() {
        for bound in ["127.0.0.1", "::1"] {
            let guard = guard(bound, &[]);
            for host in ["127.0.0.1:4000", "localhost:4000", "LOCALHOST:4000", "[::1]:4000"] {
                assert_eq!(status(&guard, host), 0, "{host}");
            }
            for host in [
                "localhost",
                "localhost:4001",
                "evil.example:4000",
                "localhost.evil.example:4000",
                "127.0.0.1.evil.example:4000",
                "192.168.1.5:4000",
                "0.0.0.0:4000",
                "localhost.:4000",
            ] {
                assert_eq!(status(&guard, host), 403, "{host}");
            }
        }
    }

    #[test]
    fn a_host_that_is_none_or_missing_or_there_twice_is_a_bad_request() {
        let guard = guard("127.0.0.1", &["evil.example"]);
        for host in ["", "a@localhost:4000", "localhost:4000/", "a b", ":4000", "localhost:x"] {
            assert_eq!(status(&guard, host), 400, "{host:?}");
        }
        let code = |pairs| guard.host(&headers(pairs), None).unwrap_err().status.as_u16();
        assert_eq!(code(&[]), 400);
        assert_eq!(code(&[("host", "localhost:4000"), ("host", "localhost:4000")]), 400);
    }

    #[test]
    fn the_host_of_the_first_line_counts_too() {
        let guard = guard("127.0.0.1", &[]);
        let target = Authority::from_static("evil.example:4000");
        let refused = guard.host(&headers(&[("host", "localhost:4000")]), Some(&target));
        assert_eq!(refused.unwrap_err().status.as_u16(), 403);
    }

    #[test]
    fn on_every_address_any_address_is_ours_but_no_name() {
        let guard = guard("0.0.0.0", &[]);
        for host in ["192.168.1.5:4000", "[fe80::1]:4000", "localhost:4000", "127.0.0.1:4000"] {
            assert_eq!(status(&guard, host), 0, "{host}");
        }
        for host in ["192.168.1.5:80", "laptop.local:4000", "evil.example:4000"] {
            assert_eq!(status(&guard, host), 403, "{host}");
        }
    }

    #[test]
    fn on_one_address_of_the_network_only_it_is_ours() {
        let guard = guard("192.168.1.5", &[]);
        assert_eq!(status(&guard, "192.168.1.5:4000"), 0);
        assert_eq!(status(&guard, "192.168.1.6:4000"), 403);
        assert_eq!(status(&guard, "localhost:4000"), 403);
    }

    #[test]
    fn allowed_names_are_ours_at_any_port_unless_they_have_one() {
        let guard = guard("127.0.0.1", &["Laptop.local", "box:8080"]);
        for host in ["laptop.local", "laptop.LOCAL:4000", "laptop.local:9", "box:8080"] {
            assert_eq!(status(&guard, host), 0, "{host}");
        }
        for host in ["x.laptop.local", "box", "box:4000"] {
            assert_eq!(status(&guard, host), 403, "{host}");
        }
    }

    #[test]
    fn a_refusal_says_the_flag() {
        let guard = guard("127.0.0.1", &[]);
        let refusal = guard.host(&headers(&[("host", "laptop.local:4000")]), None).unwrap_err();
        assert!(refusal.text.contains("--allow-host laptop.local"), "{}", refusal.text);
    }

    /// Whether a request with these headers counts as from a page of ours.
    fn is_own(guard: &Guard, host: &str, pairs: &[(&'static str, &str)], must_say: bool) -> bool {
        let host = Authority::try_from(host).unwrap();
        guard.same_origin(&headers(pairs), &host, must_say).is_ok()
    }

    #[test]
    fn the_origin_has_to_be_ours() {
        let guard = guard("127.0.0.1", &["box.example"]);
        let local = |pairs: &[(&'static str, &str)]| is_own(&guard, "localhost:4000", pairs, false);
        assert!(local(&[]));
        assert!(local(&[("origin", "http://localhost:4000"), ("sec-fetch-site", "same-origin")]));
        for origin in [
            "null",
            "",
            "http://localhost",
            "http://localhost:4001",
            "http://127.0.0.1:4000",
            "https://localhost:4000",
            "http://evil.example",
            "http://localhost:4000.evil.example",
            "localhost:4000",
        ] {
            assert!(!local(&[("origin", origin)]), "{origin}");
        }
        assert!(!local(&[("origin", "http://localhost:4000"), ("origin", "http://evil.example")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!local(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(is_own(&guard, "box.example", &[("origin", "https://box.example")], true));
        assert!(!is_own(&guard, "box.example", &[("origin", "https://localhost:4000")], true));
    }

    #[test]
    fn what_does_something_has_to_say_its_origin() {
        let guard = guard("127.0.0.1", &[]);
        assert!(!is_own(&guard, "localhost:4000", &[], true));
        let pairs = [("origin", "http://localhost:4000")];
        assert!(is_own(&guard, "localhost:4000", &pairs, true));
    }
}
