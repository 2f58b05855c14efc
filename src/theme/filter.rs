//! Filters besides Tera's own.

use std::borrow::Cow;
use std::sync::Arc;

use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::config::Config;
use crate::content::date::Date;
use crate::markdown;

/// Names of the filters that `register` adds, for the test over the documentation.
pub const NAMES: &[&str] = &[
    "date",
    "markdown",
    "slugify",
    "num_format",
    "striptags",
    "json_encode",
    "base64_encode",
    "base64_decode",
    "regex_replace",
    "urlencode",
    "urlencode_strict",
    "absolute_url",
    "xml_escape",
    "side_notes",
];

/// Adds all filters.
pub(super) fn register(tera: &mut Tera, config: &Arc<Config>) {
    tera.register_filter("date", date);
    tera.register_filter("markdown", to_html(config));
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State| {
        crate::site::url::slugify(text)
    });
    tera.register_filter("num_format", num_format);
    tera.register_filter("striptags", tera_contrib::regex::striptags);
    tera.register_filter("json_encode", tera_contrib::json::json_encode);
    tera.register_filter("base64_encode", tera_contrib::base64::b64_encode);
    tera.register_filter("base64_decode", tera_contrib::base64::b64_decode);
    tera.register_filter("regex_replace", tera_contrib::regex::RegexReplace::default());
    tera.register_filter("urlencode", tera_contrib::urlencode::urlencode);
    tera.register_filter("urlencode_strict", tera_contrib::urlencode::urlencode_strict);
    tera.register_filter("absolute_url", absolute_url(config));
    tera.register_filter("side_notes", |html: &str, _: Kwargs, _: &State| {
        let moved = super::sidenotes::side_notes(html);
        Value::safe_string(moved.as_deref().unwrap_or(html))
    });
    tera.register_filter("xml_escape", |text: &str, kwargs: Kwargs, state: &State| {
        state.call_filter("escape_xml", &Value::normal_string(text), kwargs)
    });
}

/// The language that a call is for: its own argument, else the page's.
pub(super) fn language(kwargs: &Kwargs, state: &State, default: &str) -> TeraResult<String> {
    if let Some(lang) = kwargs.get::<&str>("lang")? {
        return Ok(lang.to_string());
    }
    if let Some(Some(lang)) =
        state.get::<Value>("lang")?.map(|value| value.as_str().map(str::to_string))
    {
        return Ok(lang);
    }
    Ok(default.to_string())
}

/// `{{ page.date | date(format="%-d %B %Y") }}`; a missing date gives nothing.
fn date(value: Value, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    if value.is_none() {
        return Ok(Value::normal_string(""));
    }
    let written = match value.as_str() {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(value.to_string()),
    };
    let date = match value.as_i64() {
        Some(timestamp) => Date { timestamp, offset: 0, has_time: true },
        None => Date::parse(&written).map_err(|reason| {
            Error::message(format!("`{written}` is no date: {}", reason.message))
        })?,
    };
    let format = kwargs.get::<&str>("format")?.unwrap_or("%Y-%m-%d");
    let lang = match kwargs.get::<&str>("locale")? {
        Some(locale) => locale.to_string(),
        None => language(&kwargs, state, "en")?,
    };
    let text = date
        .format(format, &lang)
        .map_err(|reason| Error::message(format!("`{format}` is no date format: {reason}")))?;
    Ok(Value::from(text))
}

fn to_html(
    config: &Arc<Config>,
) -> impl Fn(StringInput<'_>, Kwargs, &State) -> TeraResult<Value> + Send + Sync + 'static {
    let own = &config.markdown;
    let options = markdown::Options {
        extensions: true,
        html: own.html,
        smart_punctuation: own.smart_punctuation,
        math: own.math,
    };
    move |text: StringInput<'_>, kwargs: Kwargs, _: &State| {
        let inline = kwargs.get::<bool>("inline")?.unwrap_or(false);
        let html = if inline {
            markdown::inline(text.as_str(), &options)
        } else {
            markdown::to_html(text.as_str(), &options)
        };
        Ok(Value::safe_string(&html))
    }
}

/// `{{ 1234567 | num_format }}`: groups of three with the language's separator.
fn num_format(value: Value, kwargs: Kwargs, state: &State) -> TeraResult<String> {
    let lang = match kwargs.get::<&str>("locale")? {
        Some(locale) => locale.to_string(),
        None => language(&kwargs, state, "en")?,
    };
    let text = match (value.as_i64(), value.as_f64()) {
        (Some(number), _) => number.to_string(),
        (_, Some(number)) => number.to_string(),
        _ => return Err(Error::message(format!("`num_format` expects a number, found `{value}`"))),
    };
    Ok(grouped(&text, &lang))
}

/// A number, written with digits, a point and perhaps a sign, as a language writes it.
pub(super) fn grouped(text: &str, lang: &str) -> String {
    let (group, point) = match lang.split(['-', '_']).next().unwrap_or_default() {
        "fr" => ("\u{202f}", ","),
        "de" | "es" | "it" | "nl" | "pt" | "tr" | "id" | "da" => (".", ","),
        "ru" | "uk" | "pl" | "cs" | "sv" | "nb" | "fi" | "bg" | "sk" => ("\u{a0}", ","),
        _ => (",", "."),
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push_str(point);
        out.push_str(fraction);
    }
    out
}

/// `{{ page.url | absolute_url }}`: an address from the host's root as a full one.
fn absolute_url(
    config: &Arc<Config>,
) -> impl Fn(&str, Kwargs, &State) -> String + Send + Sync + 'static {
    let base = config.base_url.clone();
    move |text: &str, _: Kwargs, _: &State| {
        if !text.starts_with('/') || text.starts_with("//") {
            return text.to_string();
        }
        let path =
            text.strip_prefix(&*base.path).filter(|rest| rest.starts_with('/')).unwrap_or(text);
        format!("{}{path}", base.url)
    }
}
