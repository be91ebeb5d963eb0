//! No file stops the others, leads out of the directory, or becomes a formula.

use std::fs;
use std::io::Write;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::rows::rows;
use super::{Dir, export, files, run, small, write};

#[test]
fn a_bad_dump_is_named_and_nothing_else_is_lost() {
    let dir = Dir::new("bad");
    let planted = write(&dir.0);
    let ended = export(&dir.0, "out", &["--format", "csv"]);
    assert_eq!(ended.status.code(), Some(2));
    let told = String::from_utf8(ended.stderr).unwrap();
    for bad in &planted.bad {
        assert!(told.lines().any(|line| line.contains(bad.as_str())), "{bad}: {told}");
    }
    let dumps = rows(&dir.join("out"), "dumps");
    let bad = dumps.iter().filter(|dump| !dump["trouble"].is_empty());
    assert_eq!(bad.count(), planted.bad.len());
    assert_eq!(dumps.len(), small().0.len());
    for bad in &planted.bad {
        fs::remove_file(dir.join("dumps").join(bad)).unwrap();
    }
    let ended = export(&dir.0, "without", &["--format", "csv"]);
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    for table in ["payments", "records", "open_items"] {
        assert_eq!(rows(&dir.join("out"), table), rows(&dir.join("without"), table), "{table}");
    }
}

#[test]
fn a_terminal_id_is_no_path_and_no_formula() {
    let dir = Dir::new("path");
    write(&dir.0);
    export(&dir.0, "out", &["--format", "csv", "--partition", "terminal-day"]);
    let inside =
        files(&dir.0).into_iter().filter(|path| path.extension().is_some_and(|e| e == "csv"));
    let mut inside = inside.peekable();
    assert!(inside.peek().is_some());
    assert!(inside.all(|path| path.starts_with(dir.join("out"))));
    assert!(dir.join("out/payments/terminal=%2E%2E%2F%2E%2E%2F%3D1").is_dir());
    for path in files(&dir.join("out")) {
        let mut csv = csv::Reader::from_path(&path).unwrap();
        for row in csv.records() {
            let row = row.unwrap();
            let is_number = |cell: &str| cell.parse::<i64>().is_ok();
            let computes = |cell: &&str| cell.starts_with(['=', '+', '-', '@']) && !is_number(cell);
            assert_eq!(row.iter().find(computes), None, "{}", path.display());
        }
    }
}

#[test]
fn changed_bytes_stop_nothing() {
    let dir = Dir::new("changed");
    fs::create_dir_all(dir.join("dumps")).unwrap();
    fs::write(dir.join("acquirers.toml"), super::make::ACQUIRERS).unwrap();
    let mut random = StdRng::seed_from_u64(3);
    let images: Vec<&Vec<u8>> = small().0.iter().map(|(_, bytes)| bytes).collect();
    for n in 0..300 {
        let mut bytes = images[random.random_range(0..90)].clone();
        for _ in 0..random.random_range(1..40) {
            let at = random.random_range(0..bytes.len());
            bytes[at] = random.random();
        }
        if n % 5 == 0 {
            bytes.truncate(random.random_range(0..bytes.len()));
        }
        fs::write(dir.join("dumps").join(format!("{n}.bin")), bytes).unwrap();
    }
    for format in ["parquet", "jsonl"] {
        let ended = export(&dir.0, format, &["--format", format, "--find"]);
        assert!(matches!(ended.status.code(), Some(0 | 2)), "{ended:?}");
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("panicked"), "{ended:?}");
    }
    assert_eq!(rows(&dir.join("parquet"), "dumps").len(), 300);
    for table in ["payments", "records", "open_items"] {
        assert_eq!(rows(&dir.join("parquet"), table), rows(&dir.join("jsonl"), table), "{table}");
    }
}

/// A small file that unpacks to a large one is refused before it has taken the memory.
#[test]
fn what_is_too_large_is_refused() {
    let dir = Dir::new("large");
    fs::create_dir_all(dir.join("dumps")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    (0..256).for_each(|_| packed.write_all(&zeros).unwrap());
    fs::write(dir.join("dumps/bomb.gz"), packed.finish().unwrap()).unwrap();
    fs::write(dir.join("dumps/large"), vec![0xFF; 5 << 20]).unwrap();
    let ended = run(&dir.0, &["export", "dumps", "-o", "out", "--largest", "1"]);
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(told.lines().filter(|line| line.contains("arge")).count(), 2, "{told}");
    assert_eq!(ended.status.code(), Some(2));
}

#[test]
fn an_export_is_never_written_over_another() {
    let dir = Dir::new("twice");
    write(&dir.0);
    assert_eq!(export(&dir.0, "out", &[]).status.code(), Some(2));
    let before = files(&dir.join("out"));
    let ended = export(&dir.0, "out", &["--format", "csv"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8(ended.stderr).unwrap().contains("not empty"));
    assert_eq!(files(&dir.join("out")), before);
    let none = run(&dir.0, &["export", "nothing-here", "-o", "new"]);
    assert_eq!(none.status.code(), Some(2));
}
