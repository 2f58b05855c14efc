//! A site that is not there, a server for it, and a client that sends what it is told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use byline::diagnostic::{Diagnostic, Place};
use byline::serve::http::{Server, Settings};
use byline::serve::pages::{Answer, Pages, Update};
use serde_json::{Value, json};
use tokio::sync::watch;

/// What stands at an address of the site.
#[derive(Clone)]
pub enum Thing {
    Page(String),
    File(PathBuf),
    Moved(String),
    Broken(String),
    Panics,
    /// A page that takes its time.
    Slow(Duration),
}

/// What the site is at the moment; tests change it.
#[derive(Default)]
pub struct State {
    pub base: String,
    pub things: BTreeMap<String, Thing>,
    /// Files and the addresses of their pages.
    pub sources: BTreeMap<String, String>,
    pub styles: Vec<(String, String)>,
    pub problems: Vec<Diagnostic>,
    /// Addresses that come from a file whose own address is another one.
    pub also: Vec<(String, String)>,
    pub root: PathBuf,
    pub editor: Option<String>,
}

struct Site(Arc<Mutex<State>>);

/// A site with nothing in it.
pub fn nothing() -> Arc<dyn Pages> {
    Arc::new(Site(Arc::default()))
}

pub const MISSING: &str = "<html><body>nothing here</body></html>";

impl Site {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|error| error.into_inner())
    }
}

impl Pages for Site {
    fn base_path(&self) -> String {
        self.state().base.clone()
    }
    fn answer(&self, path: &str) -> Answer {
        let thing = self.state().things.get(path).cloned();
        match thing {
            None => Answer::Missing(MISSING.into()),
            Some(Thing::Page(html)) => Answer::Made(html.into()),
            Some(Thing::File(path)) => Answer::File(path),
            Some(Thing::Moved(to)) => Answer::Moved(to),
            Some(Thing::Broken(text)) => Answer::Failed(vec![broken(&text)]),
            Some(Thing::Panics) => panic!("the page at {path} is a trap"),
            Some(Thing::Slow(time)) => {
                std::thread::sleep(time);
                Answer::Made("slow".into())
            }
        }
    }
    fn panel(&self, path: &str) -> Option<Value> {
        let known = self.state().things.contains_key(path);
        known.then(|| json!({ "path": path, "words": 12 }))
    }
    fn source(&self, path: &str) -> Option<String> {
        let state = self.state();
        let own = state.sources.iter().find(|(_, at)| *at == path).map(|(file, _)| file);
        let also = || state.also.iter().find(|(at, _)| at == path).map(|(_, file)| file);
        own.or_else(also).cloned()
    }
    fn address(&self, source: &str) -> Option<String> {
        self.state().sources.get(source).cloned()
    }
    fn editable(&self, source: &str) -> Option<PathBuf> {
        let state = self.state();
        state.sources.contains_key(source).then(|| state.root.join(source))
    }
    fn editor(&self) -> Option<String> {
        self.state().editor.clone()
    }
    fn problems(&self) -> Vec<Diagnostic> {
        self.state().problems.clone()
    }
    fn styles(&self) -> Vec<(String, String)> {
        self.state().styles.clone()
    }
}

/// A problem with a place.
pub fn broken(text: &str) -> Diagnostic {
    Diagnostic::error("template/render", text.to_string())
        .at(Place::line("content/x.md", 3, 2, 4, "a line <b>"))
        .hint("mend it")
}

/// A server for a site, and its token.
pub struct Preview {
    pub server: Option<Server>,
    pub socket: SocketAddr,
    pub token: String,
    pub state: Arc<Mutex<State>>,
    pub updates: watch::Sender<Update>,
}

pub fn page(text: &str) -> Thing {
    Thing::Page(format!("<html><body><p>{text}</p></body></html>"))
}

/// A server with a start page and an article, on any port.
pub fn preview() -> Preview {
    preview_with(Settings { port: 0, ..Settings::default() }, "")
}

pub fn preview_with(settings: Settings, base: &str) -> Preview {
    let mut state = State { base: base.into(), ..State::default() };
    state.things.insert("/".into(), page("home"));
    state.things.insert("/posts/x/".into(), page("x"));
    state.things.insert("/posts/x".into(), Thing::Moved("/posts/x/".into()));
    state.sources.insert("content/posts/x.md".into(), "/posts/x/".into());
    let state = Arc::new(Mutex::new(state));
    let (updates, receiver) = watch::channel(Update { edition: 1, ..Update::default() });
    let server = Server::start(&settings, Arc::new(Site(Arc::clone(&state))), receiver).unwrap();
    let socket = SocketAddr::new([127, 0, 0, 1].into(), server.address().socket.port());
    let mut preview =
        Preview { server: Some(server), socket, token: String::new(), state, updates };
    let home = preview.get(&format!("{base}/")).body();
    preview.token = home.split("data-token=\"").nth(1).unwrap()[..32].to_string();
    preview
}

impl Preview {
    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|error| error.into_inner())
    }

    pub fn put(&self, path: &str, thing: Thing) {
        self.state().things.insert(path.into(), thing);
    }

    /// Says that the site has changed.
    pub fn update(&self) {
        self.updates.send_modify(|update| update.edition += 1);
    }

    /// Says that files at these addresses have other bytes.
    pub fn replace(&self, addresses: &[&str]) {
        self.updates.send_modify(|update| {
            update.edition += 1;
            let replaced = addresses.iter().map(|address| (update.edition, address.to_string()));
            update.replaced = replaced.collect();
        });
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.socket).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Sends bytes and reads what comes until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may have answered and closed before all is sent.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        if let Err(error) = stream.read_to_end(&mut answer) {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request with a good host; `headers` are lines that end in `\r\n`.
    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let port = self.socket.port();
        let length = if body.is_empty() {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let text = self.raw(
            format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n{length}{headers}\r\n{body}"
            )
            .as_bytes(),
        );
        Reply(text)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    pub fn get_with(&self, path: &str, headers: &str) -> Reply {
        self.ask("GET", path, headers, "")
    }

    /// The origin of the preview's own pages, as a header.
    pub fn origin(&self) -> String {
        format!("origin: http://localhost:{}\r\n", self.socket.port())
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Reply(pub String);

impl Reply {
    pub fn status(&self) -> u16 {
        self.0.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub fn body(&self) -> String {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_string()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The page without the preview's tag.
pub fn without_tag(page: &str) -> String {
    let start = page.find("<script type=\"module\" src=\"").unwrap();
    let end = start + page[start..].find("</script>").unwrap() + "</script>".len();
    format!("{}{}", &page[..start], &page[end..])
}

/// A stream of events that is being read.
pub struct Stream {
    lines: BufReader<TcpStream>,
    pub head: String,
}

impl Stream {
    pub fn open(preview: &Preview, path: &str, edition: u64) -> Stream {
        let base = preview.state().base.clone();
        let port = preview.socket.port();
        let token = &preview.token;
        let mut stream = preview.connect();
        write!(
            stream,
            "GET {base}/_byline/events?token={token}&path={path}&edition={edition} HTTP/1.1\r\n\
             host: localhost:{port}\r\nsec-fetch-site: same-origin\r\n\r\n"
        )
        .unwrap();
        Stream::of(stream)
    }

    /// The answer to a request for a stream.
    pub fn of(stream: TcpStream) -> Stream {
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(lines.read_line(&mut head).unwrap() > 0, "{head}");
        }
        Stream { lines, head }
    }

    /// The next event: its name and value.
    pub fn next(&mut self) -> (String, Value) {
        let (mut name, mut data) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(text) = line.strip_prefix("event: ") {
                name = text.trim_end().to_string();
            } else if let Some(text) = line.strip_prefix("data: ") {
                data = text.trim_end().to_string();
            } else if line == "\n" && !data.is_empty() {
                return (name, serde_json::from_str(&data).unwrap());
            }
        }
    }

    /// The next update.
    pub fn update(&mut self) -> Value {
        let (name, value) = self.next();
        assert_eq!(name, "update", "{value}");
        value
    }

    /// Whether nothing comes for a moment.
    pub fn is_silent(&mut self) -> bool {
        self.lines.get_ref().set_read_timeout(Some(Duration::from_millis(150))).unwrap();
        let mut byte = [0];
        let silent = self.lines.get_ref().peek(&mut byte).is_err();
        self.lines.get_ref().set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // The end of a chunk may wait there.
        silent && self.lines.buffer().trim_ascii().is_empty()
    }
}
