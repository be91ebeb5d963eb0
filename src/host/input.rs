//! The image that a command reads, and where its output goes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::Exit;
use crate::dump::{Export, Image, NotReadable};

/// Larger files are no dump of a terminal's flash.
const MOST_BYTES: u64 = 1 << 30;

/// The arguments of a command that reads an image.
#[derive(Clone, Debug, clap::Args)]
pub struct ReadArgs {
    /// The dump of a journal's region, from its first byte, or an export; `-` reads standard input
    pub image: PathBuf,
    /// A table for people, or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns.
    Table,
    /// One JSON object.
    Json,
}

/// Reads the image and hands it to a command, which says what to print and how to end.
pub(super) fn with_image(
    args: &ReadArgs,
    command: impl FnOnce(&Image<'_>) -> (String, Exit),
    broken: impl FnOnce(NotReadable) -> (String, Exit),
) -> Exit {
    let bytes = match read(&args.image) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("cannot read {}: {error}", args.image.display());
            return Exit::Usage;
        }
    };
    let export = Export::is_one(&bytes).then(|| Export::read(&bytes)).transpose();
    let image = match &export {
        Ok(Some(export)) => Image::of_export(export),
        Ok(None) => Image::open(&bytes),
        Err(why) => Err(NotReadable::Export(*why)),
    };
    let (text, exit) = match image {
        Ok(image) => command(&image),
        Err(why) => {
            eprintln!("{}: {why}", args.image.display());
            broken(why)
        }
    };
    match print(&text) {
        Ok(()) => exit,
        Err(error) => {
            eprintln!("cannot write: {error}");
            Exit::Usage
        }
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        return read_all(io::stdin().lock());
    }
    read_all(File::open(path)?)
}

fn read_all(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        let text = "larger than 1 GiB: no dump of a terminal's flash";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok(bytes)
}

/// Prints everything. A reader that has seen enough (`| head`) is no error.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
