//! The only sockets: deliverers, sandbox, triggers, control, observers, fixtures.

<<<<<<< HEAD
pub mod deliverer;
pub mod sandbox;
=======
pub mod control;
//pub mod effect;
//pub mod fixtures;
//pub mod log;
pub mod patience;
pub mod template;
pub mod trigger;
>>>>>>> partner
