//! Pictures from one line of Markdown: copies for every screen, credit, privacy, and what is wrong with some of them.

mod support;

use std::fs;
use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use support::{Run, Site, png};

const SECRET: &str = "Serial-4711-Jane-Doe";

/// A photograph of sorts.
fn photo(width: u32, height: u32) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x / 9) as u8, 100 + (y / 30) as u8, ((x / 7) ^ (y / 7)) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The same with a segment behind the start of the file.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, marker]);
    out.extend((content.len() as u16 + 2).to_be_bytes());
    out.extend(content);
    out.extend(&jpeg[2..]);
    out
}

/// Exif with an orientation, an owner and a place.
fn exif(orientation: u8) -> Vec<u8> {
    let mut out = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x03".to_vec();
    out.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    out.extend([0x01, 0x3b, 0, 2, 0, 0, 0, SECRET.len() as u8 + 1, 0, 0, 0, 50]);
    // The place, in an IFD of its own: one tag, `N`.
    let place = 50 + SECRET.len() as u8 + 1;
    out.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, place]);
    out.extend([0; 4]);
    out.extend(SECRET.as_bytes());
    out.push(0);
    out.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    out
}

fn xmp(inner: &str) -> Vec<u8> {
    let mut out = b"http://ns.adobe.com/xap/1.0/\0".to_vec();
    out.extend_from_slice(
        format!(
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" \
             xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\">{inner}</rdf:Description></rdf:RDF></x:xmpmeta>"
        )
        .as_bytes(),
    );
    out
}

fn article(text: &str) -> String {
    format!("---\ntitle: Ships\ndate: 2015-01-02\ndescription: On ships\n---\n{text}\n")
}

fn site(text: &str) -> Site {
    let site = Site::named("broadsheet");
    site.file("byline.yaml", "title: T\nbase_url: https://example.org/\nimages: {cards: false}\n");
    site.file("content/ships/index.md", article(text));
    site
}

fn page(site: &Site) -> String {
    site.output("ships/index.html")
}

/// The addresses of a `srcset` with the widths that it says.
fn srcset(html: &str) -> Vec<(String, u32)> {
    let list = html.split("srcset=\"").nth(1).expect("a srcset").split('"').next().unwrap();
    let one = |part: &str| {
        let (address, width) = part.trim().rsplit_once(' ').unwrap();
        (address.to_string(), width.trim_end_matches('w').parse().unwrap())
    };
    list.split(',').map(one).collect()
}

fn decoded(site: &Site, address: &str) -> DynamicImage {
    let file = &site.public()[address.trim_start_matches('/')];
    image::load_from_memory(file).unwrap_or_else(|error| panic!("{address}: {error}"))
}

#[test]
fn one_line_is_a_figure_for_every_screen() {
    let site = site(
        "![A ship](ship.jpg \"The *ship*\"){credit=\"A. Photographer\" license=\"CC BY 4.0\"}",
    );
    site.file("content/ships/ship.jpg", photo(2000, 1000));
    site.build_well();
    let html = page(&site);
    let copies = srcset(&html);
    assert_eq!(
        copies.iter().map(|(_, width)| *width).collect::<Vec<_>>(),
        [240, 384, 720, 1200, 1800]
    );
    for (address, width) in &copies {
        assert!(address.starts_with("/processed_images/ship.") && address.ends_with(".webp"));
        let copy = decoded(&site, address);
        assert_eq!((copy.width(), copy.height()), (*width, width / 2));
    }
    assert!(html.contains("<source type=\"image/webp\""));
    let img = html.split("<img src=\"/processed_images/").nth(1).unwrap();
    let img = img.split('>').next().unwrap();
    let fallback = decoded(&site, &format!("processed_images/{}", img.split('"').next().unwrap()));
    assert_eq!((fallback.width(), fallback.height()), (1200, 600));
    assert!(img.contains("alt=\"A ship\" width=\"1800\" height=\"900\" data-tone=\""), "{img}");
    assert!(img.contains("fetchpriority=\"high\"") && !img.contains("loading"), "{img}");
    assert!(html.contains("<a class=\"zoom\" href=\"/ships/ship.jpg\">"));
    assert!(html.contains("<span class=\"caption\">The <em>ship</em></span>"));
    assert!(html.contains("rel=\"license\">CC BY 4.0</a>"));
    assert!(
        html.contains("<meta property=\"og:image:width\" content=\"1200\">"),
        "a copy to share"
    );
    let feed = site.output("rss.xml");
    assert!(
        feed.contains("https://example.org/processed_images/ship.") && !feed.contains("srcset")
    );
}

#[test]
fn feeds_say_how_long_the_published_picture_is() {
    let site = site("Text.");
    let photo = with_segment(&photo(900, 600), 0xe1, &exif(6));
    site.file("content/lead/ship.jpg", &photo);
    site.file(
        "content/lead/index.md",
        "---\ntitle: Lead\ndate: 2015-01-02\nimage: ship.jpg\n---\nText.\n",
    );
    site.build_well();
    let published = site.public()["lead/ship.jpg"].len();
    assert_ne!(published, photo.len());
    let feed = site.output("rss.xml");
    assert!(feed.contains(&format!("length=\"{published}\"")), "{feed}");
}

#[test]
fn only_the_first_picture_of_a_page_does_not_wait() {
    let site = site("![A](a.png)\n\nText.\n\n![B](b.png)");
    site.file("content/ships/a.png", png(300, 200)).file("content/ships/b.png", png(300, 201));
    site.build_well();
    let html = page(&site);
    assert_eq!(html.matches("fetchpriority=\"high\"").count(), 1);
    assert_eq!(html.matches("loading=\"lazy\"").count(), 1);
    // The lead picture comes first.
    let lead = article("![A](a.png)").replace("date:", "image: b.png\ndate:");
    site.file("content/ships/index.md", lead).build_well();
    let html = page(&site);
    let lead = html.find("fetchpriority=\"high\"").unwrap();
    assert!(lead < html.find("loading=\"lazy\"").unwrap());
    assert_eq!(html.matches("fetchpriority=\"high\"").count(), 1);
}

#[test]
fn a_turned_photograph_stands_upright_everywhere() {
    let site = site("![A ship](ship.jpg)");
    site.file("content/ships/ship.jpg", with_segment(&photo(900, 600), 0xe1, &exif(6)));
    site.build_well();
    let html = page(&site);
    assert_eq!(srcset(&html).last().unwrap().1, 600);
    let copy = decoded(&site, &srcset(&html)[0].0);
    assert!(copy.height() > copy.width());
    assert!(html.contains("width=\"600\" height=\"900\""));
    // The original still says how it is to be turned, and nothing else.
    let original = &site.public()["ships/ship.jpg"];
    let read = exif::Reader::new().read_from_container(&mut Cursor::new(original)).unwrap();
    assert_eq!(read.fields().count(), 1, "{:?}", read.fields().collect::<Vec<_>>());
    let turned = read.get_field(exif::Tag::Orientation, exif::In::PRIMARY).unwrap();
    assert_eq!(turned.value.get_uint(0), Some(6));
}

#[test]
fn nothing_private_is_in_any_published_file() {
    let site = site("![A ship](ship.jpg)\n\n![A drawing](plan.png)\n\n![A sketch](sketch.svg)");
    let secret = |jpeg: Vec<u8>| {
        let mut all = with_segment(&jpeg, 0xe1, &exif(1));
        all = with_segment(&all, 0xe1, &xmp(&format!("<dc:title>{SECRET}</dc:title>")));
        all = with_segment(
            &all,
            0xed,
            format!("Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x14{SECRET}").as_bytes(),
        );
        all = with_segment(&all, 0xfe, SECRET.as_bytes());
        all.extend(SECRET.as_bytes());
        all
    };
    site.file("content/ships/ship.jpg", secret(photo(1000, 700)));
    // What no article shows is published too.
    site.file("static/albums/other.jpeg", secret(photo(60, 40)));
    let text = format!("Author\0{SECRET}");
    let chunk =
        [&(text.len() as u32).to_be_bytes()[..], b"tEXt", text.as_bytes(), &[0; 4]].concat();
    let plain = png(800, 500);
    site.file("content/ships/plan.png", [&plain[..33], &chunk, &plain[33..]].concat());
    let sketch = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\"><!-- {SECRET} --><metadata>{SECRET}</metadata>\
         <script>alert(1)</script><rect width=\"40\" height=\"20\" onclick=\"x()\"/></svg>"
    );
    site.file("content/ships/sketch.svg", sketch);
    for keep in ["false", "true"] {
        let config = format!(
            "title: T\nbase_url: https://example.org/\nimages: {{cards: false, keep_credit: {keep}}}\n"
        );
        site.file("byline.yaml", config);
        let run = site.build_with(&["--output", &format!("out-{keep}")]);
        assert_eq!(run.status, 0, "{}", run.text());
        run.expect(&["content/ships/index.md", "picture/drawing", "script"]);
        for (path, bytes) in support::published(&site.path(&format!("out-{keep}"))) {
            let has = |what: &[u8]| memchr::memmem::find(&bytes, what).is_some();
            // Whoever made it is named on the page, and in the picture when the site says so.
            let is_text = ["html", "xml", "json"].iter().any(|ending| path.ends_with(ending));
            let may_name = is_text || keep == "true";
            assert!(may_name || !has(SECRET.as_bytes()), "{path} ({keep})");
            assert!(!has(b"GPS") && !has(b"<script>alert"), "{path} ({keep})");
            // A script of the theme may set one; nothing that is shown may.
            assert!(path.ends_with(".js") || !has(b"onclick"), "{path} ({keep})");
            assert!(keep == "true" || !has(b"xap/1.0/"), "{path} carries XMP");
        }
    }
    assert!(
        memchr::memmem::find(
            &fs::read(site.path("content/ships/ship.jpg")).unwrap(),
            SECRET.as_bytes()
        )
        .is_some()
    );
}

#[test]
fn credit_comes_from_the_text_then_the_file_beside_then_the_picture() {
    let site = site("![A ship](ship.jpg)");
    let embedded = xmp(
        "<photoshop:Credit>Agency One</photoshop:Credit><dc:creator><rdf:Seq><rdf:li>Jo Maker</rdf:li></rdf:Seq></dc:creator>\
         <dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">(c) 2025 Agency One</rdf:li></rdf:Alt></dc:rights>\
         <xmpRights:WebStatement>https://creativecommons.org/licenses/by-sa/4.0/</xmpRights:WebStatement>",
    );
    site.file("content/ships/ship.jpg", with_segment(&photo(700, 400), 0xe1, &embedded));
    site.build_well();
    let html = page(&site);
    assert!(html.contains("<span class=\"credit\">Agency One, <a href=\"https://creativecommons.org/licenses/by-sa/4.0/\" rel=\"license\">CC BY-SA 4.0</a></span>"));
    for data in [
        "\"creditText\":\"Agency One\"",
        "\"name\":\"Jo Maker\"",
        "\"copyrightNotice\":\"(c) 2025 Agency One\"",
    ] {
        assert!(html.contains(data), "{data}");
    }
    site.file("content/ships/ship.jpg.yaml", "credit: Beside\n").build_well();
    assert!(page(&site).contains("<span class=\"credit\">Beside, <a"));
    site.file("content/ships/index.md", article("![A ship](ship.jpg){credit=\"In the text\"}"))
        .build_well();
    assert!(page(&site).contains("<span class=\"credit\">In the text, <a"));
}

#[test]
fn a_credit_can_be_asked_for() {
    let site =
        site("![A](a.png)\n\n![B](b.png){credit=\"Me\"}\n\nA sign ![C](a.png) in a sentence.");
    site.file("content/ships/a.png", png(30, 20)).file("content/ships/b.png", png(30, 21));
    let with = |value: &str| {
        site.file(
            "byline.yaml",
            format!(
                "title: T\nbase_url: https://example.org/\nimages: {{require_credit: {value}}}\n"
            ),
        );
        site.build()
    };
    let warned = with("warn");
    assert_eq!(warned.status, 0, "{}", warned.text());
    warned.expect(&[
        "content/ships/index.md:6:1",
        "warning",
        "picture/credit-missing",
        "`a.png` has no credit",
    ]);
    assert_eq!(warned.text().matches("picture/credit-missing").count(), 1);
    with("error").expect_error(&["picture/credit-missing"]);
    assert!(!with("false").text().contains("credit-missing"));
}

#[test]
fn all_credits_stand_on_a_page_of_their_own() {
    let site = site("![A](a.png \"First\"){credit=\"Ada\" license=\"CC0\"}\n\n![B](b.png)");
    site.file(
        "byline.yaml",
        "title: T\nbase_url: https://example.org/\nimages: {credits: true, cards: false}\n",
    );
    site.file("content/ships/a.png", png(30, 20)).file("content/ships/b.png", png(30, 21));
    site.file(
        "content/more.md",
        article("![A](ships/a.png){credit=\"Ada\" license=\"CC0\"}").replace("Ships", "More"),
    );
    site.build_well();
    let html = site.output("credits/index.html");
    assert_eq!(html.matches("Ada").count(), 1, "{html}");
    assert!(html.contains("First") && html.contains(">Ships</a>") && html.contains(">More</a>"));
    // Whoever is named no more is gone from it, and nothing else is made again.
    site.file("content/more.md", article("Nothing.").replace("Ships", "More")).build_well();
    assert!(!site.output("credits/index.html").contains(">More</a>"));
}

#[test]
fn pictures_of_one_paragraph_are_a_gallery() {
    let site =
        site("![A](a.png \"One\")\n![B](b.png \"Two\")\n\n![A](a.png) ![B](b.png)\n\n![A](a.png)");
    site.file("content/ships/a.png", png(30, 20)).file("content/ships/b.png", png(30, 21));
    site.build_well();
    let html = page(&site);
    assert_eq!(html.matches("<div class=\"gallery\">").count(), 2);
    assert_eq!(html.matches("<figure").count(), 5);
    assert!(
        html.contains("<span class=\"caption\">One</span>")
            && html.contains("<span class=\"caption\">Two</span>")
    );
}

#[test]
fn a_theme_may_show_pictures_in_its_own_way() {
    let site = site("![A](a.png \"One\")\n\nA ![B](a.png) sign.");
    site.file("content/ships/a.png", png(500, 200));
    site.build_well();
    assert!(page(&site).contains("<figure class=\"figure\""));
    site.file(
        "templates/components/own.html",
        "{% component figure(image, class=\"\", eager=false) %}[{{ image.src }} {{ image.sources | length }} {{ image.caption }} {{ eager }}]{% endcomponent figure %}\
         {% component picture(image, class=\"\", eager=false) %}({{ image.alt }}){% endcomponent picture %}",
    );
    site.build_well();
    let html = page(&site);
    assert!(html.contains("[/ships/a.png 1 One true]") && html.contains("A (B) sign."), "{html}");
    fs::remove_file(site.path("templates/components/own.html")).unwrap();
    site.build_well();
    assert!(page(&site).contains("<figure class=\"figure\""));
}

#[test]
fn templates_draw_pictures_with_all_their_copies() {
    let site = site("Text.");
    site.file("static/logo.png", png(1000, 500));
    site.file(
        "templates/page.html",
        "{{ picture(path=\"/logo.png\", alt=\"Logo\", sizes=\"10em\", class=\"logo\") }}\n\
         {% if page.image %}{{ figure(image=page.image, class=\"wide\", eager=true) }}{% endif %}",
    );
    site.file("content/ships/a.png", png(600, 300));
    let with_lead =
        article("Text.").replace("date:", "image: {src: a.png, alt: Lead, caption: A < B}\ndate:");
    site.file("content/ships/index.md", with_lead);
    site.build_well();
    let html = page(&site);
    let (logo, lead) = html.split_once('\n').unwrap();
    let copies = srcset(logo);
    assert_eq!(copies.iter().map(|(_, width)| *width).collect::<Vec<_>>(), [240, 384, 720, 1000]);
    copies.iter().for_each(|(address, _)| drop(decoded(&site, address)));
    assert!(
        logo.contains("sizes=\"10em\"")
            && logo.contains("alt=\"Logo\"")
            && logo.contains("class=\"logo\"")
    );
    assert!(
        lead.starts_with("<figure class=\"figure wide\">") && lead.contains("A &lt; B"),
        "{lead}"
    );
    assert!(lead.contains("fetchpriority"));
    let files = site.public();
    assert_eq!(site.build_well().count("written"), 0);
    assert_eq!(site.public(), files);
}

#[test]
fn copies_are_kept_for_other_folders_and_other_branches() {
    let site = site("![A](a.png)");
    site.file("content/ships/a.png", png(900, 600));
    site.build_well();
    let kept = site.path(".byline/images");
    let count = || fs::read_dir(&kept).unwrap().count();
    let before = count();
    assert!(before >= 3, "copies and a tone");
    // Another branch without it, and back.
    site.file("content/ships/index.md", article("Nothing.")).build_well();
    assert_eq!(count(), before);
    site.file("content/ships/index.md", article("![A](a.png)")).build_well();
    assert_eq!(count(), before);
    // A damaged file is made again.
    for entry in fs::read_dir(&kept).unwrap().flatten() {
        fs::write(entry.path(), b"rubbish").unwrap();
    }
    let good = site.public();
    fs::remove_dir_all(site.path("public")).unwrap();
    site.build_well();
    assert_eq!(site.public(), good);
    let fresh = site.build_with(&["--no-cache", "--output", "other"]);
    assert_eq!(fresh.status, 0);
    assert_eq!(support::published(&site.path("other")), support::published(&site.path("public")));
}

#[test]
fn the_configuration_decides_widths_and_formats() {
    let site = site("![A](a.jpg)");
    site.file("content/ships/a.jpg", photo(1000, 500));
    let with = |images: &str| {
        site.file(
            "byline.yaml",
            format!("title: T\nbase_url: https://example.org/x/\nimages: {images}\n"),
        );
        site.build_well();
        page(&site)
    };
    let html = with("{widths: [300, 600], formats: [webp], cards: false}");
    assert_eq!(srcset(&html).iter().map(|(_, width)| *width).collect::<Vec<_>>(), [300, 600]);
    assert!(srcset(&html)[0].0.starts_with("/x/processed_images/"));
    let html = with("{formats: [avif, webp], widths: [200], cards: false}");
    assert!(html.find("image/avif").unwrap() < html.find("image/webp").unwrap());
    let html = with("false");
    assert!(
        html.contains("<img src=\"/x/ships/a.jpg\"")
            && !html.contains("<source")
            && !html.contains("zoom\"")
    );
    assert!(site.public().keys().all(|path| !path.starts_with("processed_images")));
}

/// What is wrong with a picture, and that the build goes on.
fn told(name: &str, bytes: &[u8], parts: &[&str]) -> Run {
    let site = site(&format!("Text.\n\n![A]({name})"));
    site.file(&format!("content/ships/{name}"), bytes);
    let run = site.build();
    let place = ["content/ships/index.md:8:1"];
    run.expect(&[&place, parts].concat());
    run
}

#[test]
fn bad_pictures_are_told_with_the_line_of_the_article_and_the_build_goes_on() {
    let whole = png(300, 200);
    let cases: [(&str, Vec<u8>, &[&str]); 5] = [
        ("cut.png", whole[..whole.len() - 20].to_vec(), &["picture/damaged", "cut short"]),
        ("empty.jpg", Vec::new(), &["picture/damaged", "empty"]),
        ("really.jpg", whole.clone(), &["picture/misnamed", "is a `png`"]),
        ("text.webp", b"this is no picture at all".to_vec(), &["picture/unknown"]),
        ("huge.png", huge(), &["picture/damaged", "60000x60000", "megapixels"]),
    ];
    for (name, bytes, parts) in cases {
        let run = told(name, &bytes, parts);
        assert_eq!(run.status, 0, "{name}: {}", run.text());
    }
    // Half a photograph is published without what the camera wrote.
    let half = with_segment(&photo(300, 200), 0xe1, &exif(1));
    let site_of_half = site("![A](half.jpg)");
    site_of_half.file("content/ships/half.jpg", &half[..half.len() / 2]);
    site_of_half.build_well();
    let published = &site_of_half.public()["ships/half.jpg"];
    assert!(memchr::memmem::find(published, SECRET.as_bytes()).is_none() && published.len() > 500);
    // A misnamed picture has its copies all the same.
    let site = site("![A](really.jpg)");
    site.file("content/ships/really.jpg", whole).build_well();
    assert_eq!(srcset(&page(&site)).len(), 2);
}

/// A PNG that claims to be 60,000 pixels wide and high.
fn huge() -> Vec<u8> {
    let mut bytes = png(4, 3);
    bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = !bytes[12..29].iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    });
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

#[test]
fn a_missing_picture_and_a_folder_in_its_place_are_errors() {
    let site = site("![A](none.jpg)\n\n![B](folder.jpg)");
    fs::create_dir_all(site.path("content/ships/folder.jpg")).unwrap();
    let run = site.build();
    run.expect_error(&["content/ships/index.md:6:1", "none.jpg"]);
    run.expect_error(&["content/ships/index.md:8:1", "folder.jpg"]);
}
