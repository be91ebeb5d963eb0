//! The ends of what a log can do: the last number, the last sector, the last byte.

use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

type Edge = Log<Flash<1, 512>, SMALL>;

fn edge(sectors: u32) -> (Edge, Model, Settings, Region) {
    fresh::<1, 512, SMALL>(sectors, 1024, true)
}

fn add(log: &mut Edge, model: &mut Model, kind: u8, payload: &[u8]) -> Placed {
    let placed = log.append(kind, payload, model).unwrap();
    model.apply(placed.seq, kind, payload, placed.at);
    placed
}

fn remount(log: Edge, settings: &Settings, region: Region) -> (Edge, Model) {
    let mut model = Model::default();
    let log = Log::mount(log.into_flash(), region, settings, &mut model).unwrap();
    (log, model)
}

#[test]
fn a_frame_holds_what_it_holds_and_no_kind_of_the_logs_own() {
    let (mut log, mut model, ..) = edge(4);
    let most = max_payload(SMALL);
    let programs = log.flash().counts().programs;
    let long = log.append(PLAIN, &vec![7; most + 1], &mut model);
    assert_eq!(long.unwrap_err(), Error::TooLarge { bytes: most + 1, most });
    let own = log.append(kind::INTERNAL | 1, b"x", &mut model);
    assert_eq!(own.unwrap_err(), Error::Kind(kind::INTERNAL | 1));
    assert_eq!(log.flash().counts().programs, programs);
    let placed = add(&mut log, &mut model, PLAIN, &vec![7; most]);
    assert_eq!(log.read(placed.seq, placed.at).unwrap().payload, vec![7; most]);
}

#[test]
fn only_records_are_read_and_only_from_where_they_lie() {
    let (mut log, mut model, settings, region) = edge(4);
    let placed = add(&mut log, &mut model, OPEN, b"here");
    let end = log.end;
    let (mut log, mut model) = remount(log, &settings, region);
    add(&mut log, &mut model, PLAIN, b"after two boot frames");
    // The last record that a mount found lies in the boot frames too.
    let (boot, sector) = (log.medium.layout.anchor_at_or_after(end), log.sector());
    for at in [placed.at, log.medium.layout.address(sector, boot)] {
        let entry = log.read(placed.seq, at).unwrap();
        assert_eq!((entry.kind, entry.payload), (OPEN, &b"here"[..]));
    }
    let layout = log.medium.layout;
    let commit = layout.address(log.sector(), layout.first_frame());
    let header = layout.address(log.sector(), 0);
    let blank = layout.address(log.sector(), layout.sector_bytes() - layout.anchor());
    for at in [commit, header, blank, placed.at + 1, region.bytes(), u32::MAX] {
        assert_eq!(log.read_at(at).unwrap_err(), Error::NotFound { at });
    }
    let other = log.read(placed.seq + 1, placed.at);
    assert_eq!(other.unwrap_err(), Error::NotFound { at: placed.at });
}

#[test]
fn the_sequence_numbers_end_and_do_not_begin_again() {
    let (mut log, mut model, settings, region) = edge(4);
    log.owe_loss(Loss { from: 1, to: u32::MAX - 3, perhaps: true });
    let last = add(&mut log, &mut model, OPEN, b"the last");
    assert_eq!(last.seq, u32::MAX - 2);
    let end = Error::ReadOnly(ReadOnly::SequenceEnd);
    assert_eq!(log.append(PLAIN, b"one more", &mut model).unwrap_err(), end);
    let (mut log, mut model) = remount(log, &settings, region);
    assert_eq!(log.append(PLAIN, b"one more", &mut model).unwrap_err(), end);
    assert_eq!(log.read_only(), Some(ReadOnly::SequenceEnd));
    assert_eq!(log.append(PLAIN, b"one more", &mut model).unwrap_err(), end);
    let at = model.open[&last.seq].0;
    assert_eq!(log.read(last.seq, at).unwrap().payload, b"the last");
    log.set_read_only(ReadOnly::WornOut);
    assert_eq!(log.read_only(), Some(ReadOnly::SequenceEnd), "the first reason stays");
}

#[test]
fn the_epochs_end_and_do_not_begin_again() {
    let (mut log, mut model, ..) = edge(4);
    log.headed = u32::MAX;
    let refused = (0..200).find_map(|_| log.append(PLAIN, &[1; 20], &mut model).err());
    assert_eq!(refused, Some(Error::ReadBack));
    assert_eq!(log.read_only(), Some(ReadOnly::SequenceEnd));
}

/// Appends until the next one would have to erase: how many fitted.
fn until_erase(log: &mut Edge, model: &mut Model) -> u32 {
    for fitted in 0.. {
        let erases = log.flash().counts().erases;
        add(log, model, PLAIN, &[fitted as u8; 20]);
        if log.flash().counts().erases != erases {
            return fitted;
        }
    }
    unreachable!()
}

#[test]
fn space_is_what_fits_before_an_erase() {
    let (mut log, mut model, settings, region) = edge(4);
    let space = log.space(20);
    assert_eq!(space.ready_sectors, 0);
    assert_eq!(space.active_bytes, log.medium.layout.room_end() - log.end);
    assert_eq!(until_erase(&mut log, &mut model), space.records_before_erase);

    while log.maintain(10_000, &mut model).unwrap() != Maintained::Idle {}
    let ahead = log.space(20);
    assert_eq!(ahead.ready_sectors, 2);
    // A checkpoint takes less than the quarter that is counted for it.
    let counted = ahead.records_before_erase;
    let fitted = until_erase(&mut log, &mut model);
    assert!((counted..counted + 16).contains(&fitted), "{fitted} fitted, {counted} counted");

    let (mut log, mut model) = remount(log, &settings, region);
    let after = log.space(20);
    assert!(after.active_bytes < log.medium.layout.room_end() - log.end, "boot frames come first");
    let fitted = until_erase(&mut log, &mut model);
    let counted = after.records_before_erase;
    assert!((counted..counted + 4).contains(&fitted), "{fitted} fitted, {counted} counted");
}

#[test]
fn a_mode_is_remembered() {
    for mode in [Mode::Live, Mode::Test, Mode::Training] {
        let region = Region::new(0, 4096);
        let settings = Settings { sector_bytes: 1024, ..settings() };
        let flash = Flash::<1, 512>::owned(4096).unwrap();
        let how = FormatAs { mode, ..FormatAs::live(5) };
        let log = Edge::format(flash, region, &settings, how, &mut Model::default()).unwrap();
        let (log, _) = remount(log, &settings, region);
        assert_eq!(log.mode(), mode);
    }
}

/// A header of a sector with some of its bytes changed, and a CRC that is right for them.
fn resealed(sector: u32, change: impl Fn(&mut [u8])) -> [u8; HEADER_BYTES] {
    let shape = edge(4).0.layout().shape();
    let header = SectorHeader {
        shape,
        format_id: 5,
        epoch: 4,
        wear: 1,
        mode: Mode::Live,
        formatting: false,
    };
    let mut bytes = header.encode(sector);
    change(&mut bytes);
    let crc32c = ::crc::Crc::<u32>::new(&::crc::CRC_32_ISCSI);
    let mut digest = crc32c.digest();
    digest.update(&sector.to_le_bytes());
    digest.update(&bytes[..HEADER_BYTES - 4]);
    bytes[HEADER_BYTES - 4..].copy_from_slice(&digest.finalize().to_le_bytes());
    bytes
}

#[test]
fn a_header_of_newer_firmware_is_named_and_left_alone() {
    let version = VERSION + 1;
    let newer = resealed(0, |bytes| bytes[4] = version);
    assert_eq!(SectorHeader::decode(0, &newer), Err(NoHeader::Version(version)));
    let unknown_mode = resealed(0, |bytes| bytes[7] |= 3);
    assert_eq!(SectorHeader::decode(0, &unknown_mode), Err(NoHeader::Damaged));
    assert!(SectorHeader::decode(0, &resealed(0, |_| {})).is_ok());
    assert!(SectorHeader::decode(1, &resealed(0, |_| {})).is_err(), "of another sector");

    let mut image = vec![ERASED; 4096];
    for sector in 0..4u32 {
        let at = sector as usize * 1024;
        image[at..at + HEADER_BYTES].copy_from_slice(&resealed(sector, |b| b[4] = version));
    }
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let mut flash = Flash::<1, 512>::owned_image(image).unwrap();
    let mut model = Model::default();
    let mounted = Log::<_, SMALL>::mount(&mut flash, region, &settings, &mut model);
    assert_eq!(mounted.err(), Some(Error::Version(version)));
    let how = FormatAs::live(9);
    let formatted = Log::<_, SMALL>::format(&mut flash, region, &settings, how, &mut model);
    assert_eq!(formatted.err(), Some(Error::Foreign));
    assert_eq!((flash.counts().programs, flash.counts().erases), (0, 0));
}

#[test]
fn a_region_beyond_the_chip_is_refused() {
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let mut model = Model::default();
    for region in [Region::new(0, 8192), Region::new(2048, 4096)] {
        let flash = Flash::<1, 512>::owned(4096).unwrap();
        let mounted = Edge::mount(flash, region, &settings, &mut model);
        assert_eq!(mounted.err(), Some(Error::Shape(BadShape::Region)));
    }
}

#[test]
fn more_losses_than_can_be_kept_are_merged_and_all_are_told() {
    let (mut log, mut model, ..) = edge(4);
    let loss = |from, perhaps| Loss { from, to: from + 2, perhaps };
    for (from, perhaps) in [(10, false), (20, false), (30, false), (50, true), (40, true)] {
        log.owe_loss(loss(from, perhaps));
        log.report.note_lost(Lost { from, to: from + 2, at: 0, perhaps });
    }
    let merged = Loss { from: 40, to: 52, perhaps: true };
    assert_eq!(log.unwritten.last(), Some(&merged));
    assert_eq!(log.report.lost.last().map(|lost| (lost.from, lost.to)), Some((40, 52)));
    log.owe_loss(loss(60, false));
    assert_eq!(log.unwritten.last(), Some(&Loss { from: 40, to: 62, perhaps: false }), "sure");
    add(&mut log, &mut model, PLAIN, b"after them");
    assert_eq!(model.lost, [(10, 12), (20, 22), (30, 32), (40, 62)]);
    assert!(log.unwritten.is_empty());
}

#[test]
fn a_loss_that_finds_the_sector_full_goes_into_the_next() {
    let (mut log, mut model, settings, region) = edge(4);
    let full = |log: &Edge| log.medium.layout.place(log.end, format::LOSS_BYTES).is_none();
    while !full(&log) {
        add(&mut log, &mut model, PLAIN, &[3; 8]);
    }
    let (epoch, from) = (log.epoch, log.next_seq);
    log.owe_loss(Loss { from, to: from + 6, perhaps: false });
    let placed = add(&mut log, &mut model, PLAIN, b"after it");
    assert_ne!(log.epoch, epoch);
    assert_eq!((placed.seq, &model.lost[..]), (from + 7, &[(from, from + 6)][..]));
    let (log, again) = remount(log, &settings, region);
    assert_eq!((again.essence(), log.next_seq()), (model.essence(), from + 8));
    assert!(log.report().lost.is_empty(), "said once");
}

/// A provisional loss frame moves along when its sector is full.
#[test]
fn a_loss_found_at_the_end_of_a_full_sector_is_not_forgotten() {
    let (mut log, mut model, settings, region) = edge(4);
    let layout = log.medium.layout;
    // No two boot frames fit behind it.
    while layout.sector_bytes() - log.end > layout.anchor() + 24 {
        add(&mut log, &mut model, PLAIN, &[3; 8]);
    }
    let from = log.next_seq;
    log.put(kind::LOSS, [&Loss { from, to: from, perhaps: false }.encode(), &[]], &mut model)
        .unwrap();
    let epoch = log.epoch;
    let (mut log, mut again) = remount(log, &settings, region);
    assert_eq!((log.epoch, log.next_seq()), (epoch, from + 1));
    add(&mut log, &mut again, PLAIN, b"in the next sector");
    assert_ne!(log.epoch, epoch);
    assert_eq!((&again.lost[..], again.heard), (&[(from, from)][..], 1), "heard at the mount");
    // Its own place may never be readable again.
    let (sector, first, mut buf) = (log.sector(), layout.first_frame(), [0; SMALL]);
    let found = log.medium.frame(sector, log.epoch, first, 0, &mut buf);
    assert!(matches!(found, medium::Raw::Frame(frame) if frame.kind == kind::LOSS), "{found:?}");
}

/// A commit that was torn may read blank at the next boot, which goes on in the sector before, and
/// well at the one after that.
#[test]
fn an_opening_counts_from_the_first_frame_behind_it() {
    let (mut log, mut model, settings, region) = edge(4);
    // Some laps, so that something is carried out of a victim.
    for i in 0..200u32 {
        add(&mut log, &mut model, if i % 50 == 7 { OPEN } else { PLAIN }, &[3; 8]);
    }
    let epoch = log.epoch;
    let (mut torn, mut carried) = (log.clone(), model.clone());
    torn.open_next(&mut carried).unwrap();
    let (to, from) = (torn.sector() as usize, (torn.sector() * 1024) as usize);
    let opened = torn.clone();
    // Alone it does not count, and so it does not later either, whatever was written meanwhile.
    let (log, found) = remount(torn, &settings, region);
    assert_eq!((log.epoch, found.essence()), (epoch, model.essence()));
    let mut blank = log.clone().into_flash().into_parts().0;
    blank[from + 32..from + 1024].fill(ERASED);
    let flash = Flash::<1, 512>::owned_image(blank).unwrap();
    let mut model = Model::default();
    let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut model).unwrap();
    add(&mut log, &mut model, PLAIN, b"acknowledged");
    assert_eq!((log.epoch, log.sector() as usize == to), (epoch, false));
    let mut image = log.into_flash().into_parts().0;
    image[from..from + 1024].copy_from_slice(&opened.flash().image()[from..from + 1024]);
    let flash = Flash::<1, 512>::owned_image(image).unwrap();
    let mut found = Model::default();
    let log = Log::<_, SMALL>::mount(flash, region, &settings, &mut found).unwrap();
    assert_eq!((log.epoch, found.essence()), (epoch, model.essence()));
    // Nothing is erased before it counts, and whoever was told that all is durable may rely on it.
    for erases in [false, true] {
        let (mut log, mut model) = (opened.clone(), carried.clone());
        let spent = log.flash().counts();
        if erases {
            while log.maintain(1_000_000, &mut model).unwrap() != Maintained::Idle {}
        } else {
            log.confirm(&mut model).unwrap();
            assert_eq!((log.flash().counts() - spent).programs, 1);
            log.confirm(&mut model).unwrap();
        }
        assert_eq!((log.flash().counts() - spent).erases > 0, erases);
        let (log, found) = remount(log, &settings, region);
        assert_eq!((log.sector() as usize, found.essence()), (to, model.essence()));
    }
}

/// The loss frame of an opening is programmed, its commit never; then the next spare is opened.
#[test]
fn a_loss_is_heard_once_however_many_openings_fail() {
    use crate::flash::sim::{Faults, SimFlash, Stuck, StuckHow};
    let (log, ..) = edge(4);
    let (image, spare) = (log.medium.flash.image().to_vec(), log.spares[0].sector);
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let mut model = Model::default();
    let flash = SimFlash::<1, 512>::from_image(&image, 1);
    let mut log = Log::<_, SMALL>::mount(flash, region, &settings, &mut model).unwrap();
    let from = log.next_seq;
    log.owe_loss(Loss { from, to: from + 6, perhaps: true });
    // From its next erase on, behind the loss frame: its first block.
    let frame = log.medium.layout.first_frame();
    let frame = frame + log.medium.layout.frame_len(frame, format::LOSS_BYTES);
    let stuck = Stuck {
        from: spare * 1024 + frame,
        to: spare * 1024 + 512,
        from_cycle: log.flash().wear(spare * 1024) + 1,
        how: StuckHow::Errors,
    };
    log.flash_mut().set_faults(Faults { stuck: Some(stuck), ..Faults::default() });
    log.open_next(&mut model).unwrap();
    assert_ne!(log.sector(), spare, "the opening that failed");
    assert_eq!((log.next_seq, model.heard), (from + 7, 1));
}

/// Has one checkpoint entry, of so many bytes; and keeps those that it is given back.
#[derive(Default)]
struct Greedy {
    bytes: usize,
    restored: std::vec::Vec<std::vec::Vec<u8>>,
}

impl Tenant for Greedy {
    fn reset(&mut self) {}
    fn restore(&mut self, entry: &[u8]) -> bool {
        self.restored.push(entry.to_vec());
        true
    }
    fn replay(&mut self, _: Entry<'_>) {}
    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        out.fill(7);
        (index == 0).then_some(self.bytes)
    }
    fn pinned(&self, _: &Entry<'_>) -> bool {
        false
    }
    fn key(&self, _: &Entry<'_>) -> Option<u32> {
        None
    }
    fn place(&self, _: u32) -> Option<u32> {
        None
    }
    fn moved(&mut self, _: u32, _: u32) {}
    fn lost(&mut self, _: u32, _: u32, _: bool) {}
}

#[test]
fn a_checkpoint_entry_larger_than_a_frame_is_an_error() {
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let formatted = |bytes| {
        let flash = Flash::<1, 512>::owned(4096).unwrap();
        Edge::format(
            flash,
            region,
            &settings,
            FormatAs::live(5),
            &mut Greedy { bytes, ..Greedy::default() },
        )
    };
    // Each entry stands behind its length.
    let most = max_payload(SMALL) - format::COMMIT_HEAD - 1;
    assert_eq!(formatted(most + 1).err(), Some(Error::CheckpointTooLarge));
    assert_eq!(formatted(SMALL).err(), Some(Error::CheckpointTooLarge));
    let log = formatted(most).unwrap();
    let mut again = Greedy::default();
    Edge::mount(log.into_flash(), region, &settings, &mut again).unwrap();
    assert_eq!(again.restored, [vec![7; most]]);
}

#[test]
fn idle_work_waits_until_the_start_is_over() {
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, quiet_ms: 2_000, ..settings() };
    let mut model = Model::default();
    let flash = Flash::<1, 512>::owned(4096).unwrap();
    let mut log = Edge::format(flash, region, &settings, FormatAs::live(5), &mut model).unwrap();
    let erases = log.flash().counts().erases;
    for uptime in [0, 1, 1_999] {
        assert_eq!(log.maintain(uptime, &mut model).unwrap(), Maintained::Idle);
    }
    assert_eq!(log.flash().counts().erases, erases);
    assert!(matches!(log.maintain(2_000, &mut model).unwrap(), Maintained::Erased { .. }));
}

#[test]
fn every_rule_of_a_shape_is_checked() {
    let good = Shape {
        unit_log2: 3,
        anchor_log2: 9,
        sector_bytes: 4096,
        sectors: 8,
        frame_max: 256,
        tail_bytes: 0,
    };
    let layout = Layout::new(good, 4096).unwrap();
    assert_eq!((layout.shape(), layout.erase_bytes()), (good, 4096));
    assert_eq!(layout.region_bytes(), 8 * 4096);
    let bad = [
        (Shape { unit_log2: 9, ..good }, BadShape::Unit),
        (Shape { frame_max: 40, ..good }, BadShape::Frame),
        (Shape { frame_max: 272, ..good }, BadShape::Frame),
        (Shape { frame_max: 252, ..good }, BadShape::Frame),
        (Shape { unit_log2: 8, frame_max: 264, anchor_log2: 10, ..good }, BadShape::Frame),
        (Shape { anchor_log2: 25, ..good }, BadShape::Anchor),
        (Shape { anchor_log2: 8, ..good }, BadShape::Anchor),
        (Shape { anchor_log2: 11, ..good }, BadShape::Anchor),
        (Shape { tail_bytes: 129, ..good }, BadShape::Anchor),
        (Shape { sector_bytes: 1 << 27, sectors: 2, ..good }, BadShape::Anchor),
        (Shape { sector_bytes: 4608, ..good }, BadShape::SectorBytes),
        (Shape { sector_bytes: 0, ..good }, BadShape::SectorBytes),
        (Shape { sectors: 0, ..good }, BadShape::SectorCount),
        (Shape { sectors: 1, ..good }, BadShape::SectorCount),
        (Shape { sectors: 0xFFFF, ..good }, BadShape::SectorCount),
        (Shape { sector_bytes: 1 << 26, sectors: 64, ..good }, BadShape::SectorCount),
    ];
    for (shape, why) in bad {
        // 4608 is a whole number of anchors; the others are of erase blocks.
        assert_eq!(Layout::new(shape, 4096), Err(why), "{shape:?}");
    }
    let largest = [
        Shape { frame_max: 264, anchor_log2: 10, ..good },
        Shape { frame_max: 48, ..good },
        Shape { anchor_log2: 10, ..good },
        Shape { tail_bytes: 128, ..good },
        Shape { sector_bytes: 1 << 26, sectors: 63, ..good },
        Shape { unit_log2: 8, ..good },
        Shape { sectors: 2, ..good },
    ];
    for shape in largest {
        assert!(Layout::new(shape, 4096).is_ok(), "{shape:?}");
    }
    assert_eq!(Layout::new(good, 0), Err(BadShape::SectorBytes));
    assert_eq!(Layout::new(good, 8192), Err(BadShape::SectorBytes));
}

#[test]
fn settings_that_fit_no_chip_are_named() {
    let region = Region::new(0, 64 * 1024);
    let of = |settings: Settings| settings.layout::<Flash<8, 512>>(region, 256);
    let ok = Settings::default();
    assert_eq!(of(ok).unwrap().sector_bytes(), 4096, "the least, whatever the erase size");
    assert_eq!(of(Settings { ecc_bytes: 24, ..ok }), Err(BadShape::Unit));
    assert_eq!(of(Settings { anchor_bytes: 768, ..ok }), Err(BadShape::Anchor));
    let wide = Settings { sector_bytes: 16 * 1024, ..ok };
    assert_eq!(of(wide).map(|layout| layout.anchor()), Ok(1024));
    assert_eq!(of(Settings { anchor_bytes: 512, ..wide }).map(|l| l.anchor()), Ok(512));
    assert_eq!(of(Settings { ecc_bytes: 32, ..ok }).map(|layout| layout.unit()), Ok(32));
    assert_eq!(ok.layout::<Flash<8, 512>>(region, 272), Err(BadShape::Frame));
    let off = Region::new(256, 64 * 1024);
    assert_eq!(ok.layout::<Flash<8, 512>>(off, 256), Err(BadShape::Region));
    let many = Region::new(0, 0xFFFF_0000);
    let tiny = Settings { sector_bytes: 512, ..ok };
    assert_eq!(tiny.layout::<Flash<8, 512>>(many, 64), Err(BadShape::SectorCount));
}

/// Nothing of what is needed is given up to make room, and room comes back.
#[test]
fn what_is_closed_makes_room_again() {
    let (mut log, mut model, settings, region) = edge(3);
    let refused = |log: &mut Edge, model: &mut Model| {
        (0..400u32).find_map(|_| match log.append(OPEN, &[9; 20], model) {
            Ok(placed) => {
                model.apply(placed.seq, OPEN, &[9; 20], placed.at);
                None
            }
            Err(error) => Some(error),
        })
    };
    assert_eq!(refused(&mut log, &mut model), Some(Error::NoRoom));
    let (mut log, mut model) = remount(log, &settings, region);
    let open: std::vec::Vec<u32> = model.open.keys().copied().collect();
    assert!(open.len() > 10);
    // A close is needed by nobody once its checkpoint is written; it may be refused till then.
    for item in &open {
        let payload = item.to_le_bytes();
        if let Ok(placed) = log.append(CLOSE, &payload, &mut model) {
            model.apply(placed.seq, CLOSE, &payload, placed.at);
        }
    }
    let (_, again) = remount(log, &settings, region);
    assert_eq!(again.essence(), model.essence());
}

#[test]
fn stripes_end_with_the_sector() {
    let layout = *edge(4).0.layout();
    assert_eq!((layout.sector_bytes(), layout.anchor(), layout.first_frame()), (1024, 128, 32));
    let stripes = std::iter::successors(Some(32), |&off| layout.next_stripe(off));
    assert!(stripes.eq([32, 128, 256, 384, 512, 640, 768, 896]));
    assert_eq!((layout.next_stripe(895), layout.next_stripe(1023)), (Some(896), None));
    assert_eq!((layout.stripe_end(895), layout.stripe_end(896)), (896, 994));
    // A frame of 10 bytes with 4 of payload, 14 where it begins a stripe.
    let places = [(32, 32), (118, 118), (119, 128), (128, 128), (129, 129), (984, 984)];
    for (end, at) in places {
        assert_eq!(layout.place(end, 4), Some(at), "behind {end}");
    }
    for end in [985, 994, 1023, 1024] {
        assert_eq!(layout.place(end, 4), None, "behind {end}");
    }
}

/// Three quarters of every sector but the spare, or what a checkpoint leaves of it.
#[test]
fn what_may_be_needed_at_a_time_is_a_number() {
    let limit = |sectors, checkpoint| edge(sectors).0.keep_limit(checkpoint);
    // 1024 less three slots for marks (30), header (32), checkpoint, and half a frame (8) for each of eight stripes.
    assert_eq!(limit(4, 100), 3 * 768);
    assert_eq!(limit(4, 130), 3 * 768);
    assert_eq!(limit(4, 131), 3 * 767);
    assert_eq!(limit(3, 300), 2 * 598);
    assert_eq!(limit(4, 2_000), 0);
    // With two sectors the checkpoint is written twice, the second time from an anchor on.
    assert_eq!(limit(2, 100), 994 - 32 - 328 - 64);
    let mut log = edge(4).0;
    log.report.retired.push(2).unwrap();
    assert_eq!(log.keep_limit(100), 2 * 768);
}

/// A program was cut, the next boot could not read its frame and gave the number to another record,
/// in the next sector; then the frame reads well after all.
#[test]
fn a_record_that_never_happened_is_not_told() {
    let (mut log, mut model, settings, region) = edge(4);
    let layout = log.medium.layout;
    // No two boot frames fit behind it, which would say where the log ended.
    while layout.sector_bytes() - log.end > layout.anchor() + 24 {
        add(&mut log, &mut model, PLAIN, &[3; 8]);
    }
    let before = log.flash().image().to_vec();
    let ghost = add(&mut log, &mut model, OPEN, b"ghost");
    let span = ghost.at as usize..(ghost.at + ghost.bytes) as usize;
    let frame = log.flash().image()[span.clone()].to_vec();

    let mount = |image| {
        let mut model = Model::default();
        let flash = Flash::<1, 512>::owned_image(image).unwrap();
        (Edge::mount(flash, region, &settings, &mut model).unwrap(), model)
    };
    let (mut log, mut model) = mount(before);
    let real = add(&mut log, &mut model, OPEN, b"real");
    assert_eq!(real.seq, ghost.seq);
    assert_ne!(layout.locate(real.at).0, layout.locate(ghost.at).0);

    let mut image = log.flash().image().to_vec();
    image[span].copy_from_slice(&frame);
    let (mut log, again) = mount(image);
    assert_eq!(again.essence(), model.essence());
    let mut told = std::vec::Vec::new();
    log.scan(|entry| {
        if entry.seq == real.seq {
            told.push(entry.payload.to_vec());
        }
    });
    assert_eq!(told, [b"real"]);
}

/// Carrying that began in idle time, and then the sector filled up: what did not fit is not freed.
#[test]
fn idle_work_frees_no_sector_that_is_still_needed() {
    // An opening that makes a second spare leaves idle work nothing to carry.
    broken::set(Some(Broken::OneSpare));
    let mut began = 0;
    // In whatever state the till left the sector when there was nothing more to do.
    for left_over in 0..64 {
        let (mut log, mut model, settings, region) = edge(5);
        let layout = log.medium.layout;
        for n in 0..8 {
            add(&mut log, &mut model, OPEN, &[n; 40]);
        }
        let (first, promised) = (log.sector(), model.open.clone());
        // Until the sector with the promises is the next to be made free.
        let victim = loop {
            add(&mut log, &mut model, PLAIN, &[1; 20]);
            let candidate = log.spares.last().map(|spare| (spare.sector + 1) % layout.sectors());
            if log.sector() != first && candidate == Some(first) {
                break first;
            }
        };
        for _ in 0..3 {
            if matches!(log.maintain(10_000, &mut model), Ok(Maintained::Carried { .. })) {
                break;
            }
        }
        if log.carrying.is_none_or(|(sector, _)| sector != victim) {
            continue;
        }
        began += 1;
        if left_over == 0 {
            // Nothing comes in between: all is carried, and the sector is free.
            while log.maintain(10_000, &mut model).unwrap() != Maintained::Idle {}
            assert!(log.spares.iter().any(|spare| spare.sector == victim));
            continue;
        }
        // The till goes on until hardly anything fits.
        while layout.place(log.end, left_over).is_some() && log.sector() != victim {
            let epoch = log.epoch;
            add(&mut log, &mut model, PLAIN, &vec![2; left_over.min(44)]);
            if log.epoch != epoch {
                break;
            }
        }
        for _ in 0..20 {
            if log.maintain(10_000, &mut model).unwrap() == Maintained::Idle {
                break;
            }
        }
        for _ in 0..100 {
            add(&mut log, &mut model, PLAIN, &[3; 20]);
        }
        let (mut log, again) = remount(log, &settings, region);
        assert_eq!(again.essence(), model.essence());
        for seq in promised.keys() {
            let at = again.open[seq].0;
            assert!(log.read(*seq, at).is_ok(), "{seq} is gone after {left_over}");
        }
    }
    broken::set(None);
    assert!(began > 10, "{began}");
}

/// However often it is tried: no promise is given up for a record that finds no room.
#[test]
fn a_refused_append_loses_nothing() {
    for (sectors, len) in (2..7).flat_map(|sectors| [20, 30, 40, 50].map(|len| (sectors, len))) {
        let (mut log, mut model, settings, region) = edge(sectors);
        let mut refused = 0;
        while refused < 30 {
            match log.append(OPEN, &vec![9; len], &mut model) {
                Ok(placed) => model.apply(placed.seq, OPEN, &vec![9; len], placed.at),
                Err(_) => refused += 1,
            }
            for (&seq, &(at, _)) in &model.open {
                assert!(log.read(seq, at).is_ok(), "{sectors} sectors of {len}: {seq} is gone");
            }
        }
        let (_, again) = remount(log, &settings, region);
        assert_eq!(again.essence(), model.essence(), "{sectors} sectors of {len}");
    }
}
