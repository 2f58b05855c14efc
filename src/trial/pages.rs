//! The pages that a theme made of the trial publication: their HTML, and where their addresses lead.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::site::BASE_URL;
use crate::audit::{Fault, Page};
use crate::site::url::join;
use crate::source::Source;

/// Where pages that send readers on stand; Byline makes them, not the theme.
const OLD: &str = "old/";

/// Elements whose address is loaded with the page, and the attribute that may say otherwise.
const LOADING: [&str; 8] =
    ["<script", "<img", "<iframe", "<source", "<video", "<audio", "<embed", "<object"];

/// A fault and the page that has it.
pub(super) type Found = (Fault, String);

/// Reads all pages below a folder and says what is wrong with them, and how many there are.
pub(super) fn check(source: &Source, folder: &str) -> (Vec<Found>, usize) {
    let (files, _) = source.walk(folder);
    let names: BTreeSet<&str> =
        files.iter().filter_map(|file| file.path.strip_prefix(folder)?.strip_prefix('/')).collect();
    let pages: BTreeMap<&str, Page> = names
        .iter()
        .filter(|name| name.ends_with(".html") && !name.starts_with(OLD))
        .filter_map(|name| {
            let text = source.text(&format!("{folder}/{name}")).ok()?;
            Some((*name, Page::read(&text)))
        })
        .collect();
    let output = Output { names: &names, pages: &pages };
    let mut found = Vec::new();
    for (name, page) in &pages {
        let address = format!("/{}", name.strip_suffix("index.html").unwrap_or(name));
        let links = page.addresses().into_iter().filter_map(|(to, tag, line)| {
            let (id, message, hint) = output.fault(name, &to, &tag)?;
            Some(Fault { id, message, hint, tag, line })
        });
        let links: Vec<Fault> = links.collect();
        let all = page.faults().into_iter().chain(links);
        found.extend(all.map(|fault| (fault, address.clone())));
    }
    (found, pages.len())
}

struct Output<'a> {
    names: &'a BTreeSet<&'a str>,
    pages: &'a BTreeMap<&'a str, Page>,
}

impl Output<'_> {
    /// What is wrong with an address that a tag of a page names.
    fn fault(
        &self,
        page: &str,
        to: &str,
        tag: &str,
    ) -> Option<(&'static str, String, &'static str)> {
        let origin = BASE_URL.trim_end_matches('/');
        let (before, fragment) = to.split_once('#').unwrap_or((to, ""));
        let path = before.split('?').next().unwrap_or_default();
        let file = if let Some(rest) = path.strip_prefix(origin) {
            rest.trim_start_matches('/').to_string()
        } else if is_foreign(path) {
            let is_sheet = tag.starts_with("<link")
                && ["stylesheet", "preload", "icon"].iter().any(|rel| tag.contains(rel));
            let loads = is_sheet || LOADING.iter().any(|start| tag.starts_with(start));
            return loads.then(|| {
                let message = format!("the page loads `{before}` from elsewhere before a reader asks for it");
                ("page/foreign", message, "keep the file in the theme's `static/`: others learn of every reader, and their server may fail")
            });
        } else if let Some(rest) = path.strip_prefix('/') {
            let Some(rest) = format!("{rest}/").strip_prefix("review/").map(str::to_string) else {
                let message = format!("`{to}` leads out of a site whose `base_url` has a path");
                return Some((
                    "page/base-path",
                    message,
                    "take `get_url(path=...)`, an `url` or a `permalink`, or put `config.base_path` before it",
                ));
            };
            rest[..rest.len().saturating_sub(1)].to_string()
        } else if path.contains(':') {
            return None;
        } else if path.is_empty() {
            page.to_string()
        } else {
            join(page.rsplit_once('/').map_or("", |(folder, _)| folder), path)?
        };
        self.leads_nowhere(&file, fragment, to)
    }

    fn leads_nowhere(
        &self,
        file: &str,
        fragment: &str,
        to: &str,
    ) -> Option<(&'static str, String, &'static str)> {
        let file = percent_decode_str(file).decode_utf8_lossy();
        let names = [
            file.to_string(),
            format!("{}index.html", file),
            format!("{}/index.html", file.trim_end_matches('/')),
        ];
        let Some(found) = names.iter().find(|name| self.names.contains(name.as_str())) else {
            return Some((
                "page/link",
                format!("`{to}` leads nowhere"),
                "`get_url(path=...)` finds files and pages, and says when there is none",
            ));
        };
        let fragment = percent_decode_str(fragment).decode_utf8_lossy();
        let is_there = fragment.is_empty()
            || fragment == "top"
            || self.pages.get(found.as_str()).is_none_or(|page| page.has_id(&fragment));
        (!is_there).then(|| {
            (
                "page/link",
                format!("`{to}`: that page has no `{fragment}`"),
                "give the element that is meant this `id`",
            )
        })
    }
}

/// Whether an address is that of another server.
fn is_foreign(path: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|start| path.starts_with(start))
}
