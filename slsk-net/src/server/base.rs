//! What all parts of the server read: settings, accounts, who is online, who has privileges.

use std::net::Ipv4Addr;

use slsk_wire::Text;
use slsk_wire::server::{
    GetPeerAddressResponse, GetUserStatsResponse, GetUserStatusResponse, ObfuscationType, Status,
    WatchUserResponse,
};

use super::ServerConfig;
use super::accounts::Accounts;
use super::privileges::Privileges;
use super::users::Users;
use crate::machine::ConnId;

#[derive(Debug, Default)]
pub(super) struct Base {
    pub(super) config: ServerConfig,
    pub(super) accounts: Accounts,
    pub(super) users: Users,
    pub(super) privileges: Privileges,
}

impl Base {
    pub(super) fn status(&self, username: Text) -> GetUserStatusResponse {
        let user = self.users.get(&username);
        GetUserStatusResponse {
            status: user.map_or(Status::Offline, |user| user.status.clone()),
            privileged: self.privileges.has(&username),
            username,
        }
    }

    pub(super) fn stats(&self, username: Text) -> GetUserStatsResponse {
        GetUserStatsResponse {
            stats: self.accounts.stats(&username),
            username,
        }
    }

    pub(super) fn address(&self, username: Text) -> GetPeerAddressResponse {
        let user = self.users.get(&username);
        GetPeerAddressResponse {
            ip: user.map_or(Ipv4Addr::UNSPECIFIED, |user| user.ip),
            port: user.map_or(0, |user| user.port.into()),
            obfuscation_type: Some(
                user.map_or(ObfuscationType::Plain, |user| user.obfuscation_type.clone()),
            ),
            obfuscated_port: Some(user.map_or(0, |user| user.obfuscated_port)),
            username,
        }
    }

    /// Subscribes a connection to news about a user, if there is such a user.
    pub(super) fn watch(&mut self, conn: ConnId, username: Text) -> WatchUserResponse {
        let exists = self.accounts.exists(&username);
        if exists {
            let most = self.config.limits.watches;
            self.users.watch(conn, username.detach(), most);
        }
        let user = self.users.get(&username);
        let status = user.map_or(Status::Offline, |user| user.status.clone());
        WatchUserResponse {
            exists,
            status: exists.then_some(status),
            stats: exists.then(|| self.accounts.stats(&username)),
            country: user.map(|_| Text::new()),
            username,
        }
    }

    pub(super) fn wishlist_interval(&self, name: &Text) -> u32 {
        if self.privileges.has(name) {
            self.config.privileged_wishlist_interval
        } else {
            self.config.wishlist_interval
        }
    }
}
