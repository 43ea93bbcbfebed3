//! What is asked of a partner: areas, cases, severity, clauses, profiles, parameters.
