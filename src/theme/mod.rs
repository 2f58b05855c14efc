//! Tera templates: which there are, what they see, what they can call. The only place that names Tera.
//!
//! [`Files`](files::ThemeFiles) are the texts of a theme and of the site's own templates; a [`Theme`] is
//! these compiled. Templates see values made by [`context`] and ask through [`function`] and [`filter`];
//! both answer from one [`World`], never from the disk, and through one [`View`], which notes every
//! [`Question`].

mod answer;
mod closure;
pub mod context;
mod data;
mod description;
mod draw;
mod error;
pub mod figure;
pub mod files;
pub mod filter;
pub mod function;
pub mod manifest;
pub mod pictures;
mod plural;
mod prints;
pub mod question;
mod question_name;
pub mod renderer;
mod resize;
mod sidenotes;
mod tell;
pub mod view;
mod view_lists;
pub mod world;

pub use closure::Closures;
pub use files::ThemeFiles;
pub use manifest::Manifest;
pub use question::{List, Question};
pub use renderer::Renderer;
pub use view::View;
pub use world::World;

use std::sync::{Arc, Mutex, PoisonError};

use tera::Tera;
pub use tera::{Context, Value};

use crate::diagnostic::Diagnostic;

/// Compiled templates.
pub struct Theme {
    tera: Tera,
    files: Arc<ThemeFiles>,
    idle: Mutex<Vec<Renderer>>,
}

impl Theme {
    /// Compiles the templates.
    ///
    /// # Errors
    /// Every template that does not compile, with its place.
    pub fn compile(files: Arc<ThemeFiles>, world: &World) -> Result<Theme, Vec<Diagnostic>> {
        let mut tera = Tera::new();
        filter::register(&mut tera, &world.site.config);
        function::name(&mut tera);
        let templates =
            files.templates.iter().map(|(name, file)| (name.as_str(), file.text.as_str()));
        if let Err(first) = tera.add_raw_templates(templates) {
            return Err(error::all(&tera, &files, &first));
        }
        Ok(Theme { tera, files, idle: Mutex::default() })
    }

    /// Lends a renderer of the world to `work`. As many are made as are in use at once; all are of one world, until
    /// [`Theme::rest`].
    pub fn with<T>(&self, world: &Arc<World>, work: impl FnOnce(&Renderer) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let renderer = free.unwrap_or_else(|| Renderer::new(&self.tera, &self.files, world));
        let result = work(&renderer);
        idle().push(renderer);
        result
    }

    /// Lets go of the renderers and with them of the world.
    pub fn rest(&mut self) {
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether there is a template of this name, for those who plan.
    pub fn files(&self) -> &ThemeFiles {
        &self.files
    }
}
