//! Every diagnostic id with one line of meaning. A test fails when the code uses an id that is not here.

/// `(id, meaning)`, sorted by id.
#[rustfmt::skip]
pub const CODES: &[(&str, &str)] = &[
    ("access/aria", "a role, a state or a name of another element that there is not"),
    ("access/heading", "headings of a page make no outline"),
    ("access/keys", "the order of keys is changed, or they lead to what is hidden, or sound begins by itself"),
    ("access/landmark", "the parts of a page cannot be found or told apart by those who listen"),
    ("access/language", "a page or a part of it does not say its language"),
    ("access/name", "a link, a button, a field, a picture or a table has no name to be read out"),
    ("access/refresh", "a page goes away by itself"),
    ("access/zoom", "a page may not be enlarged"),
    ("advice/heading-jump", "a heading leaves out a level; only the preview's panel says so"),
    ("advice/long-description", "a description is longer than search results show; only the preview's panel says so"),
    ("advice/no-credit", "a picture does not say whose it is; only the preview's panel says so"),
    ("advice/no-description", "an article has no description; only the preview's panel says so"),
    ("cache/differs", "a build from the cache and a fresh one are different; a fault of Byline"),
    ("cache/remove", "the cache cannot be removed"),
    ("cache/unusable", "the cache cannot be read or written, so that everything was made"),
    ("component/unknown", "Markdown calls a component that neither theme nor site has"),
    ("config/base-url", "the address of the site is not one"),
    ("config/highlight", "a highlighting theme of `byline.yaml` is not known"),
    ("config/invalid-value", "a value of `byline.yaml` has the right type but cannot be"),
    ("config/missing", "the site has no `byline.yaml`"),
    ("config/missing-key", "a key that `byline.yaml` needs is not there"),
    ("config/unknown-key", "`byline.yaml` has a key that means nothing"),
    ("config/wrong-type", "a value of `byline.yaml` is text where a number is expected, or the like"),
    ("content/invalid-utf8", "a Markdown file is not UTF-8"),
    ("content/too-large", "a Markdown file is larger than Byline reads"),
    ("content/unknown-language", "a file name ends in a language that the site does not have"),
    ("front-matter/alias", "an alias makes no address"),
    ("front-matter/invalid-address", "an alias or a path is no address on this site"),
    ("front-matter/invalid-date", "a date is impossible or in no form that Byline knows"),
    ("front-matter/invalid-value", "a value of the front matter has the right type but cannot be"),
    ("front-matter/missing-title", "an article has no title, and no heading that could be it"),
    ("front-matter/path", "a `path` makes no address"),
    ("front-matter/toml", "front matter is in TOML"),
    ("front-matter/unclosed", "front matter begins and does not end"),
    ("front-matter/unknown-key", "the front matter has a key that means nothing"),
    ("front-matter/wrong-type", "a value of the front matter is text where a number is expected, or the like"),
    ("html/duplicate-id", "an id stands twice on a page"),
    ("html/nesting", "an element stands where HTML does not allow it"),
    ("html/required", "a page or an element lacks what HTML asks for"),
    ("html/syntax", "a page has HTML that browsers have to mend"),
    ("html/unknown", "an element or an attribute that HTML does not have"),
    ("link/anchor", "a link leads to a heading or an id that the page does not have"),
    ("link/broken", "a link or a picture leads to a file or a page that is not there"),
    ("link/hidden", "a link leads to a page that is not built"),
    ("link/outside", "a link leads out of the site"),
    ("markdown/attribute", "an attribute behind a picture is unknown or cannot be read"),
    ("markdown/component-syntax", "a call of a component is malformed, unclosed or out of place"),
    ("markdown/duplicate-id", "two headings or figures of one file have the same id"),
    ("markdown/footnote", "a footnote is missing, unused or defined twice"),
    ("markdown/foreign-tag", "a shortcode or a tag of another generator is shown as text"),
    ("markdown/missing-alt", "a picture has no alternative text"),
    ("markdown/more-problems", "a file has more problems than are shown"),
    ("markdown/too-deep", "quotes, lists, marks or components are nested too deeply"),
    ("markdown/unclosed-comment", "an HTML comment has no end and hides what follows"),
    ("markdown/unknown-language", "the language of a code block is not known"),
    ("markdown/unsafe-link", "the address of a link or a picture could run a script"),
    ("new/exists", "the file that `byline new` would make is there already"),
    ("new/no-site", "`byline new --article` was called outside of a site"),
    ("new/not-empty", "the folder that `byline new` would fill has files in it"),
    ("new/section", "the section of a new article is not in `content/`"),
    ("new/title", "a new article was given no title"),
    ("page/base-path", "an address of a theme forgets the path of the site"),
    ("page/foreign", "a page of a theme loads something from another server"),
    ("page/link", "an address of a theme leads nowhere"),
    ("picture/card", "a card for those who share an article stays empty: no font has its letters"),
    ("picture/changed", "a picture was changed while the site was built"),
    ("picture/credit", "the credit file beside a picture cannot be read"),
    ("picture/credit-missing", "a picture names nobody, and the configuration asks for that"),
    ("picture/damaged", "a picture is cut short, empty, too large or damaged: it is published as it is"),
    ("picture/drawing", "a drawing is published without its scripts or what it would fetch from elsewhere"),
    ("picture/frames", "an animation has very many frames"),
    ("picture/misnamed", "a picture has another format than its name says"),
    ("picture/private", "a picture cannot be read so far that nothing private would be left in it"),
    ("picture/resize", "a picture that a template wants in another size is damaged"),
    ("picture/unknown", "a picture has no known format, so its size is not known"),
    ("publish/foreign", "a file that Byline did not write stands where an output belongs"),
    ("publish/not-a-folder", "the output folder is a file"),
    ("publish/own-folder", "the output folder holds the files of the site itself"),
    ("publish/write", "a file of the output cannot be written"),
    ("serve/address", "the preview cannot listen at the address or the port"),
    ("serve/browser", "the system has no way to open a browser"),
    ("serve/bug", "a page of the preview made Byline panic; a fault of Byline"),
    ("serve/start", "the preview cannot start"),
    ("serve/watch", "the folder of the site cannot be watched"),
    ("site/address", "two pages have one address"),
    ("site/case", "two names differ only in upper and lower case"),
    ("site/feed-id", "two articles have one id in the feeds"),
    ("site/file-and-folder", "one address is both a file and a folder"),
    ("source/changed", "a file changed while the site was being built"),
    ("source/loop", "a link leads back to its own folder"),
    ("source/name", "the name of a file is not UTF-8"),
    ("source/no-content", "the site has no folder `content`"),
    ("source/not-utf8", "a file that has to be text is not UTF-8"),
    ("source/outside", "a link points out of the folder of the site"),
    ("source/root", "the folder of the site cannot be opened"),
    ("source/too-large", "a file is larger than Byline reads"),
    ("source/unreadable", "a file cannot be read"),
    ("template/loop", "a template extends itself"),
    ("template/missing", "a template is needed and is not there"),
    ("template/render", "a template is wrong, or failed while it was rendered"),
    ("template/syntax", "a template is not Tera"),
    ("template/unknown-name", "a template uses a filter, function, component or template that is not there"),
    ("theme/manifest", "`theme.yaml` cannot be read"),
    ("theme/name", "a template uses a variable or a field that nothing sets"),
    ("theme/option", "`theme_options` or a template names an option that the theme does not have"),
    ("theme/template", "a theme lacks a template"),
    ("theme/unknown", "there is no theme of that name, or none in that folder"),
    ("theme/unused", "a theme has a file, an option or a word that nothing uses"),
    ("theme/version", "the theme is made for another version of Byline"),
    ("theme/word", "a theme lacks a word in a language, or in all"),
    ("trial/folder", "the publication on which a theme is tried cannot be written"),
    ("yaml/duplicate-key", "a key is given twice in one map"),
    ("yaml/syntax", "a text is not YAML"),
    ("yaml/too-large", "YAML is too long, too deep, or grows too much through aliases"),
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::CODES;

    #[test]
    fn the_table_is_sorted_and_says_something() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
        for (id, meaning) in CODES {
            assert!(meaning.len() > 15 && !meaning.ends_with('.'), "{id}");
            let is_word = |part: &str| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            assert!(id.split('/').count() == 2 && id.split('/').all(is_word), "{id}");
        }
    }

    #[test]
    fn the_table_has_the_ids_of_the_code_and_no_other() {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        assert!(files.len() > 5);
        let mut used = BTreeMap::new();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a source file");
            for id in ids(&text) {
                used.insert(id, file.clone());
            }
        }
        let known: BTreeSet<&str> = CODES.iter().map(|(id, _)| *id).collect();
        for (id, file) in &used {
            assert!(known.contains(id.as_str()), "`{id}` of {} is not in CODES", file.display());
        }
        for id in known {
            assert!(used.contains_key(id), "`{id}` is in CODES and nobody uses it");
        }
    }

    /// The first arguments of `Diagnostic::error` and `Diagnostic::warning`, and fields that become one,
    /// outside of tests.
    fn ids(text: &str) -> Vec<String> {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
        let mut ids = Vec::new();
        for call in ["Diagnostic::error(", "Diagnostic::warning(", " id: "] {
            for (at, _) in code.match_indices(call) {
                let argument = code[at + call.len()..].trim_start();
                if let Some(id) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next())
                {
                    ids.push(id.to_string());
                }
            }
        }
        // The checks of themes choose their ids by what they find.
        for group in ["html/", "access/", "page/", "theme/"] {
            let starts = code.match_indices(group).map(|(at, _)| at);
            for at in starts.filter(|at| code[..*at].ends_with('"')) {
                let id = code[at..].split('"').next().unwrap_or_default();
                let is_id = |c: char| c.is_ascii_lowercase() || "-/".contains(c);
                if id.len() > group.len() && id.chars().all(is_id) {
                    ids.push(id.to_string());
                }
            }
        }
        ids
    }

    fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                rust_files(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs")
                && path.file_name().is_some_and(|name| name != "tests.rs")
            {
                files.push(path);
            }
        }
    }
}
