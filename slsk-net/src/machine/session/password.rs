//! Changing the password.

use std::time::Instant;

use slsk_wire::Secret;
use slsk_wire::server::{ChangePassword, ServerRequest};

use super::super::CommandId;
use super::super::api::{PasswordError, Reply, SessionError};
use super::super::outbox::{Out, Outbox};

/// The change of the password that is under way.
#[derive(Debug, Default)]
pub(super) struct PasswordChange(Option<Asked>);

#[derive(Debug)]
struct Asked {
    command: CommandId,
    password: Secret,
    deadline: Instant,
}

impl PasswordChange {
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.as_ref().map(|asked| asked.deadline)
    }

    pub(super) fn begin(&mut self, command: CommandId, password: Secret, out: &mut Outbox) {
        let error = if password.reveal().is_empty() {
            PasswordError::Empty
        } else if self.0.is_some() {
            PasswordError::Busy
        } else {
            let request = ServerRequest::from(ChangePassword {
                password: password.clone(),
            });
            out.push(Out::ToServer(request));
            self.0 = Some(Asked {
                command,
                password,
                deadline: out.now + out.patience,
            });
            return;
        };
        out.reply(command, Reply::PasswordChanged(Err(error)));
    }

    /// The server confirms a password: ours now, if it is the one that was asked for.
    pub(super) fn confirmed(&mut self, password: &Secret, out: &mut Outbox) -> Option<Secret> {
        let asked = self.0.take_if(|asked| asked.password == *password)?;
        out.reply(asked.command, Reply::PasswordChanged(Ok(())));
        Some(asked.password)
    }

    pub(super) fn tick(&mut self, out: &mut Outbox) {
        if self.deadline().is_some_and(|deadline| deadline <= out.now) {
            self.fail(PasswordError::NoAnswer, out);
        }
    }

    /// The session is over.
    pub(super) fn offline(&mut self, error: &SessionError, out: &mut Outbox) {
        self.fail(PasswordError::Session(error.clone()), out);
    }

    fn fail(&mut self, error: PasswordError, out: &mut Outbox) {
        if let Some(asked) = self.0.take() {
            out.reply(asked.command, Reply::PasswordChanged(Err(error)));
        }
    }
}
