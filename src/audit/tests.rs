//! Each rule of HTML and of access, on the smallest page that breaks it.

use super::Page;

/// A page with which nothing is wrong, around `main`'s inside.
fn page(inside: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>A</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n\
         <body><main><h1>A</h1>\n{inside}\n</main></body></html>\n"
    )
}

fn faults(html: &str) -> Vec<String> {
    let faults = Page::read(html).faults();
    faults.into_iter().map(|fault| format!("{} {}", fault.id, fault.message)).collect()
}

#[test]
fn a_good_page_has_no_fault() {
    let good = [
        "<p>Text with <a href=\"/x/\">a link</a>, <em>weight</em> and <img src=\"a.png\" alt=\"\" width=\"1\" height=\"1\">.</p>",
        "<ul><li>one</li><li><p>two</p></li></ul><dl><dt>a</dt><dd><p>b</p></dd></dl>",
        "<figure><picture><source srcset=\"a.webp 480w, b.webp 800w\" sizes=\"100vw\" type=\"image/webp\"><img src=\"a.png\" alt=\"A\"></picture><figcaption>A</figcaption></figure>",
        "<label for=\"q\">Search</label><input id=\"q\" type=\"search\"><button><svg aria-hidden=\"true\"><path d=\"M0 0\"/></svg><span>Go</span></button>",
        "<label>Name <input></label><input type=\"submit\" value=\"Send\"><input type=\"hidden\" name=\"x\">",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        "<h2>B</h2><h3>C</h3><h2>D</h2><section aria-labelledby=\"e\"><h2 id=\"e\">E</h2></section>",
        "<nav aria-label=\"a\"><a href=\"/\">x</a></nav><nav aria-label=\"b\"><a href=\"/\">y</a></nav>",
        "<a href=\"/x/\"><h2>A card</h2><p>whole</p></a><my-part>own</my-part>",
        "<template><div id=\"x\"></div><li></li></template><p id=\"x\">once</p>",
        "<details><summary>More</summary><p>text</p></details><svg viewBox=\"0 0 1 1\"><title>t</title><g><a href=\"#x\"/></g></svg>",
        "<math><mi>x</mi></math><noscript><p>no script</p></noscript>",
        "<div aria-hidden=\"true\"><a href=\"/\" tabindex=\"-1\"></a><img src=\"a.png\"></div>",
    ];
    for inside in good {
        assert_eq!(faults(&page(inside)), [""; 0], "{inside}");
    }
}

#[test]
fn every_rule_finds_what_breaks_it() {
    #[rustfmt::skip]
    let bad: &[(&str, &str)] = &[
        ("<p>a</div></p>", "html/syntax"),
        ("<p><div>a</div></p>", "html/syntax"),
        ("<b><p>x</b></p>", "html/syntax"),
        ("<p id=\"a\">x</p><p id=\"a\">y</p>", "html/duplicate-id the id `a` stands 2 times"),
        ("<artcle>x</artcle>", "html/unknown HTML has no element `artcle`"),
        ("<center>x</center>", "html/unknown HTML has no element `center`"),
        ("<p align=\"left\">x</p>", "html/unknown the attribute `align`"),
        ("<script type=\"text/javascript\" src=\"a.js\"></script>", "html/unknown `type=\"text/javascript\"`"),
        ("<img alt=\"a\">", "html/required a picture without an address"),
        ("<img src=\"a\" alt=\"a\" srcset=\"a 480w\">", "html/required `srcset` with widths"),
        ("<a href=\"\">x</a>", "html/required a link without an address"),
        ("<section><p>x</p></section>", "html/required a `section` without a heading"),
        ("<ul><div>x</div></ul>", "html/nesting `div` stands directly in `ul`"),
        ("<div><li>x</li></div>", "html/nesting `li` stands in `div`"),
        ("<div><figcaption>x</figcaption></div>", "html/nesting `figcaption`"),
        ("<span><div>x</div></span>", "html/nesting `div` stands in `span`"),
        ("<h2><a href=\"/\"><p>x</p></a></h2>", "html/nesting `p` stands in `h2`"),
        ("<a href=\"/\"><button>x</button></a>", "html/nesting `button` stands in `a`"),
        ("<p lang=\"english_\">x</p>", "access/language `english_`"),
        ("<h3>x</h3>", "access/heading `h3` follows `h1`"),
        ("<h2></h2>", "access/heading a heading without"),
        ("<main></main>", "access/landmark a second `main`"),
        ("<nav><a href=\"/\">x</a></nav><nav><a href=\"/\">y</a></nav>", "access/landmark several `nav` on the page have no name"),
        ("<nav aria-label=\"a\"></nav><nav aria-label=\"a\"></nav>", "access/landmark several `nav` on the page have the name `a`"),
        ("<p role=\"boxx\">x</p>", "access/aria there is no role `boxx`"),
        ("<p aria-labeled=\"x\">x</p>", "access/aria there is no attribute `aria-labeled`"),
        ("<p aria-describedby=\"gone\">x</p>", "access/aria `aria-describedby` names `gone`"),
        ("<label for=\"gone\">x</label>", "access/aria `for` names `gone`"),
        ("<img src=\"a\">", "access/name a picture without `alt`"),
        ("<a href=\"/\"><img src=\"a\" alt=\"\"></a>", "access/name a link without a text"),
        ("<button><svg></svg></button>", "access/name a button without"),
        ("<input>", "access/name a field without a name"),
        ("<select></select>", "access/name a field without a name"),
        ("<iframe src=\"/x\"></iframe>", "access/name an `iframe`"),
        ("<table><tr><td>x</td></tr></table>", "access/name a table without headings"),
        ("<svg role=\"img\"></svg>", "access/name a picture without a name"),
        ("<p tabindex=\"2\">x</p>", "access/keys `tabindex` above 0"),
        ("<div aria-hidden=\"true\"><a href=\"/\">x</a></div>", "access/keys keys lead to"),
        ("<video autoplay src=\"a\"></video>", "access/keys sound"),
    ];
    for (inside, wanted) in bad {
        let found = faults(&page(inside));
        assert!(found.iter().any(|fault| fault.starts_with(wanted)), "{inside}: {found:?}");
    }
}

#[test]
fn a_page_as_a_whole_has_what_it_needs() {
    let bare = faults("<body><p>x</p>");
    for wanted in [
        "html/required the page does not begin with",
        "html/required the page has no `<title>`",
        "html/required the page does not say its encoding",
        "html/required the page has no `viewport`",
        "access/language the page does not say",
        "access/heading the page has no `h1`",
        "access/landmark the page has no `main`",
    ] {
        assert!(bare.iter().any(|fault| fault.starts_with(wanted)), "{wanted}: {bare:?}");
    }
    let fixed = page("x").replace("initial-scale=1", "maximum-scale=1, user-scalable=no");
    assert!(faults(&fixed)[0].starts_with("access/zoom"));
    let leaving =
        page("x").replace("<title>", "<meta http-equiv=\"refresh\" content=\"30; url=/\"><title>");
    assert!(faults(&leaving)[0].starts_with("access/refresh"));
}

#[test]
fn faults_have_their_tag_and_line() {
    let found = Page::read(&page("<p>x</p>\n<img class=\"a\" src=\"x.png\">")).faults();
    assert_eq!((found[0].tag.as_str(), found[0].line), ("<img class=\"a\" src=\"x.png\">", 7));
}

#[test]
fn addresses_are_all_found() {
    let html = page(
        "<a href=\"/a/\">a</a><img src=\"b.png\" srcset=\"c.webp 480w, d.webp 800w\" sizes=\"1px\" alt=\"\"><form action=\"/s/\"></form>",
    );
    let page = Page::read(&html);
    let addresses: Vec<String> = page.addresses().into_iter().map(|(to, ..)| to).collect();
    assert_eq!(addresses, ["/a/", "b.png", "c.webp", "d.webp", "/s/"]);
}

/// Whatever comes, a page has a tree.
#[test]
fn broken_pages_are_read() {
    for html in [
        "",
        "<",
        "<table><a><tr><b><td></a>x",
        "<a><a><a>",
        "<svg><p><math><mi><table>",
        "\0<p\u{fffd}=",
        &"<div>".repeat(5000),
    ] {
        Page::read(html).faults();
    }
}
