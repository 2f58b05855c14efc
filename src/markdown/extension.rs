//! What the parser knows besides CommonMark.

use pulldown_cmark::Options as Extensions;

use super::Options;

/// The parser's switches for our options.
pub(super) fn extensions(options: &Options) -> Extensions {
    let mut chosen = Extensions::empty();
    if options.extensions {
        chosen |= Extensions::ENABLE_TABLES
            | Extensions::ENABLE_FOOTNOTES
            | Extensions::ENABLE_STRIKETHROUGH
            | Extensions::ENABLE_TASKLISTS
            | Extensions::ENABLE_HEADING_ATTRIBUTES
            | Extensions::ENABLE_DEFINITION_LIST
            | Extensions::ENABLE_GFM;
    }
    if options.smart_punctuation {
        chosen |= Extensions::ENABLE_SMART_PUNCTUATION;
    }
    if options.math {
        chosen |= Extensions::ENABLE_MATH;
    }
    chosen
}
