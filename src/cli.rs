//! The command line: clap's types only, no effects.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER: &str = "\
Examples:
  byline new review          make a site in the folder `review`
  cd review && byline        build it into `public/`
  byline serve --open        write with the page beside you
  byline new --article \"What the raid says about recruitment\"
  byline build --drafts --base-url http://127.0.0.1:8000/

Exit status: 0 good, 1 problems in the site, 2 wrong call or environment, 101 a bug of Byline.";

/// Builds a publication: Markdown in content/ through a theme into public/.
#[derive(Debug, Parser)]
#[command(name = "byline", version, about, after_help = AFTER, styles = STYLES, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub build: Build,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the site into public/ (the default)
    ///
    /// Reads byline.yaml, content/, data/, static/, templates/ and the theme, and writes public/. When
    /// anything is wrong it says all of it and leaves public/ as it was.
    Build(Build),
    /// Show the site in a browser, and every change of it at once
    ///
    /// Holds the site in memory and writes nothing to public/. A save changes the open page in its place; what is wrong
    /// is shown over the page and here. Ctrl-C ends it.
    Serve(Serve),
    /// Make a new site, or an article in this one
    New(New),
    /// Remove what Byline wrote to public/, and its cache
    ///
    /// Files that Byline did not write stay. The cache is the folder .byline/ of the site.
    Clean(Clean),
    /// Look after a theme
    #[command(subcommand)]
    Theme(Theme),
    /// Print completions for a shell
    ///
    /// For bash: byline completions bash > ~/.local/share/bash-completion/completions/byline
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Arguments of `build`.
#[derive(Debug, Clone, Args)]
pub struct Build {
    #[command(flatten)]
    pub place: Place,
    /// Address where the site will stand, instead of the configuration's; it may have a path
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Also build drafts
    #[arg(long)]
    pub drafts: bool,
    /// Also build articles that are dated in the future
    #[arg(long)]
    pub future: bool,
    /// Make everything again, and keep the result in the cache
    #[arg(long, conflicts_with = "no_cache")]
    pub fresh: bool,
    /// Neither read nor write the cache
    #[arg(long)]
    pub no_cache: bool,
    /// Build from the cache and once more without it, and fail if a byte differs
    #[arg(long, conflicts_with_all = ["no_cache", "why", "watch"])]
    pub verify: bool,
    /// Build nothing, but say why this file of the output folder would be made again
    #[arg(long, value_name = "PATH", conflicts_with_all = ["no_cache", "fresh", "watch"])]
    pub why: Option<String>,
    /// Say where the time went: by stage and by template
    #[arg(long)]
    pub timings: bool,
    /// Build again whenever a file of the site changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub message: Message,
}

/// Arguments of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The site's folder, the one that holds byline.yaml
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Address of this machine to listen at; 0.0.0.0 lets other devices in
    ///
    /// With 127.0.0.1 or ::1 only browsers on this machine reach the preview. With 0.0.0.0 everybody in your network
    /// does, drafts and all.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub bind: IpAddr,
    /// Port to listen at; when another program has it, the next free one; 0 is any free one
    #[arg(long, value_name = "PORT", default_value_t = 4000)]
    pub port: u16,
    /// Open the system's browser
    #[arg(long)]
    pub open: bool,
    /// Also show drafts
    #[arg(long)]
    pub drafts: bool,
    /// Also show articles that are dated in the future
    #[arg(long)]
    pub future: bool,
    /// Take the browser to the article that was just saved, at the paragraph that changed
    #[arg(long)]
    pub follow: bool,
    /// Look at all files again and again, where the system tells of no changes
    ///
    /// Needed for some network and virtual file systems; slower, and it costs power.
    #[arg(long)]
    pub poll: bool,
    /// Another name of this machine that browsers may use; can be given several times
    ///
    /// The preview answers only for the address that it listens at: otherwise a page on the web could give itself a
    /// name that leads to this machine, and read your drafts. Give the name that stands in the browser's address bar:
    /// laptop.local, or that of a tunnel.
    #[arg(long = "allow-host", value_name = "NAME", value_parser = host)]
    pub allow_host: Vec<String>,
    /// Address that pages give for the site, instead of where it is served; its path is used in any case
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

/// An address to listen at.
fn address(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    plain.parse().map_err(|_| {
        "expected an address such as 127.0.0.1, ::1 or 0.0.0.0; a port goes to --port".to_string()
    })
}

/// The name of a host, perhaps with a port.
fn host(text: &str) -> Result<String, String> {
    let is_letter =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    if text.is_empty() || !text.chars().all(is_letter) {
        return Err(
            "expected only the name, such as laptop.local: no scheme, no path, no `*`".into()
        );
    }
    Ok(text.to_string())
}

/// Where the site is and where it goes.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The site's folder, the one that holds byline.yaml
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Where to write [default: public/ in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// How to talk.
#[derive(Debug, Clone, Args)]
pub struct Message {
    /// How to report: text for people on stderr, or one JSON object a line on stdout
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = MessageFormat::Human)]
    pub message_format: MessageFormat,
}

/// Form of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    Human,
    Json,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["dir", "article"]))]
pub struct New {
    /// Folder of the new site; it must be empty or not there yet
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Title of a new article in the current site, dated today
    #[arg(long, value_name = "TITLE")]
    pub article: Option<String>,
    /// Folder below content/ for the article [default: the first section]
    #[arg(long, value_name = "SECTION", requires = "article")]
    pub section: Option<String>,
    /// Make a folder for the article, with room for its pictures
    #[arg(long, requires = "article")]
    pub bundle: bool,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

/// Arguments of `clean`.
#[derive(Debug, Args)]
pub struct Clean {
    #[command(flatten)]
    pub place: Place,
    /// Remove only the cache, and leave the output as it is
    #[arg(long)]
    pub cache: bool,
}

/// What to do with a theme.
#[derive(Debug, Subcommand)]
pub enum Theme {
    /// Try a theme on a publication of every kind of page, and say what is wrong with it
    ///
    /// Reports names that no template sees, missing templates, options and words, files that nothing uses, a range of
    /// versions without this Byline, addresses that lead nowhere, and pages that break rules of HTML or shut out readers
    /// who listen, press keys or enlarge. The trial happens in a temporary folder.
    Check(ThemeCheck),
}

/// Arguments of `theme check`.
#[derive(Debug, Clone, Args)]
pub struct ThemeCheck {
    /// The theme's folder, the one that holds theme.yaml
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub message: Message,
}

/// Why there is nothing to do: help was asked for, or the call is wrong.
#[derive(Debug)]
pub struct Stop {
    /// What to print, with colours.
    pub text: String,
    pub is_error: bool,
}

/// Reads the command line.
///
/// # Errors
/// With what to print when help or the version was asked for, or the call is wrong.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Stop> {
    Arguments::try_parse_from(arguments).map_err(|error| Stop {
        text: error.render().ansi().to_string(),
        is_error: error.use_stderr(),
    })
}

/// The completion script for a shell.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "byline", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_takes_addresses_and_names_and_says_what_they_are() {
        let serve = |words: &[&str]| {
            let words = ["byline", "serve"].iter().chain(words).map(OsString::from);
            match parse(words).map(|arguments| arguments.command) {
                Ok(Some(Command::Serve(serve))) => Ok(serve),
                Ok(_) => Err(String::new()),
                Err(stop) => Err(stop.text),
            }
        };
        let local = serve(&[]).unwrap();
        assert_eq!((local.bind.to_string(), local.port), ("127.0.0.1".to_string(), 4000));
        assert_eq!(serve(&["--bind", "[::1]"]).unwrap().bind.to_string(), "::1");
        assert_eq!(serve(&["--bind", "localhost"]).unwrap().bind.to_string(), "127.0.0.1");
        assert!(serve(&["--bind", "0.0.0.0:80"]).unwrap_err().contains("--port"));
        let names = serve(&["--allow-host", "a.local", "--allow-host", "b:80"]).unwrap().allow_host;
        assert_eq!(names, ["a.local", "b:80"]);
        for wrong in ["http://a", "*", "", "a/b"] {
            assert!(
                serve(&["--allow-host", wrong]).unwrap_err().contains("laptop.local"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn build_is_the_default() {
        let arguments = parse(["byline", "--drafts"].map(OsString::from)).unwrap();
        assert!(arguments.command.is_none() && arguments.build.drafts);
    }
}
