"""What can go wrong with the servers of a single machine, told so that one knows what to do."""


class LocalError(RuntimeError):
    """A server of this machine does not start or stop; the message holds the remedy."""


class AlreadyRunning(LocalError):
    """Another ``bangfu up`` holds this state folder."""
