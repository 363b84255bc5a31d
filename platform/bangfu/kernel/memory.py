"""What a process that serves for long keeps in memory, and what looking through it costs."""

import gc

# New objects between two looks through the youngest: a page makes thousands and keeps none. The youngest of
# all lie in the processor's own memory anyway.
YOUNGEST = 10_000


def spare_what_stays() -> None:
    """Take all that is loaded by now out of the collector's sight, for as long as the process lives.

    The product is half a million objects that never become garbage. Looking through them again and again
    costs a page or a task some milliseconds, and now and then a tenth of a second. Processes forked
    afterwards share that memory with their parent, since nothing writes into it any more.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, 20, 50)
