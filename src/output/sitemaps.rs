//! Which pages stand in the sitemap: articles, sections, terms; not list pages after the first, not
//! redirects, not what search engines shall leave out.

use std::sync::OnceLock;

use super::head::{hreflang, is_hidden};
use super::sitemap::{Entry, Limits, sitemaps};
use super::{Kind, Output};
use crate::content::date::Date;
use crate::site::url::Address;
use crate::site::{PageId, Site};

/// The finished files, made at the first question.
pub(super) type Files = OnceLock<Vec<(String, Vec<u8>)>>;

fn is_listed(site: &Site, kind: &Kind) -> bool {
    let front = match kind {
        Kind::Page(id) => Some(&site.page(*id).document.front),
        Kind::Section { id, .. } => {
            site.section(*id).document.as_ref().map(|document| &document.front)
        }
        _ => None,
    };
    if front.is_some_and(is_hidden) {
        return false;
    }
    matches!(
        kind,
        Kind::Page(_)
            | Kind::Section { pager: 0, .. }
            | Kind::Taxonomy(_)
            | Kind::Term { pager: 0, .. }
            | Kind::Archive { .. }
            | Kind::Credits { .. }
            | Kind::Feeds { .. }
    )
}

/// How many sitemap files so many outputs need: one, or an index and its parts.
pub(super) fn count(site: &Site, outputs: &[Output]) -> usize {
    let listed = outputs.iter().filter(|output| is_listed(site, &output.kind)).count();
    let parts = listed.div_ceil(Limits::default().urls);
    if parts > 1 { parts + 1 } else { 1 }
}

/// Full address, last change, versions in other languages.
type Row = (String, Option<Date>, Vec<(String, String)>);

/// Makes all sitemap files.
pub(super) fn make(site: &Site, outputs: &[(Address, Kind)]) -> Vec<(String, Vec<u8>)> {
    let newest = |pages: &[PageId]| pages.iter().filter_map(|id| changed(site, *id)).max();
    let rows: Vec<Row> = outputs
        .iter()
        .map(|(address, kind)| {
            let (date, versions) = match kind {
                Kind::Page(id) => {
                    (changed(site, *id), hreflang(&site.config, &site.page_versions(*id)))
                }
                Kind::Section { id, .. } => {
                    let section = site.section(*id);
                    let versions = hreflang(&site.config, &site.section_versions(*id));
                    (newest(&section.pages), versions)
                }
                Kind::Term { taxonomy, term, .. } => (
                    newest(&site.taxonomies[*taxonomy as usize].terms[*term as usize].pages),
                    Vec::new(),
                ),
                _ => (None, Vec::new()),
            };
            (site.permalink(address), date, versions)
        })
        .collect();
    let entries: Vec<Entry<'_>> = rows
        .iter()
        .map(|(url, lastmod, versions)| Entry {
            url,
            lastmod: *lastmod,
            alternates: versions.iter().map(|(lang, url)| (&**lang, &**url)).collect(),
        })
        .collect();
    sitemaps(&site.config.base_url.url, &entries, Limits::default())
}

/// The rows of a plan that stand in the sitemap.
pub(super) fn listed(site: &Site, outputs: &[Output]) -> Vec<(Address, Kind)> {
    let listed = outputs.iter().filter(|output| is_listed(site, &output.kind));
    listed.map(|output| (output.address.clone(), output.kind.clone())).collect()
}

fn changed(site: &Site, id: PageId) -> Option<Date> {
    let front = &site.page(id).document.front;
    front.updated.or(front.date)
}
