//! The two halves of a connection, on which [faults](super::faults) can happen.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::faults::{ByteFaults, Faults, Lane};

/// What we read.
#[derive(Debug)]
pub(super) struct Incoming {
    half: OwnedReadHalf,
    faults: Option<Box<ByteFaults>>,
}

/// What we write.
#[derive(Debug)]
pub(super) struct Outgoing {
    half: OwnedWriteHalf,
    faults: Option<Box<ByteFaults>>,
}

/// Both halves of a connection.
pub(super) fn split(stream: TcpStream, faults: Option<&Faults>) -> (Incoming, Outgoing) {
    let (read, write) = stream.into_split();
    let incoming = Incoming {
        half: read,
        faults: faults.map(|f| Box::new(ByteFaults::new(&f.received, f.seed))),
    };
    let outgoing = Outgoing {
        half: write,
        faults: faults.map(|f| {
            let sent = Lane {
                cut_after: if f.close { Some(0) } else { f.sent.cut_after },
                ..f.sent
            };
            Box::new(ByteFaults::new(&sent, !f.seed))
        }),
    };
    (incoming, outgoing)
}

impl Incoming {
    /// Waits until there is something to read.
    pub(super) async fn readable(&mut self) -> io::Result<()> {
        if let Some(faults) = &mut self.faults {
            if faults.is_spent() {
                return Ok(());
            }
            self.half.readable().await?;
            faults.wait().await;
            return Ok(());
        }
        self.half.readable().await
    }

    /// Reads what is there; 0 is the end.
    pub(super) fn try_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(faults) = &mut self.faults else {
            return self.half.try_read(buffer);
        };
        if faults.is_spent() {
            return Err(cut());
        }
        let most = faults.allowed(buffer.len());
        let count = self.half.try_read(&mut buffer[..most])?;
        faults.passed(count);
        faults.damage(&mut buffer[..count]);
        Ok(count)
    }

    /// Reads as soon as there is something; 0 is the end.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.faults.is_none() {
            return self.half.read(buffer).await;
        }
        loop {
            self.readable().await?;
            match self.try_read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}

impl Outgoing {
    /// Writes some of it.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(faults) = &mut self.faults else {
            return self.half.write(bytes).await;
        };
        if faults.is_spent() {
            return Err(cut());
        }
        faults.wait().await;
        let mut bytes = bytes[..faults.allowed(bytes.len())].to_vec();
        faults.damage(&mut bytes);
        self.half.write_all(&bytes).await?;
        faults.passed(bytes.len());
        self.check()?;
        Ok(bytes.len())
    }

    /// Fails when no byte may pass any more.
    pub(super) fn check(&self) -> io::Result<()> {
        let is_spent = self.faults.as_ref().is_some_and(|faults| faults.is_spent());
        if is_spent { Err(cut()) } else { Ok(()) }
    }

    /// Sends an end.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        self.half.shutdown().await
    }
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::ConnectionAborted, "cut on purpose")
}
