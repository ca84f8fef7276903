//! A Soulseek client and an embeddable Soulseek server.
