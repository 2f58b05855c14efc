//! The preview's HTTP server, spoken to as browsers, editors and attackers do: bytes over TCP.

mod events;
mod files;
mod hostile;
mod pages;
mod program;
mod support;
