//! What is published holds no private data, and the same picture.

use image::ImageFormat;

use super::samples_tests::*;
use super::*;

fn cleaned(bytes: &[u8]) -> Vec<u8> {
    clean(bytes, None).expect("clean").bytes.into_owned()
}

fn rights() -> Rights {
    Rights {
        creator: Some("A <B> & \"C\"".into()),
        credit: Some("Agency".into()),
        copyright: Some("© 2026".into()),
        web_statement: Some("https://creativecommons.org/licenses/by/4.0/".into()),
    }
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("jpeg", full_jpeg(6)),
        ("png", full_png(6)),
        ("webp", full_webp(6)),
        ("gif", full_gif()),
        ("tiff", full_tiff()),
        ("avif", full_avif()),
        ("bmp", [encoded(ImageFormat::Bmp), SECRET.to_vec()].concat()),
        ("ico", icon()),
    ]
}

fn icon() -> Vec<u8> {
    let picture = full_png(1);
    let mut file = vec![0, 0, 1, 0, 1, 0, 24, 16, 0, 0, 1, 0, 32, 0];
    file.extend((picture.len() as u32).to_le_bytes());
    file.extend((22 + SECRET.len() as u32).to_le_bytes());
    [&file, SECRET, &picture].concat()
}

#[test]
fn nothing_private_is_left_in_any_container() {
    for (kind, file) in samples() {
        assert!(holds(&file, SECRET), "{kind}");
        let out = clean(&file, None).expect(kind);
        assert!(!holds(&out.bytes, SECRET), "{kind}: a text");
        assert!(!holds(&out.bytes, LATITUDE), "{kind}: the position");
        assert!(!holds(&out.bytes, b"Archer"), "{kind}: a name");
        assert!(!holds(&out.bytes, b"Exif Artist"), "{kind}: a name");
        assert!(!out.removed.is_empty(), "{kind}");
        let embedded = credit(&out.bytes);
        assert_eq!(Embedded { orientation: 0, ..embedded }, Embedded::default(), "{kind}");
    }
    let removed = clean(&full_jpeg(1), None).expect("clean").removed;
    let words = [
        "Exif data",
        "GPS position",
        "IPTC data",
        "XMP data",
        "comments",
        "data behind the picture",
        "list of embedded pictures",
        "private data",
        "thumbnail",
    ];
    assert_eq!(removed, words);
}

#[test]
fn the_pixels_are_the_same() {
    for (kind, file) in samples() {
        // No decoder of these is at hand: the coded pixels are compared.
        let coded: &[u8] = match kind {
            "avif" => AV1,
            "tiff" => &[10, 60, 110, 160, 200, 150, 100, 50],
            "ico" => &encoded(ImageFormat::Png)[33..],
            _ => b"",
        };
        if !coded.is_empty() {
            assert!(holds(&cleaned(&file), coded), "{kind}");
            continue;
        }
        assert_eq!(decoded(&cleaned(&file)), decoded(&file), "{kind}");
        let kept = clean(&file, Some(&rights())).expect(kind);
        assert_eq!(decoded(&kept.bytes), decoded(&file), "{kind}");
    }
}

#[test]
fn a_turned_picture_stays_turned() {
    for orientation in 1..=8 {
        for file in [full_jpeg(orientation), full_png(orientation), full_webp(orientation)] {
            let out = cleaned(&file);
            let left = if orientation == 1 { 0 } else { orientation };
            assert_eq!(credit(&out).orientation, left);
            if left != 0 && !out.starts_with(b"RIFF") {
                let mut bytes = std::io::Cursor::new(&out);
                let exif = ::exif::Reader::new().read_from_container(&mut bytes).expect("Exif");
                let fields: Vec<_> = exif.fields().collect();
                assert_eq!(fields.len(), 1, "nothing but the orientation");
                assert_eq!(fields[0].value.get_uint(0), Some(u32::from(left)));
            }
        }
    }
    assert_eq!(credit(&cleaned(&full_tiff())).orientation, 6);
}

#[test]
fn a_clean_picture_is_not_copied() {
    for (kind, file) in samples() {
        let once = cleaned(&file);
        let twice = clean(&once, None).expect(kind);
        assert!(matches!(twice.bytes, Cow::Borrowed(_)), "{kind}");
        assert!(twice.removed.is_empty(), "{kind}: {:?}", twice.removed);
        let kept = clean(&file, Some(&rights())).expect(kind).bytes.into_owned();
        let again = clean(&kept, Some(&rights())).expect(kind);
        assert!(matches!(again.bytes, Cow::Borrowed(_)) && again.removed.is_empty(), "{kind}");
    }
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Bmp] {
        let plain = encoded(format);
        assert!(
            matches!(clean(&plain, None).expect("clean").bytes, Cow::Borrowed(_)),
            "{format:?}"
        );
        assert!(matches!(
            clean(&plain, Some(&Rights::default())).expect("clean").bytes,
            Cow::Borrowed(_)
        ));
    }
}

#[test]
fn copyright_fields_stay_when_asked_for() {
    let files = [
        full_jpeg(6),
        full_png(1),
        full_webp(3),
        encoded(ImageFormat::Jpeg),
        encoded(ImageFormat::Png),
        encoded(ImageFormat::WebP),
    ];
    for file in files {
        let out = clean(&file, Some(&rights())).expect("clean").bytes.into_owned();
        assert_eq!(Rights::from(credit(&out)), rights());
        assert!(!holds(&out, SECRET));
        assert_eq!(decoded(&out), decoded(&file));
        let one = Rights { copyright: Some("© 2026".into()), ..Rights::default() };
        let out = clean(&file, Some(&one)).expect("clean").bytes.into_owned();
        assert_eq!(Rights::from(credit(&out)), one);
    }
}

#[test]
fn colour_profiles_and_chunks_stay() {
    assert!(holds(&cleaned(&full_jpeg(1)), b"ICC_PROFILE\0\x01\x01colour profile"));
    assert!(holds(&cleaned(&full_png(1)), b"gAMA"));
    let webp = encoded(ImageFormat::WebP);
    let profile = riff(&[
        (b"VP8X", vec![0x20, 0, 0, 0, 23, 0, 0, 15, 0, 0]),
        (b"ICCP", b"profile".to_vec()),
        (b"VP8L", webp[20..].to_vec()),
    ]);
    assert!(matches!(clean(&profile, None).expect("clean").bytes, Cow::Borrowed(_)));
    let adobe = segment(0xee, &[b"Adobe\0\x64\0\0\0\0\x01"]);
    let file = jpeg(&[adobe], b"");
    assert!(matches!(clean(&file, None).expect("clean").bytes, Cow::Borrowed(_)));
}

#[test]
fn a_thumbnail_in_the_first_segment_goes() {
    let plain = encoded(ImageFormat::Jpeg);
    assert_eq!(&plain[2..4], &[0xff, 0xe0]);
    let head = segment(0xe0, &[&plain[6..18], &[2, 1], b"sixpix"]);
    let file = [&plain[..2], &head, &plain[20..]].concat();
    assert_eq!(cleaned(&file), plain);
}

#[test]
fn an_animation_goes_on_as_often_as_before() {
    let out = cleaned(&full_gif());
    assert!(holds(&out, b"NETSCAPE2.0\x03\x01\x05\0\0"));
    let pixels = encoded(ImageFormat::WebP);
    let chunk = &pixels[12..];
    let frame = |rest: &[u8]| {
        [&[0, 0, 0, 0, 0, 0, 23, 0, 0, 15, 0, 0, 50, 0, 0, 0][..], chunk, rest].concat()
    };
    let head = (b"VP8X", vec![0x02, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    let anim = (b"ANIM", vec![0, 0, 0, 0, 5, 0]);
    let secret = [&b"PRIV"[..], &20u32.to_le_bytes(), SECRET, b"!"].concat();
    let dirty =
        riff(&[head.clone(), anim.clone(), (b"ANMF", frame(&secret)), (b"ANMF", frame(b""))]);
    let plain = riff(&[head, anim, (b"ANMF", frame(b"")), (b"ANMF", frame(b""))]);
    assert_eq!(cleaned(&dirty), plain);
}

#[test]
fn places_in_an_avif_stay_true() {
    let file = full_avif();
    let out = cleaned(&file);
    assert_eq!(out.len(), file.len());
    let place = memchr::memmem::find(&file, AV1).expect("pixels");
    assert_eq!(&out[place..place + AV1.len()], AV1);
    assert!(!holds(&out, b"udta") && !holds(&out, b"uuid") && !holds(&out, b"udes"));
    assert!(holds(&out, b"MM\0*\0\0\0\x08\0\0\0\0\0\0"));
}

#[test]
fn files_that_end_too_early_are_refused_or_harmless() {
    for (kind, file) in samples() {
        for end in 0..file.len() {
            let part = &file[..end];
            let _ = credit(part);
            if let Ok(out) = clean(part, Some(&rights())) {
                assert!(
                    !holds(&out.bytes, SECRET) && !holds(&out.bytes, LATITUDE),
                    "{kind}: {end} bytes"
                );
            }
        }
    }
    let jpeg = encoded(ImageFormat::Jpeg);
    assert_eq!(clean(&jpeg[..jpeg.len() - 2], None), Err("the file is cut short".into()));
    let png = encoded(ImageFormat::Png);
    assert_eq!(clean(&png[..png.len() - 1], None), Err("the file is cut short".into()));
    assert_eq!(clean(b"", None), Err("this is no picture of a known kind".into()));
}

#[test]
fn no_damage_makes_it_panic() {
    // A simple generator: the same damage on every machine.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for (_, file) in samples() {
        for _ in 0..3_000 {
            let mut bytes = file.clone();
            for _ in 0..1 + random() % 4 {
                let at = random() % bytes.len();
                bytes[at] = [0, 1, 0xff, 0x7f, random() as u8][random() % 5];
            }
            let _ = credit(&bytes);
            if let Ok(out) = clean(&bytes, Some(&rights())) {
                assert!(out.bytes.len() <= bytes.len() + 2_000);
            }
        }
        for length in 0..200 {
            let bytes: Vec<u8> =
                file.iter().take(16).copied().chain((0..length).map(|_| random() as u8)).collect();
            let _ = (credit(&bytes), clean(&bytes, None).is_ok());
        }
    }
}

#[test]
fn directories_in_a_circle_end() {
    let mut file = full_tiff();
    let next = 8 + 2 + 14 * 12;
    file[next..next + 4].copy_from_slice(&[0, 0, 0, 8]);
    assert!(clean(&file, None).is_err_and(|reason| reason.contains("circle")));
}
