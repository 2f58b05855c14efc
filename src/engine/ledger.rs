//! What the outputs of the last build read, and whether they would be told the same again.
//!
//! The ledger holds each question once, by name, with the fingerprint of its answer, and for each output the
//! numbers of its questions. An output is current when the key of the ledger is the same and every one of its
//! questions, asked again, has the same answer (design: `docs/incremental.md`).

use std::hash::Hash;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Fingerprint;
use super::bytes::{self, Input};

/// Reads of outputs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Fingerprint of what every output depends on.
    pub key: Fingerprint,
    questions: Vec<Known>,
    outputs: FxHashMap<Box<str>, Entry>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub name: Box<str>,
    pub answer: Fingerprint,
    /// The answer in a few words, for people.
    pub told: Box<str>,
}

/// What is known of one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is: another kind of output at the same path is another output.
    pub what: Fingerprint,
    /// BLAKE3 of its bytes.
    pub hash: [u8; 32],
    /// Numbers of its questions, ascending.
    reads: Box<[u32]>,
    /// Files that its making called into being, by their path in the output folder.
    pub products: Box<[Box<str>]>,
}

/// Why an output has to be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It was not made by the last build.
    New,
    /// Something that everything depends on is different.
    Key,
    /// These questions have other answers: the old one, and the new fingerprint.
    Reads(Vec<(Known, Fingerprint)>),
}

/// The questions of a ledger, asked again.
#[derive(Debug)]
pub struct Answers {
    now: Vec<Fingerprint>,
    has_key: bool,
}

impl Ledger {
    pub fn new(key: Fingerprint) -> Ledger {
        Ledger { key, ..Ledger::default() }
    }

    /// How many outputs it knows.
    pub fn len(&self) -> usize {
        self.outputs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty()
    }

    /// Asks every question again, on the present rayon pool.
    pub fn ask(&self, key: Fingerprint, answer: impl Fn(&str) -> Fingerprint + Sync) -> Answers {
        let ask = |known: &Known| answer(&known.name);
        let has_key = self.key == key;
        let now = if has_key {
            self.questions.par_iter().with_min_len(256).map(ask).collect()
        } else {
            Vec::new()
        };
        Answers { now, has_key }
    }

    /// What is known of an output that is current.
    pub fn current(&self, path: &str, what: Fingerprint, answers: &Answers) -> Option<&Entry> {
        let entry = self.outputs.get(path).filter(|entry| answers.has_key && entry.what == what)?;
        let is_same = |read: &u32| {
            let number = *read as usize;
            self.questions
                .get(number)
                .is_some_and(|old| answers.now.get(number) == Some(&old.answer))
        };
        entry.reads.iter().all(is_same).then_some(entry)
    }

    /// Why an output is not current.
    pub fn why(&self, path: &str, what: Fingerprint, answers: &Answers) -> Option<Stale> {
        let entry = self.outputs.get(path).filter(|entry| entry.what == what);
        let Some(entry) = entry else { return Some(Stale::New) };
        if !answers.has_key {
            return Some(Stale::Key);
        }
        let changed = self.reads(entry).filter_map(|(number, known)| {
            let now = answers.now.get(number).copied().unwrap_or_default();
            (now != known.answer).then(|| (known.clone(), now))
        });
        let changed: Vec<_> = changed.collect();
        (!changed.is_empty()).then_some(Stale::Reads(changed))
    }

    /// What an output read, with the answers.
    pub fn reads_of(&self, path: &str) -> Option<Vec<&Known>> {
        let entry = self.outputs.get(path)?;
        Some(self.reads(entry).map(|(_, known)| known).collect())
    }

    fn reads(&self, entry: &Entry) -> impl Iterator<Item = (usize, &Known)> {
        entry.reads.iter().filter_map(|number| {
            self.questions.get(*number as usize).map(|known| (*number as usize, known))
        })
    }

    /// Paths of all outputs, sorted.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.outputs.keys().map(|path| &**path).collect();
        paths.sort_unstable();
        paths
    }

    /// The ledger of the next build: with the outputs that were kept, by path, and those that were made.
    pub fn renew<Q: Eq + Hash + Send + Sync>(
        mut self,
        key: Fingerprint,
        kept: &FxHashSet<String>,
        made: Vec<(String, Made<Q>)>,
        know: impl Fn(&Q) -> Known + Send + Sync,
    ) -> Ledger {
        if self.key != key {
            self = Ledger::new(key);
        }
        self.outputs.retain(|path, _| kept.contains(&**path));
        self.sweep();
        let mut numbers: FxHashMap<Q, u32> = FxHashMap::default();
        let mut asked: Vec<Q> = Vec::new();
        let first = self.questions.len() as u32;
        for (path, Made { what, hash, reads, products }) in made {
            let mut reads: Box<[u32]> = reads
                .into_iter()
                .map(|question| {
                    let next = first + numbers.len() as u32;
                    *numbers.entry(question).or_insert(next)
                })
                .collect();
            reads.sort_unstable();
            let products = products.into_iter().map(Box::from).collect();
            self.outputs.insert(path.into(), Entry { what, hash, reads, products });
        }
        let mut numbered: Vec<(u32, Q)> =
            numbers.into_iter().map(|(question, number)| (number, question)).collect();
        numbered.sort_unstable_by_key(|(number, _)| *number);
        asked.extend(numbered.into_iter().map(|(_, question)| question));
        self.questions.par_extend(asked.par_iter().with_min_len(256).map(know));
        self
    }

    /// Lets go of questions that no output asks any more, when they are many.
    fn sweep(&mut self) {
        let mut is_used = vec![false; self.questions.len()];
        let reads = self.outputs.values().flat_map(|entry| entry.reads.iter());
        reads.for_each(|number| is_used[*number as usize] = true);
        let used = is_used.iter().filter(|is_used| **is_used).count();
        if used * 4 > self.questions.len() * 3 {
            return;
        }
        let mut next = 0;
        let renumbered: Vec<u32> = is_used
            .iter()
            .map(|is_used| {
                let number = next;
                next += u32::from(*is_used);
                number
            })
            .collect();
        let mut flags = is_used.into_iter();
        self.questions.retain(|_| flags.next().unwrap_or(false));
        // Each entry by itself: the order of the table has no say.
        let reads = self.outputs.values_mut().flat_map(|entry| entry.reads.iter_mut());
        reads.for_each(|number| *number = renumbered[*number as usize]);
    }

    /// The ledger as bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.key.0);
        bytes::put_u32(self.questions.len() as u32, out);
        for Known { name, answer, told } in &self.questions {
            bytes::put_bytes(name.as_bytes(), out);
            out.extend_from_slice(&answer.0);
            bytes::put_bytes(told.as_bytes(), out);
        }
        bytes::put_u32(self.outputs.len() as u32, out);
        let mut outputs: Vec<(&Box<str>, &Entry)> = self.outputs.iter().collect();
        outputs.sort_unstable_by_key(|(path, _)| *path);
        for (path, Entry { what, hash, reads, products }) in outputs {
            bytes::put_bytes(path.as_bytes(), out);
            out.extend_from_slice(&what.0);
            out.extend_from_slice(hash);
            bytes::put_numbers(reads, out);
            bytes::put_u32(products.len() as u32, out);
            products.iter().for_each(|path| bytes::put_bytes(path.as_bytes(), out));
        }
    }

    /// Reads what [`Ledger::write`] wrote.
    pub fn read(input: &[u8]) -> Option<Ledger> {
        let mut input = Input::new(input);
        let key = input.print()?;
        let count = input.count(24)?;
        let mut questions = Vec::with_capacity(count);
        for _ in 0..count {
            let (name, answer) = (input.text()?.into(), input.print()?);
            questions.push(Known { name, answer, told: input.text()?.into() });
        }
        let mut outputs = Vec::new();
        for _ in 0..input.count(60)? {
            let path: Box<str> = input.text()?.into();
            let (what, hash) = (input.print()?, input.array()?);
            let reads = input.numbers()?;
            let products = (0..input.count(4)?).map(|_| input.text().map(Box::from));
            let products = products.collect::<Option<_>>()?;
            outputs.push((path, Entry { what, hash, reads, products }));
        }
        // A number without a question would be somebody's fault, and a panic later.
        let is_known = |number: &u32| (*number as usize) < questions.len();
        let is_sound = outputs.iter().all(|(_, entry)| entry.reads.iter().all(is_known));
        (is_sound && input.is_empty()).then(|| Ledger {
            key,
            questions,
            outputs: outputs.into_iter().collect(),
        })
    }
}

/// An output that was made.
#[derive(Debug)]
pub struct Made<Q> {
    pub what: Fingerprint,
    pub hash: [u8; 32],
    pub reads: Vec<Q>,
    pub products: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Fingerprint = Fingerprint([1; 16]);

    fn answer(text: &str) -> Fingerprint {
        Fingerprint::of(text.as_bytes())
    }

    fn know(name: &&'static str) -> Known {
        Known { name: (*name).into(), answer: answer(name), told: name.to_uppercase().into() }
    }

    const PAGE: Fingerprint = Fingerprint([2; 16]);

    fn made(hash: u8, reads: &[&'static str], products: &[&str]) -> Made<&'static str> {
        let products = products.iter().map(|path| (*path).to_string()).collect();
        Made { what: PAGE, hash: [hash; 32], reads: reads.to_vec(), products }
    }

    fn ledger() -> Ledger {
        let outputs = vec![
            ("a".to_string(), made(1, &["x", "y"], &[])),
            ("b".to_string(), made(2, &["y", "z"], &["p.png"])),
        ];
        Ledger::default().renew(KEY, &FxHashSet::default(), outputs, know)
    }

    #[test]
    fn an_output_is_current_as_long_as_all_its_answers_are() {
        let ledger = ledger();
        let same = ledger.ask(KEY, answer);
        assert!(
            ledger.current("a", PAGE, &same).is_some()
                && ledger.current("b", PAGE, &same).is_some()
        );
        assert!(ledger.current("c", PAGE, &same).is_none());
        assert!(ledger.current("a", Fingerprint::NONE, &same).is_none(), "something else by now");
        let other = ledger.ask(KEY, |name| if name == "z" { answer("new") } else { answer(name) });
        assert!(
            ledger.current("a", PAGE, &other).is_some()
                && ledger.current("b", PAGE, &other).is_none()
        );
        let changed = vec![(know(&"z"), answer("new"))];
        assert_eq!(ledger.why("b", PAGE, &other), Some(Stale::Reads(changed)));
        assert_eq!(ledger.why("a", PAGE, &other), None);
        assert_eq!(ledger.why("c", PAGE, &other), Some(Stale::New));
        let keyless = ledger.ask(Fingerprint::NONE, answer);
        assert!(ledger.current("a", PAGE, &keyless).is_none());
        assert_eq!(ledger.why("a", PAGE, &keyless), Some(Stale::Key));
    }

    #[test]
    fn kept_and_made_outputs_stand_beside_each_other() {
        let kept: FxHashSet<String> = ["b".to_string()].into_iter().collect();
        let mut ledger = ledger();
        // Again and again: what nobody asks any more does not pile up.
        for round in 0..20 {
            let outputs = vec![("c".to_string(), made(round, &["z", "w"], &[]))];
            ledger = ledger.renew(KEY, &kept, outputs, know);
            assert_eq!(ledger.paths(), ["b", "c"]);
            let names = |path: &str| -> Vec<String> {
                let reads = ledger.reads_of(path).unwrap();
                reads.into_iter().map(|known| known.name.to_string()).collect()
            };
            assert_eq!(
                (names("b"), names("c")),
                (vec!["y".into(), "z".into()], vec!["z".into(), "w".into()])
            );
            assert!(ledger.questions.len() < 8, "{}", ledger.questions.len());
        }
        let mut bytes = Vec::new();
        ledger.write(&mut bytes);
        assert_eq!(Ledger::read(&bytes), Some(ledger));
    }

    #[test]
    fn bytes_come_back_as_they_were_or_not_at_all() {
        let mut bytes = Vec::new();
        ledger().write(&mut bytes);
        assert_eq!(Ledger::read(&bytes), Some(ledger()));
        for at in 0..bytes.len() {
            assert_eq!(Ledger::read(&bytes[..at]), None, "cut at {at}");
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x81;
            // Whatever comes out, it comes out without harm.
            if let Some(read) = Ledger::read(&flipped) {
                let answers = read.ask(read.key, answer);
                assert!(
                    read.paths().iter().all(|path| read.current(path, PAGE, &answers).is_some()
                        || !path.contains(char::MAX))
                );
            }
        }
    }
}
