//! The keys of the front matter. They stand here because a taxonomy of `byline.yaml` becomes one of them.

use super::key::{Key, children, key};

/// Every key, in the order of the documentation. `tags`, `authors` and `series` are taxonomies; the
/// names of further ones come from `byline.yaml`.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("title", "Title of the article.", "the heading of level 1 that the text begins with (it is then taken out of the text)", "title: What the Bishkek raid says about recruitment"),
    key("date", "Day or moment of publication. A moment may carry an offset from UTC; without one it is UTC. An article of the future is not built without `--future`.", "the date in the file name; none", "date: 2015-07-17"),
    key("updated", "Day or moment of the last change that readers should know of.", "none", "updated: 2015-07-20 09:30 +06:00"),
    key("expires", "Day or moment after which the article is no longer built.", "none", "expires: 2016-01-01"),
    key("description", "One sentence for lists, feeds and cards.", "the beginning of the text", "description: One sentence for lists, feeds and cards"),
    key("authors", "Keys of `authors` in `byline.yaml`, or plain names. `author: a-writer` does for one.", "none", "authors: [a-writer]"),
    key("author", "The same as `authors`.", "none", "author: a-writer"),
    key("tags", "Tags: a list, or one text with commas. Tags that differ only in case or punctuation are one.", "none", "tags: [Kyrgyzstan, CSTO]"),
    key("taxonomies", "Terms by taxonomy; the same as the taxonomies' names as keys.", "none", "taxonomies:\n  tags: [Kyrgyzstan, CSTO]"),
    key("series", "The series that the article belongs to: its name, or name and order.", "none", "series: Security in Central Asia"),
    key("series.name", "Name of the series.", "required", "series:\n  name: Security in Central Asia"),
    key("series.order", "Place in the series.", "by date", "series:\n  name: Security in Central Asia\n  order: 2"),
    key("image", "The lead picture: a path beside the article or below `static/`, or a map.", "none", "image: bishkek.jpg"),
    key("image.src", "Path of the picture.", "required", "image:\n  src: bishkek.jpg"),
    key("image.alt", "What the picture shows, for who cannot see it.", "none", "image:\n  src: bishkek.jpg\n  alt: Bishkek from the south"),
    key("image.caption", "Text below the picture.", "none", "image:\n  src: bishkek.jpg\n  caption: Bishkek, capital of Kyrgyzstan"),
    key("image.credit", "Who made the picture.", "none", "image:\n  src: bishkek.jpg\n  credit: A Photographer"),
    key("image.license", "Licence of the picture.", "none", "image:\n  src: bishkek.jpg\n  license: CC BY 4.0"),
    key("image.source", "Where the picture was found.", "none", "image:\n  src: bishkek.jpg\n  source: https://example.org/pictures/1"),
    key("slug", "Last part of the address.", "the file name without date and language", "slug: bishkek-raid"),
    key("path", "Whole address on the site, instead of folder and slug.", "folder and slug", "path: /2015/07/bishkek-raid/"),
    key("aliases", "Old addresses on this site; each becomes a page that sends readers here.", "none", "aliases: [/old/address/]"),
    key("canonical", "Address of the first publication, when it was elsewhere.", "none", "canonical: https://example.com/first-published-here"),
    key("id", "Stable id for feeds, for texts that came from another system.", "the address", "id: https://example.com/?p=123"),
    key("draft", "A draft is not built without `--drafts`.", "`false`", "draft: true"),
    key("toc", "Whether to show a table of contents.", "the theme decides", "toc: true"),
    key("comments", "Whether to show comments.", "`true` when `byline.yaml` names a provider", "comments: false"),
    key("search", "Whether readers find it with the search of the site.", "`true`", "search: false"),
    key("robots", "What search engines may do with the page, as rules of `<meta name=robots>`. With `noindex` it does not stand in the sitemap.", "everything", "robots: [noindex, nofollow]"),
    key("template", "Another template than `page.html`, `section.html` or `index.html`.", "by kind of page", "template: longread.html"),
    key("weight", "Number to sort by, where a section sorts by weight.", "none", "weight: 10"),
    key("sort_by", "In `_index.md`: how the section's articles are sorted, by `date`, `title`, `weight` or `slug`.", "`date`, newest first", "sort_by: title"),
    key("paginate_by", "In `_index.md`: articles on a page of the section; 0 puts all on one.", "that of `byline.yaml`", "paginate_by: 20"),
    key("feed", "In `_index.md`: whether the section has feeds of its own.", "`false`", "feed: true"),
    key("page_template", "In `_index.md`: template of the section's articles.", "`page.html`", "page_template: report.html"),
    key("extra", "Anything, for templates.", "empty", "extra:\n  map: true"),
];

/// Whether a key of the top level has a fixed meaning.
pub(crate) fn is_known(name: &str) -> bool {
    children(KEYS, "").any(|known| known == name)
}
