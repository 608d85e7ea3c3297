"""The sandbox's web face: log-in and consent, and a small bookkeeper's desk."""
