//! personal
