//! Conversations: channels, visitors, turns, streams that survive, limits.
