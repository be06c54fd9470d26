//! Ciphers against the vectors of the standards, keys and cells, and the audit log on both databases.

mod audit;
mod cells;
mod keys;
mod look_ups;
mod vectors;
