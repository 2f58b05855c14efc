//! The site in memory as the preview's server asks for it.

use std::path::PathBuf;
use std::sync::Arc;

use super::pages::{Answer, Pages};
use super::panel;
use super::pictures::{Pictures, Progress};
use crate::build::live::{Edition, Found, Shown, State};
use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// Answers from the present edition.
pub struct LivePages {
    shown: Arc<Shown>,
    source: Source,
    /// Base path until there is a configuration.
    base_path: String,
    pictures: Arc<Pictures>,
}

impl LivePages {
    /// `pictures` are to be worked at by somebody ([`Pictures::work`]).
    pub fn new(
        shown: Arc<Shown>,
        source: Source,
        base_path: String,
        pictures: Arc<Pictures>,
    ) -> LivePages {
        LivePages { shown, source, base_path, pictures }
    }

    fn answer_from(&self, state: &State, path: &str) -> Answer {
        let Some(edition) = &state.edition else { return Answer::Failed(state.problems.clone()) };
        let mut bytes = Vec::new();
        match edition.find(path) {
            Some(Found::Output(output)) => match edition.make(output, &mut bytes) {
                Ok(None) => Answer::Made(bytes),
                Ok(Some(file)) => Answer::File(file),
                Err(problems) => Answer::Failed(problems),
            },
            Some(Found::Moved(address)) => Answer::Moved(address.as_str().to_string()),
            Some(Found::Card(card)) => Answer::Made(edition.card(card)),
            Some(Found::Index(bytes)) => Answer::Made(bytes.to_vec()),
            Some(Found::Picture(address)) => match self.pictures.ask(edition, address) {
                Some(Progress::Made(bytes)) => Answer::Made(bytes),
                Some(Progress::Waits(source)) => Answer::Meanwhile(self.source.locate(&source)),
                Some(Progress::Failed(problem)) => Answer::Failed(vec![problem]),
                None => missing(edition),
            },
            None => missing(edition),
        }
    }
}

impl Pages for LivePages {
    fn base_path(&self) -> String {
        let state = self.shown.now();
        let config = state.config.as_ref();
        config.map_or_else(|| self.base_path.clone(), |config| config.base_url.path.clone())
    }

    fn answer(&self, path: &str) -> Answer {
        self.answer_from(&self.shown.settled(), path)
    }

    fn glance(&self, path: &str) -> Answer {
        self.answer_from(&self.shown.now(), path)
    }

    fn panel(&self, path: &str) -> Option<serde_json::Value> {
        panel::panel(&self.shown.settled(), path)
    }

    fn source(&self, path: &str) -> Option<String> {
        let state = self.shown.now();
        let edition = state.edition.as_ref()?;
        let Found::Output(output) = edition.find(path)? else { return None };
        edition.document(output).map(|(_, document)| document.file.to_string())
    }

    fn address(&self, source: &str) -> Option<String> {
        let state = self.shown.now();
        let address = state.edition.as_ref()?.address_of(source)?;
        Some(address.as_str().to_string())
    }

    fn editable(&self, source: &str) -> Option<PathBuf> {
        // A place may also name a file of the built-in theme, which is none on the disk.
        self.source.is_inside(source).then(|| self.source.locate(source))
    }

    fn editor(&self) -> Option<String> {
        self.shown.now().config.as_ref()?.editor.clone()
    }

    fn problems(&self) -> Vec<Diagnostic> {
        self.shown.now().problems.clone()
    }

    fn styles(&self) -> Vec<(String, String)> {
        let state = self.shown.now();
        let Some(edition) = &state.edition else { return Vec::new() };
        let styles = edition.styles();
        styles.map(|(name, address)| (name.to_string(), address.as_str().to_string())).collect()
    }
}

fn missing(edition: &Edition) -> Answer {
    let mut bytes = Vec::new();
    match edition.not_found().map(|output| edition.make(output, &mut bytes)) {
        Some(Err(problems)) => Answer::Failed(problems),
        Some(Ok(_)) => Answer::Missing(bytes),
        None => Answer::Missing(b"<!doctype html><title>404</title><p>Nothing is here.".to_vec()),
    }
}
