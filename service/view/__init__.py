"""From the model to what a template shows: pure functions and frozen values, without HTML."""
