//! `byline serve` itself: what it says, and how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The program at work on a small site.
struct Program {
    child: Child,
    lines: Receiver<String>,
    folder: tempfile::TempDir,
}

impl Program {
    fn start(arguments: &[&str], path: Option<&str>) -> Program {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/posts")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("byline.yaml", "title: T\nbase_url: https://example.org/review/\neditor: vim\n");
        write("content/posts/x.md", "---\ntitle: X\ndate: 2020-01-01\n---\nA sentence.\n");
        let mut command = Command::new(env!("CARGO_BIN_EXE_byline"));
        command.args(["serve", "--root"]).arg(folder.path()).args(arguments).stderr(Stdio::piped());
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let said = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            said.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Program { child, lines, folder }
    }

    /// The next line on the terminal that has these words.
    fn says(&self, words: &str) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line =
                self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("never said: {words}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    fn port(&self) -> u16 {
        let line = self.says("serving");
        line.split("127.0.0.1:").nth(1).unwrap().split('/').next().unwrap().parse().unwrap()
    }

    /// Ends it as Ctrl-C does; gives its status and how long it took.
    #[cfg(unix)]
    fn interrupt(&mut self, signal: &str) -> (Option<i32>, Duration) {
        let began = Instant::now();
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        let status = self.child.wait().unwrap();
        (status.code(), began.elapsed())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(port: u16, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "{request} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n"
    )
    .unwrap();
    stream
}

fn get(port: u16, path: &str) -> String {
    let mut stream = ask(port, &format!("GET {path}"));
    stream.write_all(b"connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn token(page: &str) -> &str {
    page.split("data-token=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[cfg(unix)]
#[test]
fn the_end_is_at_once_and_good_also_with_a_browser_connected() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Program::start(&["--port", "0"], None);
        let port = program.port();
        program.says("ready");
        let page = get(port, "/review/posts/x/");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("A sentence."), "{page}");
        let mut stream = ask(
            port,
            &format!("GET /review/_byline/events?path=/posts/x/&edition=1&token={}", token(&page)),
        );
        stream.write_all(b"\r\n").unwrap();
        let mut begin = [0; 12];
        stream.read_exact(&mut begin).unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200");
        let (status, took) = program.interrupt(signal);
        assert_eq!(status, Some(0), "{signal}");
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert!(!program.folder.path().join("public").exists(), "the preview wrote an output");
    }
}

#[test]
fn a_taken_port_is_said_and_the_path_is_part_of_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let program =
        Program::start(&["--port", &port, "--base-url", "https://example.org/other/"], None);
    assert!(program.says("taken").contains(&port));
    let line = program.says("serving");
    assert!(line.contains("http://127.0.0.1:") && line.contains("/other/"), "{line}");
    assert!(!line.contains(&format!(":{port}/")), "{line}");
}

#[test]
fn a_wrong_address_is_a_wrong_call() {
    let mut program = Program::start(&["--bind", "192.0.2.1"], None);
    assert!(program.says("serve/address").contains("192.0.2.1"));
    assert_eq!(program.child.wait().unwrap().code(), Some(2));
}

#[test]
fn the_editor_of_the_configuration_is_asked() {
    let program = Program::start(&["--port", "0"], None);
    let port = program.port();
    let page = get(port, "/review/posts/x/");
    let body = "{\"file\": \"content/posts/x.md\", \"line\": 2, \"column\": 1}";
    let mut stream = ask(port, &format!("POST /review/_byline/open?token={}", token(&page)));
    write!(stream, "connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 409"), "{answer}");
    assert!(answer.contains("`vim` needs a terminal"), "{answer}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_browser_is_opened_and_when_it_cannot_be_the_preview_goes_on() {
    use std::os::unix::fs::PermissionsExt;
    let bin = tempfile::tempdir().unwrap();
    let empty = bin.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let program = Program::start(&["--port", "0", "--open"], empty.to_str());
    let port = program.port();
    program.says("serve/browser");
    assert!(get(port, "/review/").starts_with("HTTP/1.1 200"));
    let (script, said) = (bin.path().join("xdg-open"), bin.path().join("said"));
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nprintf '%s' \"$*\" > '{0}.new'\n/bin/mv '{0}.new' '{0}'\n",
            said.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let program = Program::start(&["--port", "0", "--open"], bin.path().to_str());
    let port = program.port();
    let began = Instant::now();
    while !said.exists() && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(fs::read_to_string(said).unwrap(), format!("http://127.0.0.1:{port}/review/"));
}
