"""How a station pays: batches, the files that go to the bank and come back, and who signed for what."""
