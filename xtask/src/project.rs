//! Where things are in the repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Failure, Outcome};

/// The repository that this task works on.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The repository that holds this very crate.
    pub fn find() -> Outcome<Self> {
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        match own.parent() {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => Err(Failure::new("The xtask crate is not inside a repository.")),
        }
    }

    /// A path inside the repository.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// A path inside the ignored folder that holds what was got for this project.
    pub fn tools(&self, inside: &str) -> PathBuf {
        self.root.join(".tools").join(inside)
    }

    /// The path as seen from the root, if it is below it: shorter to read.
    pub fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.display().to_string()
    }

    /// The version of `package` that `Cargo.lock` fixes.
    pub fn locked_version(&self, package: &str) -> Outcome<String> {
        let path = self.path("Cargo.lock");
        let lock = fs::read_to_string(path).map_err(Failure::io("Cannot read Cargo.lock"))?;
        locked_version(&lock, package)
            .ok_or_else(|| Failure::new(format!("Cargo.lock has no package `{package}`.")))
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-futures\"\n\
        version = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\
        dependencies = [\n \"cfg-if\",\n]\n";

    #[test]
    fn the_locked_version_is_of_exactly_that_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-futures").as_deref(), Some("0.4.1"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn paths_are_shown_from_the_root() {
        let project = Project { root: PathBuf::from("/repo") };
        assert_eq!(project.shown(&project.tools("bin/trunk")), ".tools/bin/trunk");
        assert_eq!(project.shown(Path::new("/usr/bin/trunk")), "/usr/bin/trunk");
    }
}
