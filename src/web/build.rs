//! Before the program is built: the folder of the built panel is there, empty where nobody has built it yet.

use std::path::Path;

fn main() {
    let dist = Path::new("src/web/panel/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::error=cannot make {}: {error}", dist.display());
    }
}
