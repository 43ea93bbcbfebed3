//! Tests against a running partner.
