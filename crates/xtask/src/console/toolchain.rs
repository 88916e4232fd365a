//! Which compiler builds for wasm: rustup's where its wasm target is installed, else Debian's `rustc-web`,
//! which comes without a compiled standard library and builds it from `rust-web-src`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The one target of the console.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// `rustup` or `debian` leaves only that one in question; used to try the other way on purpose.
const CHOICE: &str = "DESKWARDEN_WASM_TOOLCHAIN";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_CLIPPY: &str = "/usr/bin/cargo-clippy";

/// A compiler that can build for wasm.
#[derive(Debug)]
pub enum Toolchain {
    Rustup,
    Debian { linker: PathBuf },
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rustup => write!(f, "rustup's wasm target"),
            Self::Debian { linker } => {
                write!(f, "Debian's rustc-web, std from source, {}", linker.display())
            }
        }
    }
}

/// Looks at what is installed.
pub fn find() -> Result<Toolchain> {
    let choice = std::env::var(CHOICE).unwrap_or_default();
    if choice != "debian" && rustup_has_target() {
        return Ok(Toolchain::Rustup);
    }
    if choice != "rustup"
        && Path::new(DEBIAN_RUSTC).is_file()
        && Path::new(DEBIAN_SOURCE).is_file()
        && let Some(linker) = debian_linker()
    {
        return Ok(Toolchain::Debian { linker });
    }
    bail!("no compiler for {TARGET}: run scripts/setup.sh run (or: rustup target add {TARGET})")
}

fn rustup_has_target() -> bool {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// The newest of `wasm-ld-22`, `wasm-ld-21`, …: Debian numbers them by LLVM's version.
fn debian_linker() -> Option<PathBuf> {
    let named = |name: String| Path::new("/usr/bin").join(name);
    let mut versions = (18..40).rev().map(|version| named(format!("wasm-ld-{version}")));
    versions.find(|path| path.is_file())
}

/// Between two flags of `CARGO_ENCODED_RUSTFLAGS`, so that a flag may have blanks.
const SEPARATOR: &str = "\u{1f}";

fn flags(root: &Path) -> Vec<String> {
    let mut flags = vec![
        // Views of one type each instead of a nested type a page: less code to compile and to download.
        "--cfg=erase_components".to_owned(),
        // Relocations tell the splitter what each part needs; they and the names go before anything is written.
        "-Clink-arg=--emit-relocs".to_owned(),
    ];
    // Nobody needs this machine's folders in the program; a panic says enough by crate and file.
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let sources = cargo.and_then(|cargo| std::fs::read_dir(cargo.join("registry/src")).ok());
    let mut folders: Vec<_> = sources.into_iter().flatten().flatten().map(|folder| folder.path()).collect();
    folders.sort();
    folders.push(root.to_path_buf());
    flags.extend(folders.iter().map(|folder| format!("--remap-path-prefix={}/=", folder.display())));
    flags
}

impl Toolchain {
    /// `cargo VERB` for wasm, still without a package.
    pub fn cargo(&self, root: &Path, verb: &str) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.arg(verb);
        self.prepare(&mut command, root);
        command
    }

    /// `cargo clippy` for wasm; Debian's clippy knows only Debian's compiler, and the other way round.
    pub fn cargo_clippy(&self, root: &Path) -> Result<Command> {
        let mut command = match self {
            Self::Rustup => return Ok(self.cargo(root, "clippy")),
            Self::Debian { .. } if Path::new(DEBIAN_CLIPPY).is_file() => Command::new(DEBIAN_CLIPPY),
            Self::Debian { .. } => bail!("no clippy for Debian's rustc: run scripts/setup.sh check"),
        };
        command.arg("clippy");
        self.prepare(&mut command, root);
        Ok(command)
    }

    fn prepare(&self, command: &mut Command, root: &Path) {
        command.env("CARGO_ENCODED_RUSTFLAGS", flags(root).join(SEPARATOR));
        command.env("CARGO_PROFILE_CONSOLE_STRIP", "none");
        command.current_dir(root).args(["--locked", "--target", TARGET, "--target-dir", super::TARGET_DIR]);
        if let Self::Debian { linker } = self {
            command
                .args(["-Z", "build-std=std,panic_abort"])
                .env("RUSTC", DEBIAN_RUSTC)
                // build-std is an unstable flag of cargo.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }

    /// The compiler's own words on its version, for the fingerprint.
    pub fn version(&self) -> Result<Vec<u8>> {
        let rustc = match self {
            Self::Rustup => "rustc",
            Self::Debian { .. } => DEBIAN_RUSTC,
        };
        let output = Command::new(rustc).arg("-vV").output().with_context(|| format!("running {rustc}"))?;
        Ok(output.stdout)
    }
}
