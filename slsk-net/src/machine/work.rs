//! Work that takes long, such as hashing a password or writing to a disk.

use std::any::Any;
use std::fmt;

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

    /// Does it. It may take a second.
    #[must_use]
    pub fn run(self) -> WorkDone {
        (self.0)()
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
    /// The result, if it is one of this type.
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
