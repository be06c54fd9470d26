//! Files seen as bytes without being read: tantivy's memory mapping, so that none of our code is `unsafe`.

use std::{io, path::Path};

use tantivy::{
    Directory as _,
    directory::{MmapDirectory, OwnedBytes},
};

/// The file `name` in `folder`, mapped into memory. It must not be changed while it is mapped:
/// files of a generation are written once and replaced by new names.
pub fn read(folder: &Path, name: &str) -> io::Result<OwnedBytes> {
    let directory = MmapDirectory::open(folder).map_err(io::Error::other)?;
    directory.open_read(Path::new(name)).map_err(io::Error::other)?.read_bytes()
}

/// `bytes` as numbers, little-endian as this product's machines are. A mapped file starts on a page,
/// so it is aligned; an empty file is not mapped at all.
pub fn floats(bytes: &[u8]) -> &[f32] {
    if bytes.is_empty() { &[] } else { bytemuck::cast_slice(bytes) }
}
