//! `deskwarden`: see `deskwarden help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    deskwarden_server::cli::main()
}
