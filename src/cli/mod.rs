//! Arguments, commands, console, exit codes.
