"""A TCP proxy that stands between a client and a server and fails on purpose.

    with Proxy(server.port) as proxy:
        proxy.cut_after(10)         # ten more bytes of replies to commands, then that connection is
                                    # cut; times=2: the next ten bytes, too
        proxy.stall()               # replies to commands are held back
        proxy.requests.wait()       # until the proxy has passed on one more command

Only commands (messages of type 3) are meddled with: what the client asks to follow the cluster
(info, type 1) always passes.
"""
import socket
import threading

COMMANDS = (3, 4)       # the type byte of a frame: a command, a compressed one


class Proxy:
    def __init__(self, target_port):
        self.target = ("127.0.0.1", target_port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.pairs = set()                  # of open connections; guarded by the lock
        self.left, self.size, self.times = 0, 0, 0      # bytes until a cut; cuts to come
        self.passing = threading.Event()
        self.passing.set()
        self.requests = threading.Event()
        self.closed = False

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.closed = True
        # Closing alone does not wake accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.passing.set()
        self.cut()

    def cut_after(self, size, times=1):
        with self.lock:
            self.left, self.size, self.times = size, size, times

    def stall(self):
        self.requests.clear()
        self.passing.clear()

    def go_on(self):
        self.passing.set()

    def cut(self):
        """Closes every connection."""
        with self.lock:
            pairs, self.pairs = self.pairs, set()
        for pair in pairs:
            pair.close()

    def open_connections(self):
        with self.lock:
            return len(self.pairs)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            pair = Pair(self, client, server)
            with self.lock:
                self.pairs.add(pair)
            pair.start()

    def allowed(self, pair, data):
        """How much of a reply may pass; all of it, or what is left before the cut."""
        with self.lock:
            # What comes for a connection that has been cut counts no more.
            if self.times == 0 or pair not in self.pairs:
                return len(data)
            size = min(self.left, len(data))
            self.left -= size
            if size < len(data):
                self.left, self.times = self.size, self.times - 1
            return size


class Pair:
    """One connection: two sockets, and a thread for each direction."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.command = False                # what was asked last was a command

    def start(self):
        threading.Thread(target=self.pump_requests, daemon=True).start()
        threading.Thread(target=self.pump_replies, daemon=True).start()

    def pump_requests(self):
        while data := receive(self.client):
            self.command = data[1] in COMMANDS
            if not send(self.server, data):
                break
            if self.command:
                self.proxy.requests.set()
        self.end()

    def pump_replies(self):
        while data := receive(self.server):
            if self.command:
                self.proxy.passing.wait()
                size = self.proxy.allowed(self, data)
                if size < len(data):
                    send(self.client, data[:size])
                    break
            if not send(self.client, data):
                break
        self.end()

    def end(self):
        with self.proxy.lock:
            self.proxy.pairs.discard(self)
        self.close()

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


def receive(connection):
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def send(connection, data):
    try:
        connection.sendall(data)
        return True
    except OSError:
        return False
