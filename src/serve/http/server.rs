//! The server: an address to listen at, connections, and an end at once.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::connection;
use super::guard::Guard;
use super::preview::Preview;
use super::seat::Seats;
use super::served::Served;
use super::token::Token;
use crate::diagnostic::Diagnostic;
use crate::serve::pages::{Pages, Update};

/// Where to listen and to whom.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address of this machine to listen at.
    pub bind: IpAddr,
    /// The port; when it is taken, the next free one. 0 is any free one.
    pub port: u16,
    /// Names that this machine has for browsers, besides the address that it listens at.
    pub allowed_hosts: Vec<String>,
    /// Whether browsers go to the article that was saved.
    pub follow: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: 4000,
            allowed_hosts: Vec::new(),
            follow: false,
        }
    }
}

/// Where a server listens.
#[derive(Debug, Clone)]
pub struct Address {
    /// The site's first page, for a browser on this machine.
    pub url: String,
    /// What it listens at.
    pub socket: SocketAddr,
    /// The port that was asked for, when it is taken by another program.
    pub taken: Option<u16>,
}

impl Address {
    /// Scheme, host and port, for a browser on this machine.
    pub fn origin(&self) -> String {
        format!("http://{}", SocketAddr::new(reachable(self.socket.ip()), self.socket.port()))
    }

    /// Whether other machines can reach it.
    pub fn is_public(&self) -> bool {
        !self.socket.ip().is_loopback()
    }
}

/// A running server. It ends at once when it is dropped, also when browsers are connected.
#[derive(Debug)]
pub struct Server {
    address: Address,
    /// Gone only while it ends.
    runtime: Option<Runtime>,
}

/// Ports that are tried after the one that was asked for.
const TRIES: u16 = 100;

impl Server {
    /// Starts to listen, and answers from then on.
    ///
    /// # Errors
    /// When there is no free port, the address is none of this machine, or the system gives no threads or random
    /// numbers.
    pub fn start(
        settings: &Settings,
        pages: Arc<dyn Pages>,
        updates: watch::Receiver<Update>,
    ) -> Result<Server, Diagnostic> {
        let failed = |error: String| {
            Diagnostic::error("serve/start", format!("cannot start the server: {error}"))
        };
        let token = Token::random().map_err(failed)?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let listener = runtime.block_on(listen(settings))?;
        let socket = listener.local_addr().map_err(|error| failed(error.to_string()))?;
        let base = pages.base_path();
        let guard = Guard::new(socket.ip(), socket.port(), &settings.allowed_hosts);
        let (follow, served) = (settings.follow, Served::default());
        let preview = Preview { pages, updates, guard, token, follow, served };
        runtime.spawn(accept(listener, Arc::new(preview)));
        let address = Address {
            url: format!(
                "http://{}{base}/",
                SocketAddr::new(reachable(socket.ip()), socket.port())
            ),
            socket,
            taken: Some(settings.port).filter(|port| *port != 0 && *port != socket.port()),
        };
        Ok(Server { address, runtime: Some(runtime) })
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Waits until the person or the system wants the program to end. `ready` is called when that is heard.
    pub fn wait(&self, ready: impl FnOnce(&Address)) -> io::Result<()> {
        let Some(runtime) = &self.runtime else { return Ok(()) };
        runtime.block_on(async {
            let ends = ending()?;
            ready(&self.address);
            ends.await;
            Ok(())
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is waited for: streams are open as long as browsers are.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Serves until Ctrl-C or the system's call to end; `ready` hears where, when it can be asked.
///
/// # Errors
/// As [`Server::start`].
pub fn serve(
    settings: &Settings,
    pages: Arc<dyn Pages>,
    updates: watch::Receiver<Update>,
    ready: impl FnOnce(&Address),
) -> Result<(), Diagnostic> {
    let server = Server::start(settings, pages, updates)?;
    server.wait(ready).map_err(|error| {
        Diagnostic::error(
            "serve/start",
            format!("cannot listen for the end of the program: {error}"),
        )
    })
}

/// Ends when the program shall: from the call on, the system's signals are ours.
#[cfg(unix)]
fn ending() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

#[cfg(windows)]
fn ending() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Where a browser on this machine finds what listens at an address.
fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

async fn listen(settings: &Settings) -> Result<TcpListener, Diagnostic> {
    let Settings { bind, port, .. } = *settings;
    let last = if port == 0 { 0 } else { port.saturating_add(TRIES) };
    for candidate in port..=last {
        match TcpListener::bind((bind, candidate)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(cannot_listen(bind, candidate, &error)),
        }
    }
    let problem = format!("the ports {port} to {last} of {bind} are all taken");
    Err(Diagnostic::error("serve/address", problem)
        .hint("give another one with `--port`, or 0 for any"))
}

fn cannot_listen(bind: IpAddr, port: u16, error: &io::Error) -> Diagnostic {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 are the system's; give another one with `--port`"
        }
        io::ErrorKind::AddrNotAvailable => {
            "give an address of this machine with `--bind`: 127.0.0.1, or 0.0.0.0 for all"
        }
        _ => "give another address with `--bind` or another port with `--port`",
    };
    let socket = SocketAddr::new(bind, port);
    Diagnostic::error("serve/address", format!("cannot listen at {socket}: {error}")).hint(hint)
}

/// Takes connections for ever.
async fn accept(listener: TcpListener, preview: Arc<Preview>) {
    let seats = Seats::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let seat = seats.take();
                tokio::spawn(connection::run(stream, Arc::clone(&preview), seat));
            }
            // Too many files are open, or the browser has gone again: the next one may be luckier.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
