"""Every error that is shown to the user, as one tree.

    ArticleBotError             shown as `error:` and `hint:`, exit 1
    ├── ArticlesError           the articles folder is missing, unreadable or empty
    ├── SourceFileError         one file cannot be used; it is reported and left out
    ├── ModelError              the model is missing, damaged or unusable
    ├── IndexMissingError       there is no snapshot to open
    ├── IndexDamagedError       a file of the snapshot is missing or not what was written
    ├── IndexMismatchError      the snapshot was made by something else than what asks
    ├── IndexBusyError          another process is writing this index
    ├── IndexWriteError         the index folder cannot be written
    ├── QuestionError           an empty or over-long question, a command that cannot be obeyed
    ├── SavedAnswerError        a saved answer is missing, unreadable or none of ours
    ├── ExportError             a conversation cannot be written into a file
    └── ProgramError            the user's pager or editor does not start

A mistake in this program is a ValueError or TypeError instead, and is not caught.
"""

from __future__ import annotations


class ArticleBotError(Exception):
    """An error that the user can mend: a message and, in `hint`, what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ArticlesError(ArticleBotError):
    """The articles folder is missing, unreadable or holds no article."""


class SourceFileError(ArticleBotError):
    """One source file cannot be used. `path` is relative to the articles folder."""

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}: {reason}", hint=hint)
        self.path = path
        self.reason = reason


class ModelError(ArticleBotError):
    """The model is missing, damaged or unusable."""


class IndexMissingError(ArticleBotError):
    """There is no snapshot to open."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"no index in {folder}", hint="run: qa index")


class IndexDamagedError(ArticleBotError):
    """A file of the snapshot is missing or is not what was written."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"the index is damaged: {file}: {reason}",
            hint="run: qa index --force   (articles are not touched)",
        )
        self.file = file


class IndexMismatchError(ArticleBotError):
    """The snapshot was made with another `field` than the one now asked for."""

    def __init__(self, field: str, indexed: object, wanted: object, *, hint: str) -> None:
        super().__init__(
            f"the index does not fit: {field} is {indexed} in the index, but {wanted} is asked for",
            hint=hint,
        )
        self.field = field
        self.indexed = indexed
        self.wanted = wanted


class IndexBusyError(ArticleBotError):
    """Another process is writing this index."""


class IndexWriteError(ArticleBotError):
    """The index folder cannot be written: no permission, no space, not a folder."""


class QuestionError(ArticleBotError):
    """The question is empty, or longer than the model can read; a command cannot be obeyed."""


class SavedAnswerError(ArticleBotError):
    """A saved answer is missing or unreadable, or the file holds something else."""


class ExportError(ArticleBotError):
    """A conversation cannot be written into a file."""


class ProgramError(ArticleBotError):
    """The user's pager or editor is not set, or does not start."""
