//! The check that every link and picture of a text leads somewhere, and where: part of what an output reads when it
//! shows that text.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::config::images::Required;
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::{Fingerprint, Hasher};
use crate::markdown::{Hole, HoleKind};
use crate::site::link::{self, Broken, Link, Origin};
use crate::site::{PageId, Target};
use crate::theme::World;

/// What the links and pictures of a document come to.
#[derive(Debug, Default)]
pub struct Checked {
    /// What leads nowhere.
    pub problems: Vec<Diagnostic>,
    /// Articles that the text links to, each once, itself not among them.
    pub linked: Vec<PageId>,
    /// Fingerprint of the places where all of them lead and of what is known of the pictures.
    pub text: Fingerprint,
    /// Fingerprint of what a card shows of these: the lead picture and the links of the summary.
    pub lead: Fingerprint,
}

/// Checks every link and picture of a document: what leads nowhere is an error.
pub fn check(world: &World, target: Target) -> Checked {
    let Some(origin) = world.origin(target) else { return Checked::default() };
    let (problems, linked, told) = Default::default();
    let mut check = Check { world, origin, problems, linked, told, answers: Hasher::new() };
    check.lead();
    let lead = check.answers.finish();
    // A summary is the beginning of the text; whether a link stands in it is part of the card's own facts.
    let end = origin.document.prose.summary.as_ref().map_or(0, |range| range.end);
    let (summary, rest) = origin
        .document
        .prose
        .holes
        .split_at(origin.document.prose.holes.partition_point(|hole| (hole.at as usize) < end));
    check.holes(summary);
    let summary = check.answers.finish();
    check.holes(rest);
    let rest = check.answers.finish();
    let lead = Hasher::new().print(lead).print(summary).finish();
    let text = Hasher::new().print(lead).print(rest).finish();
    let Check { problems, mut linked, .. } = check;
    linked.sort_unstable();
    linked.dedup();
    linked.retain(|id| Target::Page(*id) != target);
    Checked { problems, linked, text, lead }
}

/// One document's links, one after the other.
struct Check<'a> {
    world: &'a World,
    origin: Origin<'a>,
    problems: Vec<Diagnostic>,
    linked: Vec<PageId>,
    answers: Hasher,
    /// Pictures of which it was said what is wrong with them: once in a text is enough.
    told: BTreeSet<String>,
}

impl Check<'_> {
    fn place(&self, source: &Range<u32>) -> Place {
        let range = source.start as usize..source.end as usize;
        Place::bytes(self.origin.document.file.clone(), range)
    }

    fn lead(&mut self) {
        let Some(image) = &self.origin.document.front.image else { return };
        let place = match self.origin.document.front.places.get("image") {
            Some(range) => Place::bytes(self.origin.document.file.clone(), range),
            None => Place::file(self.origin.document.file.clone()),
        };
        self.picture(&image.src, Some(image.credit.is_some()), place);
    }

    fn holes(&mut self, holes: &[Hole]) {
        for hole in holes {
            match &hole.kind {
                HoleKind::Link { target } => self.link(target, &hole.source, true),
                HoleKind::Image(image) | HoleKind::Figure(image) => {
                    // What stands inside a sentence is a sign and not a work.
                    let is_figure = matches!(hole.kind, HoleKind::Figure(_));
                    let has_credit = is_figure.then_some(image.credit.is_some());
                    self.picture(&image.src, has_credit, self.place(&hole.source));
                    let links = image.link.as_deref().into_iter();
                    for target in links.chain(image.caption_links.iter().map(|link| &*link.target))
                    {
                        self.link(target, &hole.source, false);
                    }
                }
                HoleKind::Component(call) => {
                    if let Some(body) = &call.body {
                        self.holes(&body.holes);
                    }
                }
            }
        }
    }

    /// A link; those of the text itself count as links to an article.
    fn link(&mut self, target: &str, source: &Range<u32>, counts: bool) {
        match link::resolve(&self.world.site, &self.world.addresses, self.origin, target) {
            Ok(Link::Internal { path, target, .. }) => {
                self.answers.number(1).text(&path);
                if let (Some(Target::Page(id)), true) = (target, counts) {
                    self.linked.push(id);
                }
            }
            Ok(Link::Here) => drop(self.answers.number(2)),
            Ok(Link::External) => drop(self.answers.number(3)),
            Err(broken) => self.problems.push(problem(broken, self.place(source))),
        }
    }

    /// A picture; `has_credit` says whether the text itself names somebody, if that is of interest.
    fn picture(&mut self, src: &str, has_credit: Option<bool>, place: Place) {
        let picture = match self.world.picture(self.origin, src) {
            Ok(picture) => picture,
            Err(broken) => return self.problems.push(problem(broken, place)),
        };
        self.answers.text(&picture.path).number(picture.is_external.into());
        self.answers.number(picture.size.unwrap_or_default());
        if let Some(facts) = picture.facts {
            facts.answer(&mut self.answers);
        }
        if let Some(fault) = picture.fault {
            self.answers.text(&fault.message);
            if self.told.insert(picture.path.to_string()) {
                self.problems.push(fault.clone().at(place.clone()));
            }
        }
        let is_named = || picture.facts.is_some_and(|facts| facts.credit.named().is_some());
        if let Some(required) = self.world.site.config.images.require_credit
            && has_credit == Some(false)
            && !is_named()
            && self.told.insert(format!("credit {}", picture.path))
        {
            self.problems.push(without_credit(src, required).at(place));
        }
    }
}

/// What the configuration says of a picture without a credit.
fn without_credit(src: &str, required: Required) -> Diagnostic {
    let message = format!("the picture `{src}` has no credit");
    let problem = match required {
        Required::Warn => Diagnostic::warning("picture/credit-missing", message),
        Required::Error => Diagnostic::error("picture/credit-missing", message),
    };
    problem.hint(format!(
        "add `{{credit=\"...\"}}` behind it, or write `credit:` into `{src}.yaml` beside it"
    ))
}

fn problem(broken: Broken, place: Place) -> Diagnostic {
    let problem = Diagnostic::error(broken.id, broken.message).at(place);
    match broken.hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
