//! Themes with one thing wrong, and what is said of it; and the bundled themes, with which nothing is.

use std::fs;
use std::path::Path;

use super::{Trial, run};

const MANIFEST: &str = "name: small\nversion: 0.1.0\nbyline: \">=0.1, <0.2\"\noptions:\n  wide: {type: boolean, default: true}\n";

const BASE: &str = "<!doctype html>\n<html lang=\"{{ lang }}\">\n<head><meta charset=\"utf-8\"><title>{{ head.title }}</title>\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"stylesheet\" href=\"{{ get_url(path=\"site.css\") }}\">{% block head %}{% endblock head %}</head>\n\
    <body{% if theme.options.wide %} class=\"wide\"{% endif %}><p><a href=\"{{ config.base_path }}/\">{{ config.title }}</a></p>\n<main><h1>{% block title %}{{ head.title }}{% endblock title %}</h1>\n\
    {% block main %}{% endblock main %}</main></body></html>\n";

const LIST: &str = "{% extends \"base.html\" %}{% block main %}{% set cards = paginator.pages if paginator is defined else section.pages %}\
    <ul>{% for p in cards %}<li><a href=\"{{ p.url }}\">{{ p.title }}</a></li>{% endfor %}</ul>{% endblock main %}";

const TERM: &str = "{% extends \"base.html\" %}{% block main %}{% for p in paginator?.pages or term.pages %}<p><a href=\"{{ p.url }}\">{{ p.title }}</a></p>{% endfor %}{% endblock main %}";

const PAGE: &str = "{% extends \"base.html\" %}{% block main %}{{ page.content }}\
    {% for a in page.bylines %}<p>{{ a.name }}</p>{% endfor %}{% if page.series %}<p>{{ page.series.index }}</p>{% endif %}{% endblock main %}";

/// A sound theme with some files in the place of its own, or besides; what is empty is not there.
fn trial(files: &[(&str, &str)]) -> Trial {
    let folder = tempfile::tempdir().unwrap();
    let theme = folder.path().join("small");
    let sound = [
        ("theme.yaml", MANIFEST),
        ("templates/base.html", BASE),
        ("templates/index.html", LIST),
        ("templates/page.html", PAGE),
        ("templates/taxonomy_single.html", TERM),
        ("templates/404.html", "{% extends \"base.html\" %}"),
        ("templates/site.css", "p { margin: 0; }\n"),
    ];
    for (path, text) in sound.iter().chain(files) {
        let path = theme.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for (path, _) in files.iter().filter(|(_, text)| text.is_empty()) {
        fs::remove_file(theme.join(path)).unwrap();
    }
    let trial = run(&theme).unwrap();
    let shown = |text: &str| text.replace(&theme.display().to_string(), "small");
    let mut trial = trial;
    for place in trial.problems.iter_mut().filter_map(|problem| problem.place.as_mut()) {
        place.file = shown(&place.file).into();
    }
    trial
}

/// `id file:line message; hint` of all problems.
fn told(trial: &Trial) -> Vec<String> {
    let problems = trial.problems.iter().map(|problem| {
        let place =
            problem.place.as_ref().map_or(String::new(), |at| format!("{}:{}", at.file, at.line));
        format!(
            "{} {place} {}; {}",
            problem.id,
            problem.message,
            problem.hint.as_deref().unwrap_or_default()
        )
    });
    problems.collect()
}

/// One file other than in a sound theme, and how the only problem begins.
#[track_caller]
fn only(files: &[(&str, &str)], wanted: &str) {
    let told = told(&trial(files));
    assert_eq!(told.len(), 1, "{wanted}: {told:#?}");
    assert!(told[0].starts_with(wanted), "{wanted}: {told:#?}");
}

#[test]
fn nothing_is_wrong_with_a_sound_theme() {
    let trial = trial(&[]);
    assert_eq!(told(&trial), [""; 0]);
    assert_eq!((trial.templates, trial.builds), (6, 2));
    assert!(trial.pages > 50, "{}", trial.pages);
}

#[test]
fn nothing_is_wrong_with_the_bundled_themes() {
    for name in ["broadsheet", "plain"] {
        let trial = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("themes").join(name)).unwrap();
        assert_eq!(told(&trial), [""; 0], "{name}");
        assert!(trial.pages > 30, "{name}");
    }
}

#[test]
fn names_that_nothing_sets_are_found_where_no_page_comes() {
    // No article of the trial has such an address: only the reading of the template finds it.
    let page = PAGE.replace(
        "{{ page.content }}",
        "{{ page.content }}\n{% if page.path == \"/never/\" %}{{ page.titel }}{% endif %}",
    );
    only(
        &[("templates/page.html", &page)],
        "theme/name small/templates/page.html:2 `page` never has a `titel`; did you mean `title`?",
    );
    let page = PAGE.replace(
        "{{ page.content }}",
        "{{ page.content }}{% if page.path == \"/never/\" %}{{ pag }}{% endif %}",
    );
    only(
        &[("templates/page.html", &page)],
        "theme/name small/templates/page.html:1 there is no variable `pag` here; did you mean `page`?",
    );
    let page = PAGE.replace("a.name", "a.name }}{{ a.nickname or \"\"");
    only(
        &[("templates/page.html", &page)],
        "theme/name small/templates/page.html:1 `a` never has a `nickname`",
    );
    let list =
        LIST.replace("{{ p.title }}", "{{ p.title }}{% if false %}{{ p.content }}{% endif %}");
    only(
        &[("templates/index.html", &list)],
        "theme/name small/templates/index.html:1 `p` never has a `content`",
    );
}

#[test]
fn options_are_those_of_the_description() {
    let base =
        BASE.replace("theme.options.wide", "theme.options.wide or (false and theme.options.wid)");
    only(
        &[("templates/base.html", &base)],
        "theme/option small/templates/base.html:6 the theme has no option `wid`; did you mean `wide`?",
    );
    let base = BASE.replace("{% if theme.options.wide %} class=\"wide\"{% endif %}", "");
    only(
        &[("templates/base.html", &base)],
        "theme/unused small/theme.yaml:0 no template asks for the option `wide`",
    );
}

#[test]
fn words_are_there_in_all_languages() {
    let page =
        format!("{PAGE}{{% block title %}}{{{{ trans(key=\"by\") }}}}{{% endblock title %}}");
    let with = |words: &str, french: &str| {
        told(&trial(&[
            ("templates/page.html", &page),
            ("i18n/en.yaml", words),
            ("i18n/fr.yaml", french),
        ]))
    };
    assert_eq!(with("by: By\n", "by: Par\n"), [""; 0]);
    let found = with("by: By\nof: {one: of, other: of}\n", "of: de\n");
    assert!(
        found[0].starts_with("theme/unused small/i18n:0 no template asks for the words `of`"),
        "{found:#?}"
    );
    assert!(
        found[1].starts_with("theme/word small/i18n/fr.yaml:0 the language `fr` lacks `by`"),
        "{found:#?}"
    );
    let found = with("bye: By\n", "bye: Par\n");
    assert!(found.iter().any(|told| told.starts_with("theme/word small/templates/page.html:1 the theme has no word `by` in any language; did you mean `bye`?")), "{found:#?}");
}

#[test]
fn templates_are_needed_and_used() {
    only(
        &[("templates/404.html", "")],
        "theme/template small/templates/404.html:0 the theme has no `404.html`",
    );
    only(
        &[("templates/old.html", "x")],
        "theme/unused small/templates/old.html:0 nothing leads to `old.html`",
    );
    only(
        &[("templates/more.css", "a { color: red; }")],
        "theme/unused small/templates/more.css:0 no template asks for `more.css`",
    );
    only(
        &[("static/left.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")],
        "theme/unused small/static/left.svg:0 nothing in the theme names `left.svg`",
    );
    let found = told(&trial(&[("templates/page.html", "")]));
    assert!(
        found.iter().any(|told| told.starts_with(
            "theme/template small/templates/page.html:0 the theme has no `page.html`"
        )),
        "{found:#?}"
    );
    let manifest = format!("{MANIFEST}files:\n  - {{path: a.txt, template: a.txt}}\n");
    let found = told(&trial(&[("theme.yaml", &manifest)]));
    assert!(
        found[0].starts_with(
            "theme/template small/theme.yaml:0 `a.txt` is made by `a.txt`, which is not there"
        ),
        "{found:#?}"
    );
}

#[test]
fn a_theme_for_another_byline_is_told_apart() {
    only(
        &[("theme.yaml", "name: small\nversion: 0.1.0\nbyline: \">=7\"\n")],
        "theme/version small/theme.yaml:0 the theme works with Byline >=7",
    );
    only(
        &[("theme.yaml", "name: small\nversion: 0.1.0\nbyline: \"soon\"\n")],
        "theme/manifest small/theme.yaml:0 `soon` is no range of versions",
    );
}

#[test]
fn pages_are_read_for_html_access_and_links() {
    let with = |inside: &str| {
        (
            "templates/page.html",
            PAGE.replace("{{ page.content }}", &format!("{{{{ page.content }}}}\n{inside}")),
        )
    };
    let cases = [
        (
            "<img class=\"x\" src=\"{{ page.url }}map.png\">",
            "access/name small/templates/page.html:2 a picture without `alt`; say what it shows",
        ),
        (
            "<span><div>x</div></span>",
            "html/nesting small/templates/page.html:2 `div` stands in `span`",
        ),
        (
            "<a href=\"/tags/\">x</a>",
            "page/base-path small/templates/page.html:2 `/tags/` leads out of a site",
        ),
        (
            "<a class=\"gone\" href=\"{{ config.base_path }}/nowhere/\">x</a>",
            "page/link small/templates/page.html:2 `/review/nowhere/` leads nowhere",
        ),
        (
            "<a href=\"#nothing\">x</a>",
            "page/link small/templates/page.html:2 `#nothing`: that page has no `nothing`",
        ),
        (
            "<script src=\"https://cdn.example/x.js\"></script>",
            "page/foreign small/templates/page.html:2 the page loads `https://cdn.example/x.js`",
        ),
    ];
    for (inside, wanted) in cases {
        let (path, text) = with(inside);
        let found = told(&trial(&[(path, &text)]));
        assert!(found.iter().any(|told| told.starts_with(wanted)), "{inside}: {found:#?}");
    }
}

#[test]
fn templates_that_fail_are_told_with_their_place() {
    only(
        &[(
            "templates/page.html",
            "{% extends \"base.html\" %}\n{% block main %}{{ page.content | nothing }}{% endblock main %}",
        )],
        "template/unknown-name small/templates/page.html:2",
    );
    let found = told(&trial(&[(
        "templates/page.html",
        "{% extends \"base.html\" %}\n{% block main %}{% if %}{% endblock main %}",
    )]));
    assert!(found[0].starts_with("template/syntax small/templates/page.html:2"), "{found:#?}");
}

#[test]
fn a_folder_without_a_theme_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path()).unwrap_err().message.contains("has no `theme.yaml`"));
    assert!(run(&folder.path().join("gone")).is_err());
}

/// A theme that extends another one needs only what it changes.
#[test]
fn a_theme_may_stand_on_another() {
    let folder = tempfile::tempdir().unwrap();
    let theme = folder.path().join("mine");
    fs::create_dir_all(theme.join("templates")).unwrap();
    fs::write(
        theme.join("theme.yaml"),
        "name: mine\nversion: 0.1.0\nbyline: \">=0.1\"\nextends: broadsheet\n",
    )
    .unwrap();
    fs::write(
        theme.join("templates/extra_head.html"),
        "<meta name=\"generator\" content=\"{{ config.titel or 'x' }}\">",
    )
    .unwrap();
    let trial = run(&theme).unwrap();
    let told = told(&trial);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("`config` never has a `titel`; did you mean `title`?"), "{told:#?}");
}
