//! The facade library and the binary: demo, seller, psp, agent, feed, db, doctor.
