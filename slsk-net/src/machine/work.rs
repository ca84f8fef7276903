//! Work that takes long, such as hashing a password or writing to a disk.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Names a piece of work until it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkId(pub u64);

/// Something that a machine wants done and may not do itself, as it takes long. A world runs it where it holds up nobody.
pub struct Work(Box<dyn FnOnce() -> WorkDone + Send>);

impl Work {
    /// Work whose result only the machine knows the type of.
    pub fn new<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Box::new(move || WorkDone(Box::new(work()))))
    }

    /// Does it. It may take a second. Where it panics it is done without a result: it may be an owner's code.
    #[must_use]
    pub fn run(self) -> WorkDone {
        catch_unwind(AssertUnwindSafe(self.0)).unwrap_or_else(|_| WorkDone(Box::new(())))
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work(..)")
    }
}

/// What came of [`Work`].
pub struct WorkDone(Box<dyn Any + Send>);

impl WorkDone {
    /// The result, if there is one and it is of this type.
    #[must_use]
    pub fn take<T: 'static>(self) -> Option<T> {
        self.0.downcast().ok().map(|result| *result)
    }
}

impl fmt::Debug for WorkDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkDone(..)")
    }
}
