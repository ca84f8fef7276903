"""An agent for a client made with aioslsk."""

import asyncio
import logging
import os

import agent
from agent import Agent, Failure, until


class Aioslsk(Agent):
    def __init__(self, settings):
        super().__init__(settings)
        from aioslsk import events
        from aioslsk.client import SoulSeekClient
        from aioslsk.settings import Settings

        logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(name)s %(levelname)s %(message)s")
        downloads = os.path.join(settings.folder, "downloads")
        os.makedirs(downloads, exist_ok=True)
        picture = None
        if settings.picture:
            with open(settings.picture, "rb") as file:
                picture = file.read()
        host, port = settings.server
        self.client = SoulSeekClient(Settings(
            credentials={
                "username": settings.user, "password": settings.password,
                "info": {"description": settings.description, "picture": picture}},
            network={
                "server": {"hostname": host, "port": port, "reconnect": {"auto": False}},
                "listening": {"port": settings.port, "obfuscated_port": settings.obfuscated_port},
                "peer": {
                    "obfuscate": settings.obfuscate, "connect_mode": "fallback" if settings.direct_first else "race"},
                "upnp": {"enabled": False}},
            shares={
                "scan_on_start": False, "download": downloads,
                "directories": [{"path": path} for _name, path in settings.shares]}))
        self.kicked = False
        self.users = {}
        self.client.events.register(events.KickedEvent, self._on_kick)

    async def _on_kick(self, _event):
        self.kicked = True

    async def main(self):
        await self.client.start(connect=False)
        await self.client.shares.scan()
        self.started = asyncio.Event()
        await self.client.run_until_stopped()

    async def do_login(self):
        from aioslsk.exceptions import AuthenticationError

        # The scan comes first, or others could find nothing.
        await until(lambda: hasattr(self, "started"))
        await self.client.connect()
        try:
            await self.client.login()
        except AuthenticationError as error:
            return {"refused": error.reason}
        return {"refused": None}

    async def do_shared(self):
        """The remote paths and sizes of what it shares."""
        await until(lambda: hasattr(self, "started"))
        return [{"path": item.get_remote_path(), "size": os.path.getsize(item.get_absolute_path())}
                for directory in self.client.shares.shared_directories for item in directory.items]

    async def do_await_kick(self):
        await until(lambda: self.kicked)

    async def do_search(self, query, kind, target, users):
        """Results from each of `users`."""
        searches = self.client.searches
        if kind == "wish":
            from aioslsk.settings import WishlistSettingEntry

            self.client.settings.searches.wishlist = [WishlistSettingEntry(query=query)]
        elif kind == "network":
            await searches.search(query)
        elif kind == "room":
            await searches.search_room(target, query)
        elif kind == "user":
            await searches.search_user(target, query)

        def found():
            results = {result.username: result for request in searches.requests.values() if request.query == query
                       for result in request.results}
            return [results[user] for user in users] if results.keys() >= set(users) else None
        return [{
            "user": result.username, "files": files(result.shared_items, "path"),
            "locked": files(result.locked_results, "path"), "free": result.has_free_slots, "speed": result.avg_speed,
            "queue": result.queue_size,
        } for result in await until(found)]

    async def do_join(self, room):
        from aioslsk.commands import JoinRoomCommand

        joined = await self._ask(JoinRoomCommand(room))
        return sorted(user.name for user in joined.users)

    async def do_watch(self, user):
        from aioslsk.protocol.messages import AddUser
        from aioslsk.user.model import TrackingFlag

        answer = asyncio.create_task(self.client.network.wait_for_server_message(
            AddUser.Response, fields={"username": user}))
        await asyncio.sleep(0)
        # It forgets users that nobody holds.
        self.users[user] = self.client.users.get_user_object(user)
        await self.client.users.track_user(user, TrackingFlag.REQUESTED)
        message = await answer
        return {"exists": message.exists, "status": message.status if message.exists else None}

    async def do_await_status(self, user, status):
        await until(lambda: user in self.users and self.users[user].status.value == status)

    async def do_set_away(self, away):
        from aioslsk.commands import SetStatusCommand
        from aioslsk.user.model import UserStatus

        await self.client.execute(SetStatusCommand(UserStatus.AWAY if away else UserStatus.ONLINE))

    async def _ask(self, command, response=True):
        """Has a command executed, or a failure if the peer can't be reached."""
        from aioslsk.exceptions import PeerConnectionError

        try:
            return await self.client.execute(command, response=response, timeout=agent.SECONDS)
        except PeerConnectionError:
            raise Failure("unreachable") from None

    async def do_browse(self, user):
        from aioslsk.commands import PeerGetSharesCommand

        visible, locked = await self._ask(PeerGetSharesCommand(user))
        return {"folders": folders(visible), "locked": folders(locked)}

    async def do_folder(self, user, folder):
        from aioslsk.commands import PeerGetDirectoryContentCommand
        from aioslsk.protocol.messages import PeerDirectoryContentsReply

        # The command would wait for a ticket that it chooses later.
        answer = asyncio.create_task(self.client.network.wait_for_peer_message(
            user, PeerDirectoryContentsReply.Request, fields={"directory": folder}))
        await asyncio.sleep(0)
        await self._ask(PeerGetDirectoryContentCommand(user, folder), response=False)
        return folders((await answer).directories)

    async def do_user_info(self, user):
        from aioslsk.commands import PeerGetUserInfoCommand

        info = await self._ask(PeerGetUserInfoCommand(user))
        return {
            "description": info.description, "picture": info.picture.hex() if info.picture else None,
            "slots": info.upload_slots, "queue": info.queue_length, "free": info.has_slots_free}

    async def do_download(self, user, path, size):
        from aioslsk.transfer.state import TransferState

        from aioslsk.exceptions import PeerConnectionError

        # Left alone it makes two connections at once. Nicotine+ takes the later one for the only one, and what it has
        # just written on the other is lost.
        try:
            await self.client.network.get_peer_connection(user)
        except PeerConnectionError:
            return {"failed": "unreachable"}
        transfer = await self.client.transfers.download(user, path)
        ends = {TransferState.COMPLETE, TransferState.FAILED, TransferState.ABORTED}
        # It tries again for ever where nobody can be reached.
        await until(lambda: transfer.state.VALUE in ends or (
            transfer.queue_attempts and not transfer.remotely_queued and not transfer._remotely_queue_task))
        if transfer.state.VALUE == TransferState.COMPLETE:
            return {"path": transfer.local_path}
        return {"failed": transfer.fail_reason or transfer.abort_reason or "unreachable"}

    async def do_uploads(self):
        """The uploads and how they are, for people."""
        return [[upload.username, upload.remote_path, upload.state.VALUE.name]
                for upload in self.client.transfers.get_uploads()]

    def _tree(self):
        network = self.client.distributed_network
        if self.client.session is None:
            return {"parent": None, "level": 0, "root": "", "children": []}
        root, level = network._get_advertised_branch_values()
        return {
            "parent": network.parent.username if network.parent else None, "level": level, "root": root,
            "children": sorted(child.username for child in network.children)}

    async def do_tree(self, **wanted):
        """The place in the distributed network, once it is as wanted."""
        return await until(lambda: (tree := self._tree()) and all(tree[k] == v for k, v in wanted.items()) and tree)

    async def do_state(self):
        return {
            "tree": self._tree(), "uploads": await self.do_uploads(),
            "searches": [[search.query, len(search.results)] for search in self.client.searches.requests.values()]}

    async def do_quit(self):
        await self.client.stop()


def files(entries, key):
    return [{key: entry.filename, "size": entry.filesize} for entry in entries or ()]


def folders(entries):
    return [{"path": entry.name, "files": files(entry.files, "name")} for entry in entries or ()]


if __name__ == "__main__":
    settings = agent.settings()
    agent.tame(settings)
    agent.run(Aioslsk(settings))
