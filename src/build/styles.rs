//! Style sheets and scripts that the build makes: the theme's templates that end in `.css` and `.js`, and the colours of code.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use rustc_hash::FxHashMap;

use crate::asset::css::minify;
use crate::asset::name::hashed;
use crate::asset::script;
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Scheme};
use crate::output::{Kind, Maker, Output};
use crate::site::Target;
use crate::site::url::Address;
use crate::theme::figure::Figure;
use crate::theme::world::Helper;
use crate::theme::{Theme, View, World, context};

/// What was made.
pub(super) struct Made {
    pub outputs: Vec<Output>,
    pub styles: FxHashMap<Arc<str>, Vec<u8>>,
}

/// A style sheet or a script without what only people read.
fn smaller(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(css) if name.ends_with(".css") => minify(&css).into_bytes(),
        Ok(text) => script::minify(&text).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// Makes all style sheets and tells the world their addresses.
pub(super) fn make(world: &Arc<World>, theme: &Theme) -> Result<Made, Vec<Diagnostic>> {
    let mut styles: BTreeMap<Arc<str>, Vec<u8>> = BTreeMap::new();
    let mut problems = Vec::new();
    theme.with(world, |renderer| {
        for name in theme.files().styles() {
            let context = context::common(&renderer.view, &world.site.config.language, None);
            let mut bytes = Vec::new();
            match renderer.render(name, &context, name, &mut bytes) {
                // What comes out empty is for other sites, say those with comments.
                Ok(()) if bytes.iter().all(u8::is_ascii_whitespace) => {}
                Ok(()) => {
                    styles.insert(name.into(), smaller(name, bytes));
                }
                Err(problem) => problems.push(problem),
            }
        }
    });
    let documents = world
        .site
        .pages
        .iter()
        .map(|page| &page.document)
        .chain(world.site.sections.iter().filter_map(|section| section.document.as_ref()));
    let options = &world.site.config.markdown;
    let has_code = documents.into_iter().any(|document| document.prose.has_code);
    // A wrong name is wrong before the first code is written.
    let usual = crate::config::Config::default_for("").markdown;
    let is_usual = options.highlight_light == usual.highlight_light
        && options.highlight_dark == usual.highlight_dark;
    if has_code || !is_usual {
        let scheme = scheme(world);
        match markdown::style_sheet(&options.highlight_light, &options.highlight_dark, scheme) {
            Ok(css) if has_code => {
                styles.insert("highlight.css".into(), minify(&css).into_bytes());
            }
            Ok(_) => {}
            Err(reason) => problems.push(
                Diagnostic::error("config/highlight", reason)
                    .at(crate::diagnostic::Place::file("byline.yaml"))
                    .hint("docs/configuration.md lists the names for `markdown.highlight`"),
            ),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let addresses: BTreeMap<String, _> = styles
        .iter()
        .map(|(name, bytes)| (name.to_string(), Address::file(&hashed(name, bytes))))
        .collect();
    let outputs = addresses
        .iter()
        .map(|(name, address)| Output {
            address: address.clone(),
            kind: Kind::Style(name.as_str().into()),
        })
        .collect();
    world.set_styles(addresses);
    Ok(Made { outputs, styles: styles.into_iter().collect() })
}

/// The option `color_scheme` is how a theme says that it shows one scheme only.
fn scheme(world: &World) -> Scheme {
    match world.manifest.options.get("color_scheme").and_then(|option| option.as_str()) {
        Some("light") => Scheme::Light,
        Some("dark") => Scheme::Dark,
        _ => Scheme::Auto,
    }
}

/// Lets templates ask for what only a maker can give.
pub(super) fn connect(maker: &Arc<Maker>) {
    maker.world.set_helper(Some(Arc::new(MakerOf(Arc::downgrade(maker)))));
}

/// Takes back what [`connect`] gave.
pub(super) fn disconnect(maker: &Maker) {
    maker.world.set_helper(None);
}

/// Whoever makes the outputs of a world that it belongs to itself.
struct MakerOf(Weak<Maker>);

impl Helper for MakerOf {
    fn content(&self, target: Target, asking: &View) -> String {
        self.0.upgrade().map_or_else(String::new, |maker| maker.content(target, asking))
    }

    fn picture(
        &self,
        name: &str,
        figure: &Figure<'_>,
        lang: &str,
        asking: &View,
    ) -> Option<Result<String, Diagnostic>> {
        self.0.upgrade()?.picture(name, figure, lang, asking)
    }
}
