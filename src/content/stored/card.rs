//! What a list can show of an article, as one number.

use super::super::terms::Terms;
use super::super::{Document, FrontMatter};
use super::bytes::{Stored, put_text};
use crate::markdown::{AsWritten, Prose, write_summary};

/// Fingerprint of everything that a card shows of the document: BLAKE3, the first 16 bytes.
///
/// That is the front matter, the file, the count of words, the summary and whether there is code. Where
/// things stand in the file is not in it, nor is the rest of the body: an edit there leaves lists as they
/// are. Loads the body when the document has a `<!-- more -->`.
pub fn card_fingerprint(document: &Document) -> [u8; 16] {
    let mut bytes = Vec::with_capacity(1024);
    let Document { file, folder, kind, lang, slug, front, prose, terms } = document;
    file.put(&mut bytes);
    folder.put(&mut bytes);
    kind.put(&mut bytes);
    lang.put(&mut bytes);
    slug.put(&mut bytes);
    put_front(front, &mut bytes);
    put_prose(prose, front.description.is_some(), &mut bytes);
    let Terms { words, stems: _, weights: _, named: _, names: _ } = terms;
    words.put(&mut bytes);
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
        *blake3::hash(&bytes).as_bytes();
    first
}

/// The front matter without its places.
fn put_front(front: &FrontMatter, out: &mut Vec<u8>) {
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
        id,
        canonical,
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
    for text in [slug, path, template, id, canonical, page_template] {
        text.put(out);
    }
    toc.put(out);
    comments.put(out);
    weight.put(out);
    sort_by.put(out);
    paginate_by.put(out);
    draft.put(out);
    feed.put(out);
    extra.put(out);
}

/// What stands for the body: its part before `<!-- more -->`, and its beginning unless there is a description.
fn put_prose(prose: &Prose, has_description: bool, out: &mut Vec<u8>) {
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
    put_text(if has_description { "" } else { lead }, out);
    summary.is_some().put(out);
    let mut html = String::new();
    if write_summary(prose, &AsWritten, &mut html) {
        html.put(out);
    }
}
