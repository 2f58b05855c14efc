//! Articles.

use super::head;
use super::maker::{Render, needed};
use super::prose::Filler;
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::{PageId, Target};
use crate::theme::{Renderer, context};

/// Makes an article's page.
pub(super) fn make(
    renderer: &Renderer,
    id: PageId,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let page = view.page(id);
    let template = template(renderer, id)?;
    let mut html = String::new();
    if let Some(filler) = Filler::new(renderer, Target::Page(id), false) {
        crate::markdown::write(&page.document.prose, &filler, &mut html);
        let problems = filler.problems.into_inner();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let texts = head::page_texts(view, id);
    let mut head = head::page(view, id, &texts);
    head.alternates = head::page_versions(view, id);
    let mut context = context::common(view, page.lang(), Some(&page.address));
    context.insert_value("page", context::page(view, id, &html));
    context.insert_value("head", head.value(view));
    renderer
        .render(&template, &context, &page.document.file, out)
        .map_err(|problem| vec![problem])?;
    Ok(Render::with(template))
}

/// The template of an article: its own choice, its section's, `page.html`.
fn template(renderer: &Renderer, id: PageId) -> Result<String, Vec<Diagnostic>> {
    let view = &renderer.view;
    let page = view.page(id);
    let document = &page.document;
    if let Some(name) = &document.front.template {
        return chosen(renderer, &document.file, document.front.places.get("template"), name);
    }
    for section in view.trail(page.section).into_iter().rev() {
        let Some(index) = &view.section(section).document else { continue };
        if let Some(name) = &index.front.page_template {
            return chosen(renderer, &index.file, index.front.places.get("page_template"), name);
        }
    }
    needed(renderer, "page.html")
}

/// A template that an author names: with the ending or without.
pub(super) fn chosen(
    renderer: &Renderer,
    file: &str,
    range: Option<std::ops::Range<usize>>,
    name: &str,
) -> Result<String, Vec<Diagnostic>> {
    let with_ending = format!("{name}.html");
    if let Some(found) = renderer.first(&[name, &with_ending]) {
        return Ok(found.to_string());
    }
    let place = match range {
        Some(range) => Place::bytes(file, range),
        None => Place::file(file),
    };
    let problem =
        Diagnostic::error("template/missing", format!("there is no template `{name}`")).at(place);
    Err(vec![match nearest(name, renderer.names()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint(format!("make `templates/{with_ending}`, or take the key out")),
    }])
}
