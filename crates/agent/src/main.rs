//! The program `deskwarden-agent`.

fn main() -> std::process::ExitCode {
    deskwarden_agent::main()
}
