//! How an author's editor is told a place in a file.
//!
//! The editor is a command: of the configuration, else of the environment. It is split into words as a shell would do
//! it, but no shell ever reads it.

use super::program;

/// A place in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    /// Whole path of the file.
    pub file: &'a str,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// Why the editor does not open, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub message: String,
    pub hint: String,
}

/// A program and its arguments.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    program: String,
    arguments: Vec<String>,
}

/// Opens the editor at a place. `configured` is the configuration's `editor`.
///
/// # Errors
/// When there is no editor that can be opened from here, or it cannot be started.
pub(super) fn open(configured: Option<&str>, at: At<'_>) -> Result<(), Trouble> {
    let environment = ["VISUAL", "EDITOR"].map(|name| std::env::var(name).unwrap_or_default());
    let call = choose(configured, &environment, at)?;
    program::start(&call.program, &call.arguments).map_err(|error| Trouble {
        message: format!("cannot start `{}`: {error}", call.program),
        hint: "name a program that is installed with `editor:` in byline.yaml".into(),
    })
}

const HINT: &str =
    "name one that has a window with `editor:` in byline.yaml, such as `editor: code`";

/// The configured editor, else the first of the environment that has a window.
fn choose(configured: Option<&str>, others: &[String], at: At<'_>) -> Result<Call, Trouble> {
    if let Some(command) = configured.filter(|command| !command.trim().is_empty()) {
        return call(command, at);
    }
    let mut trouble = None;
    for command in others.iter().filter(|command| !command.trim().is_empty()) {
        match call(command, at) {
            Ok(call) => return Ok(call),
            Err(why) => trouble = trouble.or(Some(why)),
        }
    }
    Err(trouble
        .unwrap_or_else(|| Trouble { message: "no editor is set".into(), hint: HINT.into() }))
}

/// A command with a place put in.
fn call(command: &str, at: At<'_>) -> Result<Call, Trouble> {
    let trouble = |message: String| Trouble { message, hint: HINT.into() };
    let words = words(command).ok_or_else(|| {
        trouble(format!("`{command}` has a quotation mark without its other half"))
    })?;
    let Some((program, options)) = words.split_first() else {
        return Err(trouble("the command of the editor is empty".into()));
    };
    let name = name(program);
    if needs_terminal(&name, options) {
        return Err(trouble(format!(
            "`{name}` needs a terminal, and the preview has none to give"
        )));
    }
    let put = |word: &String| {
        let (line, column) = (at.line.to_string(), at.column.to_string());
        // The file last: its name may have braces.
        word.replace("{line}", &line).replace("{column}", &column).replace("{file}", at.file)
    };
    let arguments = if options.iter().any(|word| word.contains("{file}")) {
        options.iter().map(put).collect()
    } else {
        options.iter().map(put).chain(place(&name, at)).collect()
    };
    Ok(Call { program: program.clone(), arguments })
}

/// `/usr/bin/code` and `C:\...\Code.exe` are `code`.
fn name(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
    let plain = [".exe", ".cmd", ".bat"].iter().find_map(|end| name.strip_suffix(end));
    plain.unwrap_or(&name).to_string()
}

/// Editors that live in a terminal.
const IN_TERMINAL: &[&str] = &[
    "amp", "dte", "ed", "ex", "helix", "hx", "jed", "joe", "kak", "less", "mcedit", "mg", "micro",
    "nano", "ne", "nvim", "pico", "rnano", "vi", "view", "vim", "vimr-cli", "vis", "zile",
];

fn needs_terminal(name: &str, options: &[String]) -> bool {
    let has = |known: &[&str]| options.iter().any(|option| known.contains(&option.as_str()));
    match name {
        "vi" | "vim" | "view" => !has(&["-g"]),
        "emacs" | "emacsclient" => {
            has(&["-nw", "-t", "--tty", "-tty", "--no-window-system", "-batch", "--batch"])
        }
        _ => IN_TERMINAL.contains(&name),
    }
}

/// Arguments that lead an editor to a place, in the way that it understands.
fn place(name: &str, at: At<'_>) -> Vec<String> {
    let At { file, line, column } = at;
    let own = |arguments: &[&str]| arguments.iter().map(ToString::to_string).collect();
    let (row, letter) = (line.to_string(), column.to_string());
    match name {
        "code" | "code-insiders" | "code-oss" | "codium" | "vscodium" | "cursor" | "windsurf"
        | "positron" | "trae" => own(&["-g", &format!("{file}:{line}:{column}")]),
        "zed" | "zeditor" | "zedit" | "subl" | "sublime_text" | "atom" | "pulsar" | "geany"
        | "lapce" => own(&[&format!("{file}:{line}:{column}")]),
        "kate" | "kwrite" => own(&["--line", &row, "--column", &letter, file]),
        "mousepad" => own(&["--line", &row, "--column", &letter, file]),
        "mate" => own(&["--line", &format!("{line}:{column}"), file]),
        "gedit" => own(&[&format!("+{line}:{column}"), file]),
        "emacs" => own(&[&format!("+{line}:{column}"), file]),
        "emacsclient" => own(&["-n", &format!("+{line}:{column}"), file]),
        "notepad++" => own(&[&format!("-n{line}"), &format!("-c{column}"), file]),
        "open" | "xdg-open" | "notepad" | "textedit" => own(&[file]),
        _ if is_jetbrains(name) => own(&["--line", &row, "--column", &letter, file]),
        _ => own(&[&format!("+{line}"), file]),
    }
}

fn is_jetbrains(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "appcode",
        "charm",
        "clion",
        "datagrip",
        "dataspell",
        "goland",
        "idea",
        "phpstorm",
        "pycharm",
        "rider",
        "rubymine",
        "rustrover",
        "webstorm",
        "writerside",
        "pstorm",
        "mine",
    ];
    let plain = name.split(['-', '.']).next().unwrap_or(name);
    NAMES.contains(&plain.strip_suffix("64").unwrap_or(plain))
}

/// Splits a command as a shell would: words, quoted parts, a backslash before what means something. `None` when a
/// quotation mark is open at the end.
fn words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        let means = |next: &char| matches!(next, '\\' | '"' | '\'' | ' ');
        match (letter, quote) {
            (_, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            // The paths of one system have backslashes, so that one alone is itself.
            ('\\', None | Some('"')) => {
                let next = letters.next_if(means).unwrap_or('\\');
                word.get_or_insert_default().push(next);
            }
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: At<'_> = At { file: "/site/content/a b.md", line: 3, column: 5 };

    /// The words of the call, joined by `|`.
    fn said(command: &str) -> String {
        match call(command, AT) {
            Ok(call) => [vec![call.program], call.arguments].concat().join("|"),
            Err(trouble) => format!("no: {}", trouble.message),
        }
    }

    #[test]
    fn commands_are_split_as_a_shell_does() {
        let split = |command: &str| words(command).map(|words| words.join("|"));
        assert_eq!(split("  a  'b c' \"d \\\" e\"f g\\ h ''"), Some("a|b c|d \" ef|g h|".into()));
        assert_eq!(split(r"C:\Programs\ed.exe -x"), Some(r"C:\Programs\ed.exe|-x".into()));
        assert_eq!(split("a; rm -rf $HOME `b`"), Some("a;|rm|-rf|$HOME|`b`".into()));
        assert_eq!(split("a 'b"), None);
        assert_eq!(split(" "), Some(String::new()));
    }

    #[test]
    fn a_command_says_where_file_line_and_column_go() {
        assert_eq!(
            said("my-editor --at {line},{column} -- {file}"),
            "my-editor|--at|3,5|--|/site/content/a b.md"
        );
        assert_eq!(said("foot nvim +{line} {file}"), "foot|nvim|+3|/site/content/a b.md");
        let braces = At { file: "/site/{line}.md", ..AT };
        assert_eq!(call("x {file}:{line}", braces).unwrap().arguments, ["/site/{line}.md:3"]);
    }

    #[test]
    fn known_programs_have_their_own_way() {
        let file = "/site/content/a b.md";
        for (command, arguments) in [
            ("code", format!("-g|{file}:3:5")),
            ("code --reuse-window", format!("--reuse-window|-g|{file}:3:5")),
            ("/usr/bin/codium", format!("-g|{file}:3:5")),
            ("cursor", format!("-g|{file}:3:5")),
            ("zed", format!("{file}:3:5")),
            ("subl", format!("{file}:3:5")),
            ("idea", format!("--line|3|--column|5|{file}")),
            ("pycharm-community", format!("--line|3|--column|5|{file}")),
            ("idea64.exe", format!("--line|3|--column|5|{file}")),
            ("gedit", format!("+3:5|{file}")),
            ("kate", format!("--line|3|--column|5|{file}")),
            ("emacsclient", format!("-n|+3:5|{file}")),
            ("mate", format!("--line|3:5|{file}")),
            ("notepad++", format!("-n3|-c5|{file}")),
            ("xdg-open", file.to_string()),
            ("gvim", format!("+3|{file}")),
            ("vim -g", format!("-g|+3|{file}")),
            ("unheard-of", format!("+3|{file}")),
        ] {
            let program = words(command).unwrap().remove(0);
            assert_eq!(said(command), format!("{program}|{arguments}"));
        }
    }

    #[test]
    fn programs_of_the_terminal_are_not_started() {
        for command in [
            "vi",
            "vim",
            "/usr/bin/nvim",
            "nano -l",
            "emacs -nw",
            "emacsclient -t",
            "hx",
            "micro",
            "nvim +{line} {file}",
        ] {
            assert!(said(command).contains("needs a terminal"), "{command}");
        }
    }

    #[test]
    fn the_configuration_comes_before_the_environment_and_windows_before_terminals() {
        let chosen = |configured: Option<&str>, others: [&str; 2]| {
            choose(configured, &others.map(String::from), AT).map(|call| call.program)
        };
        assert_eq!(chosen(Some("zed"), ["code", ""]).unwrap(), "zed");
        assert_eq!(chosen(None, ["", "code"]).unwrap(), "code");
        assert_eq!(chosen(Some(" "), ["vim", "code"]).unwrap(), "code");
        assert!(chosen(Some("vim"), ["code", "code"]).unwrap_err().message.contains("`vim`"));
        assert!(chosen(None, ["nano", "vim"]).unwrap_err().message.contains("`nano`"));
        let none = chosen(None, ["", ""]).unwrap_err();
        assert!(none.message.contains("no editor") && none.hint.contains("editor:"));
        assert!(chosen(Some("code 'x"), ["", ""]).is_err());
    }
}
