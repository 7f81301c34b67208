//! Prints how many products a second are read and indexed, and how long queries take.
//!
//! `cargo run --release -p comptoir-search --example indexing_rate -- FEED`

use std::{
    env,
    error::Error,
    io::{Write, stdout},
    path::Path,
    time::Instant,
};

use comptoir_feed::{Product, read_path};
use comptoir_search::{Index, understand};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("usage: indexing_rate FEED")?;
    let start = Instant::now();
    let products: Vec<Product> = read_path(Path::new(&path))?.flatten().collect();
    let read_s = start.elapsed().as_secs_f64();
    let count = u32::try_from(products.len())?;
    let index = Index::in_memory()?;
    let start = Instant::now();
    index.upsert("example", &products)?;
    index.commit()?;
    let indexed_s = start.elapsed().as_secs_f64();
    let queries = [
        "laser printer",
        "casque sans fil",
        "cheapest usb hub under $20",
        "coffee",
    ];
    let start = Instant::now();
    for query in queries.iter().cycle().take(400) {
        index.search(&understand(query), 10)?;
    }
    let query_ms = start.elapsed().as_secs_f64() * 1_000.0 / 400.0;
    let mut out = stdout().lock();
    writeln!(
        out,
        "read:    {:.0} products a second",
        f64::from(count) / read_s
    )?;
    writeln!(
        out,
        "indexed: {:.0} products a second",
        f64::from(count) / indexed_s
    )?;
    writeln!(
        out,
        "query:   {query_ms:.2} ms each, understood, retrieved and ranked"
    )?;
    Ok(())
}
