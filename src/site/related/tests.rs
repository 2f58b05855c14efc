use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::corpus::{Corpus, Dice, Draft};
use super::*;
use crate::content::terms::{Analyzer, Text, stem_hash};

/// An article as a test writes it.
#[derive(Clone, Copy)]
struct Article {
    title: &'static str,
    tags: &'static [&'static str],
    body: &'static str,
    language: &'static str,
    day: Option<i32>,
    eligible: bool,
}

const ARTICLE: Article =
    Article { title: "", tags: &[], body: "", language: "en", day: None, eligible: true };

/// An article without a word.
const NOTHING: Candidate<'static> =
    Candidate { key: 0, terms: None, tags: &[], group: 0, day: None, eligible: true };

/// The tags of [`lists`] by number.
const TAGS: [&str; 4] = ["Energy", "Elections", "Trade", "Suez"];

fn terms_of(articles: &[Article]) -> Vec<Terms> {
    let mut analyzer = Analyzer::new();
    articles
        .iter()
        .map(|a| {
            let text = Text { title: a.title, tags: a.tags, body: a.body, description: "" };
            analyzer.analyze(a.language, &text)
        })
        .collect()
}

fn lists_of(articles: &[Article], terms: &[Terms]) -> Vec<Vec<Related>> {
    let number = |tag: &str| TAGS.iter().position(|known| *known == tag).unwrap() as u64;
    let tags: Vec<Vec<u64>> =
        articles.iter().map(|a| a.tags.iter().map(|tag| number(tag)).collect()).collect();
    let candidates: Vec<Candidate<'_>> = articles
        .iter()
        .zip(terms)
        .zip(&tags)
        .map(|((a, terms), tags)| {
            let group = u32::from(a.language == "fr");
            Candidate { key: 0, terms: Some(terms), tags, group, day: a.day, eligible: a.eligible }
        })
        .collect();
    let lists = rank(&candidates, 5);
    let of: Vec<usize> = (0..candidates.len()).collect();
    let plain: Vec<Vec<(u32, u16)>> =
        lists.iter().map(|list| list.iter().map(|r| (r.index, r.score)).collect()).collect();
    assert_eq!(plain, exact(&candidates, &of, 5), "a small site is ranked exactly");
    lists
}

/// The lists as indexes.
fn lists(articles: &[Article]) -> Vec<Vec<u32>> {
    let lists = lists_of(articles, &terms_of(articles));
    lists.iter().map(|list| list.iter().map(|related| related.index).collect()).collect()
}

const REAL: [Article; 11] = [
    Article {
        title: "Who pays for the southern gas pipeline",
        body: "The consortium wants transit fees that cover the compressors. Gas from the Caspian fields reaches \
            the coast only if the pipeline is filled, and the governments along the route ask for a share of it.",
        ..ARTICLE
    },
    Article {
        title: "A canal through the isthmus",
        body: "Engineers dredge the canal by night. Each ship that passes pays a toll by its tonnage, and the \
            pilots decide how many convoys can sail between the two locks before dawn.",
        ..ARTICLE
    },
    Article {
        title: "Counting the votes in the capital",
        body: "Observers saw ballot boxes without seals. The electoral commission says that the turnout in the \
            second round was higher than in the first, and the opposition wants the votes counted again.",
        ..ARTICLE
    },
    Article {
        title: "Transit fees and empty pipes",
        body: "When the gas does not flow, the transit country loses its fees. The pipelines were built for twice \
            the volume, and the compressors stand still while the fields of the Caspian burn what they cannot sell.",
        ..ARTICLE
    },
    Article {
        title: "The pilots of the canal go on strike",
        body: "Convoys wait at both locks. The pilots ask for more rest, the canal authority points to the tolls \
            that it loses with each ship that sails around the cape instead.",
        ..ARTICLE
    },
    Article {
        title: "An election without observers",
        body: "The commission refused to accredit foreign observers. Ballots were printed abroad, the turnout is \
            in doubt, and voters in the provinces found the boxes sealed before the voting began.",
        ..ARTICLE
    },
    Article {
        title: "Bread prices and the harvest",
        body: "Drought took a third of the wheat. Bakers in the north buy flour on credit, and the ministry has \
            opened the grain reserve for the second winter running.",
        ..ARTICLE
    },
    Article {
        title: "What wheat costs the treasury",
        body: "The grain reserve is bought dear and sold cheap. After the drought the ministry paid for flour \
            abroad, and bakers still ask for credit.",
        ..ARTICLE
    },
    Article {
        title: "Qui paie le gazoduc du sud",
        body: "Le consortium veut des droits de transit. Le gaz de la Caspienne passe par le gazoduc si les \
            compresseurs tournent.",
        language: "fr",
        ..ARTICLE
    },
    Article {
        title: "Les élections sans observateurs",
        body: "La commission électorale a refusé les observateurs, et l’opposition demande un nouveau décompte.",
        language: "fr",
        ..ARTICLE
    },
    Article {
        title: "Des gazoducs vides",
        body: "Sans gaz de la Caspienne, les compresseurs s’arrêtent et le pays de transit perd ses droits.",
        language: "fr",
        ..ARTICLE
    },
];

#[test]
fn articles_on_one_subject_find_each_other() {
    let lists = lists(&REAL);
    let first: Vec<Option<u32>> = lists.iter().map(|list| list.first().copied()).collect();
    let expected = [3, 4, 5, 0, 1, 2, 7, 6].map(Some);
    assert_eq!(first[..8], expected, "{lists:?}");
    assert_eq!([first[8], first[10]], [Some(10), Some(8)]);
}

#[test]
fn another_language_never_relates() {
    let lists = lists(&REAL);
    assert!(lists[..8].iter().flatten().all(|&index| index < 8));
    assert!(lists[8..].iter().flatten().all(|&index| index >= 8));
    // Not even with the very same words.
    let same = Article { body: "Gazoduc consortium compresseur transit", ..ARTICLE };
    assert_eq!(self::lists(&[same, Article { language: "fr", ..same }]), [[], []] as [[u32; 0]; 2]);
}

#[test]
fn a_draft_has_a_list_but_stands_in_none() {
    let mut articles = REAL.to_vec();
    articles.push(REAL[0]);
    articles[3].eligible = false;
    let lists = lists(&articles);
    assert!(lists.iter().flatten().all(|&index| index != 3));
    assert_eq!(lists[3], [0, 11]);
    // Nor does it make a word known: only published articles say what others share.
    articles.pop();
    assert!(self::lists(&articles)[3].is_empty());
}

#[test]
fn an_article_is_not_related_to_itself() {
    for (at, list) in lists(&REAL).iter().enumerate() {
        assert!(!list.contains(&(at as u32)));
    }
}

#[test]
fn of_equal_texts_the_newer_comes_first() {
    let text = Article { body: REAL[0].body, ..ARTICLE };
    let dated = |day| Article { day, ..text };
    let articles =
        [dated(Some(4000)), dated(None), dated(Some(3000)), dated(Some(9000)), dated(Some(4001))];
    assert_eq!(
        lists(&articles)[0],
        [3, 4, 1, 2],
        "years apart count, then days; no date is neutral"
    );
    let same_day = [dated(Some(7)), dated(Some(7)), dated(Some(7))];
    assert_eq!(lists(&same_day), [[1, 2], [0, 2], [0, 1]], "then the order that the caller gives");
}

#[test]
fn a_much_better_match_wins_over_a_newer_article() {
    let mut articles = REAL;
    for (at, article) in articles.iter_mut().enumerate() {
        article.day = Some(16_000 + at as i32);
    }
    articles[3].day = Some(0);
    articles[4].day = Some(30_000);
    assert_eq!(lists(&articles)[0].first(), Some(&3));
}

#[test]
fn reasons_name_tags_and_terms() {
    let mut articles = REAL;
    articles[0].tags = &["Energy", "Trade"];
    articles[3].tags = &["Energy"];
    articles[1].tags = &["Trade"];
    let terms = terms_of(&articles);
    let lists = lists_of(&articles, &terms);
    let related = &lists[0][0];
    assert_eq!(related.index, 3);
    assert_eq!(related.why.len(), MOST_REASONS);
    assert!(
        related.why.contains(&Why::Tag(0)) && !related.why.contains(&Why::Tag(2)),
        "{:?}",
        related.why
    );
    let named: Vec<&str> = related
        .why
        .iter()
        .filter_map(|why| match why {
            Why::Tag(_) => None,
            Why::Term(stem) => terms[0].name(*stem).or_else(|| terms[3].name(*stem)),
        })
        .collect();
    assert_eq!(named.len(), related.why.iter().filter(|why| matches!(why, Why::Term(_))).count());
    assert!(named.contains(&"gas") || named.contains(&"transit"), "{named:?}");
    assert!((0.0..=1.0).contains(&related.share()));
}

#[test]
fn a_rare_tag_relates_more_than_a_common_one() {
    let bodies = [
        "alpha beta",
        "gamma delta",
        "epsilon zeta",
        "theta iota",
        "kappa lambda",
        "omicron sigma",
    ];
    let mut articles = bodies.map(|body| Article { body, tags: &["Energy"], ..ARTICLE });
    articles[0].tags = &["Energy", "Suez"];
    articles[4].tags = &["Energy", "Suez"];
    assert_eq!(lists(&articles)[0][0], 4);
}

#[test]
fn rarity_goes_in_powers_of_two() {
    assert_eq!(
        [2, 3, 4, 7, 8, 15, 1000].map(|articles| rarity(articles, 1000)),
        [9, 9, 8, 8, 7, 7, 1]
    );
    assert_eq!([0, 1].map(|articles| rarity(articles, 1000)), [0, 0]);
    assert_eq!([62, 63, 64, 500].map(|articles| term_rarity(articles, 1000)), [5, 5, 0, 0]);
    assert_eq!(term_rarity(15, 15), 1, "a small site keeps all its words");
    assert_eq!(term_rarity(5, 2), 1);
    assert_eq!(TAG_WEIGHT, crate::content::terms::damped(8));
}

#[test]
fn age_counts_in_whole_years_up_to_eight() {
    assert_eq!(recency(Some(0), Some(364)), 72);
    assert_eq!(recency(Some(0), Some(365)), 73);
    assert_eq!(recency(Some(365), Some(0)), 71);
    assert_eq!([recency(None, Some(9999)), recency(Some(1), None)], [72, 72]);
    assert_eq!(
        [recency(Some(i32::MIN), Some(i32::MAX)), recency(Some(i32::MAX), Some(i32::MIN))],
        [80, 64]
    );
}

/// An archive of 2,000 articles that several tests share.
struct Archive {
    corpus: Corpus,
    drafts: Vec<Draft>,
    terms: Vec<Terms>,
}

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| {
    let corpus = Corpus::new(12_000);
    let drafts: Vec<Draft> = (0..2000).map(|at| corpus.article(at, 2000, 120)).collect();
    let mut analyzer = Analyzer::new();
    let terms = drafts.iter().map(|draft| draft.terms(&mut analyzer)).collect();
    Archive { corpus, drafts, terms }
});

impl Archive {
    fn candidates<'a>(&'a self, terms: &'a [Terms]) -> Vec<Candidate<'a>> {
        self.drafts.iter().zip(terms).map(|(draft, terms)| draft.candidate(terms)).collect()
    }
}

/// The share of the exact best five that are among ours.
fn agreement(candidates: &[Candidate<'_>], of: &[usize]) -> f64 {
    let lists = rank(candidates, 5);
    let (mut found, mut all) = (0, 0);
    let best: Vec<_> = of.par_chunks(50).flat_map_iter(|of| exact(candidates, of, 5)).collect();
    for (&at, best) in of.iter().zip(&best) {
        let ours: BTreeSet<u32> = lists[at].iter().map(|related| related.index).collect();
        found += best.iter().filter(|(index, _)| ours.contains(index)).count();
        all += best.len();
    }
    f64::from(found as u32) / f64::from(all as u32)
}

#[test]
fn the_best_five_agree_with_the_exact_ranking() {
    let candidates = ARCHIVE.candidates(&ARCHIVE.terms);
    let of: Vec<usize> = (0..2000).step_by(10).collect();
    let agreement = agreement(&candidates, &of);
    assert!(agreement >= 0.95, "{agreement}");
}

#[test]
fn the_best_five_agree_among_long_articles() {
    let corpus = Corpus::new(12_000);
    let drafts: Vec<Draft> = (0..2_000).map(|at| corpus.article(at, 2_000, 1000)).collect();
    let mut analyzer = Analyzer::new();
    let terms: Vec<Terms> = drafts.iter().map(|draft| draft.terms(&mut analyzer)).collect();
    let candidates: Vec<Candidate<'_>> =
        drafts.iter().zip(&terms).map(|(d, t)| d.candidate(t)).collect();
    let agreement = agreement(&candidates, &(0..2_000).step_by(25).collect::<Vec<_>>());
    assert!(agreement >= 0.95, "{agreement}");
}

#[test]
fn one_edit_changes_few_lists() {
    let before = rank(&ARCHIVE.candidates(&ARCHIVE.terms), 5);
    let mut analyzer = Analyzer::new();
    let mut dice = Dice(99);
    let mut changed = 0;
    let mut own = 0;
    for edit in 0..20 {
        let at = dice.below(2000);
        let draft = &ARCHIVE.drafts[at];
        let mut words: Vec<&str> = draft.body.split(' ').collect();
        let place = dice.below(words.len());
        // A typo, a word that the author knows, a word left out.
        let typo = format!("{}xq", words[place].trim_end_matches('.'));
        match edit % 3 {
            0 => words[place] = &typo,
            1 => words[place] = ARCHIVE.corpus.word(&mut dice, &draft.topics),
            _ => drop(words.remove(place)),
        }
        let edited = Draft {
            title: draft.title.clone(),
            description: draft.description.clone(),
            topics: draft.topics.clone(),
            body: words.join(" "),
            day: draft.day,
        };
        let mut terms = ARCHIVE.terms.clone();
        terms[at] = edited.terms(&mut analyzer);
        let after = rank(&ARCHIVE.candidates(&terms), 5);
        changed += before.iter().zip(&after).filter(|(before, after)| before != after).count();
        own += usize::from(before[at] != after[at]);
    }
    let share = changed as f64 / (20.0 * 2000.0);
    assert!(share < 0.005, "{share}: {changed} lists in 20 edits, {own} of the edited articles");
    assert!(changed > 0, "an edit that matters is seen");
}

#[test]
fn threads_and_order_change_nothing() {
    let candidates = ARCHIVE.candidates(&ARCHIVE.terms);
    let run = |threads: usize, candidates: &[Candidate<'_>]| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| rank(candidates, 5))
    };
    let lists = run(1, &candidates);
    assert_eq!(run(3, &candidates), lists);
    let backwards: Vec<Candidate<'_>> = candidates.iter().rev().copied().collect();
    let last = candidates.len() as u32 - 1;
    for (at, list) in run(2, &backwards).into_iter().rev().enumerate() {
        let list: Vec<Related> =
            list.into_iter().map(|r| Related { index: last - r.index, ..r }).collect();
        assert_eq!(list, lists[at]);
    }
}

#[test]
fn nothing_comes_of_nothing() {
    assert!(rank(&[], 5).is_empty());
    assert_eq!(lists(&[ARTICLE]), [[]] as [[u32; 0]; 1]);
    assert_eq!(lists(&[ARTICLE, ARTICLE, REAL[0]]), [[], [], []] as [[u32; 0]; 3]);
    let terms = terms_of(&REAL);
    let candidates: Vec<Candidate<'_>> =
        terms.iter().map(|terms| Candidate { terms: Some(terms), ..NOTHING }).collect();
    assert_eq!(rank(&candidates, 0), vec![Vec::new(); REAL.len()]);
    assert!(rank(&candidates, usize::MAX).iter().all(|list| list.len() < REAL.len()));
}

#[test]
fn ten_thousand_equal_articles_are_not_compared_pair_by_pair() {
    let terms = terms_of(&REAL[..1]);
    let equal =
        |at: i32| Candidate { terms: Some(&terms[0]), tags: &[1, 2, 1], day: Some(at), ..NOTHING };
    let candidates: Vec<Candidate<'_>> = (0..10_000).map(equal).collect();
    let (lists, state) = State::rank(&candidates, 5);
    assert!((0..state.names.len()).all(|term| state.list(term).len() <= 512));
    let newest = |list: &[Related]| list.iter().map(|related| related.index).collect::<Vec<_>>();
    assert_eq!(newest(&lists[0]), [9999, 9998, 9997, 9996, 9995]);
    assert_eq!(lists[0][0].why, [Why::Tag(1), Why::Tag(2)]);
}

#[test]
fn damaged_terms_do_no_harm() {
    let stems: Box<[u32]> = [9, 3, 3, u32::MAX, 0].into();
    let damaged = Terms {
        words: 1,
        stems,
        weights: [1, 0].into(),
        named: [3, 3].into(),
        names: "x".into(),
        ..Terms::default()
    };
    let candidate = Candidate { terms: Some(&damaged), ..NOTHING };
    assert_eq!(rank(&[candidate, candidate, candidate], 5).len(), 3);
    assert_eq!(damaged.name(stem_hash("x")), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_site_is_ranked_as_defined(
        articles in prop::collection::vec(
            (prop::collection::vec(0u32..40, 0..12), prop::collection::vec(0u64..5, 0..4), 0u32..2,
             prop::option::of(any::<i32>()), any::<bool>()), 0..40),
        count in 0usize..7,
    ) {
        let terms: Vec<Terms> = articles
            .iter()
            .map(|(stems, ..)| {
                let stems: BTreeSet<u32> = stems.iter().map(|stem| stem.wrapping_mul(0x9e37_79b9)).collect();
                let weights = stems.iter().map(|stem| 8 + (stem >> 28) as u8).collect();
                Terms { words: 0, stems: stems.into_iter().collect(), weights, ..Terms::default() }
            })
            .collect();
        let candidates: Vec<Candidate<'_>> = articles
            .iter()
            .zip(&terms)
            .map(|((_, tags, group, day, eligible), terms)| {
                Candidate { key: 0, terms: Some(terms), tags, group: *group, day: *day, eligible: *eligible }
            })
            .collect();
        let of: Vec<usize> = (0..candidates.len()).collect();
        let lists = rank(&candidates, count);
        for (list, exact) in lists.iter().zip(exact(&candidates, &of, count)) {
            let list: Vec<(u32, u16)> = list.iter().map(|r| (r.index, r.score)).collect();
            prop_assert_eq!(list, exact);
        }
    }
}
