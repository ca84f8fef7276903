//! What a connection is told to do: a queue without bounds that takes up next to nothing while it is empty.
//!
//! A channel of tokio's has room for 32 orders from its beginning, which is most of what an idle connection would cost.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Orders on their way from the driver to one task.
#[derive(Debug)]
pub(super) struct Orders<T>(Mutex<Queue<T>>);

#[derive(Debug)]
struct Queue<T> {
    waiting: VecDeque<T>,
    is_closed: bool,
    /// Of the task, which is the only one to wait.
    waker: Option<Waker>,
}

impl<T> Default for Orders<T> {
    fn default() -> Self {
        Self(Mutex::new(Queue {
            waiting: VecDeque::new(),
            is_closed: false,
            waker: None,
        }))
    }
}

impl<T> Orders<T> {
    /// Adds an order, unless there are to be no more.
    pub(super) fn push(&self, order: T) {
        let mut queue = self.lock();
        if !queue.is_closed {
            queue.waiting.push_back(order);
            wake(queue);
        }
    }

    /// There are to be no more.
    pub(super) fn close(&self) {
        let mut queue = self.lock();
        queue.is_closed = true;
        wake(queue);
    }

    /// The next order; `None` when there are to be no more.
    pub(super) async fn next(&self) -> Option<T> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// The next order, if one waits.
    pub(super) fn try_next(&self) -> Option<T> {
        self.lock().pop()
    }

    /// Waits until there are to be no more, whatever waits.
    pub(super) async fn closed(&self) {
        poll_fn(|context| {
            let mut queue = self.lock();
            if queue.is_closed {
                return Poll::Ready(());
            }
            queue.remember(context)
        })
        .await;
    }

    fn poll_next(&self, context: &Context<'_>) -> Poll<Option<T>> {
        let mut queue = self.lock();
        match queue.pop() {
            Some(order) => Poll::Ready(Some(order)),
            None if queue.is_closed => Poll::Ready(None),
            None => queue.remember(context),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Queue<T> {
    fn pop(&mut self) -> Option<T> {
        let order = self.waiting.pop_front();
        if self.waiting.is_empty() {
            self.waiting = VecDeque::new();
        }
        order
    }

    fn remember<R>(&mut self, context: &Context<'_>) -> Poll<R> {
        match &mut self.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

/// Wakes the task, behind the lock.
fn wake<T>(mut queue: MutexGuard<'_, Queue<T>>) {
    let waker = queue.waker.take();
    drop(queue);
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn orders_come_in_order_and_then_the_end() {
        let orders = Arc::new(Orders::default());
        let receiver = Arc::clone(&orders);
        let task = tokio::spawn(async move {
            let mut all = Vec::new();
            while let Some(order) = receiver.next().await {
                all.push(order);
            }
            receiver.closed().await;
            all
        });
        for order in 0..100 {
            orders.push(order);
            if order % 10 == 0 {
                tokio::task::yield_now().await;
            }
        }
        orders.close();
        orders.push(100);
        assert_eq!(task.await.unwrap(), (0..100).collect::<Vec<_>>());
        assert_eq!(orders.try_next(), None);
    }

    #[tokio::test]
    async fn the_end_is_heard_of_while_orders_wait() {
        let orders = Arc::new(Orders::default());
        orders.push(1);
        let waiting = Arc::clone(&orders);
        let task = tokio::spawn(async move { waiting.closed().await });
        tokio::task::yield_now().await;
        orders.close();
        task.await.unwrap();
        assert_eq!((orders.next().await, orders.next().await), (Some(1), None));
    }

    #[test]
    fn an_empty_queue_holds_no_memory() {
        let orders = Orders::default();
        (0..1000).for_each(|order| orders.push(order));
        while orders.try_next().is_some() {}
        assert_eq!(orders.lock().waiting.capacity(), 0);
    }
}
