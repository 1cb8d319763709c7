//! What the machine at hand offers.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::output;

/// `npm`, as this system starts it.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// `npx`, as this system starts it.
pub const NPX: &str = if cfg!(windows) { "npx.cmd" } else { "npx" };

/// The file that `program` starts, when it is in `folder`.
pub fn program_in(folder: &Path, program: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &["exe", "cmd"] } else { &[""] };
    endings.iter().map(|ending| folder.join(program).with_extension(ending)).find(|path| path.is_file())
}

/// Every `program` on `PATH`, in the order of `PATH`.
pub fn on_path(program: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).filter_map(|folder| program_in(&folder, program)).collect()
}

/// `PATH` with this folder before everything else.
pub fn path_with(folder: Option<&Path>) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = folder.map(Path::to_owned).into_iter();
    env::join_paths(folders.chain(env::split_paths(&path))).unwrap_or(path)
}

/// Whether packages may be installed on this system.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

/// Whether this is Debian itself, not one of its relatives, whose packages differ.
pub fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian")
}

/// The first part of a version such as `v20.11.1`.
pub fn major(version: &str) -> Option<u32> {
    let digits = version.trim().trim_start_matches('v');
    digits.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_reads_what_node_prints() {
        assert_eq!(major("v20.11.1\n"), Some(20));
        assert_eq!(major("132"), Some(132));
        assert_eq!(major("wasm-opt"), None);
    }
}
