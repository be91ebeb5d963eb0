//! Bundles of stored dumps are what they were.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{fresh, root, run};

/// A name for the folder, the dump, the payment.
const KEPT: [(&str, &str, &str); 3] =
    [("reversed", "shop.gz", "@9"), ("voided", "shop.gz", "@13"), ("damaged", "damaged.gz", "@1")];

/// Every file under a folder, by its name there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_string();
            all.insert(name, std::fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn bundles_are_what_they_were() {
    for (name, dump, which) in KEPT {
        let (kept, made) = (root().join("tests/evidence/kept").join(name), fresh(name));
        let done = run(dump, which, &made);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        if std::env::var_os("POS_REGENERATE").is_some() {
            let _ = std::fs::remove_dir_all(&kept);
            for (file, bytes) in files(&made) {
                let path = kept.join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
        let (kept, made) = (files(&kept), files(&made));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&kept), "{name}");
        for (file, bytes) in &made {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(bytes), text(&kept[file]), "{name}/{file}");
        }
    }
}
