//! Closures on their way to a connection and their results on the way back.

use std::{
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{ReadTx, StoreError, Tx, sqlite::Session};

/// A write closure in the queue.
pub(crate) trait QueuedWrite: Send {
    /// Runs the closure inside a level of the session.
    fn run(&mut self, session: &mut Session<'_>);

    /// Hands the result to the caller, or the failure of the commit instead.
    fn finish(self: Box<Self>, failed: Option<StoreError>);
}

/// A read closure in the queue.
pub(crate) trait QueuedRead: Send {
    /// Runs the closure and hands the result to the caller; or the failure to begin.
    fn run(self: Box<Self>, session: Result<&Session<'_>, StoreError>);
}

/// A write closure, its result, and the way back to the caller.
pub(crate) struct WriteJob<T, E, F, R> {
    name: &'static str,
    work: F,
    result: Option<Result<T, E>>,
    reply: R,
}

impl<T, E, F, R> WriteJob<T, E, F, R>
where
    F: FnMut(&mut dyn Tx) -> Result<T, E>,
    E: From<StoreError>,
{
    pub(crate) fn new(name: &'static str, work: F, reply: R) -> Self {
        Self {
            name,
            work,
            result: None,
            reply,
        }
    }

    /// `Err` and panic take the changes of the closure back, and only these.
    pub(super) fn run_in(&mut self, session: &mut Session<'_>) {
        let depth = session.depth();
        session.begin_level();
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(session)));
        let mut result =
            outcome.unwrap_or_else(|_| Err(E::from(StoreError::Panicked { name: self.name })));
        let keep = result.is_ok();
        // A panic may have left savepoints of the closure open.
        while session.depth() > depth {
            if let Err(error) = session.end_level(keep) {
                result = Err(E::from(error));
            }
        }
        self.result = Some(result);
    }

    pub(super) fn into_result(self, failed: Option<StoreError>) -> Result<T, E> {
        match (failed, self.result) {
            (None, Some(result)) => result,
            (Some(error), _) => Err(E::from(error)),
            (None, None) => Err(E::from(StoreError::Closed)),
        }
    }
}

impl<T, E, F, R> QueuedWrite for WriteJob<T, E, F, R>
where
    F: FnMut(&mut dyn Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
    R: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, session: &mut Session<'_>) {
        self.run_in(session);
    }

    fn finish(self: Box<Self>, failed: Option<StoreError>) {
        let Self {
            name,
            work,
            result,
            reply,
        } = *self;
        let result = WriteJob {
            name,
            work,
            result,
            reply: (),
        }
        .into_result(failed);
        reply(result);
    }
}

/// A read closure and the way back to the caller.
pub(crate) struct ReadJob<T, E, F, R> {
    name: &'static str,
    work: F,
    reply: R,
    result: PhantomData<fn() -> Result<T, E>>,
}

impl<T, E, F, R> ReadJob<T, E, F, R> {
    pub(crate) fn new(name: &'static str, work: F, reply: R) -> Self {
        Self {
            name,
            work,
            reply,
            result: PhantomData,
        }
    }
}

impl<T, E, F, R> QueuedRead for ReadJob<T, E, F, R>
where
    F: FnMut(&dyn ReadTx) -> Result<T, E> + Send,
    E: From<StoreError>,
    R: FnOnce(Result<T, E>) + Send,
{
    fn run(self: Box<Self>, session: Result<&Session<'_>, StoreError>) {
        let Self {
            name,
            mut work,
            reply,
            ..
        } = *self;
        reply(match session {
            Ok(session) => read_in(name, &mut work, session),
            Err(error) => Err(E::from(error)),
        });
    }
}

/// Runs a read closure; a panic becomes an error.
pub(super) fn read_in<T, E, F>(
    name: &'static str,
    work: &mut F,
    session: &Session<'_>,
) -> Result<T, E>
where
    F: FnMut(&dyn ReadTx) -> Result<T, E>,
    E: From<StoreError>,
{
    catch_unwind(AssertUnwindSafe(|| work(session)))
        .unwrap_or_else(|_| Err(E::from(StoreError::Panicked { name })))
}
