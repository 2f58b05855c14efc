//! Tera templates: which there are, what they see, what they can call. The only place that names Tera.
//!
//! [`Files`](files::ThemeFiles) are the texts of a theme and of the site's own templates; a [`Theme`] is
//! these compiled. Templates see values made by [`context`] and ask through [`function`] and [`filter`];
//! both answer from one [`World`], never from the disk.

pub mod context;
mod data;
mod error;
pub mod files;
pub mod filter;
pub mod function;
pub mod manifest;
pub mod pictures;
mod resize;
pub mod world;

pub use files::ThemeFiles;
pub use manifest::Manifest;
pub use world::World;

use std::sync::Arc;

use tera::Tera;
pub use tera::{Context, Value};

use crate::diagnostic::Diagnostic;

/// Compiled templates.
pub struct Theme {
    tera: Tera,
    files: Arc<ThemeFiles>,
}

impl Theme {
    /// Compiles the templates.
    ///
    /// # Errors
    /// Every template that does not compile, with its place.
    pub fn compile(files: Arc<ThemeFiles>, world: Arc<World>) -> Result<Theme, Vec<Diagnostic>> {
        let mut tera = Tera::new();
        filter::register(&mut tera, &world);
        function::register(&mut tera, &world);
        let templates =
            files.templates.iter().map(|(name, file)| (name.as_str(), file.text.as_str()));
        if let Err(first) = tera.add_raw_templates(templates) {
            return Err(error::all(&tera, &files, &first));
        }
        Ok(Theme { tera, files })
    }

    /// Whether there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.files.templates.contains_key(name)
    }

    /// Renders a template for one output into `out`.
    ///
    /// # Errors
    /// With the template's place, and `subject` (the article or list that was being rendered) as a note.
    pub fn render(
        &self,
        template: &str,
        context: &Context,
        subject: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        self.tera.render_to(template, context, out).map_err(|failed| {
            error::diagnostic(&self.files, &failed)
                .note(format!("while making `{subject}`"), crate::diagnostic::Place::file(subject))
        })
    }

    /// Renders a component called from Markdown.
    ///
    /// # Errors
    /// When there is no such component, an argument is wrong, or it fails.
    pub fn component(
        &self,
        name: &str,
        arguments: &[(String, serde_json::Value)],
        implicit: &Context,
        body: Option<&str>,
    ) -> Result<String, Diagnostic> {
        if !self.tera.contains_component(name) {
            let known = self.tera.get_component_names();
            let problem =
                Diagnostic::error("component/unknown", format!("there is no component `{name}`"));
            return Err(match crate::diagnostic::nearest(name, known) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem
                    .hint("components stand in `templates/components/` of the site or its theme"),
            });
        }
        let mut context = Context::new();
        for (key, value) in arguments {
            context.insert_value(key.clone(), Value::from_serializable(value));
        }
        self.tera.render_component_with_implicits(name, &context, implicit, body, true).map_err(
            |failed| {
                let mut problem = error::diagnostic(&self.files, &failed);
                if problem.place.is_none() {
                    problem.message = format!("component `{name}`: {}", problem.message);
                }
                problem
            },
        )
    }

    /// The texts that the theme was compiled from.
    pub fn files(&self) -> &ThemeFiles {
        &self.files
    }

    /// Says that a needed template is not there.
    pub fn missing(&self, name: &str) -> Diagnostic {
        error::missing(&self.files, name)
    }
}
