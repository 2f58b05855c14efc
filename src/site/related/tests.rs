use super::*;
use crate::content::terms::{Analyzer, Text};

#[test]
fn the_text_that_says_the_same_comes_first() {
    let mut analyzer = Analyzer::new();
    let bodies = [
        "The pipeline carries gas from the fields to the coast.",
        "A canal dug through the desert silted up within years.",
        "Gas pipelines to the coast: who pays for the fields?",
    ];
    let terms: Vec<Terms> = bodies
        .iter()
        .map(|body| analyzer.analyze("en", &Text { body, ..Text::default() }))
        .collect();
    let candidates: Vec<Candidate<'_>> = terms
        .iter()
        .map(|terms| Candidate { terms, tags: &[], group: 0, day: None, eligible: true })
        .collect();
    let lists = rank(&candidates, 5);
    assert_eq!(lists[0].iter().map(|r| r.index).collect::<Vec<_>>(), [2]);
    assert!(lists[1].is_empty());
}
