//! The words both sides speak: events, signatures, hashes, money, tampering and faults, as data.
