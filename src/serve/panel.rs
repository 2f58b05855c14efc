//! What the author's panel says of a page: facts, warnings, how it looks elsewhere. None of it is in a build.

use std::sync::Arc;

use serde_json::{Value, json};

use super::advice;
use crate::build::live::{Edition, Found, State};
use crate::content::Document;
use crate::diagnostic::render;
use crate::output::Kind;
use crate::site::url::Address;
use crate::site::{PageId, Target};
use crate::theme::context::reading_time;

/// The facts of the page at a path.
pub(super) fn panel(state: &State, path: &str) -> Option<Value> {
    let edition = state.edition.as_ref()?;
    let Found::Output(output) = edition.find(path)? else { return None };
    let address = |address: &Address| edition.site().url(address);
    let kind = match output.kind {
        Kind::Page(_) => "article",
        Kind::Section { .. } => "section",
        Kind::Term { .. } | Kind::Taxonomy(_) => "term",
        _ => "other",
    };
    let mut panel = json!({
        "path": address(&output.address),
        "url": edition.site().permalink(&output.address),
        "kind": kind,
    });
    let Some((target, document)) = edition.document(output) else { return Some(panel) };
    let own = [text(edition, state, document), around(edition, target, document)];
    for (key, value) in own.into_iter().flat_map(|value| match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }) {
        panel[key] = value;
    }
    Some(panel)
}

/// What the text says of itself.
fn text(edition: &Edition, state: &State, document: &Arc<Document>) -> Value {
    let front = &document.front;
    let scheduled = front.date.filter(|date| date.timestamp > state.now).map(|date| date.rfc3339());
    let own = state.problems.iter().filter(|problem| {
        problem.place.as_ref().is_some_and(|place| *place.file == *document.file)
    });
    let mut warnings: Vec<Value> = own.map(render::json).collect();
    warnings.extend(advice::advice(edition, document).iter().map(render::json));
    json!({
        "file": &*document.file,
        "title": front.title,
        "language": document.lang,
        "draft": front.draft,
        "scheduled": scheduled,
        "expired": front.expires.is_some_and(|date| date.timestamp <= state.now),
        "words": document.terms.words,
        "minutes": reading_time(document.terms.words),
        "date": front.date.map(|date| date.rfc3339()),
        "updated": front.updated.map(|date| date.rfc3339()),
        "warnings": warnings,
    })
}

/// What stands around it on the site, and how others show it.
fn around(edition: &Edition, target: Target, document: &Document) -> Value {
    let site = edition.site();
    let address = site.address_of(target);
    let link = |id: PageId| {
        let page = site.page(id);
        json!({ "title": page.title(), "path": site.url(&page.address) })
    };
    let description = document.front.description.as_deref().unwrap_or(&document.prose.lead);
    let mut around = json!({
        "search": {
            "title": document.front.title,
            "url": site.permalink(address),
            "description": description,
        },
        "card": {
            "title": document.front.title,
            "description": description,
            "image": image(edition, target),
            "site": site.title(&document.lang),
        },
    });
    let Target::Page(id) = target else { return around };
    let page = site.page(id);
    let terms = page.terms.iter().map(|(taxonomy, term)| {
        let taxonomy = &site.taxonomies[*taxonomy as usize];
        let term = &taxonomy.terms[*term as usize];
        json!({ "taxonomy": taxonomy.name, "name": term.name, "path": site.url(&term.address) })
    });
    around["terms"] = terms.collect();
    let related = site.related[id.0 as usize].iter().map(|related| {
        let mut value = link(PageId(related.index));
        value["score"] = related.share().into();
        value["why"] = site.why(id, related).into();
        value
    });
    around["related"] = related.collect();
    around["linked_from"] = page.backlinks.iter().map(|id| link(*id)).collect();
    around
}

/// Address of the lead picture.
fn image(edition: &Edition, target: Target) -> Option<String> {
    let world = edition.world();
    let origin = world.origin(target)?;
    let image = origin.document.front.image.as_ref()?;
    let picture = world.picture(origin, &image.src).ok()?;
    Some(match picture.is_external {
        true => picture.path.into_owned(),
        false => format!("{}{}", world.site.config.base_url.path, picture.path),
    })
}
