//! Starts a program of the author's beside ours: an editor, a browser.

use std::io;
use std::process::{Child, Command, Stdio};
use std::thread;

/// Starts a program and leaves it alone: it hears no Ctrl-C of ours, reads nothing from our terminal and writes
/// nothing to it. No shell reads the arguments.
///
/// # Errors
/// When there is no such program, or it cannot be started.
pub(super) fn start(name: &str, arguments: &[String]) -> io::Result<()> {
    let spawned = match spawn(name, arguments) {
        // Programs that are scripts there are found only by their whole name.
        Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::NotFound => {
            spawn(&format!("{name}.cmd"), arguments)
        }
        spawned => spawned,
    };
    let mut child = spawned?;
    thread::spawn(move || {
        // Without this it would stay in the system's table as long as we run.
        let _ = child.wait();
    });
    Ok(())
}

fn spawn(name: &str, arguments: &[String]) -> io::Result<Child> {
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}
