//! Measures the ranking of related articles on a site: all of it, and what an edit costs.
//!
//! `cargo run --release --example related -- SITE/content/posts` prints a line for each, in milliseconds of wall
//! time (the best of seven) with the number of articles that were searched for again, and fails if an edit gives
//! other lists than a new ranking.

use std::time::Instant;

use byline::content::terms::{Analyzer, Terms, Text};
use byline::site::related::{Candidate, State, key, rank, tag_key, update};

/// An article as far as it matters here.
struct Article {
    key: u128,
    title: String,
    tags: Vec<u64>,
    day: i32,
    body: String,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let folder = std::env::args().nth(1).ok_or("which folder of articles?")?;
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut articles = Vec::new();
    for path in &paths {
        articles.extend(article(&path.to_string_lossy(), &std::fs::read_to_string(path)?));
    }
    let mut analyzer = Analyzer::new();
    let start = Instant::now();
    let terms: Vec<Terms> =
        articles.iter().map(|article| analyze(&mut analyzer, article, &article.body)).collect();
    println!("{} articles: terms {} ms on one thread", articles.len(), milliseconds(start));
    let all: Vec<Candidate<'_>> = articles
        .iter()
        .zip(&terms)
        .map(|(article, terms)| candidate(article, Some(terms)))
        .collect();
    let start = Instant::now();
    let (_, state) = State::rank(&all, 5);
    println!("rank: {} ms", milliseconds(start));
    let start = Instant::now();
    let bytes = state.to_bytes();
    println!("to bytes: {} ms, {} kB", milliseconds(start), bytes.len() / 1000);
    let start = Instant::now();
    let state = State::from_bytes(&bytes).ok_or("no state")?;
    println!("from bytes: {} ms", milliseconds(start));

    let none: Vec<Candidate<'_>> =
        articles.iter().map(|article| candidate(article, None)).collect();
    measure("nothing", &state, &none, &all)?;
    for at in [articles.len() / 2, articles.len() / 5, articles.len() - 1] {
        let this = &articles[at];
        let other = &articles[(at + 777) % articles.len()];
        let typo = this.body.replacen("a ", "axq ", 1);
        for (name, body) in [("typo", &typo), ("another body", &other.body)] {
            let terms = analyze(&mut analyzer, this, body);
            let (mut edited, mut fresh) = (none.clone(), all.clone());
            edited[at].terms = Some(&terms);
            fresh[at].terms = Some(&terms);
            measure(name, &state, &edited, &fresh)?;
        }
        let (mut edited, mut fresh) = (none.clone(), all.clone());
        edited.remove(at);
        fresh.remove(at);
        measure("removed", &state, &edited, &fresh)?;
        let halves = |body: &str| body.chars().take(body.chars().count() / 2).collect::<String>();
        let terms = analyze(&mut analyzer, this, &(halves(&this.body) + &halves(&other.body)));
        let new = Candidate { key: 1, terms: Some(&terms), day: Some(this.day + 1), ..none[at] };
        let (mut edited, mut fresh) = (none.clone(), all.clone());
        edited.insert(at, new);
        fresh.insert(at, new);
        measure("added", &state, &edited, &fresh)?;
    }
    Ok(())
}

fn measure(
    name: &str,
    state: &State,
    edited: &[Candidate<'_>],
    fresh: &[Candidate<'_>],
) -> Result<(), Failure> {
    let (mut best, mut searched) = (u128::MAX, 0);
    let mut lists = Vec::new();
    for _ in 0..7 {
        let start = Instant::now();
        let update = update(state, edited, 5).ok_or("an unknown article")?;
        best = best.min(milliseconds(start));
        (lists, searched) = (update.lists, update.searched);
    }
    println!("{name}: {best} ms, {searched} searched for again");
    if lists == rank(fresh, 5) { Ok(()) } else { Err(format!("{name}: other lists").into()) }
}

/// Front matter is taken apart by line, as the benchmark's generator writes it.
fn article(path: &str, text: &str) -> Option<Article> {
    let (front, body) = text.strip_prefix("---\n")?.split_once("---\n")?;
    let value = |name: &str| front.lines().find_map(|line| line.strip_prefix(name));
    let mut date = value("date: ")?.get(..10)?.split('-').map(|part| part.parse::<i32>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let tags = value("tags: ").unwrap_or_default().trim_matches(['[', ']']);
    Some(Article {
        key: key(path),
        title: value("title: ")?.to_owned(),
        tags: tags.split(", ").map(|tag| tag_key("tags", tag)).collect(),
        day: year * 365 + month * 30 + day,
        body: body.to_owned(),
    })
}

fn analyze(analyzer: &mut Analyzer, article: &Article, body: &str) -> Terms {
    analyzer.analyze("en", &Text { title: &article.title, body, ..Text::default() })
}

fn candidate<'a>(article: &'a Article, terms: Option<&'a Terms>) -> Candidate<'a> {
    Candidate {
        key: article.key,
        terms,
        tags: &article.tags,
        group: 0,
        day: Some(article.day),
        eligible: true,
    }
}

fn milliseconds(start: Instant) -> u128 {
    start.elapsed().as_millis()
}
