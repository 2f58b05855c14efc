//! What a list can show of an article, as one number.

use super::super::terms::Terms;
use super::super::{Document, FrontMatter};
use super::bytes::{Stored, Writer, write};
use crate::markdown::{AsWritten, Prose, write_summary};

/// Fingerprint of everything that a card shows of the document: BLAKE3, the first 16 bytes.
///
/// That is the front matter, the file, the count of words, the summary and whether there is code. Where
/// things stand in the file is not in it, nor is the rest of the body: an edit there leaves lists as they
/// are. Loads the body when the document has a `<!-- more -->`.
pub fn card_fingerprint(document: &Document) -> [u8; 16] {
    let mut bytes = Vec::with_capacity(1024);
    write(&mut bytes, |out| put_document(document, out));
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        *blake3::hash(&bytes).as_bytes();
    first
}

fn put_document(document: &Document, out: &mut Writer<'_>) {
    let Document { file, folder, kind, lang, slug, front, prose, terms } = document;
    file.put(out);
    folder.put(out);
    kind.put(out);
    lang.put(out);
    slug.put(out);
    put_front(front, out);
    put_prose(prose, front.description.is_some(), out);
    let Terms { words, stems: _, weights: _, named: _, names: _, index: _ } = terms;
    words.put(out);
}

/// The front matter without its places.
fn put_front(front: &FrontMatter, out: &mut Writer<'_>) {
    let FrontMatter {
        title,
        date,
        updated,
        expires,
        description,
        authors,
        taxonomies,
        series,
        image,
        aliases,
        draft,
        slug,
        path,
        template,
        toc,
        comments,
        search,
        id,
        canonical,
        robots,
        weight,
        sort_by,
        paginate_by,
        feed,
        page_template,
        extra,
        span: _,
        places: _,
    } = front;
    title.put(out);
    for date in [date, updated, expires] {
        date.put(out);
    }
    description.put(out);
    authors.put(out);
    taxonomies.put(out);
    series.put(out);
    image.put(out);
    aliases.len().put(out);
    for (alias, _) in aliases {
        alias.put(out);
    }
    for text in [slug, path, template, id, canonical, robots, page_template] {
        text.put(out);
    }
    toc.put(out);
    comments.put(out);
    search.put(out);
    weight.put(out);
    sort_by.put(out);
    paginate_by.put(out);
    draft.put(out);
    feed.put(out);
    extra.put(out);
}

/// What stands for the body: its part before `<!-- more -->`, and its beginning unless there is a description.
fn put_prose(prose: &Prose, has_description: bool, out: &mut Writer<'_>) {
    let Prose {
        holes: _,
        summary,
        lead,
        heading_ids: _,
        anchors: _,
        has_raw_html: _,
        has_code,
        body: _,
    } = prose;
    has_code.put(out);
    out.text(if has_description { "" } else { lead });
    summary.is_some().put(out);
    let mut html = String::new();
    if write_summary(prose, &AsWritten, &mut html) {
        html.put(out);
    }
}
