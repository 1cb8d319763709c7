//! The standard library for wasm32: from rustup, or built from Debian's copy of its source.
//!
//! The second way is for machines that reach package mirrors but not rustup's server. The source
//! has to be of exactly the installed compiler's version, which newer Debian suites carry for
//! several compilers at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::debian::Suites;
use crate::machine;
use crate::needs::Need;
use crate::process::{Failure, Outcome, output, run};
use crate::project::Project;

/// The target that the page is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Suites with several versions of `rust-src`.
const SUITES: &str = "trixie-backports sid";

/// The compiled standard library of [`TARGET`].
pub const WASM_TARGET: Need = Need {
    name: "wasm32 target",
    way: "rustup (a few seconds), or built from Debian's rust-src (about 1 minute)",
    found: |_| {
        let library = library()?;
        holds_std(&library).then(|| library.display().to_string())
    },
    get: |project| from_rustup().or_else(|_| from_debian(project)),
};

/// Where the compiler looks for it.
fn library() -> Option<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let sysroot = Path::new(sysroot.trim());
    Some(sysroot.join("lib/rustlib").join(TARGET).join("lib"))
}

fn holds_std(library: &Path) -> bool {
    let files = fs::read_dir(library).ok().into_iter().flatten().flatten();
    files.map(|file| file.file_name()).any(|name| name.to_string_lossy().starts_with("libstd-"))
}

fn from_rustup() -> Outcome {
    run(Command::new("rustup").args(["target", "add", TARGET]))
}

fn from_debian(project: &Project) -> Outcome {
    let by_hand = Failure::new(format!(
        "The {TARGET} target is missing, and neither rustup's server nor a matching rust-src of \
         Debian's can be reached: run `rustup target add {TARGET}` where the internet is, or \
         install your system's package of Rust's {TARGET} library, then run this again."
    ));
    if !machine::is_debian() {
        return Err(by_hand);
    }
    println!("rustup could not get it; building it from Debian's rust-src instead.");
    let scratch = project.tools("rust-src");
    let outcome = build(&scratch);
    let removed = fs::remove_dir_all(&scratch);
    if let (Ok(()), Err(error)) = (&outcome, removed) {
        println!("{} could not be removed: {error}.", project.shown(&scratch));
    }
    outcome.map_err(|failure| Failure::new(format!("{failure}\n{by_hand}")))
}

/// Gets the source into `scratch`, compiles it there, and puts the result where rustc looks.
fn build(scratch: &Path) -> Outcome {
    let unknown = || Failure::new("`rustc` does not say its version.");
    let text = output(Command::new("rustc").arg("-V")).ok_or_else(unknown)?;
    let compiler = text.split_whitespace().nth(1).ok_or_else(unknown)?;

    let suites = Suites::fetch(&scratch.join("apt"), SUITES)?;
    let versions = suites.versions("rust-src");
    let version = of_compiler(&versions, compiler)
        .ok_or_else(|| Failure::new(format!("Debian has no rust-src of version {compiler} at present.")))?;
    suites.unpack("rust-src", version, scratch)?;

    let source = scratch.join(format!("usr/src/rustc-{compiler}/library/sysroot"));
    let target = scratch.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", TARGET, "--package", "sysroot"]);
    cargo.args(["--features", "panic-unwind"]).current_dir(source);
    cargo.env("RUSTC_BOOTSTRAP", "1");
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked");
    cargo.env("__CARGO_DEFAULT_LIB_METADATA", "quorate");
    run(cargo.env("CARGO_TARGET_DIR", &target))?;

    let library = library().ok_or_else(unknown)?;
    place(&target.join(TARGET).join("release/deps"), &library)
        .map_err(Failure::io(format!("Cannot write to {}", library.display())))
}

/// Debian's version whose upstream part is exactly the compiler's.
fn of_compiler<'a>(versions: &'a [String], compiler: &str) -> Option<&'a str> {
    let start = format!("{compiler}+");
    versions.iter().map(String::as_str).find(|version| version.starts_with(&start))
}

/// Copies the compiled libraries; complete or not at all, since their presence is what is checked.
fn place(compiled: &Path, library: &Path) -> std::io::Result<()> {
    let partial = library.with_extension("partial");
    fs::create_dir_all(&partial)?;
    for file in fs::read_dir(compiled)? {
        let path = file?.path();
        if let Some(name) = path.file_name()
            && path.extension().is_some_and(|ending| ending == "rlib")
        {
            fs::copy(&path, partial.join(name))?;
        }
    }
    if library.exists() {
        fs::remove_dir_all(library)?;
    }
    fs::rename(partial, library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_compilers_own_version_will_do() {
        let versions = ["1.96.1+dfsg1-2", "1.95.0+dfsg1-2~bpo13+1", "1.95.0+dfsg1-1"];
        let versions = versions.map(str::to_owned);
        assert_eq!(of_compiler(&versions, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(of_compiler(&versions, "1.9"), None);
        assert_eq!(of_compiler(&versions, "1.97.0-nightly"), None);
    }
}
