//! Attacks on readers of drawings, and what must not change.

use super::*;

const HEAD: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">"#;

fn clean(inner: &str) -> (String, Vec<&'static str>) {
    let svg = format!("{HEAD}{inner}</svg>");
    let cleaned = clean_svg(svg.as_bytes()).unwrap_or_else(|reason| panic!("{reason}: {inner}"));
    let text = String::from_utf8(cleaned.bytes.into_owned()).expect("UTF-8");
    let again = clean_svg(text.as_bytes()).expect("the result is well-formed");
    assert!(matches!(again.bytes, Cow::Borrowed(_)), "a second time nothing goes: {text}");
    let inner = text.strip_prefix(HEAD).and_then(|text| text.strip_suffix("</svg>"));
    (inner.expect("head and end stay").to_string(), cleaned.removed)
}

#[test]
fn attacks_are_taken_out_and_told() {
    const OUTSIDE: &str = "outside references";
    let cases = [
        ("<script>alert(1)</script>", "", "scripts"),
        ("<script href='https://x.example/a.js'/>", "", "scripts"),
        ("<s:script xmlns:s='http://www.w3.org/2000/svg'>x</s:script>", "", "scripts"),
        ("<script xmlns='http://www.w3.org/1999/xhtml'>x</script>", "", "scripts"),
        ("<ScRiPt>x</ScRiPt>", "", "scripts"),
        ("<g onclick='x()'/>", "<g/>", "event handlers"),
        ("<g OnLoad='x()' id='a'/>", "<g id=\"a\"/>", "event handlers"),
        ("<a href='javascript:x()'><path/></a>", "<a><path/></a>", "scripts"),
        ("<a xlink:href=' java&#10;script:x()'/>", "<a/>", "scripts"),
        ("<a href='&#1;javascript:x()'/>", "<a/>", "scripts"),
        ("<a href='data:text/html,x'/>", "<a/>", "scripts"),
        ("<a href='ftp://x.example/'/>", "<a/>", OUTSIDE),
        ("<image href='https://x.example/a.png'/>", "<image/>", OUTSIDE),
        ("<image xlink:href='//x.example/a.png'/>", "<image/>", OUTSIDE),
        ("<image href='other.png'/>", "<image/>", OUTSIDE),
        ("<image href='data:image/svg+xml,x'/>", "<image/>", "scripts"),
        ("<use href='other.svg#a'/>", "<use/>", OUTSIDE),
        ("<feImage href='http://x.example/'/>", "<feImage/>", OUTSIDE),
        ("<g xml:base='https://x.example/'/>", "<g/>", OUTSIDE),
        ("<path fill='url(https://x.example/#a)'/>", "<path fill=\"url(#)\"/>", OUTSIDE),
        (
            "<path style='fill:u\\72l( \"//x.example\" )'/>",
            "<path style=\"fill:url(#)\"/>",
            OUTSIDE,
        ),
        ("<style>@import 'a;b.css'; a{}</style>", "<style> a{}</style>", OUTSIDE),
        ("<style>@\\69mport url(x);a{}</style>", "<style>a{}</style>", OUTSIDE),
        ("<style>&#64;imp<![CDATA[ort 'x';]]>a{}</style>", "<style>a{}</style>", OUTSIDE),
        ("<style><![CDATA[@import 'x';a>b{}]]></style>", "<style>a&gt;b{}</style>", OUTSIDE),
        ("<style>a{b:url(http://x.example)}</style>", "<style>a{b:url(#)}</style>", OUTSIDE),
        (
            "<style>a{b:image-set('http://x.example' 1x)}</style>",
            "<style>a{b:image-set(&quot;&quot; 1x)}</style>",
            OUTSIDE,
        ),
        (
            "<style>a{--b:'https://x.example'}</style>",
            "<style>a{--b:&quot;&quot;}</style>",
            OUTSIDE,
        ),
        (
            "<style>a{b:'&#13;;c:url(//x.example)}</style>",
            "<style>a{b:&apos;&#13;;c:url(#)}</style>",
            OUTSIDE,
        ),
        ("<style>a{b:url(javascript:x)}</style>", "<style>a{b:url(#)}</style>", "scripts"),
        ("<style>a{b:url(http://x.example", "", ""),
        (
            "<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
            "",
            "embedded HTML",
        ),
        ("<h:iframe xmlns:h='http://www.w3.org/1999/xhtml'/>", "", "embedded HTML"),
        ("<set attributeName='href' to='javascript:x()'/>", "", "scripts"),
        ("<animate attributeName=' xlink:HREF ' values='javascript:x()'/>", "", "scripts"),
        ("<set attributeName='onclick' to='x()'/>", "", "scripts"),
        (
            "<animate attributeName='fill' to='url(//x.example)'/>",
            "<animate attributeName=\"fill\" to=\"url(#)\"/>",
            OUTSIDE,
        ),
        ("<!-- by A Person --><g/>", "<g/>", "comments"),
        ("<?php x ?><g/>", "<g/>", "processing instructions"),
        ("<a ping='https://x.example/'/>", "<a/>", OUTSIDE),
    ];
    for (attack, left, word) in cases {
        if word.is_empty() {
            assert!(clean_svg(format!("{HEAD}{attack}").as_bytes()).is_err());
            continue;
        }
        let (text, removed) = clean(attack);
        assert_eq!(text, left, "{attack}");
        assert_eq!(removed, [word], "{attack}");
    }
}

#[test]
fn data_of_editors_go_without_a_word() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" sodipodi:docname="/home/person/map.svg"
  width="10"><metadata>Person</metadata><sodipodi:namedview><inkscape:grid/></sodipodi:namedview>
  <g inkscape:label="Layer" id="a"><path d="M0 0"/></g><switch><foreignObject
  requiredExtensions="http://ns.adobe.com/AdobeIllustrator/10.0/"/><g/></switch></svg>"##;
    let cleaned = clean_svg(svg.as_bytes()).expect("clean");
    assert!(cleaned.removed.is_empty(), "{:?}", cleaned.removed);
    let text = String::from_utf8_lossy(&cleaned.bytes);
    for word in ["erson", "inkscape", "sodipodi", "adobe", "Layer"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains(r#"<g id="a"><path d="M0 0"/></g><switch>"#), "{text}");
}

#[test]
fn a_good_drawing_stays_letter_by_letter() {
    let svg = r##"<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns='http://www.w3.org/2000/svg'   xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
  <title>A &amp; B</title><desc>see url(https://example.org)</desc>
  <style><![CDATA[ @namespace svg url(http://www.w3.org/2000/svg); @font-face{src:url(data:font/woff2;base64,AA)}
    a[href^="https://"] > b { fill : url( "#g" ) } /* url(http://x) */ ]]></style>
  <a xlink:href="https://example.org/"><text xml:space="preserve" font-family='"A B"'>T &lt; &#x263a;</text></a>
  <a href="mailto:a@example.org"/><a href="/posts/x/#y"/><use xlink:href="#g"/>
  <image href="data:image/png;base64,AAAA" clip-path="url(#c)" transform="rotate(3)"/>
  <path d="M0 0"><animate attributeName="d" values="M0 0;M1 1" begin="a.click"/></path>
  <filter id="f"><feGaussianBlur stdDeviation="2"/></filter>
</svg>
"##;
    let cleaned = clean_svg(svg.as_bytes()).expect("clean");
    assert!(
        matches!(cleaned.bytes, Cow::Borrowed(_)),
        "{}",
        String::from_utf8_lossy(&cleaned.bytes)
    );
    assert!(cleaned.removed.is_empty());
    assert!(is_svg(svg.as_bytes()) && !is_svg(b"<html><svg/></html>") && !is_svg(b"svg"));
}

#[test]
fn short_entities_are_replaced_and_all_others_refused() {
    let svg = r#"<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY t 'a "b"'>]>
<svg xmlns="&ns;"><text id="&t;">&t;</text></svg>"#;
    let cleaned = clean_svg(svg.as_bytes()).expect("clean");
    let text = String::from_utf8_lossy(&cleaned.bytes);
    assert_eq!(
        text.trim(),
        r#"<svg xmlns="http://www.w3.org/2000/svg"><text id="a &quot;b&quot;">a &quot;b&quot;</text></svg>"#
    );
    assert_eq!(cleaned.removed, ["document type"]);
    let refused = [
        r#"<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>"#,
        r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>"#,
        r#"<!DOCTYPE svg [<!ENTITY x "<script/>">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>"#,
        r#"<!DOCTYPE svg [<!ENTITY % p "x">%p;]><svg xmlns="http://www.w3.org/2000/svg">&p;</svg>"#,
        r#"<svg xmlns="http://www.w3.org/2000/svg" id="&x;"/>"#,
    ];
    for svg in refused {
        assert!(clean_svg(svg.as_bytes()).is_err_and(|reason| reason.contains("entity")), "{svg}");
    }
    // A replaced text may be an attack by then.
    let hidden = r#"<!DOCTYPE svg [<!ENTITY j "javascript:x()">]><svg xmlns="http://www.w3.org/2000/svg"><a href="&j;"/></svg>"#;
    assert_eq!(clean_svg(hidden.as_bytes()).expect("clean").removed, ["document type", "scripts"]);
    let long = "x".repeat(900);
    let many = "&x;".repeat(2_000);
    let bomb = format!("<!DOCTYPE svg [<!ENTITY x '{long}'>]><svg>{many}</svg>");
    assert!(clean_svg(bomb.as_bytes()).is_err());
}

#[test]
fn what_is_no_well_formed_drawing_is_refused() {
    let cases = [
        "",
        "text",
        "<html/>",
        "<svg>",
        "<svg></g>",
        "<svg/><svg/>",
        "<svg/>text",
        "<svg a='1' a='2'/>",
        "<svg a='<'/>",
        "<svg>&</svg>",
        "<svg>&nbsp;</svg>",
        "<svg>\u{1}</svg>",
        "<svg><p:g/></svg>",
        "<svg xlink:href='#a'/>",
        "<svg><!-- a -- b --></svg>",
        "<svg>]]></svg>",
        "<svg><!DOCTYPE x></svg>",
        "<svg a=b/>",
        "<svg xmlns='http://www.w3.org/1999/xhtml'/>",
    ];
    for svg in cases {
        assert!(clean_svg(svg.as_bytes()).is_err(), "{svg}");
    }
    let deep = format!("{}{}", "<svg>".repeat(100_000), "</svg>".repeat(100_000));
    assert_eq!(clean_svg(deep.as_bytes()), Err("its elements are nested too deeply".into()));
    let reason = clean_svg(b"<svg>\n\n<g></svg>").expect_err("not closed");
    assert_eq!(reason, "it is not well-formed XML (line 3)");
}

#[test]
fn other_encodings_become_utf8() {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><svg><title>Zo\u{eb}</title></svg>";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let wide = text.replace("ISO-8859-1", "UTF-16");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(wide.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [latin, utf16] {
        let cleaned = clean_svg(&bytes).expect("clean");
        let out = std::str::from_utf8(&cleaned.bytes).expect("UTF-8");
        assert_eq!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><svg><title>Zoë</title></svg>");
        assert!(is_svg(&bytes));
    }
    assert!(clean_svg(b"<svg>\xff</svg>").is_err());
    assert!(
        clean_svg(b"<?xml version='1.0' encoding='utf-7'?><svg>+ADw-script+AD4-</svg>").is_err()
    );
}

#[test]
fn cut_and_damaged_drawings_never_panic() {
    let svg = format!(
        "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]>{HEAD}<style>@import 'x'; a{{b:u\\72l('é\\')}}</style>\
         <a href='javascript:é'>&a;<![CDATA[é]]></a><!-- é --></svg>"
    );
    let bytes = svg.as_bytes();
    for end in 0..bytes.len() {
        let _ = (clean_svg(&bytes[..end]).is_ok(), is_svg(&bytes[..end]));
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let mut damaged = bytes.to_vec();
        let at = state as usize % damaged.len();
        damaged[at] = b"<>&;'\"/\\()![]?-@: \n\xc3\0#"[(state >> 40) as usize % 22];
        if let Ok(cleaned) = clean_svg(&damaged) {
            let text = String::from_utf8_lossy(&cleaned.bytes);
            assert!(clean_svg(text.as_bytes()).is_ok(), "{text}");
        }
    }
}
