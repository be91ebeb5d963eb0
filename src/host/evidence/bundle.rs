//! The files of a bundle, and the directory that they are written to.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::case::{Case, Source};
use super::{bill, frames, html, records, text};
use crate::dump::{Image, outline};
use crate::host::explain::{
    Asked, BillSource, World, arrival, explain, stories, text as explained,
};
use crate::host::{Format, Lang, Style, json};
use crate::record::Seq;

/// The files of a bundle, by their names in it.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// Name and contents, in order.
    pub files: Vec<(String, Vec<u8>)>,
}

/// All that an image says about one payment; `None` if it knows none of that number.
#[must_use]
pub fn bundle(
    image: &Image<'_>,
    item: Seq,
    bills: &impl BillSource,
    world: &World,
    source: Source,
) -> Option<Bundle> {
    let outline = outline(image);
    let story = stories(&outline).into_iter().find(|story| story.item == item)?;
    let bill = bills.facts(item);
    let finding = explain(&story, bill.as_ref(), world);
    let told = Case::records(&story, finding.as_ref());
    let frames = Case::frames(image, &told);
    let now = world.now.to_string();
    let arrival = bill.as_ref().map(|bill| arrival(&story, bill, finding.as_ref(), world));
    let outline = &outline;
    let case = Case { image, outline, story, finding, bill, frames, source, now, arrival, world };

    let which = format!("@{item}");
    let asked = Asked { which: Some(&which), ..Asked::default() };
    let style = Style { format: Format::Json, lang: Lang::En };
    let (explained, _) = explained(image, asked, bills, world, style);
    let verified = json::verification(image, &case.outline.verification);
    let mut files = vec![
        ("statement-en.txt", text::text(&case, Lang::En)),
        ("statement-zh.txt", text::text(&case, Lang::Zh)),
        ("statement.html", html::page(&case)),
        ("records-en.txt", records::text(&case, Lang::En)),
        ("records-zh.txt", records::text(&case, Lang::Zh)),
        ("records.json", records::json(&case)),
        ("frames.txt", frames::text(&case)),
        ("frames.json", frames::json(&case)),
        ("explain.json", explained),
        ("verification.json", verified),
        ("image.sha256", format!("{}  {}\n", case.source.sha256, case.source.name)),
    ];
    files.extend(case.bill.as_ref().map(|facts| ("bill.json", bill::json(facts))));
    let texts = files.into_iter().map(|(name, text)| (name.to_string(), text.into_bytes()));
    let raw = case.frames.iter().map(|frame| (frames::name(frame), frame.bytes.to_vec()));
    let mut bundle = Bundle { files: texts.chain(raw).collect() };
    let sums = bundle.sums();
    bundle.files.push(("SHA256SUMS".into(), sums.into_bytes()));
    Some(bundle)
}

/// Why a bundle was not written.
#[derive(Debug)]
pub enum NotWritten {
    /// Something lies there already.
    NotEmpty,
    /// It cannot be written.
    Failed(io::Error),
}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl Bundle {
    /// As `sha256sum --check` reads them.
    fn sums(&self) -> String {
        let sum = |(name, bytes): &(String, Vec<u8>)| {
            format!("{}  {name}\n", HEXLOWER.encode(&Sha256::digest(bytes)))
        };
        self.files.iter().map(sum).collect()
    }

    /// Writes all files into a directory that is new or empty.
    ///
    /// # Errors
    /// `NotWritten`; nothing that was there is changed.
    pub fn write(&self, to: &Path) -> Result<(), NotWritten> {
        fs::create_dir_all(to)?;
        if fs::read_dir(to)?.next().is_some() {
            return Err(NotWritten::NotEmpty);
        }
        for (name, bytes) in &self.files {
            let path = to.join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create_new(path)?;
            file.write_all(bytes)?;
        }
        Ok(())
    }
}
