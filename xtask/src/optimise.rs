//! Runs wasm-opt over what Trunk has built; Trunk calls this as its `post_build` hook.
//!
//! The wasm-opt that npm brings takes a second for every 100 KB, so the last result is kept: a
//! page that has not changed since is there at once.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, run};
use crate::project::Project;
use crate::tools;

/// `-O3` is for speed, `-Oz` for size. The features are those that the compiler switches on.
const ARGUMENTS: [&str; 7] = [
    "-O3",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Optimises every wasm file in the folder that Trunk names, in place.
pub fn staged(project: &Project) -> Outcome {
    let staging = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).ok_or_else(|| {
        Failure::new("`cargo xtask optimise` is for Trunk to call, with TRUNK_STAGING_DIR set.")
    })?;
    let Some(program) = tools::wasm_opt(project) else {
        println!("wasm-opt is missing: the page is larger and slower than it could be.");
        return Ok(());
    };
    let files = fs::read_dir(staging).map_err(Failure::io("Cannot read Trunk's folder"))?;
    files
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .try_for_each(|path| optimise(&program, &path, &project.tools("optimised")))
}

fn optimise(program: &Path, file: &Path, cache: &Path) -> Outcome {
    fs::create_dir_all(cache).map_err(Failure::io("Cannot create .tools/optimised"))?;
    let input = fs::read(file).map_err(Failure::io("Cannot read the wasm"))?;
    let (before, after) = (cache.join("before.wasm"), cache.join("after.wasm"));
    let how = cache.join("arguments");
    let arguments = format!("{} {}", program.display(), ARGUMENTS.join(" "));
    let kept = fs::read(&before).is_ok_and(|kept| kept == input)
        && fs::read_to_string(&how).is_ok_and(|kept| kept == arguments);
    if !kept {
        // What says that the result is good is written last.
        let stale = |path: &Path| {
            if path.exists() { fs::remove_file(path) } else { Ok(()) }
        };
        stale(&how).map_err(Failure::io("Cannot remove a file"))?;
        let mut wasm_opt = Command::new(program);
        run(wasm_opt.args(ARGUMENTS).arg(file).arg("--output").arg(&after))?;
        let cannot = || "Cannot write to .tools/optimised";
        fs::write(&before, input).map_err(Failure::io(cannot()))?;
        fs::write(&how, arguments).map_err(Failure::io(cannot()))?;
    }
    match fs::copy(&after, file) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(format!("Cannot write the wasm: {error}."))),
    }
}
