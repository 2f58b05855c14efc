//! Functions that templates call. All of them answer from the [`World`].

use std::sync::Arc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::context::{self, object};
use super::data;
use super::filter::language;
use super::world::World;
use crate::asset::name::media_type;
use crate::diagnostic::nearest;
use crate::site::url::join;
use crate::site::{Target, Taxonomy, Term};

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
    "get_file_hash",
    "get_hash",
    "trans",
    "text_direction",
];

type Call = fn(&World, &Kwargs, &State) -> TeraResult<Value>;

/// Adds all functions.
pub(super) fn register(tera: &mut Tera, world: &Arc<World>) {
    let calls: [(&'static str, Call); 13] = [
        ("get_url", get_url),
        ("get_page", get_page),
        ("get_section", get_section),
        ("get_taxonomy", get_taxonomy),
        ("get_taxonomy_term", get_taxonomy_term),
        ("get_taxonomy_url", get_taxonomy_url),
        ("load_data", load_data),
        ("get_image_metadata", get_image_metadata),
        ("resize_image", super::resize::resize_image),
        ("get_file_hash", get_hash),
        ("get_hash", get_hash),
        ("trans", trans),
        ("text_direction", text_direction),
    ];
    for (name, call) in calls {
        let world = world.clone();
        tera.register_function(name, move |kwargs: Kwargs, state: &State| {
            call(&world, &kwargs, state)
        });
    }
}

pub(super) fn fail<T>(message: impl Into<String>) -> TeraResult<T> {
    Err(Error::message(message.into()))
}

fn get_url(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let site = &world.site;
    let path = kwargs.must_get::<&str>("path")?;
    let absolute = kwargs.get::<bool>("absolute")?.unwrap_or(true);
    let base = if absolute { &site.config.base_url.url } else { &site.config.base_url.path };
    let lang = kwargs.get::<&str>("lang")?;
    if crate::site::link::is_external(path) {
        return Ok(Value::from(path));
    }
    let (plain, fragment) =
        path.split_once('#').map_or((path, ""), |(plain, _)| (plain, &path[plain.len()..]));
    if let Some(file) = plain.strip_prefix("@/") {
        let target = content_target(world, file, lang)?;
        return Ok(Value::from(format!("{base}{}{fragment}", site.address_of(target))));
    }
    if let Some(address) = world.style(plain.trim_start_matches('/')) {
        return Ok(Value::from(format!("{base}{address}")));
    }
    let mut address = format!("/{}", plain.trim_start_matches('/'));
    if let Some(lang) = lang.filter(|lang| *lang != site.config.language) {
        if !site.config.languages.contains_key(lang) {
            return fail(format!("`{lang}` is no language of this site"));
        }
        address = format!("/{lang}{address}");
    }
    let Some((found, _)) = world.addresses.find(&address) else {
        return fail(format!("get_url: the site has no `{path}`"));
    };
    let mut url = format!("{base}{found}");
    if kwargs.get::<bool>("trailing_slash")?.unwrap_or(false) && !url.ends_with('/') {
        url.push('/');
    }
    if kwargs.get::<bool>("cachebust")?.unwrap_or(false) {
        let bytes = file(world, plain)?;
        url = format!("{url}?h={}", &blake3::hash(&bytes).to_hex()[..16]);
    }
    Ok(Value::from(url + fragment))
}

/// A Markdown file below `content/`, in a language if one is asked for.
fn content_target(world: &World, path: &str, lang: Option<&str>) -> TeraResult<Target> {
    find_content(world, path, lang).map_or_else(
        || match world.site.hidden(&format!("content/{path}")) {
            Some(reason) => fail(format!("`{path}` is not built: it {reason}")),
            None => fail(format!("there is no `content/{path}`")),
        },
        Ok,
    )
}

fn find_content(world: &World, path: &str, lang: Option<&str>) -> Option<Target> {
    let site = &world.site;
    let path = path.trim_start_matches('/');
    if let (Some(lang), Some(base)) =
        (lang.filter(|lang| *lang != site.config.language), path.strip_suffix(".md"))
    {
        return site.target(&format!("content/{base}.{lang}.md"));
    }
    let found = site.target(&format!("content/{path}"));
    // A folder without `_index.md` is a section all the same.
    found.or_else(|| {
        let folder = path.strip_suffix("_index.md")?.trim_end_matches('/');
        site.find_section(lang.unwrap_or(&site.config.language), folder).map(Target::Section)
    })
}

fn get_page(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let lang = kwargs.get::<&str>("lang")?;
    let allow_missing = kwargs.get::<bool>("allow_missing")?.unwrap_or(false);
    match find_content(world, path, lang) {
        Some(Target::Page(id)) => Ok(context::page(world, id, &world.content(Target::Page(id)))),
        Some(_) => fail(format!("`{path}` is a section: call `get_section`")),
        None if allow_missing => Ok(Value::none()),
        None => content_target(world, path, lang).map(|_| Value::none()),
    }
}

fn get_section(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let lang = kwargs.get::<&str>("lang")?;
    let allow_missing = kwargs.get::<bool>("allow_missing")?.unwrap_or(false);
    let metadata_only = kwargs.get::<bool>("metadata_only")?.unwrap_or(false);
    match find_content(world, path, lang) {
        Some(Target::Section(id)) => {
            Ok(context::section(world, id, &world.content(Target::Section(id)), !metadata_only))
        }
        Some(_) => fail(format!("`{path}` is an article: call `get_page`")),
        None if allow_missing => Ok(Value::none()),
        None => content_target(world, path, lang).map(|_| Value::none()),
    }
}

/// The taxonomy that a call names; `None` when it is configured but has no terms and `required=false`.
fn taxonomy<'a>(
    world: &'a World,
    kwargs: &Kwargs,
    state: &State,
) -> TeraResult<Option<&'a Taxonomy>> {
    let kind = kwargs.must_get::<&str>("kind")?;
    let lang = language(kwargs, state, Some(world))?;
    let required = kwargs.get::<bool>("required")?.unwrap_or(true);
    match world.site.taxonomy(kind, &lang) {
        Some(found) => Ok(Some(found)),
        None if !required => Ok(None),
        None => {
            let known = world.site.config.taxonomies.iter().map(|taxonomy| &*taxonomy.name);
            let hint = nearest(kind, known)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            fail(format!("no article of language `{lang}` has a term of `{kind}`{hint}"))
        }
    }
}

fn get_taxonomy(world: &World, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let Some(found) = taxonomy(world, kwargs, state)? else { return Ok(Value::none()) };
    let items: Vec<Value> =
        found.terms.iter().map(|term| context::term(world, found, term, true)).collect();
    Ok(Value::from(object([
        ("kind", context::taxonomy(world, found)),
        ("items", Value::from(items)),
        ("lang", Value::normal_string(&found.lang)),
        ("permalink", Value::from(world.site.permalink(&found.address))),
        ("url", Value::from(world.site.url(&found.address))),
    ])))
}

fn term<'a>(
    world: &'a World,
    kwargs: &Kwargs,
    state: &State,
) -> TeraResult<Option<(&'a Taxonomy, &'a Term)>> {
    let name = kwargs.must_get::<&str>("term")?;
    let Some(taxonomy) = taxonomy(world, kwargs, state)? else { return Ok(None) };
    let slug = crate::site::url::slugify(name);
    let found = taxonomy
        .terms
        .iter()
        .find(|term| term.name == name || term.key == name || term.slug == slug);
    match found {
        Some(term) => Ok(Some((taxonomy, term))),
        None if kwargs.get::<bool>("required")?.unwrap_or(true) => {
            fail(format!("`{}` has no term `{name}`", taxonomy.name))
        }
        None => Ok(None),
    }
}

fn get_taxonomy_term(world: &World, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let include_pages = kwargs.get::<bool>("include_pages")?.unwrap_or(true);
    let found = term(world, kwargs, state)?;
    Ok(found.map_or_else(Value::none, |(taxonomy, term)| {
        context::term(world, taxonomy, term, include_pages)
    }))
}

fn get_taxonomy_url(world: &World, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let Some((_, term)) = term(world, kwargs, state)? else { return Ok(Value::none()) };
    let absolute = kwargs.get::<bool>("absolute")?.unwrap_or(true);
    let site = &world.site;
    Ok(Value::from(if absolute { site.permalink(&term.address) } else { site.url(&term.address) }))
}

/// Where a path may lead, in the order in which Zola looks: from the root, `static/`, `content/`, the theme's `static/`.
pub(super) fn candidates(world: &World, path: &str) -> TeraResult<Vec<String>> {
    let path =
        path.strip_prefix("@/").map_or_else(|| path.to_string(), |rest| format!("content/{rest}"));
    let Some(path) = join("", path.trim_start_matches('/')) else {
        return fail(format!("`{path}` leads out of the site"));
    };
    let theme = &world.site.config.theme;
    Ok(vec![
        path.clone(),
        format!("static/{path}"),
        format!("content/{path}"),
        format!("themes/{theme}/static/{path}"),
    ])
}

fn find_file(world: &World, path: &str) -> TeraResult<Option<(String, Arc<[u8]>)>> {
    for candidate in candidates(world, path)? {
        if let Some(found) = world.read(&candidate) {
            let bytes = found.map_err(|problem| Error::message(problem.message))?;
            return Ok(Some((candidate, bytes)));
        }
    }
    Ok(None)
}

fn file(world: &World, path: &str) -> TeraResult<Arc<[u8]>> {
    match find_file(world, path)? {
        Some((_, bytes)) => Ok(bytes),
        None => fail(format!("there is no file `{path}` in the site")),
    }
}

fn load_data(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
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
    let Some((found, bytes)) = find_file(world, path)? else {
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

fn get_image_metadata(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    let path = kwargs.must_get::<&str>("path")?;
    let Some((found, bytes)) = find_file(world, path)? else {
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
fn get_hash(world: &World, kwargs: &Kwargs, _: &State) -> TeraResult<Value> {
    use base64::Engine;
    use sha2::Digest;
    let bytes: Arc<[u8]> = match (kwargs.get::<&str>("path")?, kwargs.get::<&str>("literal")?) {
        (Some(path), _) => file(world, path)?,
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

fn trans(world: &World, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let key = kwargs.must_get::<&str>("key")?;
    let lang = language(kwargs, state, Some(world))?;
    match world.word(key, &lang) {
        Some(word) => Ok(Value::from(word)),
        None => {
            let words = world
                .manifest
                .translations
                .values()
                .flat_map(|words| words.keys().map(|key| &**key));
            let hint = nearest(key, words)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            fail(format!("there is no translation of `{key}` for `{lang}`{hint}"))
        }
    }
}

/// Scripts written from right to left, by language (Unicode CLDR, `orientation`).
fn text_direction(world: &World, kwargs: &Kwargs, state: &State) -> TeraResult<Value> {
    let lang = language(kwargs, state, Some(world))?;
    let base = lang.split(['-', '_']).next().unwrap_or_default();
    let right = [
        "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "ps", "sd", "syr", "ug", "ur", "yi",
    ];
    Ok(Value::from(if right.contains(&base) { "rtl" } else { "ltr" }))
}
