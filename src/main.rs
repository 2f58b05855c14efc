//! The `byline` program: arguments in, exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    byline::command::run(std::env::args_os())
}
