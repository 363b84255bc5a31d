"""What hypothesis draws from, where its own choice is dear."""

from hypothesis import strategies as st

# Every character that UTF-8 can hold. ``st.text()`` asks each one of a million first whether it can: two seconds.
ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
