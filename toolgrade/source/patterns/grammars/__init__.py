"""The supported languages: one module for each, with its Grammar."""
