//! What a text is about: stemmed, weighted terms for related articles, and the count of its words.

/// The terms of one document.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Words of the body (characters for Chinese and Japanese).
    pub words: u32,
}
