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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::build::live::{Live, Shown};
    use crate::build::{Mode, Options, Progress, Stage};

    struct Quiet;

    impl Progress for Quiet {
        fn begin(&self, _: Stage, _: usize) {}
        fn step(&self) {}
    }

    const BODY: &str = "Text with [a link](other.md).\n\n![](map.svg)\n\n## Two\n\n#### Four\n";

    /// A site with an article that has all faults, and another that links to it.
    fn site(front: &str) -> (tempfile::TempDir, Arc<Shown>) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("content")).unwrap();
        let write = |path: &str, text: &str| fs::write(root.join(path), text).unwrap();
        write("byline.yaml", "title: Review\nbase_url: https://example.org/r/\n");
        write("content/x.md", &format!("---\ntitle: X\n{front}\n---\n{BODY}"));
        write("content/other.md", "---\ntitle: Other\ndate: 2020-01-01\n---\nSee [x](x.md).\n");
        write("content/map.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'/>");
        let options = Options {
            root: root.to_path_buf(),
            output: root.join("public"),
            base_url: None,
            origin: None,
            drafts: true,
            future: true,
            now: 1_600_000_000,
            cache: Mode::Off,
            why: None,
            is_last: false,
        };
        let shown = Arc::new(Shown::default());
        Live::open(options, || 0, shown.clone(), &Quiet).unwrap();
        (folder, shown)
    }

    /// Ids of the warnings with their lines.
    fn warnings(panel: &Value) -> Vec<(String, u64)> {
        let warnings = panel["warnings"].as_array().unwrap().iter();
        let part = |warning: &Value| {
            (warning["id"].as_str().unwrap().to_string(), warning["line"].as_u64().unwrap_or(0))
        };
        let mut found: Vec<_> = warnings.map(part).collect();
        found.sort();
        found
    }

    fn of(shown: &Shown, path: &str) -> Value {
        panel(&shown.now(), path).unwrap()
    }

    #[test]
    fn an_article_is_told_what_an_editor_would_say() {
        let long = format!("date: 2020-02-03\ntags: [Sea]\ndescription: {}", "word ".repeat(40));
        let (_folder, shown) = site(&long);
        let x = of(&shown, "/x/");
        let expected = [
            ("advice/heading-jump", 0),
            ("advice/long-description", 5),
            ("advice/no-credit", 9),
            ("markdown/missing-alt", 9),
        ];
        assert_eq!(warnings(&x), expected.map(|(id, line)| (id.to_string(), line)));
        assert_eq!((&x["kind"], &x["file"]), (&"article".into(), &"content/x.md".into()));
        assert_eq!((&x["draft"], &x["scheduled"]), (&false.into(), &Value::Null));
        assert_eq!(x["linked_from"], json!([{ "title": "Other", "path": "/r/other/" }]));
        assert_eq!(x["terms"][0]["path"], "/r/tags/sea/");
        assert_eq!(x["search"]["url"], "https://example.org/r/x/");
        assert_eq!(x["card"]["site"], "Review");
        assert!(x["words"].as_u64().unwrap() > 3 && x["minutes"] == 1);
    }

    #[test]
    fn drafts_and_scheduled_and_expired_articles_are_marked() {
        let (_folder, shown) = site("date: 2031-02-03\ndraft: true\nimage: map.svg");
        let x = of(&shown, "/x/");
        assert_eq!(x["draft"], true);
        assert!(x["scheduled"].as_str().unwrap().starts_with("2031-02-03"));
        assert_eq!(x["card"]["image"], "/r/map.svg");
        assert!(warnings(&x).contains(&("advice/no-description".to_string(), 2)));
        assert_eq!(of(&shown, "/other/")["draft"], false);
        assert_eq!(of(&shown, "/")["kind"], "section");
        assert!(panel(&shown.now(), "/nothing/").is_none());
    }
}
