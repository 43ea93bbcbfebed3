//! The reference partner: an independent integration with switches for defects.
