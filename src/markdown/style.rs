//! The colours of code as a small style sheet: each selector once, readable against the background.
//!
//! Takes the style sheets that syntect makes for a light and a dark theme. The contrast of text is at least 4.5
//! to 1, as WCAG 2.2 (success criterion 1.4.3) asks; its formulas stand in "relative luminance" and
//! "contrast ratio" of that document's glossary.

/// Which theme a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// The reader's choice.
    Auto,
    Light,
    Dark,
}

/// Least contrast of text (WCAG 2.2, 1.4.3).
const LEAST: f64 = 4.5;

/// One rule: its selectors as one text, its declarations in order.
type Rule = (String, Vec<(String, String)>);

/// Puts the rules of both themes together.
pub(super) fn combine(light: &str, dark: &str, scheme: Scheme) -> String {
    match scheme {
        Scheme::Light => written(&rules(light)),
        Scheme::Dark => written(&rules(dark)),
        Scheme::Auto => format!(
            "@media not all and (prefers-color-scheme: dark) {{\n{}}}\n@media (prefers-color-scheme: dark) {{\n{}}}\n",
            written(&rules(light)),
            written(&rules(dark))
        ),
    }
}

fn written(rules: &[Rule]) -> String {
    let mut css = String::new();
    for (selectors, declarations) in rules {
        let declarations: Vec<String> =
            declarations.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        css.push_str(&format!("{selectors}{{{}}}\n", declarations.join(";")));
    }
    css
}

/// Reads syntect's style sheet: the selectors of a rule on one line that ends with `{`, a declaration a
/// line. A selector that comes again takes the place of its last rule, with what both say.
fn rules(css: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let (mut open, mut in_comment): (Vec<Rule>, bool) = (Vec::new(), false);
    for line in css.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if let Some(selectors) = line.strip_suffix('{') {
            let selectors = selectors.split(',').map(|selector| selector.trim().to_string());
            open = selectors.map(|selector| (selector, Vec::new())).collect();
        } else if line == "}" {
            for rule in open.drain(..) {
                add(&mut rules, rule);
            }
        } else if let Some((name, value)) = line.trim_end_matches(';').split_once(':') {
            for (_, declarations) in &mut open {
                declarations.push((name.trim().to_string(), value.trim().to_string()));
            }
        }
    }
    readable(&mut rules);
    join(rules)
}

fn add(rules: &mut Vec<Rule>, (selector, declarations): Rule) {
    let mut all: Vec<(String, String)> = Vec::new();
    if let Some(at) = rules.iter().position(|(known, _)| *known == selector) {
        all = rules.remove(at).1;
    }
    for (name, value) in declarations {
        all.retain(|(known, _)| *known != name);
        all.push((name, value));
    }
    rules.push((selector, all));
}

/// Neighbours that say the same become one rule.
fn join(rules: Vec<Rule>) -> Vec<Rule> {
    let mut joined: Vec<Rule> = Vec::new();
    for (selector, declarations) in rules {
        match joined.last_mut() {
            Some((selectors, same)) if *same == declarations => {
                selectors.push(',');
                selectors.push_str(&selector);
            }
            _ => joined.push((selector, declarations)),
        }
    }
    joined
}

/// Moves every colour of text away from its background until it can be read.
fn readable(rules: &mut [Rule]) {
    let value = |declarations: &[(String, String)], wanted: &str| {
        declarations.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| channels(value))
    };
    let page = rules.iter().find_map(|(_, declarations)| value(declarations, "background-color"));
    let Some(page) = page else { return };
    for (_, declarations) in rules {
        let background = value(declarations, "background-color").unwrap_or(page);
        for (_, colour) in declarations.iter_mut().filter(|(name, _)| name == "color") {
            if let Some(text) = channels(colour) {
                let [r, g, b] = away(text, background);
                *colour = format!("#{r:02x}{g:02x}{b:02x}");
            }
        }
    }
}

/// The colour itself, or the first step from it towards black or white that can be read.
fn away(text: [u8; 3], background: [u8; 3]) -> [u8; 3] {
    let end = if luminance(background) > 0.18 { 0.0 } else { 255.0 };
    let step =
        |share: f64| text.map(|c| (f64::from(c) + (end - f64::from(c)) * share).round() as u8);
    let steps = (0..=20).map(|number| step(f64::from(number) / 20.0));
    steps.into_iter().find(|colour| contrast(*colour, background) >= LEAST).unwrap_or(step(1.0))
}

fn channels(colour: &str) -> Option<[u8; 3]> {
    let hex = colour.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
    let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEME: &str = "/* a\n * b\n */\n.c {\n color: #ffffff;\n background-color: #ffffff;\n}\n\n.a {\n color: #888888;\n}\n.b, .a {\n font-weight: bold;\n}\n";

    #[test]
    fn a_selector_stands_once_with_all_that_it_says() {
        let rules = rules(THEME);
        let selectors: Vec<&str> = rules.iter().map(|(selector, _)| &**selector).collect();
        assert_eq!(selectors, [".c", ".b", ".a"]);
        assert_eq!(rules[2].1.len(), 2);
    }

    #[test]
    fn every_colour_can_be_read_and_good_ones_stay() {
        assert!(contrast(away([255; 3], [255; 3]), [255; 3]) >= LEAST);
        assert!(contrast(away([40, 40, 60], [0; 3]), [0; 3]) >= LEAST);
        assert_eq!(away([0, 0, 90], [255; 3]), [0, 0, 90]);
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
    }

    #[test]
    fn a_fixed_scheme_needs_no_condition() {
        assert!(!combine(THEME, THEME, Scheme::Light).contains("@media"));
        assert_eq!(combine(THEME, THEME, Scheme::Auto).matches("@media").count(), 2);
    }
}
