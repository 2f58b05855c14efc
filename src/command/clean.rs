//! `byline clean`.

use super::{Status, fail, output};
use crate::cli::Clean;
use crate::{build, publish, terminal};

/// Runs the command.
pub(super) fn run(arguments: &Clean) -> Status {
    let output = output(&arguments.place);
    match build::clean(&arguments.place.root) {
        Ok(true) if arguments.cache => {
            terminal::error("removed the cache\n");
            return Status::Good;
        }
        Ok(false) if arguments.cache => {
            terminal::error("there is no cache\n");
            return Status::Good;
        }
        Ok(_) => {}
        Err(problem) => return fail(&[problem], Status::Environment),
    }
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
