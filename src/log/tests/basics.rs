use super::model::{CLOSE, OPEN, PLAIN};
use super::*;

#[test]
fn what_is_appended_is_there_after_a_mount() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(4, 1024, true);
    for i in 0..200u32 {
        let payload = [i as u8; 20];
        let placed = log.append(PLAIN, &payload, &mut model).unwrap();
        model.apply(placed.seq, PLAIN, &payload, placed.at);
    }
    let mut again = Model::default();
    let flash = log.into_flash();
    let before = flash.counts();
    let log = Log::<_, SMALL>::mount(flash, region, &settings, &mut again).unwrap();
    assert_eq!(again.essence(), model.essence());
    assert_eq!(log.flash().counts().programs, before.programs, "a mount writes nothing");
    assert_eq!(log.flash().counts().erases, before.erases);
    assert!(log.report().lost.is_empty() && log.report().torn_or_lost.is_none());
    assert_eq!(log.next_seq(), 201);
}

#[test]
fn an_open_item_survives_many_laps() {
    let (mut log, mut model, settings, region) = fresh::<8, 1024, SMALL>(3, 1024, true);
    let placed = log.append(OPEN, b"a promise", &mut model).unwrap();
    model.apply(placed.seq, OPEN, b"a promise", placed.at);
    for i in 0..1000u32 {
        let payload = i.to_le_bytes();
        let p = log.append(PLAIN, &payload, &mut model).unwrap();
        model.apply(p.seq, PLAIN, &payload, p.at);
        if i % 7 == 0 {
            log.maintain(10_000, &mut model).unwrap();
        }
    }
    let mut again = Model::default();
    let mut log = Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut again).unwrap();
    assert_eq!(again.essence(), model.essence());
    let at = again.open[&1].0;
    assert_eq!(log.read(1, at).unwrap().payload, b"a promise");
    let p = log.append(CLOSE, &1u32.to_le_bytes(), &mut again).unwrap();
    again.apply(p.seq, CLOSE, &1u32.to_le_bytes(), p.at);
    assert!(again.open.is_empty());
}

#[test]
fn what_is_needed_is_refused_room_and_never_dropped() {
    let (mut log, mut model, settings, region) = fresh::<4, 1024, SMALL>(4, 1024, false);
    let mut refused = 0;
    for i in 0..400u32 {
        match log.append(OPEN, &[i as u8; 12], &mut model) {
            Ok(p) => model.apply(p.seq, OPEN, &[i as u8; 12], p.at),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 0);
    let mut again = Model::default();
    Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut again).unwrap();
    assert_eq!(again.essence(), model.essence());
}

#[test]
fn an_append_is_one_program_and_no_read() {
    let (mut log, mut model, ..) = fresh::<1, 4096, 256>(8, 4096, false);
    let mut openings = 0;
    for i in 0..400u32 {
        let payload = [i as u8; 60];
        let epoch = log.epoch;
        let before = log.flash().counts();
        let p = log.append(PLAIN, &payload, &mut model).unwrap();
        model.apply(p.seq, PLAIN, &payload, p.at);
        let spent = log.flash().counts() - before;
        if log.epoch == epoch {
            assert_eq!((spent.programs, spent.reads, spent.erases), (1, 0, 0));
            assert!(spent.program_bytes <= 60 + 6 + 4, "{} bytes", spent.program_bytes);
        } else {
            openings += 1;
            // Header, commit with the whole checkpoint, the record; the wear count, the victim and the
            // slots for marks are read.
            assert_eq!((spent.programs, spent.erases), (3, 1));
            assert!(spent.read_bytes <= 256, "{} bytes read", spent.read_bytes);
        }
    }
    assert!(openings >= 6);
}

#[test]
fn with_idle_time_no_append_erases() {
    let (mut log, mut model, ..) = fresh::<1, 4096, 256>(8, 4096, false);
    for i in 0..2000u32 {
        let payload = [i as u8; 60];
        let before = log.flash().counts();
        let p = log.append(PLAIN, &payload, &mut model).unwrap();
        model.apply(p.seq, PLAIN, &payload, p.at);
        assert_eq!((log.flash().counts() - before).erases, 0, "record {i}");
        while log.maintain(10_000, &mut model).unwrap() != Maintained::Idle {}
    }
    assert!(log.flash().counts().erases > 30);
}

#[test]
fn a_boot_that_appends_nothing_writes_nothing() {
    let (log, _, settings, region) = fresh::<1, 4096, 256>(4, 4096, true);
    let before = log.flash().counts();
    let mut flash = log.into_flash();
    for _ in 0..10 {
        let mut again = Model::default();
        let mut log = Log::<_, 256>::mount(flash, region, &settings, &mut again).unwrap();
        assert_eq!(log.maintain(1_000_000, &mut again).unwrap(), Maintained::Idle);
        flash = log.into_flash();
    }
    let spent = flash.counts() - before;
    assert_eq!((spent.programs, spent.erases), (0, 0));
}

#[test]
fn a_boot_that_appends_spends_two_anchors_and_one_append() {
    let (log, _, settings, region) = fresh::<1, 4096, 256>(4, 4096, false);
    let mut flash = log.into_flash();
    for boot in 0..100 {
        let mut model = Model::default();
        let before = flash.counts();
        let mut log = Log::<_, 256>::mount(flash, region, &settings, &mut model).unwrap();
        let end = log.end;
        let epoch = log.epoch;
        let p = log.append(PLAIN, &[7; 40], &mut model).unwrap();
        let spent = log.flash().counts() - before;
        if log.epoch == epoch {
            assert_eq!((spent.programs, spent.erases), (3, 0), "boot {boot}");
            assert!(p.at % 4096 + p.bytes - end <= 2 * log.layout().anchor() + p.bytes);
        } else {
            assert!(spent.erases <= 1 && spent.programs <= 4, "boot {boot}: {spent:?}");
        }
        flash = log.into_flash();
    }
}

#[test]
fn a_mount_reads_one_sector_whatever_the_history() {
    let (mut log, mut model, settings, region) = fresh::<1, 4096, 256>(64, 4096, false);
    let mut worst = 0;
    for i in 0..6000u32 {
        let p = log.append(PLAIN, &[i as u8; 59], &mut model).unwrap();
        model.apply(p.seq, PLAIN, &[i as u8; 59], p.at);
        if i < 2000 || i % 61 == 0 {
            let before = log.flash().counts();
            let mut again = Model::default();
            let copy = log.flash().clone();
            let mounted = Log::<_, 256>::mount(copy, region, &settings, &mut again).unwrap();
            worst = worst.max((mounted.flash().counts() - before).read_bytes);
            assert_eq!(again.count, i + 1);
        }
    }
    // One sector of 4096 bytes, and a few headers.
    assert!(worst <= 5_800, "{worst} bytes read by the worst mount");
}

#[test]
fn errors_name_what_is_there() {
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let mut model = Model::default();
    let blank = Flash::<1, 512>::owned(4096).unwrap();
    assert_eq!(
        Log::<_, SMALL>::mount(blank, region, &settings, &mut model).err().unwrap(),
        Error::Blank
    );
    let foreign = Flash::<1, 512>::owned_image(vec![0x55; 4096]).unwrap();
    assert_eq!(
        Log::<_, SMALL>::mount(foreign.clone(), region, &settings, &mut model).err().unwrap(),
        Error::Foreign
    );
    let how = FormatAs::live(1);
    assert_eq!(
        Log::<_, SMALL>::format(foreign, region, &settings, how, &mut model).err().unwrap(),
        Error::Foreign
    );
    let (log, ..) = fresh::<1, 512, SMALL>(4, 1024, true);
    let other = Settings { sector_bytes: 2048, ..settings };
    assert!(matches!(
        Log::<_, SMALL>::mount(log.into_flash(), region, &other, &mut model).err().unwrap(),
        Error::OtherShape { .. }
    ));
}

#[test]
fn an_unknown_critical_frame_makes_the_log_read_only() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(4, 1024, true);
    log.append(PLAIN, b"one", &mut model).unwrap();
    log.put(kind::CRITICAL | kind::INTERNAL | 0x2A, [b"from the future", &[]], &mut model).unwrap();
    log.put(kind::INTERNAL | 0x2B, [b"harmless", &[]], &mut model).unwrap();
    log.append(PLAIN, b"two", &mut model).unwrap();
    let mut again = Model::default();
    let mut log = Log::<_, SMALL>::mount(log.into_flash(), region, &settings, &mut again).unwrap();
    assert_eq!(again.count, 2, "everything known is still read");
    assert_eq!(log.read_only(), Some(ReadOnly::UnknownCritical(0xEA)));
    assert_eq!(log.report().unknown, 1);
    let programs = log.flash().counts().programs;
    assert!(matches!(log.append(PLAIN, b"x", &mut again), Err(Error::ReadOnly(_))));
    assert_eq!(log.flash().counts().programs, programs);
}

#[test]
fn an_interrupted_format_is_an_error_of_its_own() {
    let (log, ..) = fresh::<4, 1024, SMALL>(4, 1024, true);
    let image = log.into_flash();
    let region = Region::new(0, 4096);
    let settings = Settings { sector_bytes: 1024, ..settings() };
    let mut seen_interrupted = 0;
    for cut in 0..40 {
        let mut flash = image.clone();
        flash.set_seed(cut + 1);
        flash.set_cut(cut);
        let mut model = Model::default();
        let how = FormatAs::live(0x9999);
        let _ = Log::<_, SMALL>::format(&mut flash, region, &settings, how, &mut model);
        flash.power_on();
        flash.clear_cut();
        match Log::<_, SMALL>::mount(&mut flash, region, &settings, &mut model) {
            Err(Error::FormatInterrupted) => seen_interrupted += 1,
            Ok(log) => {
                let id = log.medium.format_id;
                assert!(id == 0x1234_5678 || id == 0x9999);
                // Erase of sector 0, eight units of its header: then the mark is durable.
                assert!(id == 0x9999 || cut < 9, "cut {cut} mounted the old log");
            }
            Err(Error::NoCheckpoint) => assert!(cut < 2, "cut {cut}"),
            Err(other) => panic!("cut {cut}: {other}"),
        }
        let how = FormatAs::live(0xAAAA);
        Log::<_, SMALL>::format(&mut flash, region, &settings, how, &mut model).unwrap();
    }
    assert!(seen_interrupted > 5);
}

/// Laps a region of two sectors twice, with a restart on the way.
fn laps<const W: usize, const E: usize>() {
    let (mut log, mut model, settings, region) = fresh::<W, E, 256>(2, (E as u32).max(4096), true);
    let records = 2 * region.bytes() / 128;
    for i in 0..records {
        let p = log.append(PLAIN, &[i as u8; 100], &mut model).unwrap();
        model.apply(p.seq, PLAIN, &[i as u8; 100], p.at);
        if i == records / 2 {
            let mut again = Model::default();
            log = Log::mount(log.into_flash(), region, &settings, &mut again).unwrap();
            assert_eq!(again.essence(), model.essence());
        }
    }
    let mut again = Model::default();
    Log::<_, 256>::mount(log.into_flash(), region, &settings, &mut again).unwrap();
    assert_eq!(again.essence(), model.essence(), "write {W} erase {E}");
}

#[test]
fn every_chip_from_512_bytes_to_256_kilobytes_of_erase_size() {
    laps::<1, 512>();
    laps::<2, 1024>();
    laps::<4, 2048>();
    laps::<8, 4096>();
    laps::<16, 8192>();
    laps::<32, 32_768>();
    laps::<8, 131_072>();
    laps::<1, 262_144>();
}

#[test]
fn a_chip_that_does_not_fit_is_named() {
    let region = Region::new(0, 8192);
    let layout = |settings: Settings, region| settings.layout::<Flash<8, 4096>>(region, 256);
    let ok = Settings::new();
    assert!(layout(ok, region).is_ok());
    assert_eq!(layout(ok, Region::new(0, 8191)), Err(BadShape::Region));
    assert_eq!(layout(ok, Region::new(0, 4096)), Err(BadShape::SectorCount));
    assert_eq!(layout(Settings { ecc_bytes: 512, ..ok }, region), Err(BadShape::Unit));
    assert_eq!(layout(Settings { anchor_bytes: 256, ..ok }, region), Err(BadShape::Anchor));
    assert_eq!(layout(Settings { sector_bytes: 5000, ..ok }, region), Err(BadShape::SectorBytes));
    assert_eq!(ok.layout::<Flash<8, 4096>>(region, 250), Err(BadShape::Frame));
}

/// Firmware with room for fewer items than the journal has open.
#[derive(Default)]
struct Smaller(Model);

impl Tenant for Smaller {
    fn reset(&mut self) {
        self.0.reset();
    }
    fn restore(&mut self, entry: &[u8]) -> bool {
        self.0.restore(entry) && self.0.open.len() < 3
    }
    fn replay(&mut self, entry: Entry<'_>) {
        self.0.replay(entry);
    }
    fn checkpoint(&self, index: usize, out: &mut [u8]) -> Option<usize> {
        self.0.checkpoint(index, out)
    }
    fn pinned(&self, entry: &Entry<'_>) -> bool {
        self.0.pinned(entry)
    }
    fn key(&self, entry: &Entry<'_>) -> Option<u32> {
        self.0.key(entry)
    }
    fn place(&self, key: u32) -> Option<u32> {
        self.0.place(key)
    }
    fn moved(&mut self, key: u32, at: u32) {
        self.0.moved(key, at);
    }
    fn lost(&mut self, from: u32, to: u32, perhaps: bool) {
        self.0.lost(from, to, perhaps);
    }
}

#[test]
fn a_checkpoint_that_is_not_understood_is_never_written_over() {
    let (mut log, mut model, settings, region) = fresh::<1, 512, SMALL>(4, 1024, true);
    for i in 0..120u32 {
        let kind = if i < 4 { OPEN } else { PLAIN };
        let p = log.append(kind, &i.to_le_bytes(), &mut model).unwrap();
        model.apply(p.seq, kind, &i.to_le_bytes(), p.at);
    }
    let mut small = Smaller::default();
    let flash = log.into_flash();
    let programs = flash.counts().programs;
    match Log::<_, SMALL>::mount(flash.clone(), region, &settings, &mut small) {
        Ok(mut log) => {
            assert_eq!(log.read_only(), Some(ReadOnly::UnknownCheckpoint));
            assert!(log.append(PLAIN, b"x", &mut small).is_err());
            assert_eq!(log.flash().counts().programs, programs);
        }
        Err(error) => assert_eq!(error, Error::ReadOnly(ReadOnly::UnknownCheckpoint)),
    }
    // The firmware that wrote it goes on.
    let mut again = Model::default();
    Log::<_, SMALL>::mount(flash, region, &settings, &mut again).unwrap();
    assert_eq!(again.essence(), model.essence());
}
