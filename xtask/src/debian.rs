//! Debian's packages: installing them, and looking into newer suites without installing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine;
use crate::process::{Failure, Outcome, run};

/// Whether `apt-get install` can be expected to work.
pub fn can_install() -> bool {
    machine::is_debian() && machine::is_root() && !machine::on_path("apt-get").is_empty()
}

/// Installs packages of this machine's own suite.
pub fn install(packages: &[&str]) -> Outcome {
    if run(Command::new("apt-get").arg("update")).is_err() {
        println!("Going on with the package lists that are there.");
    }
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    run(apt.args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

/// An apt of its own that knows other suites of the machine's first package source, so that a
/// package can be downloaded without touching the machine's own settings.
pub struct Suites {
    folder: PathBuf,
}

impl Suites {
    /// Fetches the package lists of `suites` into `folder`.
    pub fn fetch(folder: &Path, suites: &str) -> Outcome<Self> {
        let (name, text) = sources(suites)
            .ok_or_else(|| Failure::new("This machine names no Debian package source under /etc/apt."))?;
        let cannot = || format!("Cannot write to {}", folder.display());
        for inside in ["sources", "lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(inside)).map_err(Failure::io(cannot()))?;
        }
        fs::write(folder.join("sources").join(name), text).map_err(Failure::io(cannot()))?;
        let suites = Self { folder: folder.to_owned() };
        run(suites.apt("apt-get").args(["--quiet", "update"]))?;
        Ok(suites)
    }

    /// The versions of `package` in these suites.
    pub fn versions(&self, package: &str) -> Vec<String> {
        let mut apt = self.apt("apt-cache");
        let table = crate::process::output(apt.args(["madison", package])).unwrap_or_default();
        versions(&table)
    }

    /// Downloads the package and unpacks it into `folder`, without installing it.
    pub fn unpack(&self, package: &str, version: &str, folder: &Path) -> Outcome {
        let downloads = self.folder.join("downloads");
        fs::create_dir_all(&downloads).map_err(Failure::io("Cannot create a folder"))?;
        let mut apt = self.apt("apt-get");
        apt.current_dir(&downloads);
        run(apt.args(["--quiet", "download", &format!("{package}={version}")]))?;
        let files = fs::read_dir(&downloads).map_err(Failure::io("Cannot read a folder"))?;
        let archive = files
            .flatten()
            .map(|file| file.path())
            .find(|path| path.extension().is_some_and(|ending| ending == "deb"))
            .ok_or_else(|| Failure::new(format!("The package {package} did not arrive.")))?;
        run(Command::new("dpkg").arg("-x").arg(archive).arg(folder))
    }

    fn apt(&self, program: &str) -> Command {
        let mut apt = Command::new(program);
        apt.args(["-o", "Dir::Etc::sourcelist=/dev/null"]);
        let places =
            [("Dir::Etc::sourceparts", "sources"), ("Dir::State::Lists", "lists"), ("Dir::Cache", "cache")];
        for (setting, inside) in places {
            let place = self.folder.join(inside);
            apt.arg("-o").arg(format!("{setting}={}", place.display()));
        }
        apt
    }
}

/// The machine's first package source with other suites, as a file name and its text.
fn sources(suites: &str) -> Option<(&'static str, String)> {
    let parts = fs::read_dir("/etc/apt/sources.list.d").ok().into_iter().flatten();
    let mut paths: Vec<_> = parts.flatten().map(|part| part.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "sources"));
    // Other vendors' files may stand beside Debian's own.
    paths.sort_by_key(|path| (!path.ends_with("debian.sources"), path.clone()));
    let stanza = paths.iter().find_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        stanza_with(&text, suites)
    });
    match stanza {
        Some(stanza) => Some(("suites.sources", stanza)),
        None => {
            let text = fs::read_to_string("/etc/apt/sources.list").ok()?;
            Some(("suites.list", lines_with(&text, suites)?))
        }
    }
}

/// The first stanza of a deb822 file that names a package source, with other suites.
fn stanza_with(text: &str, suites: &str) -> Option<String> {
    let text: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let mut stanzas = text.split(|line| line.trim().is_empty());
    let stanza = stanzas.find(|lines| lines.iter().any(|line| line.starts_with("URIs:")))?;
    let lines = stanza.iter().map(|line| {
        if line.starts_with("Suites:") { format!("Suites: {suites}\n") } else { format!("{line}\n") }
    });
    Some(lines.collect())
}

/// The first `deb` line of an old-style list, once for each of the other suites.
fn lines_with(text: &str, suites: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("deb "))?;
    let options_end = line.find(']').map_or("deb ".len(), |end| end + 1);
    let (start, rest) = line.split_at(options_end);
    let address = rest.split_whitespace().next()?;
    let lines =
        suites.split_whitespace().map(|suite| format!("{} {address} {suite} main\n", start.trim_end()));
    Some(lines.collect())
}

/// The second column of what `apt-cache madison` prints.
fn versions(table: &str) -> Vec<String> {
    let rows = table.lines().filter_map(|row| row.split('|').nth(1));
    rows.map(|version| version.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stanza_gets_the_suites() {
        let text = "# a comment\n\nTypes: deb\n# another\nURIs: http://mirror/debian\nSuites: bookworm \
            bookworm-updates\nComponents: main\n\nTypes: deb\nURIs: http://mirror/security\n";
        let expected = "Types: deb\nURIs: http://mirror/debian\nSuites: a b\nComponents: main\n";
        assert_eq!(stanza_with(text, "a b").as_deref(), Some(expected));
        assert_eq!(stanza_with("# nothing\n", "a b"), None);
    }

    #[test]
    fn an_old_style_line_gets_the_suites() {
        let text = "# c\ndeb [signed-by=/k] http://mirror/debian bookworm main contrib\n";
        let expected = "deb [signed-by=/k] http://mirror/debian a main\n\
            deb [signed-by=/k] http://mirror/debian b main\n";
        assert_eq!(lines_with(text, "a b").as_deref(), Some(expected));
        let plain = lines_with("deb http://mirror/debian bookworm main\n", "a");
        assert_eq!(plain.as_deref(), Some("deb http://mirror/debian a main\n"));
    }

    #[test]
    fn versions_are_the_second_column() {
        let table = "  rust-src | 1.97.1+dfsg1-1 | somewhere sid/main\n\
            \x20 rust-src | 1.95.0+dfsg1-2~bpo13+1 | somewhere else\n";
        assert_eq!(versions(table), ["1.97.1+dfsg1-1", "1.95.0+dfsg1-2~bpo13+1"]);
    }
}
