"""The checks, one file a group of paragraphs; each hands over its ``CHECKS``.

Promises: plain functions over values, our summary of the paragraphs beside the code.

Leaves to others: order and registration (``catalogue``).
"""
