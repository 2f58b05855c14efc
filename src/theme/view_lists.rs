//! The recorded view of what a theme shows of a whole language: words, credits, feeds.

use tera::Value;

use super::context;
use super::question::Question;
use super::view::View;
use crate::site::url::Address;

impl View {
    pub fn credits_address(&self, lang: &str) -> Address {
        self.world.site.credits_address(lang)
    }

    pub fn feeds_address(&self, lang: &str) -> Address {
        self.world.site.feeds_address(lang)
    }

    /// A word of the theme in a language.
    pub fn word(&self, key: &str, lang: &str) -> Option<&str> {
        self.world.word(key, lang)
    }

    /// The form of a word that goes with a number.
    pub fn counted(&self, key: &str, lang: &str, number: i64) -> Option<&str> {
        self.world.counted(key, lang, number)
    }

    /// The pictures of a language's pages with their credits.
    pub fn credits(&self, lang: &str) -> Value {
        self.note(Question::Credits(lang.into()));
        context::credits(&self.world, lang)
    }

    /// Old addresses and where they lead.
    pub fn redirects(&self) -> Value {
        self.note(Question::Redirects);
        context::redirects(&self.world)
    }

    /// The feeds of a language with what they are of.
    pub fn feeds(&self, lang: &str) -> Value {
        self.note(Question::Feeds(lang.into()));
        context::feeds(&self.world, lang)
    }
}
