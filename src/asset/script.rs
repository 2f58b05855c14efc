//! A script without what browsers do not need: comments, spaces, long names.
//!
//! Parsed, renamed and written by `oxc`: names that other scripts may see stay (those at the top of a classic script), and
//! no expression is rewritten.

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_mangler::{MangleOptions, Mangler};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// Deeper nesting, and longer chains of operators, are no script that anybody wrote; they would need a deep stack.
const DEEPEST: usize = 200;
const LONGEST: usize = 2000;

/// The shorter script, a module where it imports or exports; the same text when it is no script of ECMAScript 2026, asks to stay
/// as it is (`@license`, `@preserve`, `/*!`), or is nested without end. Linear.
pub fn minify(script: &str) -> String {
    let asks = ["@license", "@preserve", "/*!", "//!"].iter().any(|mark| script.contains(mark));
    if asks || is_deep(script) {
        return script.to_string();
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::unambiguous()).parse();
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        return script.to_string();
    }
    let program = parsed.program;
    let names = Mangler::new().with_options(MangleOptions::default()).build(&program);
    let writer = Codegen::new().with_options(CodegenOptions::minify());
    let mut short = writer.with_scoping(Some(names.scoping)).build(&program).code;
    short.push('\n');
    short
}

/// Whether the tree of a script may be deep. Counts more than there is, where texts and comments have such signs.
fn is_deep(script: &str) -> bool {
    let (mut depth, mut deepest, mut chain, mut longest) = (0usize, 0, 0usize, 0);
    for byte in script.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' => chain = 0,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'?' | b':' | b'.' | b'=' | b'<'
            | b'>' | b'!' | b'~' => chain += 1,
            _ => {}
        }
        (deepest, longest) = (deepest.max(depth), longest.max(chain));
    }
    deepest > DEEPEST || longest > LONGEST || script.matches("else").count() > LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_spaces_and_inner_names_go() {
        let script = "// What it does.\n{\n  const words = document.currentScript.dataset;\n  const all = () => [...document.querySelectorAll(\"a.zoom\")];\n  all().length && words.copy;\n}\n";
        let short = minify(script);
        assert!(
            !short.contains("What") && !short.contains("words") && short.contains(".copy"),
            "{short}"
        );
        assert!(short.len() < 120, "{short}");
    }

    /// Another script may call what a classic script declares at its top; a module keeps its names to itself.
    #[test]
    fn names_that_others_see_stay() {
        assert_eq!(
            minify("function shown(long) { return long }\n"),
            "function shown(e){return e}\n"
        );
        let module = minify("import { a } from './a.js';\nconst long = a + 1;\nexport { long };\n");
        assert!(module.contains("as long") && !module.contains("const long"), "{module}");
    }

    /// What looks alike is told apart: divisions and patterns, lines without semicolons, `</script` in a text.
    #[test]
    fn nothing_changes_its_meaning() {
        assert_eq!(
            minify("let a = 4 / 2 / 1\nlet b = /[/]x/g\n;[a].map(String)\n"),
            "let a=4/2/1;let b=/[/]x/g;[a].map(String);\n"
        );
        assert_eq!(minify("x = `a ${ 1 + 1 }\n  b`;"), "x=`a ${1+1}\n  b`;\n");
        assert_eq!(minify("let x; x = a ? .5 : b?.c ?? d"), "let x;x=a?.5:b?.c??d;\n");
    }

    #[test]
    fn what_is_no_script_or_carries_a_licence_stays() {
        for text in ["let = = 1;\n", "{{ page.title }", "/*! MIT */ let  a = 1;\n"] {
            assert_eq!(minify(text), text);
        }
        assert_eq!(minify(""), "\n");
    }

    #[test]
    fn what_is_nested_without_end_stays() {
        for text in [
            "(".repeat(100_000),
            "a+".repeat(100_000),
            "a.".repeat(50_000),
            "!".repeat(50_000),
            "if(a){}else ".repeat(20_000),
        ] {
            assert_eq!(minify(&text), text);
        }
    }
}
