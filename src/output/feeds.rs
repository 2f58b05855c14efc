//! Feeds of the home pages, of sections and of terms.

use std::borrow::Cow;

use super::Scope;
use super::feed::{self, Enclosure, Feed, Item, Person};
use super::head::{scope_address, scope_title};
use super::prose::Filler;
use crate::asset::name::media_type;
use crate::config::{FeedContent, FeedFormat};
use crate::content::Document;
use crate::diagnostic::Diagnostic;
use crate::site::link::Origin;
use crate::site::taxonomy::author_name;
use crate::site::{PageId, Target};
use crate::theme::{List, Renderer, View};

/// The id of an article in the feeds of a site.
pub(super) fn entry_id(host: &feed::Authority, document: &Document) -> String {
    let front = &document.front;
    host.entry_id(front.id.as_deref(), &document.file, front.date)
}

/// What an entry borrows.
struct Texts {
    id: PageId,
    entry_id: String,
    url: String,
    content: String,
    summary: String,
    authors: Vec<(String, Option<String>, Option<String>)>,
    image: Option<(String, u64)>,
}

/// Makes one feed in one format.
pub(super) fn make(
    renderer: &Renderer,
    of: Scope,
    format: FeedFormat,
    out: &mut Vec<u8>,
) -> Result<(), Vec<Diagnostic>> {
    let view = &*renderer.view;
    let config = view.options();
    let (list, lang, description) = match of {
        Scope::Section(id) => {
            let section = view.section(id);
            let description = if section.is_home() {
                view.site_description(&section.lang)
            } else {
                section.description().unwrap_or_default()
            };
            (List::Section(id), &*section.lang, description)
        }
        Scope::Term { taxonomy, term } => {
            (List::Term { taxonomy, term }, &*view.taxonomy(taxonomy).lang, "")
        }
    };
    let limit = if config.feeds.limit == 0 { usize::MAX } else { config.feeds.limit };
    let newest = view.newest(list, limit);
    let texts = newest.iter().map(|id| texts(renderer, *id)).collect::<Result<Vec<_>, _>>()?;
    let address = scope_address(view, of);
    let (title, home_url) = (scope_title(view, of), view.permalink(address));
    let self_url = view.permalink(&address.beside(format.file()));
    let id = feed::feed_id(&config.base_url.url, address.as_str());
    let home = view.permalink(&view.section(view.home(lang)).address);
    let feed = Feed {
        title: &title,
        description,
        language: lang,
        home_url: &home_url,
        self_url: &self_url,
        id: &id,
        updated: None,
        authors: vec![Person {
            name: view.site_title(lang),
            url: Some(&home),
            ..Person::default()
        }],
        copyright: &config.copyright,
        icon: None,
        items: texts.iter().map(|texts| item(view, texts)).collect(),
    };
    match format {
        FeedFormat::Rss => feed::rss(&feed, out),
        FeedFormat::Atom => feed::atom(&feed, out),
        FeedFormat::Json => feed::json(&feed, out),
    }
    Ok(())
}

fn texts(renderer: &Renderer, id: PageId) -> Result<Texts, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let config = view.options();
    let page = view.page(id);
    let document = &page.document;
    let url = view.permalink(&page.address);
    let mut content = String::new();
    if config.feeds.content == FeedContent::Full
        && let Some(filler) = Filler::new(renderer, Target::Page(id), true)
    {
        crate::markdown::write(&document.prose, &filler, &mut content);
        let problems = filler.problems.into_inner();
        if !problems.is_empty() {
            return Err(problems);
        }
        content = on_its_own(&content, &url);
        if needs_cleaning(&document.prose) {
            content = feed::clean_html(&content, &url);
        }
    }
    let summary = document.front.description.clone().unwrap_or_else(|| document.prose.lead.clone());
    let authors = document.front.authors.iter().map(|key| {
        let author = config.authors.get(key);
        let web = author.and_then(|author| author.url.clone());
        (author_name(config, key).to_string(), web, author.and_then(|author| author.email.clone()))
    });
    Ok(Texts {
        id,
        entry_id: entry_id(&feed::Authority::of(&config.base_url.url), document),
        url,
        content,
        summary,
        authors: authors.collect(),
        image: lead(view, id),
    })
}

/// An article away from its page: headings without their anchors, and fragments that lead to the page.
///
/// Text in HTML has no bare `<` and attributes no bare `"`, so that what stands after a `<` is a tag.
fn on_its_own(html: &str, url: &str) -> String {
    const ANCHOR: &str = "<a class=\"anchor\" ";
    const HREF: &str = " href=\"#";
    let mut out = String::with_capacity(html.len() + 256);
    // What stands before `done` is in `out`, what stands before `at` has been looked at.
    let (mut done, mut at) = (0, 0);
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + found;
        let tag = &html[start..];
        if let Some(end) = tag.starts_with(ANCHOR).then(|| tag.find("</a>")).flatten() {
            out.push_str(html[done..start].trim_end_matches(' '));
            (done, at) = (start + end + 4, start + end + 4);
            continue;
        }
        let end = memchr::memchr(b'>', tag.as_bytes()).map_or(tag.len(), |end| end + 1);
        // Most tags have no attributes at all.
        let has_href = end > HREF.len() && memchr::memchr(b'#', &tag.as_bytes()[..end]).is_some();
        if let Some(href) = has_href.then(|| tag[..end].find(HREF)).flatten() {
            out.extend([&html[done..start + href], " href=\"", url]);
            done = start + href + HREF.len() - 1;
        }
        at = start + end;
    }
    out.push_str(&html[done..]);
    out
}

/// Raw HTML and components may hold scripts and relative addresses.
fn needs_cleaning(prose: &crate::markdown::Prose) -> bool {
    prose.has_raw_html
        || prose
            .holes
            .iter()
            .any(|hole| matches!(hole.kind, crate::markdown::HoleKind::Component(_)))
}

/// Full address and size of the lead picture, when it is a file of the site.
fn lead(view: &View, id: PageId) -> Option<(String, u64)> {
    // The card has the lead picture; the text is not needed for it.
    let page = view.page(id);
    let origin = Origin { document: &page.document, address: &page.address };
    let image = page.document.front.image.as_ref()?;
    let picture = view.picture(origin, &image.src).ok()?;
    Some((format!("{}{}", view.options().base_url.url, picture.path), picture.size?))
}

fn item<'a>(view: &'a View, texts: &'a Texts) -> Item<'a> {
    let page = view.page(texts.id);
    let front = &page.document.front;
    Item {
        id: &texts.entry_id,
        url: &texts.url,
        title: &front.title,
        summary: &texts.summary,
        content_html: Cow::Borrowed(&texts.content),
        published: front.date,
        updated: front.updated,
        authors: texts
            .authors
            .iter()
            .map(|(name, url, email)| Person {
                name,
                url: url.as_deref(),
                email: email.as_deref(),
                avatar: None,
            })
            .collect(),
        tags: front.taxonomies.get("tags").into_iter().flatten().map(|tag| &**tag).collect(),
        image: texts.image.as_ref().map(|(url, size)| Enclosure {
            url,
            length: Some(*size),
            mime: media_type(url),
        }),
        language: page.lang(),
    }
}

#[cfg(test)]
mod tests {
    use super::on_its_own;

    #[test]
    fn fragments_lead_to_the_page_and_anchors_go() {
        let html = "<h2 id=\"a\">A <a class=\"anchor\" href=\"#a\" aria-hidden=\"true\">#</a></h2>\n<p>&lt;a href=\"#x\"&gt; <a class=\"y\" href=\"#fn-1\">1</a> <a href=\"/z\">z</a> end";
        let wanted = "<h2 id=\"a\">A</h2>\n<p>&lt;a href=\"#x\"&gt; <a class=\"y\" href=\"https://e.org/p/#fn-1\">1</a> <a href=\"/z\">z</a> end";
        assert_eq!(on_its_own(html, "https://e.org/p/"), wanted);
    }
}
