use super::*;

fn terms(language: &str, body: &str) -> Terms {
    Analyzer::new().analyze(language, &Text { body, ..Text::default() })
}
#[test]
fn smoke() {
    let t = terms("en", "Pipelines and a pipeline: the EU's gas, Russia’s gas.");
    assert_eq!(t.words, 9);
    let p = stem_hash("pipelin");
    assert_eq!(t.name(p), Some("pipeline"));
}
