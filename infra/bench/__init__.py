"""Benchmarks: the product against stock django-tenants and plain SQL, side by side in one run.

``python -m infra.bench`` (or ``make bench``) starts servers of its own, prints medians and ratios and leaves
nothing behind. Absolute times of a shared machine mean little; the ratios of interleaved runs do.
"""
