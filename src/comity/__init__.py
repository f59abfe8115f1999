"""Comity: the node that one State runs to cooperate with another on electronic evidence.

Promises: nothing is imported here, so that each face starts with what it needs. Leaves to others:
everything; ARCHITECTURE.md walks one request through the rooms.
"""
