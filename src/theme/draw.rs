//! `picture` and `figure`: pictures in templates as they are in articles, with all their copies.

use std::borrow::Cow;

use tera::{Error, Kwargs, Map, State, TeraResult, Value};

use super::context;
use super::figure::Figure;
use super::filter::language;
use super::function::fail;
use super::pictures::{Links, Wanted};
use super::resize::{original, subject};
use super::view::View;
use super::world::Picture;
use crate::asset::ImageFacts;

/// `picture(image=page.image)` or `picture(path="/logo.jpg", alt="...")`: the `<picture>` element.
pub(super) fn picture(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    draw(view, kwargs, state, "picture", |figure, out| figure.shot.write(out))
}

/// The same with caption, credit and licence: the `<figure>` element.
pub(super) fn figure(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    draw(view, kwargs, state, "figure", |figure, out| figure.write(out))
}

fn draw(
    view: &View,
    kwargs: &Kwargs,
    state: &State,
    name: &str,
    write: impl FnOnce(&Figure<'_>, &mut String),
) -> TeraResult<Value> {
    let map: Map = match (kwargs.get::<Value>("image")?, kwargs.get::<&str>("path")?) {
        (Some(image), None) => match image.as_map() {
            Some(map) => map.clone(),
            None => return fail(format!("{name}: `image` is a picture such as `page.image`")),
        },
        (None, Some(path)) => of_path(view, path, state)?,
        _ => return fail(format!("{name}: give either `image` or `path`")),
    };
    let mut figure = Figure::from_map(&map);
    let text = |key: &'static str| Ok::<_, Error>(kwargs.get::<&str>(key)?.map(Cow::Borrowed));
    let class = text("class")?.unwrap_or_default();
    if let Some(alt) = text("alt")? {
        figure.shot.alt = alt;
    }
    if let Some(sizes) = text("sizes")? {
        figure.shot.sizes = sizes;
    } else if name == "figure" || figure.shot.sizes.is_empty() {
        figure.shot.sizes = view.manifest().images.sizes(&class).into();
    }
    figure.shot.is_first = kwargs.get::<bool>("eager")?.unwrap_or(false);
    // A page has the id of a figure for the one in its text.
    figure.id = Cow::default();
    match name {
        "figure" => figure.class = class,
        _ => figure.shot.class = class,
    }
    let lang = language(kwargs, state, &view.options().language)?;
    let mut html = String::new();
    match view.own_picture(name, &figure, &lang) {
        None => write(&figure, &mut html),
        Some(Ok(own)) => html = own,
        Some(Err(problem)) => {
            let place = problem.place.as_ref().map(|place| format!(" ({})", place.file));
            return fail(format!("{}{}", problem.message, place.unwrap_or_default()));
        }
    }
    Ok(Value::safe_string(&html))
}

/// A picture of the site by its path, as `page.image` would be.
fn of_path(view: &View, path: &str, state: &State) -> TeraResult<Map> {
    let (source, original) = original(view, path)?;
    let Some(address) = view.published(&source) else {
        return fail(format!("`{source}` has no address: move it to `static/` or `content/`"));
    };
    let subject = subject(view, state)?;
    let links = Links::want(&view.copies(&original), |resize| {
        let (original, rights) = (original.clone(), original.rights.clone());
        let (source, subject) = (source.clone(), subject.clone());
        let wanted = Wanted { source, original, resize: *resize, rights, subject };
        let address = wanted.address();
        view.want(address.clone(), wanted);
        address
    });
    let facts = ImageFacts {
        width: original.width,
        height: original.height,
        format: original.format,
        ..ImageFacts::default()
    };
    let found = Picture {
        path: address.as_str().into(),
        is_external: false,
        size: None,
        facts: Some(&facts),
        links: Some(&links),
        fault: None,
    };
    let own = context::PictureText { alt: Some(""), ..context::PictureText::default() };
    let base = &view.options().base_url.path;
    Ok(view.figure(Some(&found), path, &own, base).to_map())
}
