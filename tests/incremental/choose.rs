//! Which edit comes next: all kinds, the everyday ones more often.

use super::edit::{Change, Edit};
use super::model::{Fault, Model, TemplateFault};
use super::random::Random;

/// The next edit. A site that cannot be built is mended soon, though not always at once.
pub fn next(random: &mut Random, model: &Model, has_errors: bool) -> Edit {
    if has_errors && !random.one_in(3) {
        return Edit::Repair;
    }
    let any = random.below(1000);
    match random.below(100) {
        0..38 => Edit::Article(any, change(random)),
        38..41 if model.articles.len() < 25 => Edit::Add(random.next()),
        41 => Edit::AddFrench(any),
        42..44 if model.articles.len() > 4 => Edit::Delete(any),
        44 => Edit::DeleteOnly(any),
        45 => Edit::Rename(any),
        46 => Edit::RenameOnly(any),
        47 => Edit::Move(any, random.below(9)),
        48..56 => stamps(random, any),
        56..60 => sections(random, any),
        60..69 => templates(random, any),
        69..78 => files(random, any),
        78..83 => Edit::Setting(any, random.below(4) as u32),
        83..86 => faults(random, any),
        86..89 => *random.pick(&[
            Edit::Drafts,
            Edit::Future,
            Edit::Clock(0),
            Edit::Clock(1),
            Edit::Clock(2),
            Edit::Clock(-3),
        ]),
        89..91 => Edit::Nothing,
        91..94 => Edit::Interrupt(random.below(60)),
        94 => Edit::CacheGone,
        95 => Edit::CacheSpoiled(random.next()),
        96 => Edit::OutputGone(any),
        97 => Edit::OutputSpoiled(any),
        98 => Edit::OutputsGone,
        _ => Edit::Elsewhere,
    }
}

fn change(random: &mut Random) -> Change {
    let any = random.below(40);
    match random.below(32) {
        0..4 => Change::Typo,
        4..6 => Change::Body,
        6 => Change::Summary,
        7 | 8 => Change::Title,
        9 => Change::Date(random.below(1600) as u32),
        10 => Change::Undated,
        11 => Change::Updated,
        12 => Change::Expires,
        13 => Change::Future,
        14 => Change::Draft,
        15 | 16 => Change::Tag(any),
        17 => Change::Author(any),
        18 => Change::Series(any, random.below(6) as u32),
        19 => Change::Alias,
        20 => Change::Description,
        21 => Change::Slug,
        22 => Change::Long,
        23 => Change::Code,
        24 => Change::More,
        25 => *random.pick(&[Change::Toc, Change::Extra]),
        26 => Change::Chart(any),
        27 => Change::Box,
        28 => Change::Link(any),
        29 => Change::Picture(any),
        30 => Change::Lead(any),
        _ => Change::Bundle,
    }
}

fn stamps(random: &mut Random, any: usize) -> Edit {
    match random.below(4) {
        0 => Edit::Swap(any, random.below(1000)),
        1 => Edit::Quiet(any),
        2 => Edit::Old(any),
        _ => Edit::Touch(any),
    }
}

fn sections(random: &mut Random, any: usize) -> Edit {
    match random.below(5) {
        0 => Edit::SectionText(any),
        1 => Edit::SectionPage(any),
        2 => Edit::SectionSort(any, random.below(4) as u32),
        3 => Edit::SectionPaginate(any, random.below(4) as u32),
        _ => Edit::SectionFeed(any),
    }
}

fn templates(random: &mut Random, any: usize) -> Edit {
    match random.below(8) {
        0..3 => Edit::Template(any),
        3 => Edit::TemplateComment(any),
        4 => Edit::TemplateGone(any),
        5 => Edit::Override(any),
        6 => Edit::Optional(any),
        _ => *random.pick(&[Edit::ThemeWords, Edit::ThemeDefault]),
    }
}

fn files(random: &mut Random, any: usize) -> Edit {
    match random.below(10) {
        0 | 1 => Edit::Data(any),
        2 => Edit::DataGone(any),
        3 => Edit::PictureSize(any),
        4 => Edit::PictureBytes(any),
        5 => Edit::PictureCredit(any),
        6 => Edit::PictureGone(any),
        7 | 8 => Edit::Static(any),
        _ => Edit::StaticGone(any),
    }
}

fn faults(random: &mut Random, any: usize) -> Edit {
    match random.below(8) {
        0 => Edit::Break(any, Fault::Link),
        1 => Edit::Break(any, Fault::Key),
        2 => Edit::Break(any, Fault::Picture),
        3 => Edit::Break(any, Fault::Component),
        4 => Edit::BreakTemplate(any, TemplateFault::Syntax),
        5 => Edit::BreakTemplate(any, TemplateFault::Render),
        6 => Edit::BreakData(any),
        _ => Edit::BreakConfiguration,
    }
}
