//! Makes the resized pictures that outputs asked for, and hands them to the publisher.
//!
//! Their names hold a hash of the original and of what is done with it: what is in `public/` under such a
//! name is not made again.

use rayon::prelude::*;

use super::{Problems, Progress, Stage};
use crate::asset;
use crate::diagnostic::{Diagnostic, Place};
use crate::publish::Publisher;
use crate::site::url::Address;
use crate::source::Source;
use crate::theme::World;
use crate::theme::pictures::Wanted;

/// Above this many pixels one picture is made at a time: memory is bounded whatever the number of threads.
const LARGE: u64 = 32_000_000;

/// Makes all pictures that are wanted and not there yet; gives back how many are wanted.
///
/// # Errors
/// Every picture that is damaged, with who asked for it, and files that cannot be written.
pub(super) fn make(
    source: &Source,
    world: &World,
    publisher: &Publisher,
    progress: &dyn Progress,
) -> Result<usize, Problems> {
    let wanted = world.pictures.wanted();
    let missing: Vec<(&Address, &Wanted)> = wanted
        .iter()
        .filter(|(address, _)| publisher.keep(&address.output_path()).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(wanted.len());
    }
    progress.begin(Stage::Resize, missing.len());
    let one = |(address, wanted): &(&Address, &Wanted)| {
        let made = make_one(source, publisher, address, wanted);
        progress.step();
        made.err()
    };
    let pixels =
        |wanted: &Wanted| u64::from(wanted.original.width) * u64::from(wanted.original.height);
    let (large, small): (Vec<_>, Vec<_>) =
        missing.into_iter().partition(|(_, wanted)| pixels(wanted) > LARGE);
    let mut problems: Problems = small.par_iter().with_max_len(1).filter_map(one).collect();
    problems.extend(large.iter().filter_map(one));
    if problems.is_empty() { Ok(wanted.len()) } else { Err(problems) }
}

fn make_one(
    source: &Source,
    publisher: &Publisher,
    address: &Address,
    wanted: &Wanted,
) -> Result<(), Diagnostic> {
    publisher.stage(&address.output_path(), &bytes(source, wanted)?)?;
    Ok(())
}

/// Makes one picture.
///
/// # Errors
/// When the original is damaged or another one by now.
pub(super) fn bytes(source: &Source, wanted: &Wanted) -> Result<Vec<u8>, Diagnostic> {
    let bytes = source.read(&wanted.source)?;
    let problem = |message: String, hint: &str| {
        Diagnostic::error("picture/resize", message)
            .at(Place::file(wanted.source.clone()))
            .hint(hint)
            .note(format!("while making `{}`", wanted.subject), Place::file(&*wanted.subject))
    };
    if blake3::hash(&bytes) != wanted.original.hash {
        let message = "the picture was changed while the site was built";
        return Err(problem(message.into(), "build again"));
    }
    asset::make(&bytes, &wanted.resize).map_err(|reason| {
        problem(
            format!("the picture cannot be resized: {reason}"),
            "see whether other programs show it, and save it again as JPEG, PNG or WebP",
        )
    })
}
