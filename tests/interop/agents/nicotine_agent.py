"""An agent for Nicotine+, headless: its core without a window, update check, port check or port mapping."""

import asyncio
import os

import agent
from agent import GLANCE, Agent, Failure, until


class Nicotine(Agent):
    """Nicotine+ is one for each process."""

    def __init__(self, settings):
        super().__init__(settings)
        from pynicotine import apply_translations
        from pynicotine.config import config
        from pynicotine.core import core
        from pynicotine.events import events

        self.core, self.config, self.events = core, config, events
        self.seen = []
        apply_translations()
        config.set_config_file(os.path.join(settings.folder, "config"))
        config.set_data_folder(settings.folder)
        core.cli_interface_address = settings.ip
        core.cli_listen_port = settings.port
        core.init_components(
            enabled_components={
                "buddies", "chatrooms", "downloads", "error_handler", "interests", "network_filter", "network_thread",
                "notifications", "now_playing", "pluginhandler", "privatechat", "search", "shares", "statistics",
                "uploads", "userbrowse", "userinfo", "users"})
        self._configure()
        self._listen()

    def _configure(self):
        from pynicotine.logfacility import log

        settings, sections = self.settings, self.config.sections
        sections["server"].update(
            server=tuple(settings.server), login=settings.user, passw=settings.password, upnp=False, autoaway=0,
            portrange=(settings.port, settings.port), auto_connect_startup=False, private_chatrooms=True)
        sections["transfers"].update(
            shared=[tuple(share) for share in settings.shares], rescanonstartup=True,
            downloaddir=os.path.join(settings.folder, "downloads"))
        sections["userinfo"].update(descr=repr(settings.description), pic=settings.picture)
        for name in sections["notifications"]:
            sections["notifications"][name] = False
        for level in ("chat", "connection", "download", "message", "miscellaneous", "search", "transfer", "upload"):
            log.add_log_level(level, is_permanent=False)
        self.events.connect("log-message", lambda _when, text, _title, level: print("[%s] %s" % (level, text), flush=True))

    def _listen(self):
        def keep(name):
            self.events.connect(name, lambda *values, **named: self.seen.append((name, values, named)))

        for name in ("file-search-response", "folder-contents-response", "invalid-password", "invalid-username",
                     "peer-connection-error", "server-disconnect", "server-login", "shared-file-list-response",
                     "shares-ready", "user-info-response", "watch-user"):
            keep(name)

    async def main(self):
        self.core.start()
        while self.events.process_thread_events():
            await asyncio.sleep(GLANCE)

    async def event(self, names, fits=lambda *_values, **_named: True):
        """The values of the next event with one of these names that fits."""
        begin = len(self.seen)

        def found():
            for name, values, named in self.seen[begin:]:
                if name in names and fits(*values, **named):
                    return name, values, named
            return None
        return await until(found)

    async def reply(self, names, user):
        """What a peer answers, or a failure if he can't be reached."""
        def fits(*values, **named):
            return (named.get("username") or values[0].username) == user
        name, values, _ = await self.event({*names, "peer-connection-error"}, fits)
        if name == "peer-connection-error":
            raise Failure("unreachable")
        return values[0]

    async def do_login(self):
        # It scans when it starts. Until that is done, others would find nothing.
        await until(lambda: any(name == "shares-ready" for name, *_ in self.seen))
        answer = asyncio.create_task(self.event({"server-login"}))
        await asyncio.sleep(0)
        self.core.connect()
        message = (await answer)[1][0]
        return {"refused": None if message.success else message.reason}

    async def do_shared(self):
        """The remote paths and sizes of what it shares."""
        await until(lambda: any(name == "shares-ready" for name, *_ in self.seen))
        public = self.core.shares.share_dbs["public_files"]
        return [{"path": public[path][0], "size": public[path][1]} for path in self.core.shares.file_path_index]

    async def do_await_kick(self):
        """Waits for the end of the session after which it does not try again."""
        await until(lambda: any(
            name == "server-disconnect" and values[0].manual_disconnect for name, values, _ in self.seen))

    async def do_search(self, query, kind, target, users):
        """Results from each of `users`."""
        search = self.core.search
        if kind == "wish":
            search.add_wish(query)
        else:
            mode = {"network": "global", "room": "rooms", "user": "user"}[kind]
            search.do_search(query, mode, room=target, users=[target])
        token = search.token

        def found():
            results = {}
            for name, values, _ in self.seen:
                if name == "file-search-response" and values[0].token == token:
                    results[values[0].username] = values[0]
            return [results[user] for user in users] if results.keys() >= set(users) else None
        return [{
            "user": result.username, "files": files(result.list), "locked": files(result.privatelist),
            "free": bool(result.freeulslots), "speed": result.ulspeed, "queue": result.inqueue,
        } for result in await until(found)]

    async def do_join(self, room):
        self.core.chatrooms.show_room(room)
        await until(lambda: self.core.chatrooms.joined_rooms[room].users)
        return sorted(self.core.chatrooms.joined_rooms[room].users)

    async def do_watch(self, user):
        answer = asyncio.create_task(self.event({"watch-user"}, lambda message: message.user == user))
        await asyncio.sleep(0)
        self.core.users.watch_user(user, context="interop")
        message = (await answer)[1][0]
        return {"exists": bool(message.userexists), "status": message.status if message.userexists else None}

    async def do_await_status(self, user, status):
        await until(lambda: self.core.users.statuses.get(user) == status)

    async def do_set_away(self, away):
        self.core.users.set_away_mode(away)

    async def do_browse(self, user):
        answer = asyncio.create_task(self.reply({"shared-file-list-response"}, user))
        await asyncio.sleep(0)
        self.core.userbrowse.browse_user(user, new_request=True)
        message = await answer
        return {"folders": folders(message.list), "locked": folders(message.privatelist)}

    async def do_folder(self, user, folder):
        from pynicotine.slskmessages import AddAllowedResponse, FolderContentsRequest, FolderContentsResponse

        answer = asyncio.create_task(self.reply({"folder-contents-response"}, user))
        await asyncio.sleep(0)
        # Without the download of the folder, which is what Nicotine+ asks for it for.
        self.core.send_message_to_network_thread(AddAllowedResponse(FolderContentsResponse, user + folder))
        self.core.send_message_to_peer(user, FolderContentsRequest(folder, 1))
        return folders((await answer).list.items())

    async def do_user_info(self, user):
        answer = asyncio.create_task(self.reply({"user-info-response"}, user))
        await asyncio.sleep(0)
        self.core.userinfo.show_user(user, refresh=True)
        message = await answer
        return {
            "description": message.descr, "picture": message.pic.hex() if message.pic else None,
            "slots": message.totalupl, "queue": message.queuesize, "free": bool(message.slotsavail)}

    async def do_download(self, user, path, size):
        downloads = self.core.downloads
        downloads.enqueue_download(user, path, size=size)
        transfer = downloads.transfers[user + path]
        await until(lambda: transfer.status not in ("Queued", "Getting status", "Transferring"))
        if transfer.status != "Finished":
            return {"failed": transfer.status}
        name = downloads.get_download_basename(path, transfer.folder_path)
        return {"path": os.path.join(transfer.folder_path, name)}

    async def do_uploads(self):
        """The uploads and how they are, for people."""
        return [[upload.username, upload.virtual_path, upload.status] for upload in self.core.uploads.transfers.values()]

    def _tree(self):
        network = self.core._network_thread
        parent = network._parent_conn
        return {
            "parent": parent.init.target_user if parent else None, "level": network._branch_level,
            "root": network._branch_root, "children": sorted(network._child_peers),
            "serves": network._is_server_parent, "most": network._max_distrib_children}

    async def do_tree(self, **wanted):
        """The place in the distributed network, once it is as wanted."""
        return await until(lambda: (tree := self._tree()) and all(tree[k] == v for k, v in wanted.items()) and tree)

    async def do_state(self):
        return {
            "tree": self._tree(), "seen": [name for name, *_ in self.seen][-20:], "uploads": await self.do_uploads(),
            "statuses": self.core.users.statuses}

    async def do_quit(self):
        self.core.quit()


def files(entries):
    return [{"path": path, "size": size} for _code, path, size, *_ in entries or ()]


def folders(entries):
    return [{"path": path, "files": [{"name": name, "size": size} for _code, name, size, *_ in inside]}
            for path, inside in entries or ()]


def scan_in_thread():
    """Has the shares scanned by a thread. Nicotine+ begins another process for it, which costs a second."""
    import multiprocessing
    import multiprocessing.dummy
    from types import SimpleNamespace

    class Scan(multiprocessing.dummy.Process):
        dead = False

        def __init__(self, target, daemon):
            super().__init__(target=target)
            self.daemon = daemon

        def is_alive(self):
            # Whoever asks reads the queue once more, after a thread may have ended.
            seen_dead, self.dead = self.dead, not super().is_alive()
            return not seen_dead

    context = SimpleNamespace(Process=Scan, Queue=multiprocessing.dummy.Queue)
    multiprocessing.get_context = lambda method: context


if __name__ == "__main__":
    settings = agent.settings()
    agent.tame(settings)
    scan_in_thread()
    agent.run(Nicotine(settings))
