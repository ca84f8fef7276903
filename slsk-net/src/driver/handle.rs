//! [`Handle`]: what the owner of a running machine holds.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::feed::{self, Feed, Feeder};
use crate::machine::{CommandId, Machine};

/// The owner's end of a running machine. The machine stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Handle<M: Machine> {
    orders: mpsc::UnboundedSender<Order<M>>,
    /// Weak, so that the listeners hear of the end.
    events: broadcast::WeakSender<M::Event>,
    commands: AtomicU64,
    /// The one that all others belong to; `None` once it has ended.
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Who waits for the answer to a command.
#[derive(Debug)]
pub(super) struct Waiting<R, E> {
    pub(super) reply: oneshot::Sender<R>,
    /// Takes its events, if they are not for everybody.
    pub(super) feeder: Option<Feeder<E>>,
}

#[derive(Debug)]
pub(super) enum Order<M: Machine> {
    Command(CommandId, M::Command, Waiting<M::Reply, M::Event>),
    Stop,
}

impl<M: Machine> Handle<M>
where
    M::Event: Clone,
{
    pub(super) fn new(
        orders: mpsc::UnboundedSender<Order<M>>,
        events: broadcast::WeakSender<M::Event>,
        task: JoinHandle<()>,
    ) -> Self {
        Self {
            orders,
            events,
            commands: AtomicU64::new(0),
            task: Mutex::new(Some(task)),
        }
    }

    /// Gives a command. The receiver fails when the machine has stopped.
    pub(crate) fn command(&self, command: M::Command) -> (CommandId, oneshot::Receiver<M::Reply>) {
        self.order(command, None)
    }

    /// Gives a command whose events go to the feed, where up to `limit` bytes of them wait, and to nobody else. The feed
    /// ends with the answer.
    pub(crate) fn feed(
        &self,
        command: M::Command,
        limit: usize,
    ) -> (CommandId, Feed<M::Event>, oneshot::Receiver<M::Reply>) {
        let (feeder, feed) = feed::feed(limit);
        let (id, answer) = self.order(command, Some(feeder));
        (id, feed, answer)
    }

    fn order(
        &self,
        command: M::Command,
        feeder: Option<Feeder<M::Event>>,
    ) -> (CommandId, oneshot::Receiver<M::Reply>) {
        let id = CommandId(self.commands.fetch_add(1, Ordering::Relaxed));
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { reply, feeder };
        // When the machine has stopped, `waiting` is dropped and the receivers fail.
        let _ = self.orders.send(Order::Command(id, command, waiting));
        (id, answer)
    }

    /// All events from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<M::Event> {
        match self.events.upgrade() {
            Some(events) => events.subscribe(),
            // The machine has stopped: a channel without a sender.
            None => broadcast::channel(1).1,
        }
    }

    /// Stops the machine, and returns when all its tasks are gone.
    pub(crate) async fn stop(&self) {
        // When it has stopped already, there is nobody to tell.
        let _ = self.orders.send(Order::Stop);
        let mut task = self.task.lock().await;
        // Whoever gives up here has not stopped it: the next one waits again.
        if let Some(task) = &mut *task {
            let _ = task.await;
        }
        *task = None;
    }
}
