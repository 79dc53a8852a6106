"""What the client has to tell besides answers: nodes that come and go, connections that fail.

It goes to Python's `logging`, logger "winnow"; nothing is printed unless the program sets up
logging. set_log_level() and set_log_handler() are the same by the names of the `aerospike` module.
"""
from __future__ import annotations

import atexit
import logging
import os
from typing import Callable, Optional

from winnow import _core
from winnow.constants import (LOG_LEVEL_DEBUG, LOG_LEVEL_ERROR, LOG_LEVEL_INFO, LOG_LEVEL_OFF,
                              LOG_LEVEL_TRACE, LOG_LEVEL_WARN)
from winnow.exception import ParamError

# level, function, path and line in the client's source, text.
LogHandler = Callable[[int, str, str, int, str], object]

logger = logging.getLogger("winnow")
logger.addHandler(logging.NullHandler())

_TRACE = 5
_LEVELS = {LOG_LEVEL_OFF: logging.CRITICAL + 10, LOG_LEVEL_ERROR: logging.ERROR,
           LOG_LEVEL_WARN: logging.WARNING, LOG_LEVEL_INFO: logging.INFO,
           LOG_LEVEL_DEBUG: logging.DEBUG, LOG_LEVEL_TRACE: _TRACE}


class _CallbackHandler(logging.Handler):
    def __init__(self, callback: LogHandler) -> None:
        super().__init__()
        self.callback = callback

    def emit(self, record: logging.LogRecord) -> None:
        level = max((theirs for theirs, ours in _LEVELS.items() if ours >= record.levelno),
                    default=LOG_LEVEL_ERROR)
        self.callback(level, record.funcName, record.pathname, record.lineno, record.getMessage())


_handler: Optional[_CallbackHandler] = None


def set_log_level(log_level: int) -> int:
    """Nothing below `log_level` (LOG_LEVEL_*) is told. ParamError: no such level. Answers 0."""
    if log_level not in _LEVELS:
        raise ParamError(-2, f"set_log_level: {log_level!r} is none of LOG_LEVEL_OFF (-1), ERROR "
                         "(0), WARN (1), INFO (2), DEBUG (3), TRACE (4)")
    logger.setLevel(_LEVELS[log_level])
    return 0


def set_log_handler(callback: Optional[LogHandler] = None) -> int:
    """Also calls callback(level, function, path, line, text) for each event; None: no longer.

    ParamError: it cannot be called. Answers 0.
    """
    global _handler
    if callback is not None and not callable(callback):
        raise ParamError(-2, "set_log_handler: callback is called with (level, function, path, "
                         f"line, text); a {type(callback).__name__} cannot be called")
    if _handler is not None:
        logger.removeHandler(_handler)
    _handler = None if callback is None else _CallbackHandler(callback)
    if _handler is not None:
        logger.addHandler(_handler)
    return 0


def _tell(level: int, text: bytes) -> None:
    logger.log(level, "%s", text.decode(errors="replace"))


# Lines of the compiled part come in the main thread, when that next runs Python code.
_core._forward_log(_tell)
atexit.register(_core._forward_log, None)
os.register_at_fork(after_in_child=lambda: _core._forward_log(_tell))
