//! The image that a command reads, and where its output goes.
//!
//! | what | file |
//! |---|---|
//! | what a file holds, by its contents | `recognise` |
//! | hexadecimal, base64 | `digits` |
//! | Intel HEX, S-record | `addressed` |
//! | why it cannot be used | `trouble` |

mod addressed;
mod digits;
mod recognise;
mod trouble;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::style::{Format, Style};
use super::words::{self, table as w};
use super::{Exit, Lang, progress};
use crate::dump::{Export, Extract, Image, NotReadable};
pub(super) use recognise::{Loaded, Reading, decode, decode_within};
pub(super) use trouble::Trouble;

/// Larger files are no dump of a terminal's flash.
const MOST_BYTES: u64 = 1 << 30;

/// How a command prints.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct StyleArgs {
    /// A table for people, or data for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// The language of tables and messages; without it that of the locale
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
}

impl StyleArgs {
    /// What is asked for, or what the locale says.
    #[must_use]
    pub fn style(&self) -> Style {
        Style { format: self.format, lang: Lang::or_locale(self.lang) }
    }
}

/// How a file is read.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct FileArgs {
    /// Addresses that an Intel HEX or S-record file leaves out were erased; without this they are
    /// not known, and told so
    #[arg(long)]
    pub gaps_erased: bool,
}

/// The arguments of a command that reads an image.
#[derive(Clone, Debug, clap::Args)]
pub struct ReadArgs {
    /// The dump of a journal's region, from its first byte, or an export: raw, hex, base64, Intel HEX
    /// or S-record, gzipped or not, recognised by content; `-` reads it from standard input
    pub image: PathBuf,
    /// Find the region in the file by itself, as `salvage` does
    #[arg(long)]
    pub find: bool,
    /// How the file is read.
    #[command(flatten)]
    pub file: FileArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub style: StyleArgs,
}

/// Reads the image and hands it to a command, which says what to print and how to end.
pub(super) fn with_image(
    args: &ReadArgs,
    command: impl FnOnce(&Image<'_>) -> (String, Exit),
    broken: impl FnOnce(NotReadable) -> (String, Exit),
) -> Exit {
    read_with(args, |_| (), |image, ()| command(image), broken)
}

/// The same for a command that says which file it has read: by the SHA-256 of its bytes, in
/// hexadecimal.
pub(super) fn with_hashed(
    args: &ReadArgs,
    command: impl FnOnce(&Image<'_>, String) -> (String, Exit),
    broken: impl FnOnce(NotReadable) -> (String, Exit),
) -> Exit {
    let hash = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    read_with(args, hash, command, broken)
}

fn read_with<T>(
    args: &ReadArgs,
    look: impl FnOnce(&[u8]) -> T,
    command: impl FnOnce(&Image<'_>, T) -> (String, Exit),
    broken: impl FnOnce(NotReadable) -> (String, Exit),
) -> Exit {
    let lang = args.style.style().lang;
    let how = Reading { gaps_erased: args.file.gaps_erased, is_lenient: args.find };
    let (looked, loaded) = match take(&args.image, lang).and_then(|bytes| {
        let looked = look(&bytes);
        Ok((looked, decoded(&args.image, bytes, how, lang)?))
    }) {
        Ok(both) => both,
        Err(exit) => return exit,
    };
    let command = |image: &Image<'_>| command(image, looked);
    let (text, exit) = progress::during(loaded.bytes.len(), || opened(loaded, args.find, command))
        .unwrap_or_else(|why| {
            eprintln!("{}: {}", name(&args.image), words::not_readable(why, lang));
            broken(why)
        });
    finish(&text, exit, lang)
}

/// What a command makes of a file with these bytes, in whatever the image came.
///
/// # Errors
/// Why there is no image in it, in words.
pub fn from_bytes<T>(
    bytes: Vec<u8>,
    gaps_erased: bool,
    find: bool,
    lang: Lang,
    command: impl FnOnce(&Image<'_>) -> T,
) -> Result<T, String> {
    let how = Reading { gaps_erased, is_lenient: find };
    let loaded = decode(bytes, how).map_err(|why| why.told(lang))?;
    opened(loaded, find, command).map_err(|why| words::not_readable(why, lang))
}

fn opened<T>(
    loaded: Loaded,
    find: bool,
    command: impl FnOnce(&Image<'_>) -> T,
) -> Result<T, NotReadable> {
    let source = Source::of(loaded, find)?;
    source.image().map(|image| command(&image))
}

/// Bytes in which an image lies.
pub(super) enum Source {
    Bytes(Loaded),
    Export(Export),
    Region(Extract),
}

impl Source {
    /// An export, a region that has to be found, or the bytes as they are.
    pub fn of(loaded: Loaded, find: bool) -> Result<Self, NotReadable> {
        if Export::is_one(&loaded.bytes) {
            return Export::read(&loaded.bytes).map(Self::Export).map_err(NotReadable::Export);
        }
        // A capture of a serial line may begin with what the terminal said before.
        let is_image = Image::with_holes(&loaded.bytes, &loaded.holes).is_ok();
        if !is_image && let Some(export) = Export::within(&loaded.bytes) {
            return Ok(Self::Export(export));
        }
        match find {
            true => Extract::first(&loaded.bytes, &loaded.holes).map(Self::Region),
            false => Ok(Self::Bytes(loaded)),
        }
    }

    pub fn image(&self) -> Result<Image<'_>, NotReadable> {
        match self {
            Self::Bytes(loaded) => Image::with_holes(&loaded.bytes, &loaded.holes),
            Self::Export(export) => Image::of_export(export),
            Self::Region(region) => Ok(region.image()),
        }
    }

    /// The bytes without what they came in, and the spans that are not known.
    pub fn bytes(&self) -> (&[u8], &[std::ops::Range<u32>]) {
        match self {
            Self::Bytes(loaded) => (&loaded.bytes, &loaded.holes),
            Self::Export(export) => (export.bytes(), export.holes()),
            Self::Region(_) => (&[], &[]),
        }
    }
}

/// What a path is called in a message: no path can steer a terminal either.
pub(super) fn name(path: &Path) -> String {
    super::plain::plain(&path.to_string_lossy(), super::plain::Out::Terminal).into_owned()
}

/// Its name for those whom its folder does not concern.
pub(super) fn file_name(path: &Path) -> &Path {
    path.file_name().map_or(path, Path::new)
}

/// Reads a file and takes the bytes out of it; what is wrong is told.
pub(super) fn load(path: &Path, how: Reading, lang: Lang) -> Result<Loaded, Exit> {
    decoded(path, take(path, lang)?, how, lang)
}

fn told(path: &Path, lang: Lang, text: &str) -> Exit {
    eprintln!("{}", w::CANNOT_READ.with(lang, &[&name(path), &text]));
    Exit::Usage
}

/// The bytes of a file.
fn take(path: &Path, lang: Lang) -> Result<Vec<u8>, Exit> {
    let bytes = read(path).map_err(|error| told(path, lang, &error.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(told(path, lang, w::TOO_LARGE.of(lang)));
    }
    if bytes.is_empty() {
        return Err(told(path, lang, w::EMPTY.of(lang)));
    }
    Ok(bytes)
}

/// What a file's bytes stand for.
fn decoded(path: &Path, bytes: Vec<u8>, how: Reading, lang: Lang) -> Result<Loaded, Exit> {
    let loaded = decode(bytes, how).map_err(|why: Trouble| told(path, lang, &why.told(lang)))?;
    for note in &loaded.notes {
        eprintln!("{}: {}", name(path), note.told(lang));
    }
    Ok(loaded)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Prints what another crate made.
#[must_use]
pub fn print_bytes(bytes: &[u8]) -> Exit {
    end(write(bytes), Exit::Clean, Lang::or_locale(None))
}

/// Writes a whole file, or nothing: it appears under its name when all of it is there.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let written = std::fs::write(&new, bytes).and_then(|()| std::fs::rename(&new, path));
    if written.is_err() {
        // What is left of it would be taken for something.
        let _ = std::fs::remove_file(&new);
    }
    written
}

/// Prints everything and says how the command ends.
pub(super) fn finish(text: &str, exit: Exit, lang: Lang) -> Exit {
    end(print(text), exit, lang)
}

/// Prints everything. A reader that has seen enough (`| head`) is no error.
pub(super) fn print(text: &str) -> io::Result<()> {
    write(text.as_bytes())
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn end(written: io::Result<()>, exit: Exit, lang: Lang) -> Exit {
    match written {
        Ok(()) => exit,
        Err(error) => {
            eprintln!("{}", w::CANNOT_WRITE.with(lang, &[&error]));
            Exit::Usage
        }
    }
}
