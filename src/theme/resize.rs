//! `resize_image`: what the copy of a picture will be called and how large it will be.
//!
//! The answer needs the header of the original only; the copy itself is noted in [`Pictures`](super::pictures)
//! and made after all pages.

use std::sync::Arc;

use tera::{Error, Kwargs, State, TeraResult, Value};

use super::context::object;
use super::function::{candidates, fail};
use super::pictures::Wanted;
use super::view::View;
use crate::asset::{Format, Limits, Operation, Original, Resize};
use crate::site::url::Address;

pub(super) fn resize_image(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let name = kwargs.get::<&str>("op")?.unwrap_or("fill");
    let operation = Operation::new(name, kwargs.get("width")?, kwargs.get("height")?)
        .map_err(|reason| Error::message(format!("resize_image: {reason}")))?;
    let (source, original) = original(view, path)?;
    if original.is_kept {
        return as_it_is(view, &source, &original);
    }
    let name = kwargs.get::<&str>("format")?.unwrap_or("auto");
    let resize = Format::new(name, kwargs.get("quality")?, &original)
        .and_then(|format| Resize::new(&original, operation, format))
        .map_err(|reason| Error::message(format!("resize_image: {reason}")))?;
    let subject = subject(view, state)?;
    let rights = view.options().images.keep_credit.then(|| original.rights.clone()).flatten();
    let wanted = Wanted { source, original: original.clone(), resize, rights, subject };
    let address = wanted.address();
    if view.find(address.as_str()).is_some() {
        return fail(format!("the site has a file of its own at `{address}`"));
    }
    let answer = answer(view, &address, resize.size, &original);
    view.want(address, wanted);
    Ok(answer)
}

/// The picture that a path or an address names; looked for as any other file, then among the addresses of the site.
pub(super) fn original(view: &View, path: &str) -> TeraResult<(Arc<str>, Arc<Original>)> {
    let base = &view.options().base_url;
    let limits = Limits { pixels: u64::from(view.options().images.limit) * 1_000_000 };
    let address = [&*base.url, &*base.path]
        .into_iter()
        .find_map(|start| path.strip_prefix(start).filter(|rest| rest.starts_with('/')))
        .unwrap_or(path);
    let shown = view.find_file(address).map(str::to_string);
    let own =
        if crate::site::link::is_external(path) { Vec::new() } else { candidates(view, path)? };
    for source in own.into_iter().chain(shown) {
        let read = || {
            let bytes = view.read_once(&source)?;
            Some(
                bytes
                    .map_err(|problem| problem.message)
                    .and_then(|bytes| Original::read(&bytes, &limits).map(Arc::new)),
            )
        };
        match view.original(&source, read) {
            Some(Ok(original)) => return Ok((source.into(), original)),
            Some(Err(reason)) => return fail(format!("`{source}` cannot be resized: {reason}")),
            None => {}
        }
    }
    fail(format!("there is no picture `{path}` in the site"))
}

/// A drawing or an animation keeps its address and its size.
fn as_it_is(view: &View, source: &str, original: &Original) -> TeraResult<Value> {
    match view.published(source) {
        Some(address) => {
            let size = (original.width, original.height);
            Ok(answer(view, address, size, original))
        }
        None => fail(format!(
            "`{source}` is a drawing or an animation, which stays as it is, and has no address: move it to `static/`"
        )),
    }
}

fn answer(view: &View, address: &Address, size: (u32, u32), original: &Original) -> Value {
    Value::from(object([
        ("url", Value::normal_string(&view.permalink(address))),
        ("static_path", Value::normal_string(&address.output_path())),
        ("width", Value::from(size.0)),
        ("height", Value::from(size.1)),
        ("orig_width", Value::from(original.width)),
        ("orig_height", Value::from(original.height)),
    ]))
}

/// What is being made: the author's file, else the address.
pub(super) fn subject(view: &View, state: &State) -> TeraResult<String> {
    let path = state.get::<Value>("current_path")?;
    let path = path.as_ref().and_then(Value::as_str).unwrap_or_default();
    let document = view.file_at(path).map(str::to_string);
    Ok(document.unwrap_or_else(|| path.to_string()))
}
