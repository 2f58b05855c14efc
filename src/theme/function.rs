//! Functions that templates call. All of them answer from the [`View`].

use std::sync::Arc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::context::{self, object};
use super::data;
use super::filter::language;
use super::view::View;
use crate::asset::name::media_type;
use crate::diagnostic::nearest;
use crate::site::Target;
use crate::site::url::join;

/// Names of the functions that `register` adds, for the test over the documentation.
pub const NAMES: &[&str] = &[
    "get_url",
    "get_page",
    "get_section",
    "get_taxonomy",
    "get_taxonomy_term",
    "get_taxonomy_url",
    "load_data",
    "get_image_metadata",
    "resize_image",
    "picture",
    "figure",
    "get_file_hash",
    "get_hash",
    "trans",
    "text_direction",
];

type Call = fn(&View, &Kwargs, &State) -> TeraResult<Value>;

/// Adds all functions.
pub(super) fn register(tera: &mut Tera, view: &Arc<View>) {
    for (name, call) in CALLS {
        let view = view.clone();
        tera.register_function(name, move |kwargs: Kwargs, state: &State| {
            call(&view, &kwargs, state)
        });
    }
}

/// Lets templates name the functions before there is anything to ask: compiling them needs no more.
pub(super) fn name(tera: &mut Tera) {
    for (name, _) in CALLS {
        tera.register_function(name, |_: Kwargs, _: &State| fail::<Value>("nothing to ask yet"));
    }
}

const CALLS: [(&str, Call); 15] = [
    ("get_url", get_url),
    ("get_page", get_page),
    ("get_section", get_section),
    ("get_taxonomy", get_taxonomy),
    ("get_taxonomy_term", get_taxonomy_term),
    ("get_taxonomy_url", get_taxonomy_url),
    ("load_data", load_data),
    ("get_image_metadata", get_image_metadata),
    ("resize_image", super::resize::resize_image),
    ("picture", super::draw::picture),
    ("figure", super::draw::figure),
    ("get_file_hash", get_hash),
    ("get_hash", get_hash),
    ("trans", trans),
    ("text_direction", text_direction),
];

pub(super) fn fail<T>(message: impl Into<String>) -> TeraResult<T> {
    Err(Error::message(message.into()))
}

fn get_url(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let config = view.options();
    let path = kwargs.must_get::<&str>("path")?;
    let absolute = kwargs.get::<bool>("absolute")?.unwrap_or(true);
    let base = if absolute { &config.base_url.url } else { &config.base_url.path };
    let lang = kwargs.get::<&str>("lang")?;
    if crate::site::link::is_external(path) {
        return Ok(Value::from(path));
    }
    let (plain, fragment) =
        path.split_once('#').map_or((path, ""), |(plain, _)| (plain, &path[plain.len()..]));
    if let Some(file) = plain.strip_prefix("@/") {
        let target = content_target(view, file, lang)?;
        return Ok(Value::from(format!("{base}{}{fragment}", view.address_of(target))));
    }
    if let Some(address) = view.style(plain.trim_start_matches('/')) {
        return Ok(Value::from(format!("{base}{address}")));
    }
    let mut address = format!("/{}", plain.trim_start_matches('/'));
    if let Some(lang) = lang.filter(|lang| *lang != config.language) {
        if !config.languages.contains_key(lang) {
            return fail(format!("`{lang}` is no language of this site"));
        }
        address = format!("/{lang}{address}");
    }
    let Some(found) = view.find(&address) else {
        return fail(format!("get_url: the site has no `{path}`"));
    };
    let mut url = format!("{base}{found}");
    if kwargs.get::<bool>("trailing_slash")?.unwrap_or(false) && !url.ends_with('/') {
        url.push('/');
    }
    if kwargs.get::<bool>("cachebust")?.unwrap_or(false) {
        let bytes = file(view, plain)?;
        url = format!("{url}?h={}", &blake3::hash(&bytes).to_hex()[..16]);
    }
    Ok(Value::from(url + fragment))
}

/// A Markdown file below `content/`, in a language if one is asked for.
fn content_target(view: &View, path: &str, lang: Option<&str>) -> TeraResult<Target> {
    match view.content(path, lang) {
        (Some(target), _) => Ok(target),
        (None, Some(reason)) => fail(format!("`{path}` is not built: it {reason}")),
        (None, None) => fail(format!("there is no `content/{path}`")),
    }
}

fn get_page(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let lang = kwargs.get::<&str>("lang")?;
    let allow_missing = kwargs.get::<bool>("allow_missing")?.unwrap_or(false);
    match view.content(path, lang).0 {
        Some(Target::Page(id)) => Ok(context::page(view, id, &view.html(Target::Page(id)))),
        Some(_) => fail(format!("`{path}` is a section: call `get_section`")),
        None if allow_missing => Ok(Value::none()),
        None => content_target(view, path, lang).map(|_| Value::none()),
    }
}

fn get_section(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let lang = kwargs.get::<&str>("lang")?;
    let allow_missing = kwargs.get::<bool>("allow_missing")?.unwrap_or(false);
    let metadata_only = kwargs.get::<bool>("metadata_only")?.unwrap_or(false);
    match view.content(path, lang).0 {
        Some(Target::Section(id)) => {
            Ok(context::section(view, id, &view.html(Target::Section(id)), !metadata_only))
        }
        Some(_) => fail(format!("`{path}` is an article: call `get_page`")),
        None if allow_missing => Ok(Value::none()),
        None => content_target(view, path, lang).map(|_| Value::none()),
    }
}

/// The taxonomy that a call names; `None` when it is configured but has no terms and `required=false`.
fn taxonomy(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Option<u32>> {
    let kind = kwargs.must_get::<&str>("kind")?;
    let lang = language(kwargs, state, &view.options().language)?;
    let required = kwargs.get::<bool>("required")?.unwrap_or(true);
    match view.find_taxonomy(kind, &lang) {
        Some(found) => Ok(Some(found)),
        None if !required => Ok(None),
        None => {
            let known = view.options().taxonomies.iter().map(|taxonomy| &*taxonomy.name);
            let hint = nearest(kind, known)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            fail(format!("no article of language `{lang}` has a term of `{kind}`{hint}"))
        }
    }
}

fn get_taxonomy(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let Some(number) = taxonomy(view, kwargs, state)? else { return Ok(Value::none()) };
    let found = view.taxonomy(number);
    let items = 0..view.terms(number).len() as u32;
    let items: Vec<Value> = items.map(|term| context::term(view, number, term, true)).collect();
    Ok(Value::from(object([
        ("kind", context::taxonomy_of(view, number)),
        ("items", Value::from(items)),
        ("lang", Value::normal_string(&found.lang)),
        ("permalink", Value::from(view.permalink(&found.address))),
        ("url", Value::from(view.url(&found.address))),
    ])))
}

fn term(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Option<(u32, u32)>> {
    let name = kwargs.must_get::<&str>("term")?;
    let Some(number) = taxonomy(view, kwargs, state)? else { return Ok(None) };
    let slug = crate::site::url::slugify(name);
    let found = view
        .terms(number)
        .iter()
        .position(|term| term.name == name || term.key == name || term.slug == slug);
    match found {
        Some(term) => Ok(Some((number, term as u32))),
        None if kwargs.get::<bool>("required")?.unwrap_or(true) => {
            fail(format!("`{}` has no term `{name}`", view.taxonomy(number).name))
        }
        None => Ok(None),
    }
}

fn get_taxonomy_term(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let include_pages = kwargs.get::<bool>("include_pages")?.unwrap_or(true);
    let found = term(view, kwargs, state)?;
    Ok(found.map_or_else(Value::none, |(taxonomy, term)| {
        context::term(view, taxonomy, term, include_pages)
    }))
}

fn get_taxonomy_url(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let Some((taxonomy, term)) = term(view, kwargs, state)? else { return Ok(Value::none()) };
    let absolute = kwargs.get::<bool>("absolute")?.unwrap_or(true);
    let address = &view.term(taxonomy, term).address;
    Ok(Value::from(if absolute { view.permalink(address) } else { view.url(address) }))
}

/// Where a path may lead, in the order in which Zola looks: from the root, `static/`, `content/`, the theme's `static/`.
pub(super) fn candidates(view: &View, path: &str) -> TeraResult<Vec<String>> {
    let path =
        path.strip_prefix("@/").map_or_else(|| path.to_string(), |rest| format!("content/{rest}"));
    let Some(path) = join("", path.trim_start_matches('/')) else {
        return fail(format!("`{path}` leads out of the site"));
    };
    let theme = &view.options().theme;
    Ok(vec![
        path.clone(),
        format!("static/{path}"),
        format!("content/{path}"),
        format!("themes/{theme}/static/{path}"),
    ])
}

fn find_file(view: &View, path: &str) -> TeraResult<Option<(String, Arc<[u8]>)>> {
    for candidate in candidates(view, path)? {
        if let Some(found) = view.read(&candidate) {
            let bytes = found.map_err(|problem| Error::message(problem.message))?;
            return Ok(Some((candidate, bytes)));
        }
    }
    Ok(None)
}

fn file(view: &View, path: &str) -> TeraResult<Arc<[u8]>> {
    match find_file(view, path)? {
        Some((_, bytes)) => Ok(bytes),
        None => fail(format!("there is no file `{path}` in the site")),
    }
}

fn load_data(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let format = kwargs.get::<&str>("format")?;
    if let Some(literal) = kwargs.get::<&str>("literal")? {
        return data::parse(literal, format.unwrap_or("plain")).map_err(Error::message);
    }
    if kwargs.get::<Value>("url")?.is_some() {
        return fail(
            "load_data: `build` fetches nothing from the network; save the file under `data/` and give its `path`",
        );
    }
    let path = kwargs.must_get::<&str>("path")?;
    let Some((found, bytes)) = find_file(view, path)? else {
        if kwargs.get::<bool>("required")?.unwrap_or(true) {
            return fail(format!("there is no file `{path}` in the site"));
        }
        return Ok(Value::none());
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return fail(format!("`{found}` is not UTF-8"));
    };
    let ending = found.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = ["csv", "tsv", "json", "yaml", "yml"].contains(&&*ending);
    let format = format.unwrap_or(if known { &ending } else { "plain" });
    data::parse(text, format).map_err(|reason| Error::message(format!("`{found}`: {reason}")))
}

fn get_image_metadata(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let Some((found, bytes)) = find_file(view, path)? else {
        if kwargs.get::<bool>("allow_missing")?.unwrap_or(false) {
            return Ok(Value::none());
        }
        return fail(format!("there is no picture `{path}` in the site"));
    };
    let Some(facts) = crate::asset::image::facts(&bytes) else {
        return fail(format!("`{found}` is no picture of a known format"));
    };
    Ok(Value::from(object([
        ("width", Value::from(facts.width)),
        ("height", Value::from(facts.height)),
        ("format", Value::from(facts.format)),
        ("mime", Value::from(media_type(&format!("x.{}", facts.format)))),
    ])))
}

/// SHA-2 (FIPS 180-4) of a file or a text, as subresource integrity wants it.
fn get_hash(view: &View, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    use base64::Engine;
    use sha2::Digest;
    let bytes: Arc<[u8]> = match (kwargs.get::<&str>("path")?, kwargs.get::<&str>("literal")?) {
        (Some(path), _) => file(view, path)?,
        (None, Some(text)) => text.as_bytes().into(),
        (None, None) => return fail("give `path` or `literal`"),
    };
    let digest = match kwargs.get::<i64>("sha_type")?.unwrap_or(384) {
        256 => sha2::Sha256::digest(&bytes).to_vec(),
        384 => sha2::Sha384::digest(&bytes).to_vec(),
        512 => sha2::Sha512::digest(&bytes).to_vec(),
        other => return fail(format!("`sha_type` is 256, 384 or 512, not {other}")),
    };
    let as_base64 = kwargs.get::<bool>("base64")?.unwrap_or(true);
    Ok(Value::from(if as_base64 {
        base64::engine::general_purpose::STANDARD.encode(digest)
    } else {
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }))
}

fn trans(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let key = kwargs.must_get::<&str>("key")?;
    let lang = language(kwargs, state, &view.options().language)?;
    let number = kwargs.get::<i64>("n")?;
    let word = match number {
        Some(number) => view.counted(key, &lang, number),
        None => view.word(key, &lang),
    };
    match word {
        Some(word) => Ok(Value::from(filled(word, kwargs, &lang))),
        None => {
            let words = view
                .manifest()
                .translations
                .values()
                .flat_map(|words| words.keys().map(|key| key.split('.').next().unwrap_or(key)));
            let hint = nearest(key, words)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            fail(format!("there is no translation of `{key}` for `{lang}`{hint}"))
        }
    }
}

/// A word with the values of a call where their names stand in braces: `Page {n} of {total}`. The number that decides
/// about the form, `n`, is written as the language writes numbers; a year is not.
fn filled(word: &str, kwargs: &Kwargs, lang: &str) -> String {
    let mut filled = word.to_string();
    if word.contains('{') {
        for (key, value) in kwargs.iter() {
            let name = format!("{{{key}}}");
            if filled.contains(&name) {
                let value = value.to_string();
                let is_count = name == "{n}";
                let value = if is_count { super::filter::grouped(&value, lang) } else { value };
                filled = filled.replace(&name, &value);
            }
        }
    }
    filled
}

/// Scripts written from right to left, by language (Unicode CLDR, `orientation`).
fn text_direction(view: &View, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let lang = language(kwargs, state, &view.options().language)?;
    let is_right = crate::site::is_right_to_left(&lang);
    Ok(Value::from(if is_right { "rtl" } else { "ltr" }))
}
