//! Pictures with private data, made for the tests.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Stands in every private field.
pub(super) const SECRET: &[u8] = b"Planted-Secret-4711";
/// Seconds of the latitude in the planted GPS position: 123456789/1000.
pub(super) const LATITUDE: &[u8] = &[0x07, 0x5b, 0xcd, 0x15, 0, 0, 0x03, 0xe8];

pub(super) fn picture() -> DynamicImage {
    DynamicImage::from(RgbImage::from_fn(24, 16, |x, y| Rgb([x as u8 * 10, y as u8 * 15, 90])))
}

pub(super) fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    picture().write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

pub(super) fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).expect("decodes")
}

pub(super) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// A directory of big-endian fields: (tag, kind, count, value); values longer than 4 bytes follow it. `at` is the
/// place of the directory.
fn directory(at: usize, fields: &[(u16, u16, u32, Vec<u8>)]) -> Vec<u8> {
    let (mut table, mut values) = (Vec::new(), Vec::<u8>::new());
    let behind = at + 2 + fields.len() * 12 + 4;
    table.extend((fields.len() as u16).to_be_bytes());
    for (tag, kind, count, value) in fields {
        table.extend(tag.to_be_bytes());
        table.extend(kind.to_be_bytes());
        table.extend(count.to_be_bytes());
        if value.len() <= 4 {
            table.extend(value);
            table.resize(table.len() + 4 - value.len(), 0);
        } else {
            table.extend(((behind + values.len()) as u32).to_be_bytes());
            values.extend(value);
        }
    }
    table.extend([0; 4]);
    table.extend(values);
    table
}

fn ascii(tag: u16, text: &[u8]) -> (u16, u16, u32, Vec<u8>) {
    (tag, 2, text.len() as u32 + 1, [text, b"\0"].concat())
}

/// Exif data from the TIFF header on, with orientation, names, serial number and position.
pub(super) fn exif(orientation: u8, artist: &str) -> Vec<u8> {
    let fields = |gps: u32| {
        vec![
            (0x0112, 3, 1, vec![0, orientation]),
            ascii(0x010f, SECRET),
            ascii(0x013b, artist.as_bytes()),
            ascii(0x8298, "© Exif".as_bytes()),
            (0x8825, 4, 1, gps.to_be_bytes().to_vec()),
            ascii(0xa431, SECRET),
        ]
    };
    let gps_at = 8 + directory(8, &fields(0)).len();
    let mut latitude = [0, 0, 0, 52, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1].to_vec();
    latitude.extend(LATITUDE);
    let gps = directory(gps_at, &[ascii(1, b"N"), (2, 5, 3, latitude)]);
    [b"MM\0*\0\0\0\x08".to_vec(), directory(8, &fields(gps_at as u32)), gps].concat()
}

/// XMP with all fields, and more.
pub(super) fn xmp() -> Vec<u8> {
    let text = r#"<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:d="http://purl.org/dc/elements/1.1/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
    photoshop:Credit="Agency &amp; Co" photoshop:City="Planted-Secret-4711">
   <d:creator><rdf:Seq><rdf:li>Ann&#233; Archer</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></d:creator>
   <d:rights><rdf:Alt><rdf:li xml:lang="de">Rechte</rdf:li>
     <rdf:li xml:lang="x-default">All &lt;rights&gt;</rdf:li></rdf:Alt></d:rights>
   <xmpRights:WebStatement>https://creativecommons.org/licenses/by/4.0/</xmpRights:WebStatement>
  </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#;
    text.as_bytes().to_vec()
}

/// IPTC records with By-line, Credit and Copyright Notice, in the encoding that is given.
pub(super) fn iptc(encoding: Option<&[u8]>, byline: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut add = |record, dataset, value: &[u8]| {
        out.extend([0x1c, record, dataset]);
        out.extend((value.len() as u16).to_be_bytes());
        out.extend(value);
    };
    if let Some(encoding) = encoding {
        add(1, 90, encoding);
    }
    add(2, 80, byline);
    add(2, 110, b"IPTC Credit");
    add(2, 116, b"IPTC Notice");
    add(2, 90, SECRET);
    out
}

/// Photoshop's resources with IPTC as the second of them.
pub(super) fn photoshop(records: &[u8]) -> Vec<u8> {
    let mut out = b"8BIM\x03\xed\0\0\0\0\0\x03abc\0".to_vec();
    out.extend(b"8BIM\x04\x04\0\0");
    out.extend((records.len() as u32).to_be_bytes());
    out.extend(records);
    out
}

pub(super) fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &length[..], &content].concat()
}

/// A JPEG with these segments behind its first one, and bytes behind its end.
pub(super) fn jpeg(segments: &[Vec<u8>], tail: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    let at = 4 + usize::from(plain[5]);
    [&plain[..at], &segments.concat(), &plain[at..], tail].concat()
}

/// A JPEG with every kind of private data.
pub(super) fn full_jpeg(orientation: u8) -> Vec<u8> {
    jpeg(
        &[
            segment(0xe0, &[b"JFXX\0\x13", SECRET]),
            segment(0xe1, &[b"Exif\0\0", &exif(orientation, "Exif Artist")]),
            segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &xmp()]),
            segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", b"colour profile"]),
            segment(0xe2, &[b"MPF\0", SECRET]),
            segment(
                0xed,
                &[b"Photoshop 3.0\0", &photoshop(&iptc(Some(b"\x1b%G"), "Zoë".as_bytes()))],
            ),
            segment(0xe5, &[SECRET]),
            segment(0xfe, &[SECRET]),
        ],
        &[b"\xff\xd8video", SECRET].concat(),
    )
}

pub(super) fn chunk(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let named = [&kind[..], &content].concat();
    let sum = crc32fast::hash(&named).to_be_bytes();
    [&(content.len() as u32).to_be_bytes()[..], &named, &sum].concat()
}

/// A PNG with these chunks behind its head, and bytes behind its end.
pub(super) fn png(chunks: &[Vec<u8>], tail: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Png);
    [&plain[..33], &chunks.concat(), &plain[33..], tail].concat()
}

pub(super) fn full_png(orientation: u8) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&xmp(), 6);
    let secret = miniz_oxide::deflate::compress_to_vec_zlib(SECRET, 6);
    png(
        &[
            chunk(b"gAMA", &[&45455u32.to_be_bytes()]),
            chunk(b"eXIf", &[&exif(orientation, "Exif Artist")]),
            chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", &packed]),
            chunk(b"tEXt", &[b"Author\0", SECRET]),
            chunk(b"zTXt", &[b"Comment\0\0", &secret]),
            chunk(b"tIME", &[&[7, 234, 1, 2, 3, 4, 5]]),
            chunk(b"prVt", &[SECRET]),
        ],
        SECRET,
    )
}

pub(super) fn riff(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, content) in chunks {
        body.extend(*kind);
        body.extend((content.len() as u32).to_le_bytes());
        body.extend(content);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
}

pub(super) fn full_webp(orientation: u8) -> Vec<u8> {
    let plain = encoded(ImageFormat::WebP);
    let length = u32::from_le_bytes([plain[16], plain[17], plain[18], plain[19]]) as usize;
    let pixels = plain[20..20 + length].to_vec();
    let file = riff(&[
        (b"VP8X", vec![0x0c, 0, 0, 0, 23, 0, 0, 15, 0, 0]),
        (b"VP8L", pixels),
        (b"EXIF", exif(orientation, "Exif Artist")),
        (b"XMP ", xmp()),
        (b"PRIV", SECRET.to_vec()),
    ]);
    [&file, SECRET].concat()
}

pub(super) fn full_gif() -> Vec<u8> {
    let plain = encoded(ImageFormat::Gif);
    let at = 13 + if plain[10] & 0x80 == 0 { 0 } else { 3 << ((plain[10] & 7) + 1) };
    let mut tail: Vec<u8> = vec![1];
    tail.extend((0..=255).rev());
    tail.push(0);
    let blocks = [
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x05\0\0".to_vec(),
        [&b"\x21\xfe"[..], &[SECRET.len() as u8], SECRET, b"\0"].concat(),
        [&b"\x21\xff\x0bXMP DataXMP"[..], &xmp(), &tail].concat(),
        [&b"\x21\xff\x0bPRIVATE 1.0"[..], &[SECRET.len() as u8], SECRET, b"\0"].concat(),
    ];
    [&plain[..at], &blocks.concat(), &plain[at..], SECRET].concat()
}

/// A TIFF of 4 by 2 grey pixels with private fields and bytes that nothing names.
pub(super) fn full_tiff() -> Vec<u8> {
    let pixels = [10u8, 60, 110, 160, 200, 150, 100, 50];
    let fields = |pixels_at: u32, gps: u32| {
        vec![
            (256, 3, 1, vec![0, 4]),
            (257, 3, 1, vec![0, 2]),
            (258, 3, 1, vec![0, 8]),
            (259, 3, 1, vec![0, 1]),
            (262, 3, 1, vec![0, 1]),
            ascii(270, SECRET),
            (273, 4, 1, pixels_at.to_be_bytes().to_vec()),
            (274, 3, 1, vec![0, 6]),
            (277, 3, 1, vec![0, 1]),
            (278, 3, 1, vec![0, 2]),
            (279, 4, 1, 8u32.to_be_bytes().to_vec()),
            ascii(315, b"Exif Artist"),
            (700, 1, xmp().len() as u32, xmp()),
            (0x8825, 4, 1, gps.to_be_bytes().to_vec()),
        ]
    };
    let end = 8 + directory(8, &fields(0, 0)).len() as u32;
    let gps_at = end + 8 + SECRET.len() as u32;
    let gps = directory(gps_at as usize, &[(2, 5, 1, LATITUDE.to_vec())]);
    [
        b"MM\0*\0\0\0\x08".to_vec(),
        directory(8, &fields(end, gps_at)),
        pixels.to_vec(),
        SECRET.to_vec(),
        gps,
    ]
    .concat()
}

pub(super) fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, &content].concat()
}

/// The pixels of [`full_avif`], which no decoder has to understand.
pub(super) const AV1: &[u8] = b"av1 pixels, kept";

/// An AVIF whose items are pixels, Exif and XMP in two parts, with private boxes and unnamed bytes.
pub(super) fn full_avif() -> Vec<u8> {
    let exif = [&[0, 0, 0, 0][..], &exif(6, "Exif Artist")].concat();
    let xmp = xmp();
    let (first, second) = xmp.split_at(100);
    let infe = |id: u8, kind: &[u8], rest: &[u8]| {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, b"\0", rest])
    };
    let meta = |at: u32| {
        let number = |number: usize| (number as u32).to_be_bytes();
        let item = |id: u8, extents: &[(usize, usize)]| {
            let mut out = vec![0, id, 0, 0, 0, extents.len() as u8];
            for (offset, length) in extents {
                out.extend(number(at as usize + offset));
                out.extend(number(*length));
            }
            out
        };
        let exif_at = AV1.len() + SECRET.len();
        let xmp_at = exif_at + exif.len();
        let iloc = boxed(
            b"iloc",
            &[
                &[0, 0, 0, 0, 0x44, 0, 0, 3],
                &item(1, &[(0, AV1.len())]),
                &item(2, &[(exif_at, exif.len())]),
                &item(3, &[(xmp_at, 100), (xmp_at + 104, second.len())]),
            ],
        );
        let iinf = boxed(
            b"iinf",
            &[
                &[0, 0, 0, 0, 0, 3],
                &infe(1, b"av01", b""),
                &infe(2, b"Exif", b""),
                &infe(3, b"mime", b"application/rdf+xml\0"),
            ],
        );
        let properties =
            boxed(b"ipco", &[&boxed(b"ispe", &[&[0; 12]]), &boxed(b"udes", &[SECRET])]);
        boxed(
            b"meta",
            &[&[0; 4], &iloc, &iinf, &boxed(b"iprp", &[&properties]), &boxed(b"uuid", &[SECRET])],
        )
    };
    let ftyp = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let at = (ftyp.len() + meta(0).len() + 8) as u32;
    let mdat = boxed(b"mdat", &[AV1, SECRET, &exif, first, b"gap!", second]);
    [ftyp, meta(at), mdat, boxed(b"udta", &[SECRET])].concat()
}
