//! Exact work: for each kind of edit of one fixed site, which outputs change and which are made again.

use std::collections::BTreeSet;

use super::edit::{Change, Edit};
use super::model::{Article, Model, Picture, Section, Template};
use super::run::{Run, Work};
use super::theme;
use super::work;

/// Twelve articles, two sections, five tags, two languages, a series, feeds, pictures and data.
fn site() -> Model {
    let mut model = Model::default();
    for (name, _) in theme::TEMPLATES {
        model.templates.insert((*name).to_string(), Template::default());
    }
    for path in super::model::DATA {
        model.data.insert((*path).to_string(), 0);
    }
    for path in super::model::PICTURES {
        model.pictures.insert((*path).to_string(), Picture { width: 40, ..Picture::default() });
    }
    model.statics.insert("static/x/y.txt".into(), 0);
    model.sections.insert("posts".into(), Section { has_feed: true, ..Section::default() });
    model.sections.insert("notes".into(), Section::default());
    for number in 0..10_usize {
        model.articles.push(article(number));
    }
    for number in [2, 3] {
        let english = article(number);
        model.articles.push(Article {
            is_french: true,
            tags: BTreeSet::new(),
            series: None,
            ..english
        });
    }
    model
}

fn article(number: usize) -> Article {
    Article {
        folder: usize::from(number > 6),
        stem: format!("a{number}"),
        title: format!("Article {number}"),
        day: Some(100 + 150 * number as u32),
        tags: BTreeSet::from([number % 5]),
        authors: BTreeSet::from([number % 2]),
        series: (number % 4 == 1).then_some((0, number as u32)),
        body: number as u32,
        is_long: number == 4,
        has_box: number == 5,
        chart: (number == 6).then(|| "data/table.csv".to_string()),
        picture: (number == 6).then_some(0),
        links: if number == 8 {
            BTreeSet::from(["posts/a6.md".to_string()])
        } else {
            BTreeSet::new()
        },
        is_draft: number == 0,
        ..Article::default()
    }
}

/// An edit, what changes, and what is made again with the same bytes because something that it reads is another.
type Case = (&'static str, Edit, &'static str, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("nothing", Edit::Nothing,
        "",
        ""),
    ("a new time of change", Edit::Touch(3),
        "",
        ""),
    ("typo in the newest", Edit::Article(9, Change::Typo),
        "atom.xml authors/boris/atom.xml authors/boris/feed.json feed.json notes/a9/index.html \
         tags/rail/atom.xml tags/rail/feed.json",
        ""),
    ("typo in an old one", Edit::Article(1, Change::Typo),
        "authors/boris/atom.xml authors/boris/feed.json posts/a1/index.html tags/gas/atom.xml \
         tags/gas/feed.json",
        ""),
    ("typo in a draft", Edit::Article(0, Change::Typo),
        "",
        ""),
    ("title", Edit::Article(1, Change::Title),
        "archive/2015/index.html authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html \
         fr/index.html index.html notes/a9/index.html page/2/index.html page/3/index.html \
         posts/a1/index.html posts/a2/index.html posts/a5/index.html posts/a6/index.html \
         posts/page/2/index.html series/chokepoints/index.html tags/gas/atom.xml tags/gas/feed.json \
         tags/gas/index.html processed_images/card",
        ""),
    ("summary", Edit::Article(1, Change::Summary),
        "authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html page/3/index.html \
         posts/a1/index.html posts/page/2/index.html series/chokepoints/index.html tags/gas/atom.xml \
         tags/gas/feed.json tags/gas/index.html",
        "archive/2015/index.html fr/index.html index.html notes/a9/index.html page/2/index.html \
         posts/a2/index.html posts/a5/index.html posts/a6/index.html"),
    ("a tag more", Edit::Article(1, Change::Tag(4)),
        "authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html index.html \
         notes/a9/index.html page/2/index.html page/3/index.html posts/a1/index.html posts/a6/index.html \
         posts/page/2/index.html series/chokepoints/index.html tags/gas/atom.xml tags/gas/feed.json \
         tags/gas/index.html tags/index.html tags/rail/atom.xml tags/rail/feed.json tags/rail/index.html",
        "archive/2015/index.html fr/index.html posts/a2/index.html posts/a4/index.html \
         posts/a5/index.html sitemap.xml"),
    ("another day of the same year", Edit::Article(1, Change::Date(260)),
        "archive/2015/index.html authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html \
         page/3/index.html posts/a1/index.html posts/page/2/index.html series/chokepoints/index.html \
         sitemap.xml tags/gas/atom.xml tags/gas/feed.json tags/gas/index.html processed_images/card",
        "fr/index.html index.html notes/a9/index.html page/2/index.html posts/a2/index.html \
         posts/a5/index.html posts/a6/index.html"),
    ("an old address", Edit::Article(1, Change::Alias),
        "old/10001/index.html",
        "archive/2015/index.html authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html \
         fr/index.html index.html notes/a9/index.html page/2/index.html page/3/index.html \
         posts/a1/index.html posts/a2/index.html posts/a5/index.html posts/a6/index.html \
         posts/page/2/index.html series/chokepoints/index.html tags/gas/atom.xml tags/gas/feed.json \
         tags/gas/index.html"),
    ("a list that only sections read", Edit::Data(2),
        "fr/posts/index.html notes/index.html posts/index.html posts/page/2/index.html",
        ""),
    ("a table of the home page and of an article", Edit::Data(0),
        "atom.xml authors/anna/atom.xml authors/anna/feed.json feed.json fr/index.html index.html \
         page/2/index.html page/3/index.html posts/a6/index.html posts/atom.xml posts/feed.json \
         tags/gas/atom.xml tags/gas/feed.json",
        ""),
    ("a picture's size", Edit::PictureSize(0),
        "atom.xml authors/anna/atom.xml authors/anna/feed.json feed.json posts/a6/index.html \
         posts/atom.xml posts/feed.json posts/map.png tags/gas/atom.xml tags/gas/feed.json \
         processed_images/map",
        ""),
    ("a picture's bytes", Edit::PictureBytes(0),
        "posts/a6/index.html processed_images/map",
        "atom.xml authors/anna/atom.xml authors/anna/feed.json feed.json posts/atom.xml posts/feed.json \
         tags/gas/atom.xml tags/gas/feed.json"),
    ("a static file", Edit::Static(1),
        "x/y.txt",
        ""),
    ("the template of one page", Edit::Template(10),
        "404.html",
        ""),
    ("a template that one article chooses", Edit::Template(4),
        "posts/a4/index.html",
        ""),
    ("the template of lists of terms", Edit::Template(7),
        "authors/index.html fr/authors/index.html series/index.html tags/index.html",
        ""),
    ("a component that one article calls", Edit::Template(11),
        "atom.xml authors/boris/atom.xml authors/boris/feed.json feed.json posts/a5/index.html \
         posts/atom.xml posts/feed.json tags/oil/atom.xml tags/oil/feed.json",
        ""),
    ("a comment in page.html", Edit::TemplateComment(3),
        "",
        "fr/posts/a2/index.html fr/posts/a3/index.html notes/a7/index.html notes/a8/index.html \
         notes/a9/index.html posts/a1/index.html posts/a2/index.html posts/a3/index.html \
         posts/a4/index.html posts/a5/index.html posts/a6/index.html"),
    ("the text of a section", Edit::SectionText(1),
        "posts/index.html posts/page/2/index.html",
        "fr/index.html index.html page/2/index.html page/3/index.html"),
    ("an article less", Edit::Delete(1),
        "archive/2016/index.html archive/2017/index.html archive/2018/index.html archive/2019/index.html \
         archive/index.html authors/boris/atom.xml authors/boris/feed.json authors/boris/index.html \
         authors/index.html fr/index.html index.html notes/a7/index.html notes/a8/index.html \
         notes/a9/index.html page/2/index.html posts/a2/index.html posts/a3/index.html \
         posts/a5/index.html posts/a6/index.html posts/page/2/index.html series/chokepoints/index.html \
         series/index.html sitemap.xml tags/gas/atom.xml tags/gas/feed.json tags/gas/index.html \
         tags/index.html",
        "atom.xml feed.json notes/index.html posts/a4/index.html posts/atom.xml posts/feed.json \
         posts/index.html tags/oil/atom.xml tags/oil/feed.json tags/oil/index.html tags/rail/atom.xml \
         tags/rail/feed.json tags/rail/index.html"),
];

/// Made pictures without the hash in their names.
fn without_hash(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').take(1).collect();
    if path.starts_with("processed_images/") { parts.concat() } else { path.to_string() }
}

#[test]
fn each_edit_makes_exactly_what_reads_it() {
    let mut faults = Vec::new();
    for (what, edit, changes, also_made) in CASES {
        let mut run = Run::of(site(), None).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        assert!(!run.has_errors, "{what}: the site has errors before the edit");
        if let Err(fault) = run.step(*edit) {
            faults.push(format!("{what}: {fault}"));
        }
        let Work { made, changed, .. } = &run.last;
        let names =
            |list: &str| list.split_whitespace().map(str::to_string).collect::<BTreeSet<_>>();
        let mut expected = names(changes);
        let changed: BTreeSet<String> = changed.iter().map(|path| without_hash(path)).collect();
        if expected != changed {
            faults.push(format!("{what}: changed {changed:?}"));
        }
        expected.extend(names(also_made));
        // Builds do not count copies and style sheets.
        expected.retain(|path| work::is_made_of_reads(path));
        if let Some(made) = made.as_ref().filter(|made| **made != expected) {
            let missing: Vec<_> = expected.difference(made).collect();
            let surplus: Vec<_> = made.difference(&expected).collect();
            faults.push(format!("{what}: not made {missing:?}, made without need {surplus:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
