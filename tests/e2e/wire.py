"""Frames of the wire protocol, made by hand: for what no well-behaved client does."""
import socket
import struct

NAMESPACE, SET, DIGEST, TASK_ID, SOCKET_TIMEOUT, PARTITIONS = 0, 1, 4, 7, 9, 11
READ, GET_ALL, PARTITION_DONE, LAST = 1, 2, 4, 1


def frame(kind, body):
    return struct.pack(">Q", 2 << 56 | kind << 48 | len(body)) + body


def message(info1, info3, fields, timeout_ms=0):
    body = struct.pack(">6B3I2H", 22, info1, 0, info3, 0, 0, 0, 0, timeout_ms, len(fields), 0)
    for number, data in fields:
        body += struct.pack(">IB", len(data) + 1, number) + data
    return frame(3, body)


def scan(set_name, task_id, timeout_ms=0, socket_timeout_ms=30000):
    """All bins of a set, every partition."""
    return message(READ | GET_ALL, PARTITION_DONE, [
        (NAMESPACE, b"test"), (SET, set_name.encode()), (TASK_ID, struct.pack(">Q", task_id)),
        (SOCKET_TIMEOUT, struct.pack(">I", socket_timeout_ms)),
        (PARTITIONS, struct.pack("<4096H", *range(4096)))], timeout_ms)


def get(digest):
    return message(READ | GET_ALL, 0, [(NAMESPACE, b"test"), (DIGEST, digest)])


class Wire:
    """One socket."""

    def __init__(self, server, receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(20)
        self.socket.connect((server.host, server.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(min(count - len(data), 1 << 20))
            assert part, "the server closed the connection"
            data += part
        return data

    def reply(self):
        """The body of one frame."""
        head = struct.unpack(">Q", self.receive(8))[0]
        return self.receive(head & (1 << 48) - 1)

    def stream(self):
        """The rows of a query's reply, and the code it ended with."""
        rows = 0
        while True:
            body, at = self.reply(), 0
            while at < len(body):
                header = struct.unpack_from(">6B3I2H", body, at)
                at += 22
                for _ in range(header[9] + header[10]):
                    at += 4 + struct.unpack_from(">I", body, at)[0]
                if header[3] & LAST:
                    return rows, header[5]
                rows += 1

    def info(self, command):
        self.send(frame(1, command.encode() + b"\n"))
        return self.reply().decode().split("\t", 1)[1].rstrip("\n")
