"""Switches the loopback interface on, which is off in a new network, and becomes the program in its arguments."""

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
UP_LOOPBACK_RUNNING = 0x49

with socket.socket() as sock:
    fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", UP_LOOPBACK_RUNNING))
os.execvp(sys.argv[1], sys.argv[1:])
