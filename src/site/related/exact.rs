//! The plain definition of the ranking: every article compared with every other.
//!
//! Slow by design, and written without the tricks of the index: the tests hold the fast way against it.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::{Candidate, LEAST_SCORE, TAG_WEIGHT, length, rarity, recency, score, term_rarity};

/// A dimension of the vectors: a tag, or a stem.
type Dimension = (bool, u64);

/// The best `count` for each article of `of`: candidate and score in thousandths. Time grows with the product
/// of `of` and `candidates`.
pub fn exact(candidates: &[Candidate<'_>], of: &[usize], count: usize) -> Vec<Vec<(u32, u16)>> {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        groups.entry(candidate.group).or_default().push(at);
    }
    let mut lists = vec![Vec::new(); of.len()];
    for members in groups.values() {
        let vectors = vectors(candidates, members);
        for (list, &this) in lists.iter_mut().zip(of) {
            if let Some(vector) = vectors.get(&this) {
                *list = best(candidates, &vectors, this, vector, count);
            }
        }
    }
    lists
}

/// The weights of one article, and the length of that vector.
struct Vector {
    /// Ascending by dimension.
    weights: Vec<(Dimension, u64)>,
    length: f64,
}

fn vectors(candidates: &[Candidate<'_>], members: &[usize]) -> BTreeMap<usize, Vector> {
    let mut frequencies: BTreeMap<Dimension, usize> = BTreeMap::new();
    let all = members.iter().filter(|&&at| candidates[at].eligible).count();
    for &at in members.iter().filter(|&&at| candidates[at].eligible) {
        for dimension in raw(&candidates[at]).into_keys() {
            *frequencies.entry(dimension).or_default() += 1;
        }
    }
    let vector = |&at: &usize| {
        let mut weights = raw(&candidates[at]);
        for (dimension, weight) in &mut weights {
            let articles = frequencies.get(dimension).copied().unwrap_or(0);
            let rarity =
                if dimension.0 { rarity(articles, all) } else { term_rarity(articles, all) };
            *weight *= u64::from(rarity);
        }
        let squares = weights.values().map(|weight| weight * weight).sum();
        (at, Vector { weights: weights.into_iter().collect(), length: length(squares) })
    };
    members.iter().map(vector).collect()
}

fn raw(candidate: &Candidate<'_>) -> BTreeMap<Dimension, u64> {
    let terms = candidate.terms.into_iter().flat_map(|terms| terms.iter());
    let terms = terms.map(|(stem, weight)| ((false, u64::from(stem)), u64::from(weight)));
    terms.chain(candidate.tags.iter().map(|&tag| ((true, tag), u64::from(TAG_WEIGHT)))).collect()
}

fn best(
    candidates: &[Candidate<'_>],
    vectors: &BTreeMap<usize, Vector>,
    this: usize,
    vector: &Vector,
    count: usize,
) -> Vec<(u32, u16)> {
    let mut list: Vec<(u32, u16)> = Vec::new();
    for (&other, theirs) in vectors {
        if other == this || !candidates[other].eligible {
            continue;
        }
        let product = product(&vector.weights, &theirs.weights);
        let recency = recency(candidates[this].day, candidates[other].day);
        let score = score(product, (vector.length, theirs.length), recency);
        if score >= LEAST_SCORE {
            list.push((other as u32, score));
        }
    }
    list.sort_by_key(|&(other, score)| {
        (Reverse(score), Reverse(candidates[other as usize].day), other)
    });
    list.truncate(count);
    list
}

/// The sum over the dimensions that both have.
fn product(mut a: &[(Dimension, u64)], mut b: &[(Dimension, u64)]) -> u64 {
    let mut sum = 0;
    while let (Some((first, rest)), Some((other, others))) = (a.split_first(), b.split_first()) {
        match first.0.cmp(&other.0) {
            Ordering::Less => a = rest,
            Ordering::Greater => b = others,
            Ordering::Equal => {
                sum += first.1 * other.1;
                (a, b) = (rest, others);
            }
        }
    }
    sum
}
