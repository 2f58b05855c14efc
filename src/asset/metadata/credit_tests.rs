//! Whose a picture is, from every place where it may be said.

use super::samples_tests::*;
use super::*;

#[test]
fn xmp_is_found_in_every_container() {
    let files = [full_jpeg(1), full_png(1), full_webp(1), full_gif(), full_tiff(), full_avif()];
    for (place, file) in files.iter().enumerate() {
        let found = credit(file);
        assert_eq!(found.creator.as_deref(), Some("Anné Archer, Bo"), "file {place}");
        assert_eq!(found.credit.as_deref(), Some("Agency & Co"), "file {place}");
        assert_eq!(found.copyright.as_deref(), Some("All <rights>"), "file {place}");
        let url = found.web_statement.expect("a statement");
        assert_eq!(licence_name(&url).as_deref(), Some("CC BY 4.0"), "file {place}");
    }
}

#[test]
fn iptc_comes_before_exif_and_exif_before_nothing() {
    let exif = segment(0xe1, &[b"Exif\0\0", &exif(6, "Exif Artist")]);
    let found = credit(&jpeg(std::slice::from_ref(&exif), b""));
    assert_eq!((found.creator.as_deref(), found.orientation), (Some("Exif Artist"), 6));
    assert_eq!(found.copyright.as_deref(), Some("© Exif"));
    let iptc = photoshop(&iptc(None, b"Ren\xe9 \x93R\x94"));
    // Long resources are cut into segments anywhere.
    let (first, second) = iptc.split_at(30);
    let parts = [first, second].map(|part| segment(0xed, &[b"Photoshop 3.0\0", part]));
    let found = credit(&jpeg(&[exif, parts.concat()], b""));
    assert_eq!(found.creator.as_deref(), Some("René “R”"));
    assert_eq!(found.credit.as_deref(), Some("IPTC Credit"));
    assert_eq!(found.copyright.as_deref(), Some("IPTC Notice"));
    assert_eq!(found.orientation, 6);
}

#[test]
fn iptc_is_utf8_when_it_says_so_or_looks_so() {
    for encoding in [Some(&b"\x1b%G"[..]), None] {
        let records = photoshop(&iptc(encoding, "Zoë Łuk".as_bytes()));
        let file = jpeg(&[segment(0xed, &[b"Photoshop 3.0\0", &records])], b"");
        assert_eq!(credit(&file).creator.as_deref(), Some("Zoë Łuk"));
    }
}

#[test]
fn a_png_says_it_in_plain_chunks_too() {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib("© Zoë".as_bytes(), 6);
    let file = png(
        &[chunk(b"tEXt", &[b"Author\0Ren\xe9"]), chunk(b"zTXt", &[b"Copyright\0\0", &packed])],
        b"",
    );
    let found = credit(&file);
    assert_eq!(found.creator.as_deref(), Some("René"));
    assert_eq!(found.copyright.as_deref(), Some("© Zoë"));
    // A bomb is not unpacked.
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b'a'; 5_000_000], 6);
    assert_eq!(credit(&png(&[chunk(b"zTXt", &[b"Copyright\0\0", &bomb])], b"")).copyright, None);
}

#[test]
fn a_drawing_says_it_in_its_metadata() {
    let svg = r##"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><title>x</title><metadata>
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:cc="http://creativecommons.org/ns#"><cc:Work rdf:about="">
        <dc:title>A map</dc:title><dc:creator><cc:Agent><dc:title>Mapper</dc:title></cc:Agent></dc:creator>
        <dc:rights><cc:Agent><dc:title>The Office</dc:title></cc:Agent></dc:rights>
        <cc:license rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/></cc:Work></rdf:RDF>
      </metadata></svg>"##;
    let found = credit(svg.as_bytes());
    assert_eq!(found.creator.as_deref(), Some("Mapper"));
    assert_eq!(found.copyright.as_deref(), Some("The Office"));
    assert_eq!(licence_name(&found.web_statement.expect("a licence")).as_deref(), Some("CC0 1.0"));
}

#[test]
fn texts_are_short_lines() {
    let artist = format!(" A\u{7}\tB\u{202e} {} ", "x".repeat(5_000));
    let file = jpeg(&[segment(0xe1, &[b"Exif\0\0", &exif(1, &artist)])], b"");
    let creator = credit(&file).creator.expect("a creator");
    assert!(creator.starts_with("A Bx") || creator.starts_with("A B x"), "{}", &creator[..9]);
    assert_eq!(creator.chars().count(), 1_000);
}

#[test]
fn the_first_bytes_of_a_file_are_enough() {
    let file = full_jpeg(8);
    let found = credit(&file[..file.len() - 400]);
    assert_eq!((found.creator.as_deref(), found.orientation), (Some("Anné Archer, Bo"), 8));
    assert_eq!(credit(b""), Embedded::default());
    assert_eq!(credit(b"<html></html>"), Embedded::default());
}

#[test]
fn licences_have_short_names() {
    let cases = [
        ("https://creativecommons.org/licenses/by-sa/4.0/", Some("CC BY-SA 4.0")),
        ("http://creativecommons.org/licenses/by/2.5", Some("CC BY 2.5")),
        ("https://creativecommons.org/licenses/by-nc-nd/3.0/deed.pt_BR", Some("CC BY-NC-ND 3.0")),
        ("http://www.creativecommons.org/licenses/by-sa/3.0/de/deed.de", Some("CC BY-SA 3.0 DE")),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", Some("CC BY 4.0")),
        ("https://creativecommons.org/publicdomain/zero/1.0/", Some("CC0 1.0")),
        ("https://creativecommons.org/publicdomain/mark/1.0/", Some("Public Domain Mark 1.0")),
        ("https://creativecommons.org/licenses/by/4x0/", None),
        ("https://creativecommons.org.example/licenses/by/4.0/", None),
        ("ftp://creativecommons.org/licenses/by/4.0/", None),
        ("https://creativecommons.org/", None),
        ("all rights reserved", None),
    ];
    for (url, name) in cases {
        assert_eq!(licence_name(url).as_deref(), name, "{url}");
    }
}
