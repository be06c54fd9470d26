//! The part of a local index that is written once: four files, mapped.

use std::{
    collections::{HashMap, HashSet},
    io::{self, BufWriter, Write as _},
    path::Path,
};

use tantivy::directory::OwnedBytes;

use super::{EXACT, Error, Facets, Filter, Hit, Point, SCAN, cluster, dot, pack, unpack};
use crate::{chunk::Key, index::mapped};

/// How many more than asked for are rescored exactly: int8 rounding swaps near neighbours.
const RESCORE: usize = 3;

pub struct Base {
    dims: usize,
    pub keys: Vec<Key>,
    rows: HashMap<Key, u32>,
    facets: Vec<Facets>,
    /// What one step of each row's code is worth.
    scales: Vec<f32>,
    codes: OwnedBytes,
    vectors: OwnedBytes,
    /// First row of each list; one more than lists.
    lists: Vec<u32>,
    /// One vector a list, `f32`; empty with one list.
    centroids: Vec<f32>,
}

impl Base {
    pub fn open(folder: &Path, number: u64, dims: usize) -> Result<Self, Error> {
        let table = std::fs::read(folder.join(name(number, "table")))?;
        let mut words = table.chunks_exact(8).map(|it| i64::from_le_bytes(std::array::from_fn(|i| it[i])));
        let mut next = || words.next().ok_or_else(|| Error::Corrupt("table 文件过短".to_owned()));
        let (count, lists) = (next()? as usize, next()? as usize);
        let lists: Vec<u32> = (0..=lists).map(|_| next().map(|it| it as u32)).collect::<Result<_, _>>()?;
        let (mut keys, mut facets, mut scales) =
            (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        for _ in 0..count {
            keys.push(next()? as u64);
            facets.push(unpack(&[next()?, next()?, next()?, next()?, next()?]));
            scales.push(f32::from_bits(next()? as u32));
        }
        let codes = mapped::read(folder, &name(number, "i8"))?;
        let vectors = mapped::read(folder, &name(number, "f32"))?;
        let centroids = mapped::read(folder, &name(number, "centroids"))?;
        if codes.len() != count * dims || vectors.len() != 4 * count * dims {
            return Err(Error::Corrupt("向量文件长度与目录不符".to_owned()));
        }
        let rows = keys.iter().enumerate().map(|(row, key)| (*key, row as u32)).collect();
        let centroids = mapped::floats(&centroids).to_vec();
        Ok(Self { dims, keys, rows, facets, scales, codes, vectors, lists, centroids })
    }

    pub fn row(&self, key: Key) -> Option<u32> {
        self.rows.get(&key).copied()
    }

    /// Everything but the rows in `gone`.
    pub fn points<'a>(&'a self, gone: &'a HashSet<u32>) -> impl Iterator<Item = Point> + 'a {
        let vectors = mapped::floats(&self.vectors);
        (0..self.keys.len()).filter(|row| !gone.contains(&(*row as u32))).map(move |row| Point {
            key: self.keys[row],
            vector: vectors[row * self.dims..][..self.dims].to_vec(),
            facets: self.facets[row],
        })
    }

    /// The best `k` of the rows not in `dead`, exactly scored.
    pub fn nearest(&self, query: &[f32], filter: Filter, k: usize, dead: &HashSet<u32>) -> Vec<Hit> {
        let codes: &[i8] = bytemuck::cast_slice(&self.codes);
        let (code, _) = quantize(query);
        let wanted = k * RESCORE;
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(2 * wanted + 1);
        let mut bar = f32::MIN;
        for list in self.nearest_lists(query) {
            for row in self.lists[list]..self.lists[list + 1] {
                let at = row as usize;
                if !filter.admits(&self.facets[at]) || (!dead.is_empty() && dead.contains(&row)) {
                    continue;
                }
                let product: Option<f64> =
                    simsimd::SpatialSimilarity::dot(&code[..], &codes[at * self.dims..][..self.dims]);
                let score = product.unwrap_or(0.0) as f32 * self.scales[at];
                if score > bar {
                    best.push((score, row));
                    if best.len() >= 2 * wanted {
                        best.select_nth_unstable_by(wanted - 1, |a, b| b.0.total_cmp(&a.0));
                        best.truncate(wanted);
                        bar = best.iter().map(|it| it.0).fold(f32::MAX, f32::min);
                    }
                }
            }
        }
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(wanted);
        let vectors = mapped::floats(&self.vectors);
        let exact = |row: u32| dot(query, &vectors[row as usize * self.dims..][..self.dims]);
        best.into_iter().map(|(_, row)| Hit { key: self.keys[row as usize], score: exact(row) }).collect()
    }

    /// The lists worth scanning: all where there is one, else the nearest until [`SCAN`] rows.
    fn nearest_lists(&self, query: &[f32]) -> Vec<usize> {
        if self.centroids.is_empty() {
            return (0..self.lists.len() - 1).collect();
        }
        let mut lists: Vec<(f32, usize)> = self
            .centroids
            .chunks_exact(self.dims)
            .enumerate()
            .map(|(list, centroid)| (dot(query, centroid), list))
            .collect();
        lists.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut rows = 0;
        lists
            .into_iter()
            .take_while(|(_, list)| {
                let wanted = rows < SCAN;
                rows += (self.lists[list + 1] - self.lists[*list]) as usize;
                wanted
            })
            .map(|(_, list)| list)
            .collect()
    }
}

/// Codes of −127 to 127 and what one step is worth.
pub fn quantize(vector: &[f32]) -> (Vec<i8>, f32) {
    let largest = vector.iter().fold(0.0f32, |it, x| it.max(x.abs()));
    if largest == 0.0 {
        return (vec![0; vector.len()], 0.0);
    }
    let step = largest / 127.0;
    (vector.iter().map(|it| (it / step).round() as i8).collect(), step)
}

/// Writes base `number`: rows grouped by list.
pub fn write_base(folder: &Path, number: u64, dims: usize, mut points: Vec<Point>) -> io::Result<()> {
    let centroids = if points.len() > EXACT { cluster::centroids(&points, dims) } else { Vec::new() };
    let lists = if centroids.is_empty() {
        points.sort_unstable_by_key(|it| it.key);
        vec![0, points.len() as i64]
    } else {
        cluster::group(&mut points, &centroids, dims)
    };
    let create = |kind: &str| std::fs::File::create(folder.join(name(number, kind))).map(BufWriter::new);
    let (mut table, mut codes, mut vectors) = (create("table")?, create("i8")?, create("f32")?);
    let count = points.len() as i64;
    for word in [count, lists.len() as i64 - 1].iter().chain(&lists) {
        table.write_all(&word.to_le_bytes())?;
    }
    for point in &points {
        let (code, step) = quantize(&point.vector);
        table.write_all(&point.key.to_le_bytes())?;
        for word in pack(&point.facets) {
            table.write_all(&word.to_le_bytes())?;
        }
        table.write_all(&i64::from(step.to_bits()).to_le_bytes())?;
        codes.write_all(bytemuck::cast_slice(&code))?;
        vectors.write_all(bytemuck::cast_slice(&point.vector))?;
    }
    let mut last = create("centroids")?;
    last.write_all(bytemuck::cast_slice(&centroids))?;
    for file in [table, codes, vectors, last] {
        file.into_inner()?.sync_all()?;
    }
    Ok(())
}

/// Removes the files of base `number`; a reader that still maps them keeps them.
pub fn remove(folder: &Path, number: u64) {
    for kind in ["table", "i8", "f32", "centroids"] {
        let _ = std::fs::remove_file(folder.join(name(number, kind)));
    }
}

fn name(number: u64, kind: &str) -> String {
    format!("base-{number}.{kind}")
}
