"""Pages of reports: the own ones, the board of those below, and the entry of paper reports."""
