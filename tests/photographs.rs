//! Real pictures of every kind, and broken ones, from the sources of two Python packages.
//!
//! They are fetched when the test runs (`tests/photographs/fetch.py`, which names versions and hashes), so that this
//! repository holds none. The test fails when it cannot get them.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use image::{AnimationDecoder, DynamicImage, RgbaImage};
use support::{Run, Site};

/// Marks of private data in a segment that does not end where it says; not to be published.
const UNCLEAN: [&str; 3] =
    ["jpeg_ff00_header.jpg", "photoshop-200dpi-broken.jpg", "truncated_app14.jpg"];

/// The pictures, by their names in the packages.
fn pictures() -> &'static BTreeMap<String, Vec<u8>> {
    static PICTURES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    PICTURES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("photographs");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photographs/fetch.py");
        let fetched = Command::new("python3").arg(script).arg(&folder).output();
        let fetched = fetched.expect("python3, which fetches the pictures");
        assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
        let mut all = BTreeMap::new();
        for package in fs::read_dir(folder).unwrap() {
            all.extend(support::published(&package.unwrap().path()));
        }
        assert!(all.len() > 600, "{} pictures", all.len());
        all
    })
}

/// A site with one article that shows these pictures, one in a paragraph.
fn site<'a>(names: impl IntoIterator<Item = &'a str>) -> Site {
    let site = Site::named("broadsheet");
    site.file("byline.yaml", "title: T\nbase_url: https://example.org/\nimages: {cards: false}\n");
    let mut text = "---\ntitle: P\ndate: 2015-01-02\ndescription: On pictures\n---\n".to_string();
    for name in names {
        let bytes = pictures().get(name).unwrap_or_else(|| panic!("no picture {name}"));
        site.file(&format!("content/p/{name}"), bytes);
        let _ = writeln!(text, "![{name}](<{name}>)\n");
    }
    site.file("content/p/index.md", text);
    site
}

/// The `<picture>` or `<img>` of a picture in the article.
fn shown(site: &Site, name: &str) -> String {
    let html = site.output("p/index.html");
    let figure = html.split("<figure").find(|part| part.contains(&format!("alt=\"{name}\"")));
    figure.unwrap_or_else(|| panic!("{name} is not shown")).to_string()
}

/// The value of the last attribute of this name.
fn attribute(html: &str, name: &str) -> String {
    let value =
        html.rsplit_once(&format!(" {name}=\"")).unwrap_or_else(|| panic!("{name}: {html}")).1;
    value.split('"').next().unwrap().to_string()
}

/// The widest copy in the format of this ending.
fn copy(site: &Site, name: &str, ending: &str) -> DynamicImage {
    let html = shown(site, name);
    let srcset = html.split(&format!("type=\"image/{ending}\" srcset=\"")).nth(1);
    let srcset = srcset.unwrap_or_else(|| panic!("no copies: {html}")).split('"').next().unwrap();
    let widest = srcset.split(',').next_back().unwrap().trim().split(' ').next().unwrap();
    read(&site.public()[widest.trim_start_matches('/')], widest)
}

fn read(bytes: &[u8], name: &str) -> DynamicImage {
    image::load_from_memory(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// How far two pictures are from each other: the mean difference of a channel, of 255.
fn difference(one: &DynamicImage, other: &DynamicImage) -> f64 {
    assert_eq!((one.width(), one.height()), (other.width(), other.height()));
    let (one, other) = (one.to_rgb8(), other.to_rgb8());
    let sum: u64 = one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

#[test]
fn every_turned_picture_stands_upright() {
    let names: Vec<String> = (2..=8)
        .flat_map(|way| ["jpg", "webp"].map(|ending| format!("hopper_orientation_{way}.{ending}")))
        .collect();
    let site = site(names.iter().map(String::as_str));
    site.build_well();
    let upright = read(&pictures()["hopper.jpg"], "hopper.jpg");
    for name in &names {
        let found = copy(&site, name, "webp");
        let size =
            [attribute(&shown(&site, name), "width"), attribute(&shown(&site, name), "height")];
        assert_eq!(size, [found.width().to_string(), found.height().to_string()], "{name}");
        let turned = difference(&upright.rotate180(), &upright);
        let far = difference(&found, &upright);
        assert!(far < 6.0 && far * 4.0 < turned, "{name}: {far:.1}, upside down {turned:.1}");
    }
}

#[test]
fn colours_stay_what_they_are() {
    let names = [
        "pil_sample_cmyk.jpg",
        "hopper_gray.jpg",
        "icc_profile.png",
        "icc_profile_big.jpg",
        "icc-after-SOF.jpg",
        "apng/mode_16bit.png",
        "camera.png",
        "transparent.png",
        "coffee.png",
    ];
    let site = site(names);
    site.build_well();
    // Inks become the colours that the same picture has on a screen.
    let screen = read(&pictures()["pil_sample_rgb.jpg"], "rgb");
    let far = difference(&copy(&site, "pil_sample_cmyk.jpg", "webp"), &screen);
    assert!(far < 12.0, "CMYK: {far:.1}");
    // What has no profile of its own is the same but for the quality.
    for name in ["hopper_gray.jpg", "camera.png"] {
        let far = difference(&copy(&site, name, "webp"), &read(&pictures()[name], name));
        assert!(far < 4.0, "{name}: {far:.1}");
    }
    // Profiles are used up: copies have none, and say what the original looks like with its own.
    for name in ["icc_profile.png", "icc_profile_big.jpg", "icc-after-SOF.jpg"] {
        let original = &pictures()[name];
        assert!(
            memchr::memmem::find(original, b"ICC_PROFILE").is_some()
                || memchr::memmem::find(original, b"iCCP").is_some(),
            "{name} has a profile"
        );
        let far = difference(&copy(&site, name, "webp"), &read(original, name));
        assert!(far < 12.0, "{name}: {far:.1}");
    }
    // Transparency stays.
    let logo = copy(&site, "transparent.png", "webp").to_rgba8();
    let original = read(&pictures()["transparent.png"], "transparent.png").to_rgba8();
    assert_eq!(logo.dimensions(), original.dimensions());
    let clear = |picture: &RgbaImage| picture.pixels().filter(|pixel| pixel[3] == 0).count();
    assert!(clear(&original) > 10_000);
    assert_eq!(clear(&logo), clear(&original));
}

#[test]
fn films_keep_moving() {
    let names = [
        "iss634.gif",
        "iss634.webp",
        "apng/delay.png",
        "dispose_bgnd.gif",
        "no_time_for_that_tiny.gif",
    ];
    let site = site(names);
    site.build_well();
    let frames = |bytes: &[u8], name: &str| -> usize {
        let bytes = Cursor::new(bytes);
        match name.rsplit('.').next() {
            Some("gif") => {
                image::codecs::gif::GifDecoder::new(bytes).unwrap().into_frames().count()
            }
            Some("webp") => {
                image::codecs::webp::WebPDecoder::new(bytes).unwrap().into_frames().count()
            }
            _ => image::codecs::png::PngDecoder::new(bytes)
                .unwrap()
                .apng()
                .unwrap()
                .into_frames()
                .count(),
        }
    };
    for name in names {
        let html = shown(&site, name);
        assert!(!html.contains("srcset"), "{name}: {html}");
        let address = attribute(&html, "src");
        let there = frames(&site.public()[address.trim_start_matches('/')], name);
        let before = frames(&pictures()[name], name);
        assert!(before > 1, "{name} is a film");
        assert_eq!(there, before, "{name}");
    }
}

#[test]
fn avif_says_its_size_as_it_is_shown() {
    let names: Vec<&str> =
        pictures().keys().map(String::as_str).filter(|name| name.ends_with(".avif")).collect();
    assert!(names.len() > 10);
    let site = site(names.iter().copied());
    site.build_well();
    for name in names {
        let html = shown(&site, name);
        let size = (attribute(&html, "width"), attribute(&html, "height"));
        assert!(size.0 != "0" && size.1 != "0", "{name}");
        // All of these are the same upright picture, turned and mirrored in eight ways.
        if name.contains("rot") {
            assert_eq!(size, ("640".to_string(), "427".to_string()), "{name}");
        }
    }
}

/// All of them at once: nothing makes the program fall, what is damaged is told, and nothing private is left in what
/// can be read; the pixels are those of the original.
#[test]
fn what_is_published_is_the_same_picture_without_private_data() {
    let names = pictures().keys().map(String::as_str).filter(|name| !UNCLEAN.contains(name));
    let site = site(names);
    let run: Run = site.build();
    assert_eq!(run.status, 0, "{}", run.text());
    for damaged in [
        "broken.png",
        "truncated_jpeg.jpg",
        "decompression_bomb.gif",
        "bmp/b/reallybig.bmp",
        "truncated.jpg",
    ] {
        run.expect(&["content/p/index.md", "warning", damaged]);
    }
    let published = site.public();
    let mut compared = 0;
    for (name, original) in pictures() {
        if UNCLEAN.contains(&name.as_str()) {
            continue;
        }
        let file = &published[&format!("p/{name}")];
        for mark in ["http://ns.adobe.com/xap/1.0/", "<x:xmpmeta", "Photoshop 3.0", "Serial"] {
            assert!(memchr::memmem::find(file, mark.as_bytes()).is_none(), "{name} has {mark}");
        }
        if let Ok(exif) = exif::Reader::new().read_from_container(&mut Cursor::new(file)) {
            for field in exif.fields() {
                assert_eq!(
                    field.tag,
                    exif::Tag::Orientation,
                    "{name} has {}",
                    field.display_value()
                );
            }
        }
        // Where a file is cut short, decoders make up what is missing.
        if run.problems.iter().any(|problem| problem.line.contains(&format!("{name}`"))) {
            continue;
        }
        // The decoder is another one than ours for JPEG; what it cannot read is AVIF.
        if let (Ok(before), Ok(after)) =
            (image::load_from_memory(original), image::load_from_memory(file))
        {
            assert!(before == after, "{name}: other pixels");
            compared += 1;
        } else if image::load_from_memory(original).is_ok() {
            panic!("{name} cannot be read any more");
        }
    }
    assert!(compared > 580, "{compared} compared");
}

#[test]
fn what_cannot_be_cleaned_is_not_published() {
    let site = site(UNCLEAN);
    let run = site.build();
    assert_eq!(run.status, 1);
    for name in UNCLEAN {
        run.expect(&["error", "picture/private", name]);
    }
    assert!(!site.has_output("p/index.html"));
}

#[test]
fn a_real_photograph_is_made_smaller_without_looking_other() {
    let site = site(["hubble_deep_field.jpg", "retina.jpg", "rocket.jpg"]);
    site.build_well();
    for name in ["hubble_deep_field.jpg", "retina.jpg", "rocket.jpg"] {
        let html = shown(&site, name);
        let first = html.split("srcset=\"").nth(1).unwrap().split(' ').next().unwrap();
        let small = read(&site.public()[first.trim_start_matches('/')], first);
        assert_eq!(small.width(), 240, "{name}");
        let original = read(&pictures()[name], name);
        let wanted =
            original.resize_exact(240, small.height(), image::imageops::FilterType::Lanczos3);
        let far = difference(&small, &wanted);
        assert!(far < 9.0, "{name}: {far:.1}");
        let bytes = site.public()[first.trim_start_matches('/')].len();
        assert!(bytes < 60_000, "{name}: {bytes} bytes");
    }
}
