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

pub(super) fn entry_id(base_url: &str, document: &Document) -> String {
    let front = &document.front;
    feed::entry_id(base_url, front.id.as_deref(), &document.file, front.date)
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
        entry_id: entry_id(&config.base_url.url, document),
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
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        if let Some(after) = tag.starts_with(ANCHOR).then(|| tag.split_once("</a>")).flatten() {
            out.push_str(text.trim_end_matches(' '));
            rest = after.1;
            continue;
        }
        out.push_str(text);
        match tag[..end].split_once(" href=\"#") {
            Some((name, fragment)) => out.extend([name, " href=\"", url, "#", fragment]),
            None => out.push_str(&tag[..end]),
        }
        rest = &tag[end..];
    }
    out.push_str(rest);
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
