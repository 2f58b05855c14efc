//! Credit in IPTC records (IPTC-NAA Information Interchange Model 4.2) and where Photoshop keeps them (Adobe
//! Photoshop File Formats Specification, "Image Resources").

use super::bytes::{Order, range};
use super::{Embedded, text};

/// Begins the block of a JPEG that holds Photoshop's resources.
pub(super) const PHOTOSHOP_MARK: &[u8] = b"Photoshop 3.0\0";
const RESOURCE: usize = 0x0404;

/// The IPTC records among Photoshop's resources.
pub(super) fn in_photoshop(resources: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        if range(resources, at, 4)? != b"8BIM" {
            return None;
        }
        let id = Order::Big.at(resources, at + 4, 2)?;
        let name = usize::from(*resources.get(at + 6)?) + 1;
        let size_at = at + 6 + name.next_multiple_of(2);
        let size = Order::Big.at(resources, size_at, 4)?;
        if id == RESOURCE {
            return range(resources, size_at + 4, size);
        }
        at = (size_at + 4).checked_add(size)?.checked_next_multiple_of(2)?;
    }
}

/// By-line (2:80), Credit (2:110), Source (2:115) and Copyright Notice (2:116).
pub(super) fn read(records: &[u8]) -> Embedded {
    let mut is_utf8 = false;
    let (mut creators, mut found) = (Vec::new(), Embedded::default());
    for (record, dataset, value) in datasets(records) {
        // 1:90 with ESC % G says that the texts are UTF-8.
        if (record, dataset) == (1, 90) {
            is_utf8 = value == b"\x1b%G";
        }
        let read = || {
            if is_utf8 { String::from_utf8_lossy(value).into_owned() } else { text::decode(value) }
        };
        let field = match (record, dataset) {
            (2, 80) => {
                creators.push(read());
                continue;
            }
            (2, 110) => &mut found.credit,
            (2, 115) => &mut found.source,
            (2, 116) => &mut found.copyright,
            _ => continue,
        };
        if field.is_none() {
            *field = text::tidy(&read());
        }
    }
    Embedded { creator: text::join(creators), ..found }
}

/// Record, number and value of every data set, up to the first that cannot be followed.
fn datasets(records: &[u8]) -> impl Iterator<Item = (u8, u8, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let &[0x1c, record, dataset, high, low] = range(records, at, 5)? else { return None };
        let mut length = usize::from(u16::from_be_bytes([high, low]));
        at += 5;
        if length & 0x8000 != 0 {
            // Extended: these are the bytes of the length itself.
            let bytes = length & 0x7fff;
            length = if bytes <= 4 { Order::Big.at(records, at, bytes)? } else { return None };
            at += bytes;
        }
        let value = range(records, at, length)?;
        at += length;
        Some((record, dataset, value))
    })
}
