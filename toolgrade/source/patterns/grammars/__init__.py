"""The languages that are read: a module each, with its Grammar."""
