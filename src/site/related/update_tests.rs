use proptest::prelude::*;

use super::corpus::Dice;
use super::state::{Limits, State};
use super::update::update_within;
use super::*;

/// An article of which every edit changes something.
#[derive(Debug, Clone)]
struct Article {
    key: u128,
    /// Stems with their frequency.
    words: Vec<(u32, u32)>,
    tags: Vec<u64>,
    group: u32,
    day: Option<i32>,
    eligible: bool,
}

/// So near that lists are cut, searches end early and articles are left out of a comparison.
const NEAR: Limits = Limits { read: 40, list: 7, compared: 6 };

/// A word out of few, the small numbers more often.
fn word(dice: &mut Dice) -> u32 {
    (dice.below(90) * dice.below(90) / 90) as u32
}

fn article(dice: &mut Dice, key: u128) -> Article {
    let words = (0..dice.below(25)).map(|_| (word(dice), 1 + dice.below(5) as u32)).collect();
    Article {
        key,
        words,
        tags: (0..dice.below(4)).map(|_| dice.below(12) as u64).collect(),
        group: u32::from(dice.below(6) == 0),
        day: (dice.below(8) > 0).then(|| dice.below(40) as i32 * 60),
        eligible: dice.below(8) > 0,
    }
}

impl Article {
    fn terms(&self) -> Terms {
        let mut words = self.words.clone();
        words.sort_unstable();
        words.dedup_by_key(|(word, _)| *word);
        let stem = |word: u32| word.wrapping_mul(0x9e37_79b9).rotate_left(7);
        let mut terms: Vec<(u32, u8)> = words
            .iter()
            .map(|&(word, frequency)| (stem(word), crate::content::terms::damped(frequency)))
            .collect();
        terms.sort_unstable();
        let named = terms.iter().filter(|(_, weight)| *weight > 8).map(|&(stem, _)| stem).collect();
        Terms {
            words: 0,
            stems: terms.iter().map(|&(stem, _)| stem).collect(),
            weights: terms.iter().map(|&(_, weight)| weight).collect(),
            named,
            ..Terms::default()
        }
    }
}

/// Changes one thing; gives the keys of the articles whose text is another.
fn edit(site: &mut Vec<Article>, dice: &mut Dice) -> Vec<u128> {
    let kind = dice.below(12);
    if kind == 0 || site.is_empty() {
        let key = 1 + site.iter().map(|article| article.key).max().unwrap_or(0);
        let at = dice.below(site.len() + 1);
        site.insert(at, article(dice, key));
        return vec![key];
    }
    let at = dice.below(site.len());
    let this = &mut site[at];
    match kind {
        1 => drop(site.remove(at)),
        2 => this.tags = (0..dice.below(4)).map(|_| dice.below(12) as u64).collect(),
        3 => this.day = (dice.below(8) > 0).then(|| dice.below(40) as i32 * 60),
        4 => this.eligible = !this.eligible,
        5 => this.group = 1 - this.group.min(1),
        6 => {
            // Another body.
            let new = article(dice, this.key);
            this.words = new.words;
            return vec![this.key];
        }
        7 => return Vec::new(),
        8 => {
            // A date and a text at once.
            this.day = Some(dice.below(2400) as i32);
            this.words.push((word(dice), 3));
            return vec![this.key];
        }
        9 => {
            // A word that nobody has.
            this.words.push((1000 + dice.below(1000) as u32, 1));
            return vec![this.key];
        }
        _ => {
            if !this.words.is_empty() && dice.below(2) == 0 {
                let place = dice.below(this.words.len());
                this.words.remove(place);
            }
            this.words.push((word(dice), 1 + dice.below(3) as u32));
            return vec![this.key];
        }
    }
    Vec::new()
}

fn candidates<'a>(site: &'a [Article], terms: &'a [Terms]) -> Vec<Candidate<'a>> {
    let candidate = |(article, terms): (&'a Article, &'a Terms)| Candidate {
        key: article.key,
        terms: Some(terms),
        tags: &article.tags,
        group: article.group,
        day: article.day,
        eligible: article.eligible,
    };
    site.iter().zip(terms).map(candidate).collect()
}

/// Edits a site of `articles` again and again; gives how many were searched for in all, and how many there were.
fn edits(seed: u64, articles: usize, edits: usize, limits: Limits) -> (usize, usize) {
    let mut dice = Dice(seed * 2 + 1);
    dice.next();
    let mut site: Vec<Article> =
        (0..articles).map(|at| article(&mut dice, 1 + at as u128)).collect();
    let terms: Vec<Terms> = site.iter().map(Article::terms).collect();
    let mut state = State::rank_within(&candidates(&site, &terms), 3, limits).1;
    let (mut searched, mut all) = (0, 0);
    for number in 0..edits {
        let mut others = Vec::new();
        for _ in 0..1 + dice.below(4) / 3 {
            others.extend(edit(&mut site, &mut dice));
        }
        let terms: Vec<Terms> = site.iter().map(Article::terms).collect();
        let mut brought = candidates(&site, &terms);
        let (lists, _) = State::rank_within(&brought, 3, limits);
        for candidate in &mut brought {
            if !others.contains(&candidate.key) && number % 5 != 4 {
                candidate.terms = None;
            }
        }
        let update = update_within(&state, &brought, 3, limits).expect("all are known");
        assert_eq!(update.lists, lists, "edit {number} of {seed}");
        searched += update.searched;
        all += site.len();
        if let Some(new) = update.state {
            state = State::from_bytes(&new.to_bytes()).expect("a state");
            assert_eq!(state, new);
        }
    }
    (searched, all)
}

#[test]
fn after_any_edit_the_lists_are_those_of_a_new_ranking() {
    let (mut searched, mut all) = (0, 0);
    for seed in 0..12 {
        let (some, of) = edits(seed, 150 + 3 * seed as usize, 30, NEAR);
        (searched, all) = (searched + some, all + of);
    }
    assert!(searched * 2 < all, "{searched} of {all} were searched for again");
}

#[test]
fn the_only_tag_of_an_article_can_go() {
    // Found by chance: the sum of its tags was that of none.
    edits(638_424_772, 78, 30, Limits { read: 0, list: 1, compared: 3 });
}

#[test]
fn at_the_usual_limits_too() {
    for seed in 100..102 {
        edits(seed, 230, 30, Limits::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn sites_of_any_size_and_limits_of_any_kind(
        seed in any::<u32>(), articles in 0usize..90, read in 0u32..120, list in 1u32..12, compared in 3u32..9,
    ) {
        edits(u64::from(seed), articles, 30, Limits { read, list, compared });
    }
}

#[test]
fn nothing_changed_searches_nothing() {
    let mut dice = Dice(5);
    let site: Vec<Article> = (0..200).map(|at| article(&mut dice, at)).collect();
    let terms: Vec<Terms> = site.iter().map(Article::terms).collect();
    let mut candidates = candidates(&site, &terms);
    let (lists, state) = State::rank(&candidates, 5);
    candidates.iter_mut().for_each(|candidate| candidate.terms = None);
    let same = update(&state, &candidates, 5).expect("all are known");
    assert_eq!((same.searched, &same.lists), (0, &lists));
    assert_eq!(same.state, None);
    // Another length of the lists, or an order that another sort of paths gave, is a new ranking.
    assert_eq!(update(&state, &candidates, 4).expect("all are known").searched, 200);
    candidates.reverse();
    let turned = update(&state, &candidates, 5).expect("all are known");
    candidates.iter_mut().rev().zip(&terms).for_each(|(c, terms)| c.terms = Some(terms));
    assert_eq!(turned.lists, rank(&candidates, 5));
    candidates[0].key = 1000;
    candidates[0].terms = None;
    assert!(update(&state, &candidates, 5).is_none(), "nobody knows its terms");
}

#[test]
fn damaged_bytes_are_no_state() {
    let mut dice = Dice(9);
    let site: Vec<Article> = (0..40).map(|at| article(&mut dice, at)).collect();
    let terms: Vec<Terms> = site.iter().map(Article::terms).collect();
    let candidates = candidates(&site, &terms);
    let good = State::rank(&candidates, 5).1.to_bytes();
    assert!(State::from_bytes(&good).is_some());
    let none = State::rank(&[], 5).1;
    assert_eq!(State::from_bytes(&none.to_bytes()), Some(none));
    for end in (0..good.len()).step_by(7) {
        assert_eq!(State::from_bytes(&good[..end]), None);
    }
    for _ in 0..2000 {
        let mut bad = good.clone();
        let at = dice.below(bad.len());
        bad[at] ^= 1 << dice.below(8);
        assert_eq!(State::from_bytes(&bad), None);
        // Even with a sum that fits it does no harm.
        let end = bad.len() - 8;
        let sum = bytes::checksum(&bad[..end]);
        bad[end..].copy_from_slice(&sum.to_le_bytes());
        if let Some(state) = State::from_bytes(&bad) {
            let without: Vec<Candidate<'_>> =
                candidates.iter().map(|c| Candidate { terms: None, ..*c }).collect();
            let _ = update(&state, &without, 5);
            let _ = update(&state, &candidates[1..], 5);
        }
    }
}
