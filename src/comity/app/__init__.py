"""The deeds: what people can do here, one file a deed.

Promises: a deed is *prepare, sign, commit*; it brings the pure rooms, the store and the outside together,
and holds no rule of its own. The faces (``cli``, ``api``, ``demo``) call these modules by name.

Leaves to others: how a person reads and writes (``cli``, ``web``), repeated work (``worker``).
"""
