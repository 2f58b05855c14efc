//! Resized pictures: made once, after the pages, and no page points to one that is not there.

mod support;

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use support::Site;

/// A photograph of sorts.
fn photo(format: ImageFormat) -> Vec<u8> {
    let pixels =
        RgbImage::from_fn(600, 400, |x, y| Rgb([(x / 3) as u8, (y / 2) as u8, (x ^ y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Many articles that show the same picture in two sizes.
fn site() -> Site {
    let site = Site::tiny();
    site.file(
        "templates/page.html",
        "{% set a = resize_image(path=\"photo.jpg\", width=300, op=\"fit_width\") %}{{ a.url }}\n\
         {% set b = resize_image(path=\"photo.jpg\", width=60, height=60, format=\"webp\", quality=70) %}{{ b.url }}\n",
    );
    site.file("content/photo.jpg", photo(ImageFormat::Jpeg));
    for number in 0..20 {
        site.file(&format!("content/p{number:02}.md"), format!("---\ntitle: P{number}\n---\n"));
    }
    site
}

/// Paths of the resized pictures.
fn made(site: &Site) -> Vec<String> {
    let all = site.public().into_keys();
    let is_card = |path: &String| path.starts_with("processed_images/card.");
    all.filter(|path| path.starts_with("processed_images/") && !is_card(path)).collect()
}

#[test]
fn a_picture_is_made_once_and_stands_where_the_pages_say() {
    let site = site();
    let run = site.build_well();
    let made = made(&site);
    assert_eq!(made.len(), 2, "{made:?}");
    for line in site.output("p07/index.html").lines() {
        let path = line.strip_prefix("https://example.org/").unwrap();
        assert!(made.contains(&path.to_string()), "{path}");
    }
    let files = site.public();
    let sizes = made.iter().map(|path| image::load_from_memory(&files[path]).unwrap());
    let mut sizes: Vec<(u32, u32)> =
        sizes.map(|picture| (picture.width(), picture.height())).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [(60, 60), (300, 200)]);

    let again = site.build_well();
    assert_eq!(again.count("written"), 0, "{again:?}");
    assert_eq!(again.count("unchanged"), run.count("written"));
    assert_eq!(site.public(), files);
    assert_eq!(self::site().build_well().count("written"), run.count("written"));
}

#[test]
fn a_clean_build_gives_the_same_bytes() {
    let (one, two) = (site(), site());
    one.build_well();
    two.build_well();
    assert_eq!(one.public(), two.public());
}

#[test]
fn another_picture_has_another_name_and_the_old_one_goes() {
    let site = site();
    site.build_well();
    let before = made(&site);
    site.file("content/photo.jpg", photo(ImageFormat::Png));
    site.build_well();
    let after = made(&site);
    assert_eq!(after.len(), 2);
    assert!(before.iter().all(|path| !after.contains(path)), "{before:?} {after:?}");
    // The picture is what its bytes say, whatever its name is.
    assert!(after.iter().any(|path| path.ends_with(".png")), "{after:?}");
}

#[test]
fn a_file_that_was_changed_or_lost_in_public_is_made_again() {
    let site = site();
    site.build_well();
    let files = site.public();
    let paths = made(&site);
    std::fs::remove_file(site.path("public").join(&paths[0])).unwrap();
    std::fs::write(site.path("public").join(&paths[1]), "somebody else's").unwrap();
    site.build_well();
    assert_eq!(site.public(), files);
}

#[test]
fn damaged_pixels_are_an_error_that_names_picture_and_page() {
    let site = site();
    site.build_well();
    let files = site.public();
    let mut png = photo(ImageFormat::Png);
    let middle = png.len() / 2;
    for byte in &mut png[middle..middle + 40] {
        *byte ^= 0x5a;
    }
    site.file("content/photo.jpg", png);
    let run = site.build();
    run.expect_error(&[
        "content/photo.jpg: error[picture/resize]: the picture cannot be resized: ",
        "note: content/p00.md: while making `content/p00.md`",
        "hint: see whether other programs show it",
    ]);
    assert_eq!(site.public(), files, "nothing was published");
}

#[test]
fn a_component_in_markdown_may_resize() {
    let site = site();
    site.file(
        "templates/components/thumb.html",
        "{% component thumb(src: string) %}\n{% set x = resize_image(path=src, width=30, height=30) %}<img src=\"{{ x.url }}\">\n{% endcomponent %}\n",
    );
    site.file("templates/page.html", "{{ page.content | safe }}\n");
    site.file("content/p00.md", "---\ntitle: A\n---\n{{<thumb src=\"photo.jpg\" />}}\n");
    site.build_well();
    let made = made(&site);
    assert_eq!(made.len(), 1);
    assert!(site.output("p00/index.html").contains(&made[0]));
}
