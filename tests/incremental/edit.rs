//! What an author, or fate, does to a site between two builds.
//!
//! Every edit can be applied to every site: a number names the article of that number modulo how many there are, and
//! what does not fit changes nothing. So a list of edits stays a list of edits when some are left out.

use super::model::{
    Article, DATA, FOLDERS, Fault, Model, PICTURES, Picture, SERIES, SETTINGS, STATICS,
};
use super::model::{TAGS, Template, TemplateFault};
use super::random::Random;
use super::{fault, theme};

/// One edit. Its text is Rust, so that a list can be pasted into [`super::cases`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Changes the article of this number.
    Article(usize, Change),
    /// A new article from this seed, in English or as the French version of an article.
    Add(u64),
    AddFrench(usize),
    /// Takes an article out; with its links, or with links to it left broken.
    Delete(usize),
    DeleteOnly(usize),
    /// Gives an article another file name; the links to it follow or not.
    Rename(usize),
    RenameOnly(usize),
    /// Moves an article to another folder; the links follow.
    Move(usize, usize),
    /// Two files of one size change places, with their times set to what stood there.
    Swap(usize, usize),
    /// One letter in place: same size, same inode, time of change set back.
    Quiet(usize),
    /// A change with a time of change long ago.
    Old(usize),
    /// A new time of change and nothing else.
    Touch(usize),
    /// Text of a folder's page; the page comes or goes; how it sorts; how it is paginated; its feeds.
    SectionText(usize),
    SectionPage(usize),
    SectionSort(usize, u32),
    SectionPaginate(usize, u32),
    SectionFeed(usize),
    /// A template of the theme: another text, another comment; it comes or goes.
    Template(usize),
    TemplateComment(usize),
    TemplateGone(usize),
    /// A template of the site that hides the theme's comes or goes; one that may be there comes or goes.
    Override(usize),
    Optional(usize),
    ThemeWords,
    ThemeDefault,
    Data(usize),
    DataGone(usize),
    PictureSize(usize),
    PictureBytes(usize),
    PictureCredit(usize),
    PictureGone(usize),
    Static(usize),
    StaticGone(usize),
    /// A line of the configuration: which, and which value.
    Setting(usize, u32),
    /// Faults. [`Edit::Repair`] mends them and what other edits left broken.
    Break(usize, Fault),
    BreakTemplate(usize, TemplateFault),
    BreakData(usize),
    BreakConfiguration,
    Repair,
    /// Options of the build: drafts, articles of the future, the clock in steps of ten days.
    Drafts,
    Future,
    Clock(i64),
    /// Nothing at all.
    Nothing,
    /// The build stops at this step and the next one has to go on.
    Interrupt(usize),
    /// The cache is gone, or one of its bytes is another.
    CacheGone,
    CacheSpoiled(u64),
    /// A file of the output is gone or changed, or all of them are gone.
    OutputGone(usize),
    OutputSpoiled(usize),
    OutputsGone,
    /// The next builds go to another output folder, or back.
    Elsewhere,
    /// Time goes by, until files of now count as old.
    Wait,
}

/// What may change in an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A word far below the summary.
    Typo,
    /// The summary and the words of the text.
    Body,
    Summary,
    Title,
    Date(u32),
    Undated,
    Updated,
    Expires,
    Future,
    Draft,
    Tag(usize),
    Author(usize),
    Series(usize, u32),
    Alias,
    Description,
    Slug,
    Long,
    Code,
    More,
    Toc,
    Extra,
    Chart(usize),
    Box,
    Link(usize),
    Picture(usize),
    Lead(usize),
    Bundle,
}

/// How an edit reaches the disk, beyond writing what is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    Write,
    Rename(String, String),
    Swap(String, String),
    Quiet(String),
    Old(String),
    Touch(String),
}

/// Changes the site as the edit says. What concerns only the build or the output changes nothing here.
pub fn apply(model: &mut Model, edit: Edit) -> Way {
    model.edits += 1;
    match edit {
        Edit::Article(..)
        | Edit::Add(_)
        | Edit::AddFrench(_)
        | Edit::Delete(_)
        | Edit::DeleteOnly(_) => {
            articles(model, edit);
            Way::Write
        }
        Edit::Rename(_) | Edit::RenameOnly(_) | Edit::Move(..) => moves(model, edit),
        Edit::Swap(..) | Edit::Quiet(_) | Edit::Old(_) | Edit::Touch(_) => stamps(model, edit),
        Edit::Break(..)
        | Edit::BreakTemplate(..)
        | Edit::BreakData(_)
        | Edit::BreakConfiguration => {
            fault::make(model, edit);
            Way::Write
        }
        Edit::Repair => {
            fault::repair(model);
            Way::Write
        }
        _ => {
            sections(model, edit);
            templates(model, edit);
            files(model, edit);
            Way::Write
        }
    }
}

/// The article of this number, if there is one.
pub fn at(model: &Model, number: usize) -> Option<usize> {
    (!model.articles.is_empty()).then(|| number % model.articles.len())
}

fn content(article: &Article) -> String {
    format!("content/{}", article.path())
}

fn articles(model: &mut Model, edit: Edit) {
    let number = model.edits;
    match edit {
        Edit::Article(place, change) => {
            if let Some(place) = at(model, place) {
                change_article(model, place, change);
            }
        }
        Edit::Add(seed) => {
            let article = model.article(&mut Random::new(seed), &format!("n{number}"));
            model.articles.push(article);
        }
        Edit::AddFrench(place) => {
            let Some(place) = at(model, place) else { return };
            let of = &model.articles[place];
            let french = Article {
                is_french: true,
                title: format!("{} en français", of.title),
                aliases: Default::default(),
                ..of.clone()
            };
            if model.articles.iter().all(|other| other.path() != french.path()) {
                model.articles.push(french);
            }
        }
        Edit::Delete(place) | Edit::DeleteOnly(place) => {
            let Some(place) = at(model, place) else { return };
            let gone = model.articles.remove(place).path();
            if matches!(edit, Edit::Delete(_)) {
                redirect_links(model, &gone, None);
            }
        }
        _ => {}
    }
}

/// Lets links to one path lead to another, or be no more.
fn redirect_links(model: &mut Model, from: &str, to: Option<&str>) {
    for article in &mut model.articles {
        if article.links.remove(from)
            && let Some(to) = to
        {
            article.links.insert(to.to_string());
        }
    }
}

fn change_article(model: &mut Model, place: usize, change: Change) {
    let edits = model.edits;
    let data = |number: usize| DATA[number % DATA.len()].to_string();
    match change {
        Change::Link(target) => return change_link(model, place, target),
        Change::Code if !model.has_code => return,
        Change::Chart(number) => {
            // Only tables can be shown.
            let path = data(number);
            let is_table = path.ends_with(".csv") && model.data.contains_key(&path);
            let article = &mut model.articles[place];
            article.chart = (article.chart.is_none() && is_table).then_some(path);
            return;
        }
        Change::Picture(number) => {
            let number = number % PICTURES.len();
            let is_there = model.pictures.contains_key(PICTURES[number]);
            let article = &mut model.articles[place];
            article.picture = (article.picture.is_none() && is_there).then_some(number);
            return;
        }
        Change::Lead(number) => {
            let number = number % PICTURES.len();
            let is_there = model.pictures.contains_key(PICTURES[number]);
            let article = &mut model.articles[place];
            article.lead = (article.lead.is_none() && is_there).then_some(number);
            return;
        }
        Change::Bundle | Change::Slug => {
            let old = model.articles[place].path();
            let article = &mut model.articles[place];
            match change {
                Change::Slug => article.has_own_slug ^= true,
                _ => article.is_bundle ^= true,
            }
            let new = article.path();
            return redirect_links(model, &old, Some(&new));
        }
        _ => {}
    }
    change_fields(&mut model.articles[place], change, edits);
}

fn change_link(model: &mut Model, place: usize, target: usize) {
    let targets: Vec<String> = model.visible().map(Article::path).collect();
    if targets.is_empty() {
        return;
    }
    let target = targets[target % targets.len()].clone();
    let links = &mut model.articles[place].links;
    if !links.remove(&target) {
        links.insert(target);
    }
}

fn change_fields(article: &mut Article, change: Change, edits: u32) {
    let toggle = |set: &mut std::collections::BTreeSet<usize>, value: usize| {
        if !set.remove(&value) {
            set.insert(value);
        }
    };
    match change {
        Change::Typo => article.typo = edits,
        Change::Body => (article.body, article.summary) = (article.body + 1, edits),
        Change::Summary => article.summary = edits,
        Change::Title => article.title = format!("Title {edits}"),
        Change::Date(day) => article.day = Some(day % 1600),
        Change::Undated => article.day = None,
        Change::Updated => article.updated = Some(edits),
        // 16 January 2020, and 20 January for the future: the clock begins at the first of that month.
        Change::Expires => article.expires = article.expires.is_none().then_some(1695),
        Change::Future => article.is_future ^= true,
        Change::Draft => article.is_draft ^= true,
        Change::Tag(tag) => toggle(&mut article.tags, tag % TAGS.len()),
        Change::Author(author) => {
            toggle(&mut article.authors, author % super::model::AUTHORS.len())
        }
        Change::Series(series, order) => {
            let value = (series % SERIES.len(), order);
            article.series = (article.series != Some(value)).then_some(value);
        }
        Change::Alias => match article.aliases.pop_first() {
            Some(_) if edits.is_multiple_of(2) => {}
            _ => drop(article.aliases.insert(10_000 + edits)),
        },
        Change::Description => article.description = article.description.is_none().then_some(edits),
        Change::Long => article.is_long ^= true,
        Change::Code => article.has_code ^= true,
        Change::More => article.has_more ^= true,
        Change::Toc => article.has_toc = Some(article.has_toc != Some(true)),
        Change::Extra => article.extra = edits,
        Change::Box => article.has_box ^= true,
        _ => {}
    }
}

fn moves(model: &mut Model, edit: Edit) -> Way {
    let (Edit::Rename(place) | Edit::RenameOnly(place) | Edit::Move(place, _)) = edit else {
        return Way::Write;
    };
    let Some(place) = at(model, place) else { return Way::Write };
    let old = model.articles[place].path();
    let mut article = model.articles[place].clone();
    match edit {
        Edit::Move(_, folder) => article.folder = folder % FOLDERS.len(),
        _ => article.stem = format!("r{}", model.edits),
    }
    let new = article.path();
    if old == new || model.articles.iter().any(|other| other.path() == new) {
        return Way::Write;
    }
    model.articles[place] = article;
    if !matches!(edit, Edit::RenameOnly(_)) {
        redirect_links(model, &old, Some(&new));
    }
    Way::Rename(format!("content/{old}"), format!("content/{new}"))
}

/// Edits that a look at size and time of change alone would miss, or that look like one and are none.
fn stamps(model: &mut Model, edit: Edit) -> Way {
    let (Edit::Swap(place, _) | Edit::Quiet(place) | Edit::Old(place) | Edit::Touch(place)) = edit
    else {
        return Way::Write;
    };
    let Some(place) = at(model, place) else { return Way::Write };
    let edits = model.edits;
    let path = content(&model.articles[place]);
    match edit {
        Edit::Swap(_, other) => {
            let other = other % model.articles.len();
            // Their links and pictures are relative to the folder: what stands in one folder can change places.
            let (one, two) = (&model.articles[place], &model.articles[other]);
            let fits = one.folder == two.folder
                && one.is_bundle == two.is_bundle
                && one.has_own_slug == two.has_own_slug;
            if place == other || !fits || one.stem == two.stem {
                return Way::Write;
            }
            let second = content(two);
            let names = [(one.stem.clone(), one.is_french), (two.stem.clone(), two.is_french)];
            model.articles.swap(place, other);
            for (place, (stem, is_french)) in [place, other].into_iter().zip(names) {
                (model.articles[place].stem, model.articles[place].is_french) = (stem, is_french);
            }
            Way::Swap(path, second)
        }
        Edit::Quiet(_) => {
            let old = model.articles[place].title.clone();
            let letter = if old.ends_with('q') { "w" } else { "q" };
            if let Some((last, _)) = old.char_indices().next_back() {
                model.articles[place].title = format!("{}{letter}", &old[..last]);
            }
            Way::Quiet(path)
        }
        Edit::Old(_) => {
            (model.articles[place].typo, model.articles[place].summary) = (edits, edits);
            Way::Old(path)
        }
        _ => Way::Touch(path),
    }
}

fn sections(model: &mut Model, edit: Edit) {
    const FOLDERS: [&str; 4] = ["", "posts", "notes", "notes/deep"];
    let (Edit::SectionText(place)
    | Edit::SectionPage(place)
    | Edit::SectionSort(place, _)
    | Edit::SectionPaginate(place, _)
    | Edit::SectionFeed(place)) = edit
    else {
        return;
    };
    let folder = FOLDERS[place % FOLDERS.len()].to_string();
    if edit == Edit::SectionPage(place) && model.sections.remove(&folder).is_some() {
        return;
    }
    let section = model.sections.entry(folder).or_default();
    match edit {
        Edit::SectionSort(_, by) => section.sort = by,
        Edit::SectionPaginate(_, by) => section.paginate_by = (by % 4 > 0).then_some(by % 4),
        Edit::SectionFeed(_) => section.has_feed ^= true,
        _ => section.revision += 1,
    }
}

fn templates(model: &mut Model, edit: Edit) {
    let edits = model.edits;
    let name = |list: &[(&str, &str)], number: usize| list[number % list.len()].0.to_string();
    let toggle = |model: &mut Model, name: String| {
        if model.own_templates.remove(&name).is_none() {
            model.own_templates.insert(name, Template { revision: edits, ..Template::default() });
        }
    };
    match edit {
        Edit::Template(number) => {
            if let Some(template) = model.templates.get_mut(&name(theme::TEMPLATES, number)) {
                template.revision = edits;
            }
        }
        Edit::TemplateComment(number) => {
            let name = name(theme::TEMPLATES, number);
            // A style sheet shows its text as it is.
            if let Some(template) =
                model.templates.get_mut(&name).filter(|_| !name.ends_with(".css"))
            {
                template.comment = edits;
            }
        }
        Edit::TemplateGone(number) => {
            let name = name(theme::TEMPLATES, number);
            if model.templates.remove(&name).is_none() {
                model.templates.insert(name, Template::default());
            }
        }
        Edit::Override(number) => toggle(model, name(theme::TEMPLATES, number)),
        Edit::Optional(number) => toggle(model, name(theme::OPTIONAL, number)),
        Edit::ThemeWords => model.theme_words = edits,
        Edit::ThemeDefault => model.theme_default = edits,
        _ => {}
    }
}

fn files(model: &mut Model, edit: Edit) {
    let edits = model.edits;
    let picture = |model: &mut Model, number: usize, change: fn(&mut Picture, u32)| {
        if let Some(picture) = model.pictures.get_mut(PICTURES[number % PICTURES.len()]) {
            change(picture, edits);
        }
    };
    match edit {
        Edit::Data(number) => {
            model.data.insert(DATA[number % DATA.len()].to_string(), edits);
        }
        Edit::DataGone(number) => drop(model.data.remove(DATA[number % DATA.len()])),
        Edit::PictureSize(number) => {
            picture(model, number, |picture, edits| picture.width = 100 + edits)
        }
        Edit::PictureBytes(number) => {
            picture(model, number, |picture, edits| picture.revision = edits)
        }
        Edit::PictureCredit(number) => picture(model, number, |picture, edits| {
            picture.credit = (picture.credit.is_none() || edits % 2 == 0).then_some(edits);
        }),
        Edit::PictureGone(number) => {
            let path = PICTURES[number % PICTURES.len()];
            if model.pictures.remove(path).is_none() {
                model
                    .pictures
                    .insert(path.to_string(), Picture { width: 70, ..Picture::default() });
            }
        }
        Edit::Static(number) => {
            model.statics.insert(STATICS[number % STATICS.len()].to_string(), edits);
        }
        Edit::StaticGone(number) => drop(model.statics.remove(STATICS[number % STATICS.len()])),
        Edit::Setting(number, value) => {
            model.settings.values.insert(SETTINGS[number % SETTINGS.len()], value);
        }
        _ => {}
    }
}
