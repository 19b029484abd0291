"""A labelled set of news copy in many languages, its truth known by construction."""
