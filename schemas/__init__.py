"""The shapes: JSON Schema files and the small pure-Python package that loads and applies them.

No Django, no database, no network. See ``schemas/README.md``.
"""
