//! One state of the site, whose outputs are made when they are asked for.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::asset::social::{Card, Drawer};
use crate::build::cache::Shelf;
use crate::build::develop::Darkroom;
use crate::build::parse::Known;
use crate::build::pictures::Rules;
use crate::build::search::States;
use crate::build::{Problems, Ready, locate, pictures, search, styles};
use crate::config::Config;
use crate::content::Document;
use crate::diagnostic::Diagnostic;
use crate::engine::Blobs;
use crate::output::search::Files;
use crate::output::{Kind, Output};
use crate::site::url::Address;
use crate::site::{Site, Target};
use crate::source::Source;
use crate::theme::World;
use crate::theme::pictures::Wanted;

/// The site as it is now.
pub struct Edition {
    pub(super) ready: Ready,
    source: Source,
    shelf: Arc<Shelf>,
    by_address: FxHashMap<Address, u32>,
    /// The search index of the texts as they are now, once somebody searches.
    index: OnceLock<Files>,
}

/// A picture that is to be made from an original; it can be made without the edition.
pub struct PictureWork {
    source: Source,
    blobs: Option<Arc<Blobs>>,
    rules: Rules,
    wanted: Wanted,
}

impl PictureWork {
    /// Path of the original from the site's root.
    pub fn source(&self) -> &Arc<str> {
        &self.wanted.source
    }

    /// Whether what is made is kept.
    pub fn is_kept(&self) -> bool {
        self.blobs.is_some()
    }

    /// What was made and kept before.
    pub fn kept(&self) -> Option<Vec<u8>> {
        self.blobs.as_ref()?.get(&self.wanted.key())
    }

    /// Makes it, and keeps it.
    ///
    /// # Errors
    /// When the original is damaged or another one by now.
    pub fn make(&self) -> Result<Vec<u8>, Diagnostic> {
        let PictureWork { source, blobs, rules, wanted } = self;
        Darkroom { source, kept: blobs.as_deref(), rules: *rules }.copy(wanted)
    }
}

/// What stands at an address.
#[derive(Debug)]
pub enum Found<'a> {
    /// An output.
    Output(&'a Output),
    /// Another address: the one that a host would redirect to.
    Moved(&'a Address),
    /// A picture that a template had resized.
    Picture(Address),
    /// A card that is drawn for an article.
    Card(&'a Card),
    /// A file of the search index.
    Index(&'a [u8]),
}

impl Edition {
    pub(super) fn new(ready: Ready, source: Source, shelf: Arc<Shelf>) -> Edition {
        let numbered = ready.outputs.iter().zip(0..);
        let by_address = numbered.map(|(output, at)| (output.address.clone(), at)).collect();
        Edition { ready, source, shelf, by_address, index: OnceLock::new() }
    }

    /// Takes over what an earlier edition was asked for and this one may not be asked again: pages that are open
    /// point to it.
    pub(super) fn remember(&self, old: &Edition) {
        for (address, wanted) in old.world().pictures.wanted() {
            self.world().pictures.want_at(address, wanted);
        }
    }

    /// The pages that stood elsewhere in an earlier edition: the file then, the old address, the new one.
    pub(super) fn moved_from(
        &self,
        old: &Edition,
        renamed: &[(Arc<str>, Arc<str>)],
    ) -> Vec<(String, String, String)> {
        let renamed: FxHashMap<&str, &str> =
            renamed.iter().map(|(old, new)| (&**old, &**new)).collect();
        let pages = old.site().pages.iter().map(|page| (&page.document.file, &page.address));
        let sections = old
            .site()
            .sections
            .iter()
            .filter_map(|section| Some((&section.document.as_ref()?.file, &section.address)));
        let moved = pages.chain(sections).filter_map(|(file, address)| {
            let name = renamed.get(&**file).copied().unwrap_or(file);
            let now = self.address_of(name).filter(|now| *now != address)?;
            Some((file.to_string(), address.as_str().to_string(), now.as_str().to_string()))
        });
        moved.collect()
    }

    pub fn world(&self) -> &World {
        &self.ready.maker.world
    }

    pub fn site(&self) -> &Site {
        &self.world().site
    }

    /// Everything that there is but resized pictures.
    pub fn outputs(&self) -> &[Output] {
        &self.ready.outputs
    }

    /// What stands at a decoded path: `/posts/x/`, `/posts/x/index.html`, `/rss.xml`.
    pub fn find(&self, path: &str) -> Option<Found<'_>> {
        let own = |address: &Address| {
            let at = *self.by_address.get(address)?;
            self.ready.outputs.get(at as usize)
        };
        let address = if path.ends_with('/') { Address::page([path]) } else { Address::file(path) };
        if let Some(output) = own(&address) {
            return Some(Found::Output(output));
        }
        if self.world().pictures.find(&address).is_some() {
            return Some(Found::Picture(address));
        }
        if let Some(card) = self.world().pictures.cards().get(&address) {
            return Some(Found::Card(card));
        }
        if let Some(bytes) = self.index_file(&address) {
            return Some(Found::Index(bytes));
        }
        if let Some(folder) = path.strip_suffix("/index.html") {
            return own(&Address::page([folder])).map(Found::Output);
        }
        let folder = own(&Address::page([path]))?;
        Some(Found::Moved(&folder.address))
    }

    /// All files of the search index by their addresses; the first question makes them.
    pub fn index(&self) -> &Files {
        self.index.get_or_init(|| match self.config().search {
            true => {
                search::make(self.site(), &Known::default(), &self.shelf, States::default()).files
            }
            false => Files::new(),
        })
    }

    /// A file of the search index.
    fn index_file(&self, address: &Address) -> Option<&[u8]> {
        let folder = address.as_str().rfind('/').map(|at| &address.as_str()[..=at])?;
        let is_search = |output: &Output| matches!(output.kind, Kind::Search { .. });
        let at = *self.by_address.get(&Address::page([folder]))?;
        self.ready.outputs.get(at as usize).filter(|output| is_search(output))?;
        self.index().get(address.as_str()).map(Vec::as_slice)
    }

    /// What one of the author's files (path from the root) became.
    pub fn address_of(&self, file: &str) -> Option<&Address> {
        let site = self.site();
        site.target(file).map(|target| site.address_of(target))
    }

    /// The document that an output shows as its own.
    pub fn document(&self, output: &Output) -> Option<(Target, &Arc<Document>)> {
        match output.kind {
            Kind::Page(id) => Some((Target::Page(id), &self.site().page(id).document)),
            Kind::Section { id, .. } => {
                let document = self.site().section(id).document.as_ref()?;
                Some((Target::Section(id), document))
            }
            _ => None,
        }
    }

    /// Makes an output, into `out`; a copy is not made but found: gives its place then. Pictures are made: what is
    /// published of them has no private data.
    ///
    /// # Errors
    /// Problems of templates and components, with their lines.
    pub fn make(&self, output: &Output, out: &mut Vec<u8>) -> Result<Option<PathBuf>, Problems> {
        if let Kind::Copy(number) = output.kind {
            let source = &self.site().files[number as usize].source;
            if !crate::asset::is_picture(source) {
                return Ok(Some(self.source.locate(source)));
            }
            let one = |problem: Diagnostic| vec![problem];
            let bytes = self.source.read(source).map_err(one)?;
            let keep_credit = self.config().images.keep_credit;
            *out = pictures::cleaned(source, &bytes, keep_credit).map_err(one)?.into_owned();
            return Ok(None);
        }
        match self.ready.maker.make(output, out) {
            Ok(_) => Ok(None),
            Err(mut problems) => {
                locate(&self.source, &mut problems);
                Err(problems)
            }
        }
    }

    /// Gives problems of the author's files their lines.
    pub fn locate(&self, problems: &mut [Diagnostic]) {
        locate(&self.source, problems);
    }

    /// Draws a card.
    pub fn card(&self, card: &Card) -> Vec<u8> {
        let Some(fonts) = self.ready.fonts.as_deref() else { return Vec::new() };
        let darkroom = Darkroom::new(&self.source, self.ready.blobs.as_deref(), self.config());
        darkroom.card(&mut Drawer::new(fonts), card, fonts).0
    }

    /// A made picture.
    pub fn picture(&self, address: &Address) -> Option<PictureWork> {
        let wanted = self.world().pictures.find(address)?;
        let (source, blobs) = (self.source.clone(), self.ready.blobs.clone());
        Some(PictureWork { source, blobs, rules: Rules::new(self.config()), wanted })
    }

    /// The page that says that there is nothing.
    pub fn not_found(&self) -> Option<&Output> {
        self.ready.outputs.iter().find(|output| output.kind == Kind::NotFound)
    }

    /// Addresses of the made style sheets by their plain names.
    pub fn styles(&self) -> impl Iterator<Item = (&str, &Address)> {
        self.ready.outputs.iter().filter_map(|output| match &output.kind {
            Kind::Style(name) => Some((&**name, &output.address)),
            _ => None,
        })
    }

    pub fn config(&self) -> &Config {
        &self.site().config
    }

    /// Changes the world. `None` when somebody else has a hold of it.
    pub(super) fn change<T>(&mut self, work: impl FnOnce(&mut World) -> T) -> Option<T> {
        self.index.take();
        styles::disconnect(&self.ready.maker);
        let changed = Arc::get_mut(&mut self.ready.maker).and_then(|maker| maker.change(work));
        styles::connect(&self.ready.maker);
        changed
    }
}
