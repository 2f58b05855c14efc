//! The page at an old address: sends the reader on, without a script and on any static host.
//!
//! A `#fragment` of the old address is lost: only a server or a script could keep it.

use super::xml::{escape, legal};

/// Where an old address leads.
#[derive(Debug, Clone, Copy)]
pub struct Redirect<'a> {
    /// Full address of the page.
    pub url: &'a str,
    /// The page's title, plain text; the address stands in for an empty one.
    pub title: &'a str,
    /// BCP 47 tag of the page's language.
    pub language: &'a str,
}

/// Makes the page: HTML, section 4.2.5.3 "Pragma directives" (refresh) and 4.6.7.2 (canonical). It
/// has no words but the title, so that it suits every language.
pub fn redirect(redirect: &Redirect) -> String {
    let title = match redirect.title.trim() {
        "" => redirect.url,
        title => title,
    };
    // Nothing in the address may end the refresh value early: white space does not stand in addresses.
    let url: String =
        redirect.url.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let (url, title, language) =
        (escape(legal(&url)), escape(legal(title)), escape(redirect.language));
    let language = match language.is_empty() {
        true => String::new(),
        false => format!(" lang=\"{language}\""),
    };
    format!(
        "<!doctype html>\n\
         <html{language}>\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <title>{title}</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\n\
         <link rel=\"canonical\" href=\"{url}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         </head>\n\
         <body>\n\
         <main><h1><a href=\"{url}\">{title}</a></h1></main>\n\
         </body>\n\
         </html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_leads_on_three_ways() {
        let page = redirect(&Redirect {
            url: "https://example.org/posts/x/",
            title: "What the raid says",
            language: "en",
        });
        let want = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>What the raid says</title>
<meta http-equiv=\"refresh\" content=\"0; url=https://example.org/posts/x/\">
<link rel=\"canonical\" href=\"https://example.org/posts/x/\">
<meta name=\"robots\" content=\"noindex\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
</head>
<body>
<main><h1><a href=\"https://example.org/posts/x/\">What the raid says</a></h1></main>
</body>
</html>
";
        assert_eq!(page, want);
    }

    #[test]
    fn nothing_gets_out_of_its_place() {
        let page = redirect(&Redirect {
            url: "https://example.org/?a=1&b=\"><script>\n",
            title: "</title><script>alert('1')</script>\u{0}",
            language: "\"x",
        });
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("url=https://example.org/?a=1&amp;b=&quot;&gt;&lt;script&gt;\">"));
        assert!(page.contains("lang=\"&quot;x\""));
    }
}
