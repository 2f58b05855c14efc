//! The `byline` program: arguments in, exit status out.

use std::process::ExitCode;

/// Most of a build's time goes to the kernel's page faults; this allocator gives memory back late and
/// takes it from its own pages.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    byline::command::run(std::env::args_os())
}
