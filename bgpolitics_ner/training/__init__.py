"""Commands that make what is in ``models/``; not imported at run time."""
