//! Where links lead: targets as authors write them -> addresses of the site, or what is wrong with them.
//!
//! A target may be a Markdown file (`other.md`, `@/posts/other.md`), a file beside the text, an address
//! (`/posts/other/`), a place on the same page (`#method`), or something outside (`https:`, `mailto:`).
//! Outside targets are not checked here.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;

use super::url::{Address, join};
use super::{Site, Target, folder_of};
use crate::content::Document;
use crate::diagnostic::{Spelling, nearest};

/// Every address that the build makes, with what stands there if that is a page, a section or a file.
#[derive(Debug, Default)]
pub struct Addresses(FxHashMap<Box<str>, Option<Target>>);

impl Addresses {
    /// With room for so many.
    pub fn with_capacity(count: usize) -> Addresses {
        Addresses(FxHashMap::with_capacity_and_hasher(count, Default::default()))
    }

    pub fn insert(&mut self, address: &Address, target: Option<Target>) {
        self.0.insert(address.as_str().into(), target);
    }

    /// What answers for a written address: as it is, with a slash at the end, or for its `index.html`.
    pub fn find(&self, path: &str) -> Option<(&str, Option<Target>)> {
        let get = |path: &str| self.0.get_key_value(path).map(|(key, target)| (&**key, *target));
        get(path)
            .or_else(|| path.strip_suffix("index.html").and_then(get))
            .or_else(|| if path.ends_with('/') { None } else { get(&format!("{path}/")) })
            .or_else(|| {
                let decoded = percent_decode_str(path).decode_utf8().ok()?;
                let address = if path.ends_with('/') {
                    Address::page([&*decoded])
                } else {
                    Address::file(&decoded)
                };
                get(address.as_str())
            })
    }

    fn pages(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|key| &**key)
    }
}

/// The file that a link stands in and the address that it is shown at.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    pub document: &'a Document,
    pub address: &'a Address,
}

/// A link that leads somewhere.
#[derive(Debug, PartialEq, Eq)]
pub enum Link<'a> {
    /// Not ours: written as it is.
    External,
    /// `#method`: a place on the page itself.
    Here,
    /// An address of the site (percent-encoded) and what follows it (`?query#fragment`).
    Internal { path: Cow<'a, str>, suffix: &'a str, target: Option<Target> },
}

/// A link that leads nowhere: what is wrong and what might help.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    pub id: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

/// Finds out where a target leads.
///
/// # Errors
/// When there is no such file, address or anchor.
pub fn resolve<'a>(
    site: &'a Site,
    addresses: &'a Addresses,
    from: Origin<'_>,
    target: &'a str,
) -> Result<Link<'a>, Broken> {
    let target = target.trim();
    if target.is_empty() {
        return Ok(Link::Here);
    }
    if let Some(fragment) = target.strip_prefix('#') {
        check_anchor(Some(from.document), fragment, "this page")?;
        return Ok(Link::Here);
    }
    let target = own(site, target);
    if is_external(target) {
        return Ok(Link::External);
    }
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let (path, suffix) = target.split_at(end);
    let (path, found) = locate(site, addresses, from, path, target)?;
    if let (Some(fragment), Some(found)) = (suffix.split_once('#').map(|(_, f)| f), found) {
        check_anchor(document_of(site, found), fragment, target)?;
    }
    Ok(Link::Internal { path, suffix, target: found })
}

/// An address under our own base URL is one of ours, whatever form it is written in.
fn own<'a>(site: &Site, target: &'a str) -> &'a str {
    match target.strip_prefix(&*site.config.base_url.url) {
        Some(rest) if rest.starts_with('/') => rest,
        _ => target,
    }
}

/// Whether a target has a scheme or a host of its own.
pub fn is_external(target: &str) -> bool {
    if target.starts_with("//") {
        return true;
    }
    let scheme = target.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

type Located<'a> = (Cow<'a, str>, Option<Target>);

fn locate<'a>(
    site: &'a Site,
    addresses: &'a Addresses,
    from: Origin<'_>,
    path: &'a str,
    written: &str,
) -> Result<Located<'a>, Broken> {
    if let Some(file) = path.strip_prefix("@/") {
        return file_target(site, &format!("content/{file}"))
            .ok_or_else(|| no_file(site, &format!("content/{file}"), written));
    }
    if path.starts_with('/') {
        if let Some((path, target)) = addresses.find(path) {
            return Ok((Cow::Borrowed(path), target));
        }
        // `/posts/x.md` is how some archives write a file of `content/`.
        if path.ends_with(".md")
            && let Some(found) = file_target(site, &format!("content{path}"))
        {
            return Ok(found);
        }
        return Err(no_address(site, addresses, path, written));
    }
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let Some(file) = join(folder_of(&from.document.file), &decoded) else {
        return Err(Broken {
            id: "link/outside",
            message: format!("`{written}` leads out of the site"),
            hint: Some(
                "links reach files of the site only; use a full address for anything else".into(),
            ),
        });
    };
    if let Some(found) =
        file_target(site, &file).or_else(|| file_target(site, &format!("{file}.md")))
    {
        return Ok(found);
    }
    if !path.ends_with(".md")
        && let Some(relative) = join(from.address.as_str().trim_matches('/'), path)
        && let Some((path, target)) = addresses.find(&format!(
            "/{relative}{}",
            if path.ends_with('/') && !relative.is_empty() { "/" } else { "" }
        ))
    {
        return Ok((Cow::Borrowed(path), target));
    }
    Err(no_file(site, &file, written))
}

fn file_target<'a>(site: &'a Site, file: &str) -> Option<Located<'a>> {
    let target = site.target(file)?;
    Some((Cow::Borrowed(site.address_of(target).as_str()), Some(target)))
}

fn document_of(site: &Site, target: Target) -> Option<&Document> {
    match target {
        Target::Page(id) => Some(&site.page(id).document),
        Target::Section(id) => site.section(id).document.as_deref(),
        Target::File(_) => None,
    }
}

fn check_anchor(document: Option<&Document>, fragment: &str, written: &str) -> Result<(), Broken> {
    let Some(document) = document else { return Ok(()) };
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    if fragment.is_empty()
        || fragment == "top"
        || fragment.starts_with(":~:")
        || document.prose.has_anchor(&fragment)
    {
        return Ok(());
    }
    let known = document.prose.heading_ids();
    let hint = match nearest(&fragment, known.clone()) {
        Some(id) => format!("did you mean `#{id}`?"),
        None if document.prose.heading_ids.is_empty() => "the page has no headings".to_string(),
        None => format!("the page's headings are {}", list(known.take(8))),
    };
    let place = if written == "this page" {
        "this page".to_string()
    } else {
        format!("`{}`", document.file)
    };
    Err(Broken {
        id: "link/anchor",
        message: format!("there is no `#{fragment}` in {place}"),
        hint: Some(hint),
    })
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`#{name}`")).collect::<Vec<_>>().join(", ")
}

fn no_file(site: &Site, file: &str, written: &str) -> Broken {
    let hidden = site.hidden(file).or_else(|| site.hidden(&format!("{file}.md")));
    if let Some(reason) = hidden {
        return Broken {
            id: "link/hidden",
            message: format!("`{written}` leads to a page that is not built: it {reason}"),
            hint: Some("publish that page too, or take the link out".into()),
        };
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let same_name =
        site.by_file.keys().filter(|known| known.rsplit('/').next() == Some(name)).min();
    let hint = match same_name {
        Some(known) => format!("there is `{known}`"),
        None => match near_file(site, file) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "links are relative to the file that they stand in".to_string(),
        },
    };
    Broken {
        id: "link/broken",
        message: format!("`{written}` leads nowhere: there is no file `{file}`"),
        hint: Some(hint),
    }
}

/// The file of the same folder whose name is nearest.
fn near_file<'a>(site: &'a Site, file: &str) -> Option<&'a str> {
    let folder = folder_of(file);
    let name_of = |file: &'a str| file.rsplit('/').next().unwrap_or(file);
    let beside = || site.by_file.keys().map(|key| &**key).filter(|key| folder_of(key) == folder);
    let near = nearest(file.rsplit('/').next().unwrap_or(file), beside().map(name_of))?;
    beside().find(|key| name_of(key) == near)
}

fn no_address(site: &Site, addresses: &Addresses, path: &str, written: &str) -> Broken {
    let base = &site.config.base_url.path;
    let hint = if !base.is_empty()
        && path.starts_with(&format!("{base}/"))
        && addresses.find(&path[base.len()..]).is_some()
    {
        format!("addresses begin at the site's own root: write `{}`", &path[base.len()..])
    } else {
        match nearest_path(path, addresses.pages()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "give the address of a page, a feed or a file of this site".to_string(),
        }
    };
    Broken {
        id: "link/broken",
        message: format!("`{written}` leads nowhere: the site has no such address"),
        hint: Some(hint),
    }
}

/// The path nearest to a written one: its last part must be like the written one's, or every page of a
/// long folder is near to every other. Of paths that are not near as a whole, the only one of the same name.
fn nearest_path<'a>(path: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    fn last(path: &str) -> &str {
        let part = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        part.rsplit_once('.').map_or(part, |(stem, _)| stem)
    }
    let name = last(path);
    if name.is_empty() {
        return None;
    }
    let (spelling, mut letters) = (Spelling::new(name), Vec::new());
    let alike: Vec<&str> =
        known.filter(|known| spelling.is_near(last(known), &mut letters)).collect();
    nearest(path, alike.iter().copied()).or_else(|| {
        let mut same = alike.iter().filter(|known| last(known) == name);
        same.next().copied().filter(|_| same.next().is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_near_when_its_last_part_is() {
        let known = [
            "/docs/pages/",
            "/post/multi-perspective-validation/",
            "/a/b/c/donate/",
            "/",
            "/feed.xml",
        ];
        let near = |path: &str| nearest_path(path, known.into_iter());
        assert_eq!(near("/docs/page/"), Some("/docs/pages/"));
        assert_eq!(near("/docs/templates/"), None);
        assert_eq!(near("/2020/02/19/multi-perspective-validation.html"), Some(known[1]));
        assert_eq!(near("/donate"), Some("/a/b/c/donate/"));
        assert_eq!(near("/"), None);
        let files = ["content/configuration/all.md", "content/configuration/cache.md"];
        assert_eq!(nearest_path("content/configuration/g", files.into_iter()), None);
    }

    #[test]
    fn schemes_and_hosts_are_outside_and_windows_drives_are_not() {
        for target in ["https://a.org", "mailto:a@b", "//cdn.org/x", "tel:1", "x-app:open"] {
            assert!(is_external(target), "{target}");
        }
        for target in ["a.md", "C:x", "posts/a:b.md", "/a:b/", "1a:b"] {
            assert!(!is_external(target), "{target}");
        }
    }
}
