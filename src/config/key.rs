//! The keys of `byline.yaml`: what they mean and what holds without them.

/// One key of `byline.yaml` or of the front matter.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The way to it: `feeds.limit`; `*` stands for a name of the author's choice, or for each item.
    pub path: &'static str,
    /// What it does, one or two sentences of Markdown.
    pub meaning: &'static str,
    /// What holds when it is not given, as Markdown.
    pub default: &'static str,
    /// YAML as an author would write it.
    pub example: &'static str,
}

/// Shortens the tables.
pub(crate) const fn key(
    path: &'static str,
    meaning: &'static str,
    default: &'static str,
    example: &'static str,
) -> Key {
    Key { path, meaning, default, example }
}

/// The names that may stand directly below `prefix` (empty for the top level).
pub(crate) fn children<'k>(
    table: &'k [Key],
    prefix: &'k str,
) -> impl Iterator<Item = &'static str> {
    table.iter().filter_map(move |key| {
        let rest = match prefix {
            "" => key.path,
            _ => key.path.strip_prefix(prefix)?.strip_prefix('.')?,
        };
        (!rest.contains('.') && rest != "*").then_some(rest)
    })
}

/// Every key, in the order of the documentation.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("title", "Name of the publication.", "required", "title: The Steppe Review"),
    key("base_url", "Where the site will stand: an absolute address with `http` or `https`. It may carry a path; every link survives it. The option `--base-url` replaces it for one build.", "required", "base_url: https://example.org/review/"),
    key("description", "One sentence about the publication, for search engines, feeds and cards.", "empty", "description: Security and politics of Central Asia"),
    key("language", "Language of the texts whose file names have no language suffix, as a BCP 47 tag.", "`en`", "language: en"),
    key("languages", "The other languages, by the code that file names use: with `fr` here, `slug.fr.md` is the French version of `slug.md`.", "none", "languages:\n  fr: {name: Français, title: La Revue des steppes, description: Sécurité et politique}"),
    key("languages.*.name", "Name of the language in itself, for the language switch.", "the code", "languages:\n  fr:\n    name: Français"),
    key("languages.*.title", "Name of the publication in this language.", "`title`", "languages:\n  fr:\n    title: La Revue des steppes"),
    key("languages.*.description", "Description of the publication in this language.", "`description`", "languages:\n  fr:\n    description: Sécurité et politique de l'Asie centrale"),
    key("languages.*.menu", "Links of the main navigation on pages of this language, as in `menu`.", "`menu`", "languages:\n  fr:\n    menu:\n      - {name: Notes, url: /fr/notes/}"),
    key("languages.*.menu.*.name", "Text of the link.", "required", "languages:\n  fr:\n    menu:\n      - name: Notes\n        url: /fr/notes/"),
    key("languages.*.menu.*.url", "Target of the link, as in `menu.*.url`: with the language's folder.", "required", "languages:\n  fr:\n    menu:\n      - name: Notes\n        url: /fr/notes/"),
    key("translations", "Words for templates by language: a theme asks for them with `trans`. They come before the theme's own words. A word that a number decides about has its forms by plural category of Unicode CLDR.", "none", "translations:\n  fr:\n    read_more: Lire la suite\n    articles: {one: \"{n} article\", other: \"{n} articles\"}"),
    key("theme", "Theme: the name of a folder in `themes/`, or the built-in `broadsheet`.", "`broadsheet`", "theme: broadsheet"),
    key("theme_options", "Values for the options that the theme offers in its `theme.yaml`.", "the theme's own", "theme_options:\n  accent: crimson"),
    key("menu", "Links of the main navigation, in order. `menu: []` is a site without one.", "the top-level sections of the page's language, its tags and its archive", "menu:\n  - {name: Articles, url: /posts/}\n  - {name: About, url: /about/}"),
    key("menu.*.name", "Text of the link.", "required", "menu:\n  - name: Articles\n    url: /posts/"),
    key("menu.*.url", "Target of the link: an address on the site that begins with `/`, or an absolute one.", "required", "menu:\n  - name: Archive\n    url: https://archive.example.org/"),
    key("authors", "The authors, by the name that front matter uses. A name without an entry is shown as it is.", "none", "authors:\n  a-writer: {name: A Writer, bio: Writes about the region., url: https://example.org/, image: /a-writer.jpg}\n  b-writer: B Writer"),
    key("authors.*.name", "Name as readers see it.", "the key", "authors:\n  a-writer:\n    name: A Writer"),
    key("authors.*.bio", "A sentence or two about the author.", "none", "authors:\n  a-writer:\n    bio: Writes about the region."),
    key("authors.*.url", "The author's own page.", "none", "authors:\n  a-writer:\n    url: https://example.org/"),
    key("authors.*.image", "Portrait: a path below `static/` or `content/`.", "none", "authors:\n  a-writer:\n    image: /a-writer.jpg"),
    key("authors.*.email", "Address for feeds, where they have a field for it.", "none", "authors:\n  a-writer:\n    email: a.writer@example.org"),
    key("taxonomies", "Ways to group articles. Each name is a key of the front matter and the first part of an address: `/tags/energy/`. A list given here replaces the default one, but `authors` and `series` stay unless they are set to `false`.", "`{tags: {feed: true, paginate_by: 20}, authors: {feed: true}, series: {}}`", "taxonomies:\n  tags: {feed: true, paginate_by: 20}\n  countries: {}\n  series: false"),
    key("taxonomies.*.feed", "Whether each term has feeds of its own.", "`false`; `true` for `authors`", "taxonomies:\n  tags:\n    feed: true"),
    key("taxonomies.*.paginate_by", "Articles on a page of a term; 0 puts all on one.", "`0`", "taxonomies:\n  tags:\n    paginate_by: 20"),
    key("paginate_by", "Articles on a page of a list; 0 puts all on one.", "`12`", "paginate_by: 12"),
    key("feeds", "The feeds of the site, its sections and terms; `false` switches them off.", "see below", "feeds: {formats: [atom], limit: 50, content: summary}"),
    key("feeds.formats", "Which formats to write: `rss`, `atom`, `json`.", "`[rss, atom, json]`", "feeds:\n  formats: [rss, atom]"),
    key("feeds.limit", "Newest articles in each feed; 0 puts all in.", "`20`", "feeds:\n  limit: 50"),
    key("feeds.content", "`full`: each entry carries the whole article; `summary`: only its summary.", "`full`", "feeds:\n  content: summary"),
    key("related", "Related articles.", "see below", "related: {count: 3}"),
    key("related.count", "Related articles for each article; 0 switches them off.", "`5`", "related:\n  count: 3"),
    key("comments", "The comment service: `provider` names it, the other keys are its own and go to the theme. `false` or nothing: no comments.", "none", "comments:\n  provider: giscus\n  repo: example/comments"),
    key("markdown", "How Markdown is read.", "see below", "markdown: {html: sanitize, math: true}"),
    key("markdown.html", "Raw HTML in Markdown: `allow` it, `sanitize` it (scripts and styles go), or `escape` it (readers see the text).", "`allow`", "markdown:\n  html: sanitize"),
    key("markdown.smart_punctuation", "Curly quotes, dashes and ellipses from straight quotes, `--` and `...`.", "`true`", "markdown:\n  smart_punctuation: false"),
    key("markdown.highlight", "Colours of code.", "see below", "markdown:\n  highlight: {light: InspiredGitHub, dark: base16-ocean.dark}"),
    key("markdown.highlight.light", "Highlighting theme for light pages.", "`InspiredGitHub`", "markdown:\n  highlight:\n    light: Solarized (light)"),
    key("markdown.highlight.dark", "Highlighting theme for dark pages.", "`base16-ocean.dark`", "markdown:\n  highlight:\n    dark: Solarized (dark)"),
    key("markdown.math", "Math between dollar signs. Off by default, because dollars are common in analysis.", "`false`", "markdown:\n  math: true"),
    key("images", "What becomes of pictures; `false` publishes them as they are, but without private data. See [pictures.md](pictures.md).", "see below", "images: {widths: [640, 1280], formats: [avif, webp], require_credit: warn}"),
    key("images.widths", "Widths of the copies that are made of each picture, in pixels. A copy is never wider than its original. `[]`: no copies.", "the theme's, else `[480, 800, 1200, 1800]`", "images:\n  widths: [640, 1280]"),
    key("images.formats", "Formats of the copies besides the original's own: `avif`, `webp`. The first one that a browser knows is used.", "`[webp]`", "images:\n  formats: [avif, webp]"),
    key("images.quality", "Quality of the copies, from 1 to 100, by format.", "see below", "images:\n  quality: {webp: 82, avif: 60, jpeg: 85}"),
    key("images.quality.webp", "Quality of WebP copies of photographs.", "`78`", "images:\n  quality:\n    webp: 82"),
    key("images.quality.avif", "Quality of AVIF copies.", "`70`", "images:\n  quality:\n    avif: 55"),
    key("images.quality.jpeg", "Quality of JPEG copies.", "`80`", "images:\n  quality:\n    jpeg: 85"),
    key("images.limit", "Largest picture of which copies are made, in megapixels; at most 400.", "`100`", "images:\n  limit: 200"),
    key("images.keep_credit", "Whether published pictures carry the creator, the credit, the copyright notice and the address of the licence that their originals carry. All other data in them go in any case.", "`false`", "images:\n  keep_credit: true"),
    key("images.require_credit", "What a picture without a credit is: `warn`, `error`, or `false` for nothing.", "`false`", "images:\n  require_credit: error"),
    key("images.credits", "Whether there is a page `/credits/` with the credits of all pictures; the theme needs a template `credits.html`.", "`false`", "images:\n  credits: true"),
    key("images.zoom", "Whether a picture in a text is a link to its full size, when that is larger than what the page shows.", "`true`", "images:\n  zoom: false"),
    key("images.cards", "Whether an article without a lead picture gets one for those who share it, drawn from its title.", "`true`", "images:\n  cards: false"),
    key("search", "Whether readers can search the site: a page `/search/` and an index that their browsers read, if the theme has a template `search.html`.", "`true`", "search: false"),
    key("robots", "Whether to write `robots.txt`.", "`true`", "robots: false"),
    key("copyright", "Copyright line and licence of the texts, for footers and feeds.", "empty", "copyright: CC BY 4.0"),
    key("editor", "Editor that the preview opens: the name of a program that has a window, or a command in which `{file}`, `{line}` and `{column}` stand for the place. No shell reads it. See [preview.md](preview.md#the-editor).", "`$VISUAL` or else `$EDITOR` of the environment", "editor: code"),
    key("extra", "Anything, for templates.", "empty", "extra:\n  founded: 2009"),
];
