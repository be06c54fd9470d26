//! Sources to regulations and documents.
