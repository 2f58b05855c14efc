//! The short way of an edit into the site: the text of a few articles is replaced where it stands.
//!
//! It is open when nothing but a text changed: the front matter says the same, so that every list, every address and
//! every neighbour stays. What a text has to do with others is brought up to date here: its links and pictures, who
//! is linked to, the anchors that others link to, and last the related articles.

use super::*;
use crate::build::{check_links, pictures, related};
use crate::output;
use crate::site::link::Origin;
use crate::source::SourceFile;

/// So many texts at once are replaced one by one; more are put together anew.
const MOST: usize = 32;

/// A text that is to be replaced.
struct Edit {
    target: Target,
    old: Arc<Document>,
    item: Item,
}

impl Live {
    /// Replaces the texts of changed files; `None`, and nothing is changed, when more than texts changed.
    pub(super) fn patch(&mut self, changed: &[String], half_way: &mut dyn FnMut()) -> Option<Way> {
        let edits = self.edits(changed)?;
        let is_bad = |edit: &Edit| edit.item.parsed.problems.iter().any(Diagnostic::is_error);
        let way = match !edits.is_empty() && edits.iter().all(is_bad) {
            true => Way::Kept,
            false => Way::Patched,
        };
        let shown = self.shown.clone();
        let mut is_ranked_again = false;
        for edit in edits {
            is_ranked_again |= edit.item.parsed.entry.as_ref().map(|entry| entry.terms.print)
                != self.known.entry(&edit.old.file).map(|entry| entry.terms.print);
            let mut state = shown.write();
            let is_in = state.edition.as_mut().is_some_and(|edition| self.replace(edition, edit));
            drop(state);
            if !is_in {
                self.is_behind = true;
                return None;
            }
        }
        let problems = self.problems();
        shown.write().problems = problems;
        half_way();
        if is_ranked_again {
            self.rank_again();
        }
        Some(way)
    }

    /// Reads the changed files; `None` when anything else than a text is another.
    fn edits(&mut self, changed: &[String]) -> Option<Vec<Edit>> {
        let (config, shelf) = (self.config.clone()?, self.shelf.clone()?);
        if changed.len() > MOST || !changed.iter().all(|path| self.items.contains_key(&**path)) {
            return None;
        }
        let read_at = (self.clock)();
        let table = Table::default();
        let mut reader = Reader::new(&self.source, &config, &table, &shelf, self.key);
        reader.is_lean = true;
        let mut worker = Worker::new();
        let state = self.shown.now();
        let edition = state.edition.as_ref()?;
        let mut edits = Vec::new();
        for path in changed {
            let path: Arc<str> = path.as_str().into();
            let stamp = self.source.stamp(&path)?;
            let mut parsed = reader
                .one(&SourceFile { path: path.clone(), size: stamp.size, stamp }, &mut worker);
            let before = self.items.get(&path)?;
            let print = |parsed: &Parsed| parsed.entry.as_ref().map(|entry| entry.print);
            if print(&parsed) == print(&before.parsed) && print(&parsed).is_some() {
                continue;
            }
            parsed.entry.iter_mut().for_each(Entry::forget);
            let target = edition.site().target(&path)?;
            let old = match target {
                Target::Page(id) => edition.site().page(id).document.clone(),
                Target::Section(id) => edition.site().section(id).document.clone()?,
                Target::File(_) => return None,
            };
            let new = parsed.document.clone();
            let item = Item::new(parsed, before.good.clone(), read_at);
            // A file with an error is shown as it was before.
            if let Some(new) =
                new.filter(|_| !item.parsed.problems.iter().any(Diagnostic::is_error))
                && !(is_text_alone(edition, &old, &new)
                    && has_same_pictures(edition, target, &old, &new))
            {
                return None;
            }
            edits.push(Edit { target, old, item });
        }
        Some(edits)
    }

    /// Puts a text into the edition.
    fn replace(&mut self, edition: &mut Edition, edit: Edit) -> bool {
        let Edit { target, old, item } = edit;
        let path = old.file.clone();
        let entry = item.parsed.entry.clone();
        let new = item.good.clone();
        self.items.insert(path.clone(), item);
        if let (Some(entry), Ok(at)) =
            (entry, self.known.entries.binary_search_by(|entry| entry.path.cmp(&path)))
        {
            self.known.entries[at] = entry;
        }
        let Some(new) = new.filter(|new| !Arc::ptr_eq(new, &old)) else { return true };
        let linked = output::check(edition.world(), target).linked;
        let has_other_anchors = old.prose.heading_ids != new.prose.heading_ids
            || old.prose.anchors != new.prose.anchors
            || old.prose.figures().count() != new.prose.figures().count();
        let checked = edition.change(|world| {
            world.replace(target, new);
            output::check(world, target)
        });
        let Some(checked) = checked else { return false };
        self.note_broken(target, checked.problems);
        let now = checked.linked;
        if has_other_anchors {
            // Others may link to an anchor that came or went.
            let broken = edition.change(|world| check_links(world, &self.known));
            self.broken = broken.unwrap_or_default();
            self.broken.values_mut().for_each(|problems| locate(&self.source, problems));
        } else {
            edition.change(|world| relink(&mut world.site.pages, target, &linked, &now));
        }
        true
    }

    fn note_broken(&mut self, target: Target, problems: Problems) {
        let mut problems = problems;
        locate(&self.source, &mut problems);
        match problems.is_empty() {
            true => drop(self.broken.remove(&target)),
            false => drop(self.broken.insert(target, problems)),
        }
    }

    /// Brings the related articles up to date.
    fn rank_again(&mut self) {
        let Some(shelf) = self.shelf.clone() else { return };
        let shown = self.shown.clone();
        let mut kept = Kept::new(self.key, std::mem::take(&mut self.known), shelf);
        kept.last = self.ranking.take();
        let state = shown.now();
        let ranked = state.edition.as_ref().map(|edition| related::rank(edition.site(), &kept));
        drop(state);
        self.known = kept.known;
        let Some(ranked) = ranked else { return self.ranking = kept.last };
        self.ranking = ranked.ranking.or(kept.last);
        let mut state = shown.write();
        let Some(edition) = &mut state.edition else { return };
        // Most lists are what they were and stay where they are: thousands of new ones after every edit would leave the
        // memory in pieces.
        let is_in = edition.change(|world| {
            for (old, new) in world.site.related.iter_mut().zip(ranked.lists) {
                if *old != new {
                    *old = new;
                }
            }
        });
        drop(state);
        self.is_behind |= is_in.is_none();
    }
}

/// Whether two documents of one file say the same to everybody but their own readers.
fn is_text_alone(edition: &Edition, old: &Document, new: &Document) -> bool {
    // The colours of code are a style sheet, which is made for the first block of code.
    let has_style = |name: &str| edition.styles().any(|(style, _)| style == name);
    let needs_style = new.prose.has_code && !has_style("highlight.css");
    let frame = |document: &Document| {
        let Document { folder, kind, lang, slug, front, .. } = document;
        format!("{folder:?} {kind:?} {lang:?} {slug:?} {front:?}")
    };
    !needs_style && frame(old) == frame(new)
}

/// Whether two documents show the same files: others have copies of their own, or no longer need theirs.
fn has_same_pictures(edition: &Edition, target: Target, old: &Document, new: &Document) -> bool {
    let world = edition.world();
    let address = world.site.address_of(target);
    let of = |document| pictures::of(&world.site, &world.addresses, Origin { document, address });
    let (mut before, mut now) = (of(old), of(new));
    before.sort_unstable();
    before.dedup();
    now.sort_unstable();
    now.dedup();
    before == now
}

/// Notes who is linked to now.
fn relink(pages: &mut [Page], from: Target, before: &[PageId], now: &[PageId]) {
    let Target::Page(from) = from else { return };
    for to in before.iter().filter(|to| !now.contains(to)) {
        pages[to.0 as usize].backlinks.retain(|other| *other != from);
    }
    for to in now.iter().filter(|to| !before.contains(to)) {
        let backlinks = &mut pages[to.0 as usize].backlinks;
        if let Err(at) = backlinks.binary_search(&from) {
            backlinks.insert(at, from);
        }
    }
}
