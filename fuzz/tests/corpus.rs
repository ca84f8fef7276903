//! Runs every check with all that fuzzing has kept, without libFuzzer.

use std::any::Any;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use slsk_fuzz::{TARGETS, Target};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is in a folder, in order; nothing where there is no folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn target(name: &str) -> &'static Target {
    let target = TARGETS.iter().find(|target| target.name == name);
    target.unwrap_or_else(|| panic!("no target has the name {name}"))
}

/// Runs the files of a folder through the targets that its subfolders are named after; how many.
fn replay(folder: &str) -> usize {
    let mut count = 0;
    for folder in entries(&root().join(folder)) {
        let target = target(name(&folder));
        for file in entries(&folder) {
            let data = fs::read(&file).unwrap();
            if let Err(panic) = catch_unwind(|| (target.check)(&data)) {
                panic!("{} {}: {}", target.name, file.display(), message(&*panic));
            }
            count += 1;
        }
    }
    count
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref().copied()).unwrap_or("")
}

#[test]
fn the_corpus_passes() {
    let count = replay("corpus");
    assert!(count >= TARGETS.len(), "{count} files");
}

#[test]
fn no_finding_comes_back() {
    replay("regressions");
}

#[test]
fn every_target_is_a_program_with_a_corpus() {
    let programs = entries(&root().join("fuzz_targets"));
    assert_eq!(programs.len(), TARGETS.len());
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for program in programs {
        let target = target(program.file_stem().unwrap().to_str().unwrap());
        let source = fs::read_to_string(&program).unwrap();
        assert!(source.contains("fuzz_target!"), "{}", program.display());
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)));
        let corpus = root().join("corpus").join(target.name);
        assert!(!entries(&corpus).is_empty(), "{}", corpus.display());
    }
}
