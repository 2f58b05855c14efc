//! A made-up archive for tests and measurements: words and topics follow Zipf's law, as those of a real one do.

use crate::content::terms::{Analyzer, Terms, Text};

use crate::site::related::Candidate;

/// Numbers that look random and are the same everywhere (xorshift*).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn share(&mut self) -> f64 {
        self.below(1 << 30) as f64 / (1u64 << 30) as f64
    }
}

/// Numbers from 0 on, the greater the rarer.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(size: usize, shift: f64, power: f64) -> Self {
        let mut sum = 0.0;
        Zipf(
            (0..size)
                .map(|n| {
                    sum += 1.0 / (n as f64 + shift).powf(power);
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, dice: &mut Dice) -> usize {
        let end = self.0.last().copied().unwrap_or(0.0);
        let at = dice.share() * end;
        self.0.partition_point(|&sum| sum <= at).min(self.0.len() - 1)
    }
}

/// One made-up article.
pub struct Draft {
    pub title: String,
    pub description: String,
    pub topics: Vec<u64>,
    pub body: String,
    pub day: i32,
}

/// The archive: words, and the words that each topic prefers.
pub struct Corpus {
    words: Vec<String>,
    topics: Vec<Vec<usize>>,
    word: Zipf,
    topic: Zipf,
}

pub const TOPICS: usize = 240;

impl Corpus {
    pub fn new(size: usize) -> Self {
        const SYLLABLES: &str = "ba be bi bo da de di do fa fe ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe \
            po ra re ri ro sa se si so ta te ti to va ve vi za zo tra pre con sta gri pla";
        let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
        let mut dice = Dice(7);
        let mut words = std::collections::BTreeSet::new();
        while words.len() < size {
            let length = [2, 2, 3, 3, 4][dice.below(5)];
            words.insert(
                (0..length).map(|_| syllables[dice.below(syllables.len())]).collect::<String>(),
            );
        }
        let mut words: Vec<String> = words.into_iter().collect();
        for at in (1..words.len()).rev() {
            words.swap(at, dice.below(at + 1));
        }
        let topics =
            (0..TOPICS).map(|_| (0..60).map(|_| 400 + dice.below(size - 400)).collect()).collect();
        Corpus {
            words,
            topics,
            word: Zipf::new(size, 2.7, 1.05),
            topic: Zipf::new(TOPICS, 3.0, 1.0),
        }
    }

    pub fn word(&self, dice: &mut Dice, topics: &[u64]) -> &str {
        let at = if dice.below(4) == 0 {
            let words = &self.topics[topics[dice.below(topics.len())] as usize];
            words[dice.below(words.len())]
        } else {
            self.word.draw(dice)
        };
        &self.words[at]
    }

    fn text(&self, dice: &mut Dice, topics: &[u64], length: usize) -> String {
        let mut text = String::with_capacity(length * 8);
        let mut left = 0;
        for _ in 0..length {
            if left == 0 {
                left = 8 + dice.below(16);
                text.push_str(if text.is_empty() { "" } else { ". " });
            } else {
                text.push(' ');
            }
            left -= 1;
            text.push_str(self.word(dice, topics));
        }
        text
    }

    /// The article with the number `at` of an archive of `all`.
    pub fn article(&self, at: usize, all: usize, words: usize) -> Draft {
        let mut dice = Dice(0x9e37_79b9 * (at as u64 + 1));
        dice.next();
        let mut topics: Vec<u64> =
            (0..2 + dice.below(4)).map(|_| self.topic.draw(&mut dice) as u64).collect();
        topics.sort_unstable();
        topics.dedup();
        let length = words / 2 + dice.below(words + 1);
        Draft {
            title: self.text(&mut dice, &topics, 6),
            description: self.text(&mut dice, &topics, 14),
            body: self.text(&mut dice, &topics, length),
            topics,
            day: 15_340 + (at * 4600 / all) as i32,
        }
    }
}

impl Draft {
    pub fn terms(&self, analyzer: &mut Analyzer) -> Terms {
        let tags: Vec<String> = self.topics.iter().map(|topic| format!("topic{topic}x")).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let text = Text {
            title: &self.title,
            description: &self.description,
            tags: &tags,
            body: &self.body,
        };
        analyzer.analyze("en", &text)
    }

    pub fn candidate<'a>(&'a self, terms: &'a Terms) -> Candidate<'a> {
        Candidate {
            key: 0,
            terms: Some(terms),
            tags: &self.topics,
            group: 0,
            day: Some(self.day),
            eligible: true,
        }
    }
}
