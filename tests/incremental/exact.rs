//! Exact work: for each kind of edit of one fixed site, which outputs change and which are made again.

use std::collections::BTreeSet;

use super::edit::Edit;
use super::model::{Article, Model, Picture, Section, Template};
use super::run::{Run, Work};
use super::theme;

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
type Case = (&'static str, Edit, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("nothing", Edit::Nothing, &[], &[]),
];

#[test]
fn each_edit_makes_exactly_what_reads_it() {
    let mut faults = Vec::new();
    for (what, edit, changes, also) in CASES {
        let mut run = Run::of(site()).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        assert!(!run.has_errors, "{what}: the site has errors before the edit");
        if let Err(fault) = run.step(*edit) {
            faults.push(format!("{what}: {fault}"));
        }
        let Work { made, changed, .. } = &run.last;
        let names =
            |list: &[&str]| list.iter().map(|path| (*path).to_string()).collect::<BTreeSet<_>>();
        let mut expected = names(changes);
        if &expected != changed {
            faults.push(format!("{what}: changed {changed:#?}"));
        }
        expected.extend(names(also));
        if let Some(made) = made.as_ref().filter(|made| **made != expected) {
            let missing: Vec<_> = expected.difference(made).collect();
            let surplus: Vec<_> = made.difference(&expected).collect();
            faults.push(format!("{what}: not made {missing:?}, made without need {surplus:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
