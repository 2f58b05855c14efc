//! Articles.

use super::head;
use super::maker::{Maker, Render};
use super::prose::Filler;
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::{PageId, Target};
use crate::theme::context;

/// Makes an article's page.
pub(super) fn make(
    maker: &Maker,
    id: PageId,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let page = world.site.page(id);
    let template = template(maker, id)?;
    let mut html = String::new();
    if let Some(filler) = Filler::new(world, &maker.theme, Target::Page(id), false) {
        crate::markdown::write(&page.document.prose, &filler, &mut html);
        let problems = filler.problems.into_inner();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let texts = head::page_texts(world, id);
    let mut head = head::page(world, id, &texts);
    head.alternates = head::page_versions(&world.site, id);
    let mut context = context::common(world, page.lang(), Some(&page.address));
    context.insert_value("page", context::page(world, id, &html));
    context.insert_value("head", head.value(world));
    maker
        .theme
        .render(&template, &context, &page.document.file, out)
        .map_err(|problem| vec![problem])?;
    Ok(Render { template })
}

/// The template of an article: its own choice, its section's, `page.html`.
fn template(maker: &Maker, id: PageId) -> Result<String, Vec<Diagnostic>> {
    let site = &maker.world.site;
    let document = &site.page(id).document;
    if let Some(name) = &document.front.template {
        return chosen(maker, &document.file, document.front.places.get("template"), name);
    }
    for section in site.trail(site.page(id).section).into_iter().rev() {
        let Some(index) = &site.section(section).document else { continue };
        if let Some(name) = &index.front.page_template {
            return chosen(maker, &index.file, index.front.places.get("page_template"), name);
        }
    }
    maker.needed("page.html")
}

/// A template that an author names: with the ending or without.
pub(super) fn chosen(
    maker: &Maker,
    file: &str,
    range: Option<std::ops::Range<usize>>,
    name: &str,
) -> Result<String, Vec<Diagnostic>> {
    let files = maker.theme.files();
    let with_ending = format!("{name}.html");
    if let Some(found) = files.first([name, &with_ending]) {
        return Ok(found.to_string());
    }
    let place = match range {
        Some(range) => Place::bytes(file, range),
        None => Place::file(file),
    };
    let problem =
        Diagnostic::error("template/missing", format!("there is no template `{name}`")).at(place);
    Err(vec![match nearest(name, files.templates.keys().map(|known| &**known)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint(format!("make `templates/{with_ending}`, or take the key out")),
    }])
}
