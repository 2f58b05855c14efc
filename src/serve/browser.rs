//! Opens the author's browser.

use super::program;
use crate::diagnostic::Diagnostic;

/// Opens an address in the system's browser.
///
/// # Errors
/// When the system has no way to open one; the preview goes on without it.
pub fn open(url: &str) -> Result<(), Diagnostic> {
    let (name, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let arguments: Vec<String> =
        arguments.iter().chain([&url]).map(|argument| argument.to_string()).collect();
    program::start(name, &arguments).map_err(|error| {
        Diagnostic::warning(
            "serve/browser",
            format!("cannot open a browser with `{name}`: {error}"),
        )
        .hint(format!("open {url} by hand"))
    })
}
