//! Why an output would be made again, for `--why`.

use super::Ready;
use super::make::Name;
use crate::engine::Ledger;
use crate::engine::ledger::{Answers, Stale};
use crate::output::Kind;

/// Explains an output in a few lines. `asked` is its file below the output folder, or its address.
pub(super) fn explain(
    asked: &str,
    ledger: &Ledger,
    answers: &Answers,
    ready: &Ready,
) -> Vec<String> {
    let asked = asked.trim_start_matches("./").trim_start_matches('/');
    let paths = [asked.to_string(), join(asked, "index.html")];
    let found = ready.outputs.iter().find(|output| paths.contains(&output.address.output_path()));
    let Some(output) = found else {
        let known = ready.outputs.iter().map(|output| output.address.output_path());
        let known: Vec<String> = known.collect();
        let near = crate::diagnostic::nearest(asked, known.iter().map(|path| &**path));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return vec![format!("`{asked}`: the build makes no such file{hint}")];
    };
    let Name { path, what } = Name::new(output, ready);
    match &output.kind {
        Kind::Copy(number) => {
            let source = &ready.maker.world.site.files[*number as usize].source;
            return vec![format!("`{path}`: a copy of `{source}`, written when its bytes change")];
        }
        Kind::Style(_) => {
            return vec![format!(
                "`{path}`: a style sheet, made at every build that changes something"
            )];
        }
        _ => {}
    }
    match ledger.why(&path, what, answers) {
        None => {
            let reads = ledger.reads_of(&path).map_or(0, |reads| reads.len());
            vec![format!("`{path}`: current; all its {reads} reads have the same answers")]
        }
        Some(Stale::New) => {
            vec![format!("`{path}`: would be made; the last build did not make it")]
        }
        Some(Stale::Key) => vec![format!(
            "`{path}`: would be made; the configuration, the theme's options or the program changed"
        )],
        Some(Stale::Reads(changed)) => {
            let world = &ready.maker.world;
            let mut lines =
                vec![format!("`{path}`: would be made; {} of its reads changed", changed.len())];
            for (old, now) in changed {
                let question = world.question(&old.name);
                let told = question.map(|question| world.tell(&question)).unwrap_or_default();
                let name = old.name.replace('\n', " ");
                lines.push(format!("  {name}"));
                lines.push(format!("    before: {} {}", old.answer, old.told));
                lines.push(match now.is_none() {
                    true => "    now:    not there".to_string(),
                    false => format!("    now:    {now} {told}"),
                });
            }
            lines
        }
    }
}

fn join(folder: &str, file: &str) -> String {
    match folder.trim_end_matches('/') {
        "" => file.to_string(),
        folder => format!("{folder}/{file}"),
    }
}
