//! What a careful editor would tell the author of an article. No build fails for it, and none says it.

use crate::build::live::Edition;
use crate::content::Document;
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::{Hole, HoleKind, Image};
use crate::site::Target;
use crate::theme::World;

/// Characters of a description that search engines show.
const SHOWN: usize = 160;

/// Advice on a document, in order of its text.
pub(super) fn advice(edition: &Edition, document: &Document) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(description(document));
    found.extend(headings(document));
    let world = edition.world();
    if let Some(target) = world.site.target(&document.file) {
        credits(world, target, document, &document.prose.holes, &mut found);
    }
    edition.locate(&mut found);
    found
}

fn description(document: &Document) -> Option<Diagnostic> {
    let place = |key: &str| match document.front.places.get(key) {
        Some(range) => Place::bytes(document.file.clone(), range),
        None => Place::file(document.file.clone()),
    };
    let Some(text) = &document.front.description else {
        let message = "the article has no description: lists, feeds and search results show its first paragraph";
        return Some(
            Diagnostic::warning("advice/no-description", message)
                .at(place("title"))
                .hint("add `description:` with one sentence"),
        );
    };
    let length = text.chars().count();
    (length > SHOWN).then(|| {
        let message =
            format!("the description has {length} characters; search results show about {SHOWN}");
        Diagnostic::warning("advice/long-description", message)
            .at(place("description"))
            .hint("say it in one sentence")
    })
}

/// Headings that leave out a level: readers who jump from heading to heading look for the missing one.
fn headings(document: &Document) -> Vec<Diagnostic> {
    let body = document.prose.body();
    // The title of the page is the first level.
    let mut before = 1;
    let mut found = Vec::new();
    for heading in &body.headings {
        if heading.level > before + 1 {
            let message = format!(
                "the heading `{}` is of level {}, but the one before it is of level {before}",
                heading.text, heading.level
            );
            found.push(
                Diagnostic::warning("advice/heading-jump", message)
                    .at(Place::file(document.file.clone()))
                    .hint(format!("write it with {} `#`", before + 1)),
            );
        }
        before = heading.level;
    }
    found
}

/// Pictures that do not say whose they are.
fn credits(
    world: &World,
    target: Target,
    document: &Document,
    holes: &[Hole],
    found: &mut Vec<Diagnostic>,
) {
    for hole in holes {
        match &hole.kind {
            HoleKind::Figure(image) if !has_credit(world, target, image) => {
                let place = hole.source.start as usize..hole.source.end as usize;
                found.push(
                    Diagnostic::warning(
                        "advice/no-credit",
                        format!("the picture `{}` has no credit", image.src),
                    )
                    .at(Place::bytes(document.file.clone(), place))
                    .hint(format!(
                        "add `{{credit=\"...\"}}` behind it, or `credit:` to `{}.yaml` beside it",
                        image.src
                    )),
                );
            }
            HoleKind::Component(call) => {
                if let Some(body) = &call.body {
                    credits(world, target, document, &body.holes, found);
                }
            }
            _ => {}
        }
    }
}

fn has_credit(world: &World, target: Target, image: &Image) -> bool {
    let beside = || {
        let picture = world.picture(world.origin(target)?, &image.src).ok()?;
        picture.facts?.credit.credit.clone()
    };
    image.credit.is_some() || beside().is_some()
}
