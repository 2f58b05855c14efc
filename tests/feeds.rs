//! Feeds as readers see them: golden files, a strict parser over hostile input, and the same values
//! read back from all three formats.

use std::borrow::Cow;

use byline::content::date::Date;
use byline::output::feed::{Enclosure, Feed, Item, Person, atom, clean_html, json, rss};
use proptest::prelude::*;
use quick_xml::events::Event;

const DAY: Date = Date { timestamp: 1_437_091_200, offset: 0, has_time: false };
const LATER: Date = Date { timestamp: 1_437_372_000, offset: 21_600, has_time: true };

type Writer = fn(&Feed, &mut Vec<u8>);
const FORMATS: [(&str, Writer); 3] = [("rss.xml", rss), ("atom.xml", atom), ("feed.json", json)];

fn write(format: Writer, feed: &Feed) -> String {
    let mut out = Vec::new();
    format(feed, &mut out);
    String::from_utf8(out).unwrap()
}

fn feed<'a>(items: Vec<Item<'a>>) -> Feed<'a> {
    Feed {
        title: "The Steppe Review",
        description: "Security & politics",
        language: "en",
        home_url: "https://example.org/review/",
        self_url: "https://example.org/review/feed",
        id: "tag:example.org,2000:feed",
        copyright: "© A Writer",
        icon: Some("https://example.org/review/icon.png"),
        items,
        ..Feed::default()
    }
}

fn item<'a>() -> Item<'a> {
    Item {
        id: "tag:example.org,2015:posts/bishkek",
        url: "https://example.org/review/posts/bishkek/",
        title: "Raids & <b>recruitment</b> \"here\"",
        summary: "x < y & z",
        content_html: Cow::Borrowed("<p>a ]]> b &amp; <em>c</em></p>"),
        published: Some(DAY),
        updated: Some(LATER),
        authors: vec![
            Person { name: "A Writer", url: Some("https://example.org/a/"), ..Person::default() },
            Person { name: "B Writer", ..Person::default() },
        ],
        tags: vec!["Kyrgyzstan", "R&D"],
        image: Some(Enclosure {
            url: "https://example.org/review/b.jpg",
            length: Some(12345),
            mime: "image/jpeg",
        }),
        language: "",
    }
}

#[test]
fn rss_as_it_shall_be() {
    let want = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel>
  <title>The Steppe Review</title>
  <link>https://example.org/review/</link>
  <description>Security &amp; politics</description>
  <language>en</language>
  <copyright>© A Writer</copyright>
  <lastBuildDate>Mon, 20 Jul 2015 12:00:00 +0600</lastBuildDate>
  <generator>Byline</generator>
  <docs>https://www.rssboard.org/rss-specification</docs>
  <atom:link href="https://example.org/review/feed" rel="self" type="application/rss+xml"/>
  <image>
   <url>https://example.org/review/icon.png</url>
   <title>The Steppe Review</title>
   <link>https://example.org/review/</link>
  </image>
  <item>
   <title>Raids &amp; &lt;b&gt;recruitment&lt;/b&gt; "here"</title>
   <link>https://example.org/review/posts/bishkek/</link>
   <guid isPermaLink="false">tag:example.org,2015:posts/bishkek</guid>
   <pubDate>Fri, 17 Jul 2015 00:00:00 +0000</pubDate>
   <dc:creator>A Writer</dc:creator>
   <dc:creator>B Writer</dc:creator>
   <category>Kyrgyzstan</category>
   <category>R&amp;D</category>
   <description>x &amp;lt; y &amp;amp; z</description>
   <content:encoded><![CDATA[<p>a ]]]]><![CDATA[> b &amp; <em>c</em></p>]]></content:encoded>
   <enclosure url="https://example.org/review/b.jpg" length="12345" type="image/jpeg"/>
  </item>
 </channel>
</rss>
"#;
    assert_eq!(write(rss, &feed(vec![item()])), want);
}

#[test]
fn atom_as_it_shall_be() {
    let want = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
 <id>tag:example.org,2000:feed</id>
 <title>The Steppe Review</title>
 <subtitle>Security &amp; politics</subtitle>
 <updated>2015-07-20T12:00:00+06:00</updated>
 <link rel="alternate" type="text/html" href="https://example.org/review/"/>
 <link rel="self" type="application/atom+xml" href="https://example.org/review/feed"/>
 <author>
  <name>The Steppe Review</name>
  <uri>https://example.org/review/</uri>
 </author>
 <rights>© A Writer</rights>
 <icon>https://example.org/review/icon.png</icon>
 <generator>Byline</generator>
 <entry>
  <id>tag:example.org,2015:posts/bishkek</id>
  <title>Raids &amp; &lt;b&gt;recruitment&lt;/b&gt; "here"</title>
  <link rel="alternate" type="text/html" href="https://example.org/review/posts/bishkek/"/>
  <published>2015-07-17T00:00:00Z</published>
  <updated>2015-07-20T12:00:00+06:00</updated>
  <author>
   <name>A Writer</name>
   <uri>https://example.org/a/</uri>
  </author>
  <author>
   <name>B Writer</name>
  </author>
  <category term="Kyrgyzstan"/>
  <category term="R&amp;D"/>
  <summary>x &lt; y &amp; z</summary>
  <content type="html"><![CDATA[<p>a ]]]]><![CDATA[> b &amp; <em>c</em></p>]]></content>
  <link rel="enclosure" type="image/jpeg" href="https://example.org/review/b.jpg" length="12345"/>
 </entry>
</feed>
"#;
    assert_eq!(write(atom, &feed(vec![item()])), want);
}

#[test]
fn json_as_it_shall_be() {
    let want = r#"{
  "version": "https://jsonfeed.org/version/1.1",
  "title": "The Steppe Review",
  "home_page_url": "https://example.org/review/",
  "feed_url": "https://example.org/review/feed",
  "description": "Security & politics",
  "icon": "https://example.org/review/icon.png",
  "language": "en",
  "items": [
    {
      "id": "tag:example.org,2015:posts/bishkek",
      "url": "https://example.org/review/posts/bishkek/",
      "title": "Raids & <b>recruitment</b> \"here\"",
      "content_html": "<p>a ]]> b &amp; <em>c</em></p>",
      "summary": "x < y & z",
      "image": "https://example.org/review/b.jpg",
      "date_published": "2015-07-17T00:00:00Z",
      "date_modified": "2015-07-20T12:00:00+06:00",
      "authors": [
        {
          "name": "A Writer",
          "url": "https://example.org/a/"
        },
        {
          "name": "B Writer"
        }
      ],
      "tags": [
        "Kyrgyzstan",
        "R&D"
      ]
    }
  ]
}
"#;
    assert_eq!(write(json, &feed(vec![item()])), want);
}

#[test]
fn a_feed_without_entries_has_all_that_is_required() {
    let empty = Feed { description: " ", copyright: "", icon: None, ..feed(vec![]) };
    let rss = write(rss, &empty);
    assert!(rss.contains("<description>The Steppe Review</description>"), "{rss}");
    assert!(!rss.contains("lastBuildDate"), "{rss}");
    let atom = write(atom, &empty);
    assert!(atom.contains("<updated>1970-01-01T00:00:00Z</updated>"), "{atom}");
    let json: serde_json::Value = serde_json::from_str(&write(json, &empty)).unwrap();
    assert_eq!(json["items"], serde_json::json!([]));
}

#[test]
fn an_entry_with_nothing_but_its_address_is_valid() {
    let bare =
        Item { id: "tag:example.org,2015:1", url: "https://example.org/1/", ..Item::default() };
    let bare = feed(vec![bare]);
    let rss = write(rss, &bare);
    assert!(rss.contains("<title>https://example.org/1/</title>") && !rss.contains("pubDate"));
    let atom = write(atom, &bare);
    assert_eq!(atom.matches("<updated>1970-01-01T00:00:00Z</updated>").count(), 2, "{atom}");
    let json: serde_json::Value = serde_json::from_str(&write(json, &bare)).unwrap();
    assert_eq!(json["items"][0]["content_text"], "https://example.org/1/");
}

#[test]
fn dates_fall_back_to_what_is_known() {
    let feed = |published, updated| feed(vec![Item { published, updated, ..item() }]);
    let entry_updated = |feed: &Feed| {
        let text = write(atom, feed);
        let entry = text.split("<entry>").nth(1).unwrap().to_string();
        entry.split("<updated>").nth(1).unwrap()[..20].to_string()
    };
    assert_eq!(entry_updated(&feed(Some(DAY), None)), "2015-07-17T00:00:00Z");
    // An update before the publication is no update.
    assert_eq!(entry_updated(&feed(Some(LATER), Some(DAY))), "2015-07-20T12:00:00+");
    assert!(!write(json, &feed(Some(LATER), Some(DAY))).contains("date_modified"));
    assert!(write(rss, &feed(None, Some(DAY))).contains("<pubDate>Fri, 17 Jul 2015"));
}

#[test]
fn an_address_of_mail_stands_only_where_it_is_given_and_is_one() {
    let with = |email| {
        let authors = vec![Person { name: "A Writer", email: Some(email), ..Person::default() }];
        write(rss, &feed(vec![Item { authors, ..item() }]))
    };
    assert!(with("a@example.org").contains("<author>a@example.org (A Writer)</author>"));
    assert!(!with("a@example.org").contains("dc:creator>"));
    assert!(with("no address").contains("<dc:creator>A Writer</dc:creator>"));
}

#[test]
fn a_file_of_unknown_size_is_no_enclosure_in_rss() {
    let image = Enclosure { url: "https://example.org/b.jpg", length: None, mime: "image/jpeg" };
    let feed = feed(vec![Item { image: Some(image), ..item() }]);
    assert!(!write(rss, &feed).contains("<enclosure"));
    assert!(
        write(atom, &feed).contains("type=\"image/jpeg\" href=\"https://example.org/b.jpg\"/>")
    );
}

/// Texts that have broken feeds before.
const HOSTILE: &[&str] = &[
    "]]>",
    "a ]]]]>> b",
    "</script></title></entry></item>",
    "<![CDATA[x]]>",
    "&amp; &lt;b&gt; & &#0; &unknown;",
    "\u{0}\u{1}\u{b}\u{c}\u{1f}\u{7f}\u{85}\u{fffe}\u{ffff}end",
    "\u{1f600}\u{10ffff}\u{1f468}\u{200d}\u{1f469}",
    "\u{202e}\u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629}\u{2028}\u{2029}",
    "\"'`<>&\r\n\t",
    "<!-- -- -->",
    "<?xml version=\"1.1\"?>",
];

fn check_xml(text: &str) -> Result<(), TestCaseError> {
    let kept = kept(text);
    prop_assert_eq!(kept.as_str(), text);
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut depth = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth += 1;
                for attribute in tag.attributes() {
                    prop_assert!(attribute.is_ok(), "{attribute:?}");
                }
            }
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Text(part)) => {
                prop_assert!(depth > 0 || part.trim_ascii().is_empty());
                prop_assert!(!part.contains("]]>"), "the end of a section in text");
            }
            Ok(Event::GeneralRef(name)) => {
                let is_known =
                    matches!(&*name.xml10_content(), "amp" | "lt" | "gt" | "quot" | "apos" | "#13");
                prop_assert!(is_known, "{name:?}");
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
    prop_assert_eq!(depth, 0);
    Ok(())
}

/// The text without what has no place in XML or HTML.
fn kept(text: &str) -> String {
    let is_kept = |c: &char| match *c {
        '\t' | '\n' | '\r' => true,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => false,
        c => !matches!(u32::from(c) % 0x10000, 0xfffe | 0xffff),
    };
    text.chars().filter(is_kept).collect()
}

/// Writes a feed with this text everywhere and reads it again.
fn check_everywhere(text: &str) -> Result<(), TestCaseError> {
    let people = vec![Person { name: text, url: None, email: Some(text), avatar: None }];
    let entry = Item {
        id: "tag:example.org,2015:1",
        url: "https://example.org/1/",
        title: text,
        summary: text,
        content_html: Cow::Borrowed(text),
        authors: people.clone(),
        tags: vec![text],
        language: text,
        ..Item::default()
    };
    let feed = Feed {
        title: text,
        description: text,
        copyright: text,
        authors: people,
        ..feed(vec![entry, item()])
    };
    check_xml(&write(rss, &feed))?;
    let read = write(atom, &feed);
    check_xml(&read)?;
    let value: serde_json::Value = serde_json::from_str(&write(json, &feed)).unwrap();
    if !kept(text).trim().is_empty() {
        let html = value["items"][0]["content_html"].as_str();
        prop_assert_eq!(html, Some(&*kept(text)));
        let title = value["items"][0]["title"].as_str();
        prop_assert_eq!(title, Some(&*kept(text)));
    }
    for (name, format) in FORMATS {
        let bytes = write(format, &feed);
        let read = feed_rs::parser::parse(bytes.as_bytes());
        prop_assert!(read.is_ok(), "{}: {:?}", name, read.err());
        prop_assert_eq!(read.unwrap().entries.len(), 2);
    }
    Ok(())
}

#[test]
fn hostile_texts_stay_texts() {
    for text in HOSTILE {
        check_everywhere(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

proptest! {
    #[test]
    fn any_text_gives_well_formed_feeds(text in any::<String>()) {
        check_everywhere(&text)?;
    }

    #[test]
    fn any_mix_of_hostile_texts_gives_well_formed_feeds(parts in prop::collection::vec(0..HOSTILE.len(), 0..5)) {
        let text: String = parts.into_iter().map(|i| HOSTILE[i]).collect();
        check_everywhere(&text)?;
    }

    #[test]
    fn any_html_comes_out_of_cleaning_without_anything_that_runs(text in "[<>/a-z \"'=&;!\\-#:]{0,80}", wrap in 0..3) {
        let html = match wrap {
            0 => text,
            1 => format!("<img src=x {text}>"),
            _ => format!("<svg><style>{text}</style></svg><script>{text}"),
        };
        let cleaned = clean_html(&html, "https://example.org/x/");
        prop_assert!(!cleaned.contains("<script") && !cleaned.contains("<style"), "{}", cleaned);
        // Clean is clean: a second time changes nothing.
        prop_assert_eq!(clean_html(&cleaned, "https://example.org/x/"), cleaned);
    }
}

#[test]
fn all_three_formats_say_the_same() {
    let other = Item {
        id: "tag:example.org,2014:posts/older",
        url: "https://example.org/review/posts/older/",
        title: "Older: \u{1f600} & \u{627}\u{644}",
        content_html: Cow::Borrowed("<p>x ]]> y</p><pre>\n a &lt; b\n</pre>"),
        published: Some(Date { timestamp: 1_400_000_000, offset: -16_200, has_time: true }),
        ..Item::default()
    };
    let feed = feed(vec![item(), other]);
    for (name, format) in FORMATS {
        let read = feed_rs::parser::parse(write(format, &feed).as_bytes()).unwrap();
        let title = read.title.map(|text| text.content);
        assert_eq!(title.as_deref(), Some(feed.title), "{name}");
        assert_eq!(read.entries.len(), feed.items.len(), "{name}");
        for (got, want) in read.entries.iter().zip(&feed.items) {
            assert_eq!(got.id, want.id, "{name}");
            let link = got.links.iter().find(|link| link.rel.as_deref() != Some("enclosure"));
            assert_eq!(link.map(|link| &*link.href), Some(want.url), "{name}");
            let text = got.title.as_ref().map(|text| &*text.content);
            assert_eq!(text, Some(want.title), "{name}");
            let body = got.content.as_ref().and_then(|content| content.body.as_deref());
            assert_eq!(body, Some(&*want.content_html), "{name}");
            let seconds = got.published.map(|time| time.timestamp());
            assert_eq!(seconds, want.published.map(|date| date.timestamp), "{name}");
            let tags: Vec<&str> = got.categories.iter().map(|tag| &*tag.term).collect();
            assert_eq!(tags, want.tags, "{name}");
            let names: Vec<&str> = got
                .authors
                .iter()
                .map(|person| person.name.as_deref().unwrap_or_default())
                .collect();
            let wanted: Vec<&str> = want.authors.iter().map(|person| person.name).collect();
            assert_eq!(names, wanted, "{name}");
        }
    }
}

/// Leaves feeds for other judges in the folder for tests' files: `feeds/full`, `feeds/empty` and more.
#[test]
fn feeds_are_left_for_other_judges() {
    let raw = "<p onclick=x>A <a href=../y/>link</a> and <a href=#fn>a note</a></p>\
               <img src=b.jpg srcset='b.jpg 1x, c.jpg 2x' alt=b><script>x</script><iframe src=x></iframe>";
    let cleaned = clean_html(raw, item().url);
    let summary =
        Item { id: "tag:example.org,2015:2", content_html: "".into(), image: None, ..item() };
    let old = Item {
        id: "tag:example.org,2015:3",
        published: None,
        updated: None,
        content_html: cleaned.into(),
        ..item()
    };
    let hostile: Vec<String> =
        (0..HOSTILE.len()).map(|i| format!("tag:example.org,2015:{i}")).collect();
    let hostile = HOSTILE.iter().zip(&hostile).map(|(text, id)| {
        let content_html = Cow::Owned(clean_html(text, item().url));
        Item { id, title: text, summary: text, content_html, tags: vec![text], ..item() }
    });
    let author = Person { name: "A Writer", email: Some("a@example.org"), ..Person::default() };
    let signed =
        Feed { authors: vec![author], ..feed(vec![Item { authors: vec![author], ..item() }]) };
    for (name, feed) in [
        ("full", feed(vec![item(), summary, old])),
        ("empty", feed(vec![])),
        ("hostile", feed(hostile.collect())),
        ("signed", signed),
    ] {
        let folder = format!("{}/feeds/{name}", env!("CARGO_TARGET_TMPDIR"));
        std::fs::create_dir_all(&folder).unwrap();
        for (file, format) in FORMATS {
            let self_url = format!("https://example.org/review/{file}");
            let feed = Feed { self_url: &self_url, ..feed.clone() };
            std::fs::write(format!("{folder}/{file}"), write(format, &feed)).unwrap();
        }
    }
}

/// Leaves redirect pages and a sitemap for other judges in `machine/`.
#[test]
fn other_files_are_left_for_other_judges() {
    use byline::output::{redirect, sitemap};
    let folder = format!("{}/machine", env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(&folder).unwrap();
    let url = "https://example.org/review/posts/bishkek/?a=1&b='2'";
    for (i, text) in HOSTILE.iter().chain(&["A title"]).enumerate() {
        let page = redirect::redirect(&redirect::Redirect { url, title: text, language: "en" });
        std::fs::write(format!("{folder}/{i}.html"), page).unwrap();
    }
    let entry = sitemap::Entry { url, lastmod: Some(LATER), alternates: vec![("en", url)] };
    for (name, bytes) in sitemap::sitemaps("https://example.org", &[entry], Default::default()) {
        check_xml(std::str::from_utf8(&bytes).unwrap()).unwrap();
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}
