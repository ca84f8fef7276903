//! The generated specification, read by programs other than ours, beside what `slsk decode` says.
//!
//! `.ci/external` installs those programs and runs this.

mod explorer;
mod interpreter;
mod kaitai;
mod tools;
mod wireshark;
