//! Compiled templates with a recorded view of their own: one for each output that is being made.

use std::sync::Arc;

use tera::{Context, Tera, Value};

use super::figure::Figure;
use super::files::ThemeFiles;
use super::{Question, View, World, error, function};
use crate::diagnostic::{Diagnostic, Place};

/// Renders templates; whatever they ask is noted in `view`.
pub struct Renderer {
    tera: Tera,
    files: Arc<ThemeFiles>,
    pub view: Arc<View>,
}

impl Renderer {
    pub(super) fn new(tera: &Tera, files: &Arc<ThemeFiles>, world: &Arc<World>) -> Renderer {
        // Functions cannot see who renders: in a component they do not even see the page. So that each
        // renderer has its own, which know its view.
        let mut tera = tera.clone();
        let view = Arc::new(View::new(world.clone()));
        function::register(&mut tera, &view);
        Renderer { tera, files: files.clone(), view }
    }

    /// Whether there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.view.note_template(name);
        self.files.has(name)
    }

    /// The first of these templates that is there.
    pub fn first<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().copied().find(|name| self.has(name))
    }

    /// Names of all templates, for hints.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.templates.keys().map(|name| &**name)
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
        self.view.note_template(template);
        self.tera.render_to(template, context, out).map_err(|failed| {
            error::diagnostic(&self.files, &failed)
                .note(format!("while making `{subject}`"), Place::file(subject))
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
        self.view.note(Question::Component(name.into()));
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

    /// Whether the theme or the site has a component of this name.
    pub fn has_component(&self, name: &str) -> bool {
        self.view.note_component(name);
        self.tera.contains_component(name)
    }

    /// Renders the theme's own component for a picture or a figure, which sees it as `image`.
    ///
    /// # Errors
    /// When it fails, with its place.
    pub fn picture_component(
        &self,
        name: &str,
        figure: &Figure<'_>,
        implicit: &Context,
    ) -> Result<String, Diagnostic> {
        let mut context = Context::new();
        context.insert_value("image", Value::from(figure.to_map()));
        let class = if name == "figure" { &figure.class } else { &figure.shot.class };
        context.insert_value("class", Value::normal_string(class));
        context.insert_value("eager", Value::from(figure.shot.is_first));
        let made = self.tera.render_component_with_implicits(name, &context, implicit, None, true);
        made.map_err(|failed| {
            let mut problem = error::diagnostic(&self.files, &failed);
            if problem.place.is_none() {
                problem.message = format!("component `{name}`: {}", problem.message);
            }
            problem
        })
    }

    /// Says that a needed template is not there.
    pub fn missing(&self, name: &str) -> Diagnostic {
        error::missing(&self.files, name)
    }
}
