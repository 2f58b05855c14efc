//! Problems as the browser gets them.

use serde_json::{Value, json};

use crate::diagnostic::{self, Diagnostic, render};

/// Problems that one answer carries; the number of all stands beside them.
const MOST: usize = 50;

/// Puts `reasons` first, then errors, then warnings, each by its place; gives the JSON of the first and how many
/// there are.
pub(super) fn json_of(reasons: Vec<Diagnostic>, mut others: Vec<Diagnostic>) -> (Value, usize) {
    diagnostic::sort(&mut others);
    others.retain(|problem| !reasons.contains(problem));
    others.sort_by_key(|problem| problem.severity);
    let all: Vec<Diagnostic> = reasons.into_iter().chain(others).collect();
    (all.iter().take(MOST).map(render::json).collect(), all.len())
}

/// The answer to `problems`: `{"problems": [...], "count": N}`.
pub(super) fn answer(problems: Vec<Diagnostic>) -> Value {
    let (problems, count) = json_of(Vec::new(), problems);
    json!({ "problems": problems, "count": count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn errors_come_first_and_nothing_twice() {
        let warning =
            |n: usize| Diagnostic::warning("link/broken", "w").at(Place::line("a.md", n, 1, 1, ""));
        let error = Diagnostic::error("yaml/syntax", "e").at(Place::file("z.md"));
        let reason = Diagnostic::error("template/render", "r");
        let mut all: Vec<Diagnostic> = (1..=60).rev().map(warning).collect();
        all.extend([error.clone(), error.clone(), reason.clone()]);
        let (shown, count) = json_of(vec![reason], all);
        assert_eq!(count, 62);
        assert_eq!(shown.as_array().map(Vec::len), Some(50));
        assert_eq!(
            (&shown[0]["id"], &shown[1]["id"], &shown[2]["line"]),
            (&json!("template/render"), &json!("yaml/syntax"), &json!(1))
        );
    }
}
