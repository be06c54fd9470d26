//! The program `dangwutong`.

use std::process::ExitCode;

fn main() -> ExitCode {
    dangwutong::cli::run()
}
