//! `byline clean`.

use super::{Status, fail, output};
use crate::cli::Clean;
use crate::{publish, terminal};

/// Runs the command.
pub(super) fn run(arguments: &Clean) -> Status {
    let output = output(&arguments.place);
    match publish::clean(&output) {
        Ok(0) => {
            terminal::error(&format!("nothing of Byline's in {}\n", output.display()));
            Status::Good
        }
        Ok(removed) => {
            let files = if removed == 1 { "file" } else { "files" };
            terminal::error(&format!("removed {removed} {files} from {}\n", output.display()));
            Status::Good
        }
        Err(problem) => fail(&[problem], Status::Environment),
    }
}
